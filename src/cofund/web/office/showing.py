"""What queries and actions give, as the components of a page: explanations, refusals, envelopes and rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cofund.actions.errors import Refused
from cofund.queries import schemes, worklists
from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement
from cofund.queries.journal import Line
from cofund.queries.unlocks import Unlock
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules import match
from cofund.rules.eligibility import Clash
from cofund.rules.schemes import Scheme
from cofund.web import booked, joint, reasoning
from cofund.web import components as c
from cofund.web.formatting import day, instant, money, short_money
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

BOUNDS = {
    "ratio": "Ratio",
    "eligibility": "Counts for the match",
    "minimum": "Minimum contribution",
    "partner cap": "Cap per partner",
    "topic cap": "Cap per topic",
    "project cap": "Cap per project",
    "adoption": "Decided at adoption",
    "public money": "Shared public money",
    "tranche": "Left in the tranche",
}


def explanation(facts: dict[str, Any], headline: str = "This unlocks", then: str = "") -> tuple[c.Explanation, ...]:
    """Why each match of an entry, or of a pledge that is not booked yet, is what it is; several are told apart by reference.

    `then` tells how one that is frozen was decided.
    """
    matches = facts.get("matches", ())
    several = len(matches) > 1
    return tuple(
        _explanation(facts, found, f"{headline} ({found['reference']})" if several else headline, then)
        for found in matches
    )


def _explanation(facts: dict[str, Any], found: dict[str, Any], headline: str, then: str) -> c.Explanation:
    """One match: the figures that went in, and the bound that decided."""
    currency, decided = facts["currency"], found["decided_by"]
    words = next((bound["words"] for bound in found["bounds"] if bound["name"] == decided), "")
    because = {
        "role": "no tranche of the programme matches what this role gives",
        "eligibility": words,
        "adoption": "the match was frozen when the topic was adopted; the rest is unmatched",
        "ratio": f"the ratio is {words}, and every other limit leaves more",
    }.get(decided, f"{BOUNDS.get(decided, decided).lower()} decides: {words}")
    lines = [
        c.ExplanationLine(
            BOUNDS.get(bound["name"], bound["name"]),
            c.Money(bound["limit_cents"], currency),
            bound["words"],
            bound["name"] == decided,
        )
        for bound in match.telling(found)
    ]
    if "eligible_cents" in found:
        lines.insert(
            0, c.ExplanationLine("What counts of the contribution", c.Money(found["eligible_cents"], currency))
        )
    if found.get("unmatched_cents"):
        lines.append(c.ExplanationLine("Stays unmatched", c.Money(found["unmatched_cents"], currency)))
    return c.Explanation(
        headline,
        c.Money(found["match_cents"], currency),
        facts["rule"],
        tuple(lines),
        f"{because}.{f' {then}' if then else ''}",
        facts["scheme"],
        facts["scheme_version"],
    )


def unlock_notices(unlock: Unlock) -> tuple[c.Callout, ...]:
    """What to know before the figures of a pledge: that the public money is fixed, and that a part stays unmatched."""
    currency, match = unlock.scheme.currency, unlock.match
    found = []
    if unlock.is_shared_out:
        name = unlock.scheme.label("topic") if unlock.wish.target.project is None else "project"
        fixed = money(unlock.before.public_cents, currency)
        words = f"The public money of this {name.lower()} is fixed at {fixed}; this pledge is matched from it."
        found.append(c.Callout(words, "It adds no public money, and other contributions share the same amount."))
    short = unlock.wish.amount_cents - match.match_cents if match is not None else 0
    # A ratio below one leaves a part unmatched by design, and a tranche that is too small has a notice with an offer.
    if match is not None and short > 0 and match.decided_by not in ("ratio", "tranche"):
        words = f"Only {money(match.match_cents, currency)} can be matched; {money(short, currency)} stays unmatched."
        found.append(c.Callout(words, "What stays unmatched still counts for the project.", "warning"))
    if match is not None and match.decided_by == "eligibility" and unlock.wish.no_other_union_funding is False:
        words = "No part of a contribution is matched that other Union funds pay for in part."
        found.append(c.Callout(words, "Record what is free of them as a pledge of its own; that is matched.", "info"))
    return tuple(found)


def refusal(error: Refused) -> c.Refusal | None:
    """A refusal with its two figures, where it has them."""
    fields = error.fields
    if "asked_cents" not in fields or "left_cents" not in fields:
        return None
    currency = fields.get("currency", "EUR")
    return c.Refusal(
        "The envelope cannot match this in full" if "tranche" in fields else "There is not as much there",
        c.Money(fields["asked_cents"], currency),
        c.Money(fields["left_cents"], currency),
        error.remedy,
        "Left in the envelope" if "tranche" in fields else "Left",
    )


def refusal_words(error: Refused) -> c.Callout:
    """A refusal without figures: what was asked, what is wrong, what to do."""
    return c.Callout(spoken(error.wrong), f"{spoken(error.asked)} {spoken(error.remedy)}", "error")


def clashes(found: Iterable[Clash]) -> tuple[c.Callout, ...]:
    """Roles that do not stand beside each other, before the pledge is recorded."""
    return tuple(
        c.Callout("This cannot be recorded", clash.words, "error") if clash.blocks else warning(clash.words)
        for clash in found
    )


# What the warnings of an entry are about, by its kind.
_WARNED = {
    "endorse": "A share that is not within its limit",
    "commit": "Not within its limit",
    "deliver": "More than is committed",
    "validate": "More than is committed",
}


def warning(words: str, kind: str = "") -> c.Callout:
    """What is worth a look and blocks nothing; the kind of an entry says what it is about."""
    return c.Callout(_WARNED.get(kind, "Two roles of one organisation"), words, "warning")


def envelope_bar(rows: Iterable[TrancheStatement], name: str, title: str) -> c.StackedBar:
    """A programme's tranches as bars on one scale."""
    found = list(rows)
    bars = tuple(
        c.BarRow(
            (
                c.Segment("Consumed", row.standing.consumed_cents, c.Fill.DEEP),
                c.Segment("Committed", row.standing.committed_cents, c.Fill.SOLID),
                c.Segment("Reserved", row.standing.reserved_cents, c.Fill.HATCH),
                c.Segment("Promised to pledges", row.standing.promised_cents, c.Fill.DOTS),
                c.Segment("Open", row.standing.open_cents, c.Fill.OPEN),
            ),
            row.label if len(found) > 1 else "",
        )
        for row in found
    )
    note = " ".join(
        f"{row.label}: {short_money(row.standing.open_cents, row.currency)} open"
        f" of {short_money(row.standing.cap_cents, row.currency)}."
        for row in found
    )
    if any(row.is_lower_bound for row in found):
        note += " What is used is a lower bound: what was never published is not in it."
    cap = found[0].standing.cap_cents if len(found) == 1 else None
    return c.StackedBar(name, title, bars, cap_cents=cap, currency=found[0].currency if found else "EUR", note=note)


def target_name(contribution: Contribution) -> str:
    """The project's acronym, or the topic's code before there is a project."""
    if contribution.project is not None:
        return contribution.project.acronym
    return contribution.topic.code if contribution.topic else ""


def target_href(contribution: Contribution) -> str:
    """The office's page of what a contribution is for."""
    code = contribution.book.scheme.code
    if contribution.project is not None:
        return reverse("office-project", args=[code, contribution.project.slug])
    return reverse("office-topic", args=[code, contribution.topic.code]) if contribution.topic else ""


def givers(state: ContributionState) -> str:
    """Who stands behind a contribution, in words."""
    return " and ".join(str(organisation) for organisation in state.organisations)


def schemes_of(states: Iterable[ContributionState]) -> dict[str, Scheme]:
    """The programmes that contributions belong to, by code: one query for each programme, however many contributions."""
    return {code: schemes.current(code)[0] for code in {state.contribution.book.scheme.code for state in states}}


def _wait_note(waits: str) -> str:
    """What stands under the stage of a contribution: what comes next, or that nobody tells."""
    if waits == worklists.UNTOLD:
        return "what came later is not known"
    return f"waits for {waits}" if waits else ""


def contribution_row(
    state: ContributionState,
    scheme: Scheme,
    waits: str,
    *,
    links: bool = True,
    names_scheme: bool = False,
    own: Organisation | None = None,
) -> c.Row:
    """A contribution as a row; `waits` is what comes next, `names_scheme` is for all programmes, `own` is whose list it is."""
    row = state.contribution
    return c.Row.of(
        c.Cell(row.reference, href=reverse("office-contribution", args=[row.reference])),
        c.Cell(givers(state), note="; ".join(filter(None, (scheme.role(row.role).label, joint.said(state, own))))),
        c.Cell(target_name(row), href=target_href(row) if links else "", note=scheme.name if names_scheme else ""),
        scheme.kind(row.kind).label,
        c.Cell(c.stage_status(state.stage, in_part=state.is_in_part), note=_wait_note(waits)),
        c.Cell(c.Money(state.live_cents, scheme.currency), note=joint.of_amount(state, scheme.currency)),
        c.Money(state.match_cents, scheme.currency),
        c.Money(state.unmatched_cents, scheme.currency),
        kind="" if state.live_cents else "muted",
    )


CONTRIBUTION_COLUMNS = (
    c.Column("Contribution"),
    c.Column("Partner"),
    c.Column("For"),
    c.Column("Kind"),
    c.Column("Stage"),
    c.Column("Amount", numeric=True, hint="What stands promised or more; what was withdrawn is not in it."),
    c.Column("Match", numeric=True, hint="Public money that is promised, reserved, committed or consumed against it."),
    c.Column("Unmatched", numeric=True, hint="What is given beyond the match; it counts for the project."),
)


def entry_row(line: Line, *, links: bool = True) -> c.Row:
    """An entry of the books as a row."""
    entry = line.entry
    code, currency = entry.book.scheme.code, entry.book.scheme.currency
    decision = entry.decision
    return c.Row.of(
        c.Cell(
            f"{code} {entry.number}",
            href=reverse("office-entry", args=[code, entry.number]) if links else "",
            note=line.hash[:12],
        ),
        c.Cell(
            Entry.Kind(entry.kind).label,
            note=", ".join(line.references[:3]) + (" …" if len(line.references) > 3 else ""),
        ),
        _amount(line.contribution_cents or line.grant_cents, currency),
        _amount(line.match_cents, currency),
        c.Cell(entry.effective_on, certainty=booked.mark(entry)),
        c.Cell(entry.reason[:160], note=entry.evidence[:120]),
        c.Cell(
            decision.number_said if decision else "none",
            note=reasoning.noted(decision, day(decision.decided_on)) if decision else "",
            certainty=c.Certainty(decision.certainty) if decision and decision.certainty == "assumed" else None,
        ),
        c.Cell(entry.actor_name, note=_recorded(entry)),
        kind="muted" if entry.corrections.all() else "",
    )


ENTRY_COLUMNS = (
    c.Column(
        "Entry",
        hint="Below it the seal: the first twelve digits of the hash at its end; the whole hash is on the entry's page.",
    ),
    c.Column("What"),
    c.Column(
        "Given or awarded",
        numeric=True,
        hint="What the entry moves of contributions, or what it awards of a topic's own public money.",
    ),
    c.Column("Match", numeric=True, hint="What it moves of the programme's matching money."),
    c.Column("Day it is about"),
    c.Column("Why"),
    c.Column("Decision"),
    c.Column("Recorded by"),
)


def _amount(cents: int, currency: str) -> c.Value:
    """An amount, or a dash where the entry moves none."""
    return c.Money(cents, currency) if cents else "–"


def _recorded(entry: Entry) -> str:
    """The day of recording in words."""
    return instant(timezone.localtime(entry.recorded_at))
