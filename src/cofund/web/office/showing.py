"""What queries and actions give, as the components of a page: changes, explanations, refusals, envelopes and rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from cofund.actions.errors import Refused
from cofund.queries import schemes
from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement
from cofund.queries.funding import Funding
from cofund.queries.journal import Line
from cofund.queries.pictures import Picture
from cofund.queries.unlocks import Unlock
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules.eligibility import Clash
from cofund.rules.leverage import NAMES
from cofund.rules.schemes import Scheme
from cofund.rules.stages import CONTRIBUTION_STAGES, DECIDED_STAGES, OVER_DELIVERY
from cofund.web import components as c
from cofund.web.formatting import day, instant, money, short_money, staged
from cofund.web.routes import reverse

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


def explanation(facts: dict[str, Any], headline: str = "This unlocks") -> tuple[c.Explanation, ...]:
    """Why each match of an entry, or of a pledge that is not booked yet, is what it is; several are told apart by reference."""
    matches = facts.get("matches", ())
    several = len(matches) > 1
    return tuple(
        _explanation(facts, found, f"{headline} ({found['reference']})" if several else headline) for found in matches
    )


def _explanation(facts: dict[str, Any], found: dict[str, Any], headline: str) -> c.Explanation:
    """One match: the figures that went in, and the bound that decided."""
    currency, decided = facts["currency"], found["decided_by"]
    words = next((bound["words"] for bound in found["bounds"] if bound["name"] == decided), "")
    because = {
        "role": "no tranche of the programme matches what this role gives",
        "ratio": f"the ratio is {words}, and every other limit leaves more",
    }.get(decided, f"{BOUNDS.get(decided, decided).lower()} decides: {words}")
    lines = [
        c.ExplanationLine(
            BOUNDS.get(bound["name"], bound["name"]),
            c.Money(bound["limit_cents"], currency),
            bound["words"],
            bound["name"] == decided,
        )
        for bound in found["bounds"]
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
        f"{because}.",
        facts["scheme"],
        facts["scheme_version"],
    )


def unlock_changes(unlock: Unlock) -> c.Changes:
    """The money of a topic and the envelope before and after a pledge."""
    scheme, before, after = unlock.scheme, unlock.before, unlock.after
    rows = [*_money_changes(scheme, before, after), *_leverage_changes(before, after)]
    if unlock.envelope is not None:
        standing, label = unlock.envelope.standing, unlock.envelope.label
        rows.append(
            c.Change(
                f"Open in the envelope “{label}”",
                c.Money(standing.open_cents, scheme.currency),
                c.Money(standing.open_cents - unlock.taken_cents, scheme.currency),
                f"of {money(standing.cap_cents, scheme.currency)}",
            )
        )
    return c.Changes("unlock-effect", "What happens when you record this", tuple(rows))


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
    return tuple(found)


def picture_changes(before: Picture, after: Picture) -> c.Changes:
    """Everything that an act changes, and the total behind its target also where it does not change."""
    scheme = before.scheme
    rows: list[c.Change] = []
    if before.state is not None or after.state is not None:
        rows += _state_changes(scheme, before.state, after.state)
    if before.target_status != after.target_status:
        rows.append(
            c.Change(
                scheme.label("topic"), c.Status(before.target_status), c.Status(after.target_status, c.Tone.ACTIVE)
            )
        )
    if before.money is not None and after.money is not None:
        changes = [*_money_changes(scheme, before.money, after.money), *_leverage_changes(before.money, after.money)]
        rows += [row for number, row in enumerate(changes) if row.is_change or number == 0]
    for old, new in zip(before.tranches, after.tranches, strict=True):
        rows += _tranche_changes(old, new)
    return c.Changes("effect", "What will happen", tuple(rows))


def _money_changes(scheme: Scheme, before: Funding, after: Funding) -> list[c.Change]:
    """The target's money by where it comes from, and what the office itself pays out."""
    currency = scheme.currency

    def change(label: str, old: int, new: int, note: str = "") -> c.Change:
        return c.Change(label, c.Money(old, currency), c.Money(new, currency), note)

    rows = [
        change("Total behind it", before.total_cents, after.total_cents),
        change(scheme.label("public_funder"), before.public_cents, after.public_cents),
    ]
    for role in scheme.roles:
        old, new = (sum(row.total_cents for row in one.rows if row.source == role.code) for one in (before, after))
        if old or new:
            rows.append(change(role.label_plural, old, new))
    rows.append(
        change(
            f"Through the budget of the {scheme.label('office')}",
            before.through_office_cents,
            after.through_office_cents,
        )
    )
    return rows


def _leverage_changes(before: Funding, after: Funding) -> list[c.Change]:
    """L1 and L2, always by name."""
    pairs = (("L1", before.leverage.l1, after.leverage.l1), ("L2", before.leverage.l2, after.leverage.l2))
    return [c.Change(f"{name} {NAMES[name]}", c.Ratio(old, 2), c.Ratio(new, 2)) for name, old, new in pairs]


def _state_changes(scheme: Scheme, old: ContributionState | None, new: ContributionState | None) -> list[c.Change]:
    """A contribution's stages and its match."""
    rows = []
    if (old.stage if old else "") != (new.stage if new else ""):
        rows.append(c.Change("Stage", _stage(old), _stage(new)))

    def amounts(state: ContributionState | None, name: str) -> c.Money:
        return c.Money(state.amounts.get(name, 0) if state else 0, scheme.currency)

    def matches(state: ContributionState | None, name: str) -> c.Money:
        return c.Money(state.matches.get(name, 0) if state else 0, scheme.currency)

    rows += [
        c.Change(f"Contribution {_said(stage)}", amounts(old, stage), amounts(new, stage))
        for stage in CONTRIBUTION_STAGES
    ]
    rows += [
        c.Change(f"Match {stage}", matches(old, stage), matches(new, stage)) for stage in ("promised", *DECIDED_STAGES)
    ]
    return [row for row in rows if row.is_change]


def _said(stage: str) -> str:
    """A stage in words."""
    return "delivered beyond the commitment, unmatched" if stage == OVER_DELIVERY else stage


def _stage(state: ContributionState | None) -> c.Value:
    """The badge of a contribution's stage."""
    return c.stage_status(state.stage) if state else c.Status("Nothing stands")


def _tranche_changes(old: TrancheStatement, new: TrancheStatement) -> list[c.Change]:
    """The stages of a tranche that change."""
    names = (
        ("ceiling", "cap_cents"),
        ("free, no decision has taken it", "free_cents"),
        ("open, not even promised", "open_cents"),
        ("reserved", "reserved_cents"),
        ("committed", "committed_cents"),
        ("consumed", "consumed_cents"),
    )
    rows = [
        c.Change(
            f"Envelope “{old.label}”: {words}",
            c.Money(getattr(old.standing, name), old.currency),
            c.Money(getattr(new.standing, name), new.currency),
        )
        for words, name in names
    ]
    return [row for row in rows if row.is_change]


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
    return c.Callout(error.wrong, f"{error.asked} {error.remedy}", "error")


def clashes(found: Iterable[Clash]) -> tuple[c.Callout, ...]:
    """Roles that do not stand beside each other, before the pledge is recorded."""
    return tuple(
        c.Callout("This cannot be recorded", clash.words, "error") if clash.blocks else warning(clash.words)
        for clash in found
    )


# What the warnings of an entry are about, by its kind.
_WARNED = {
    "endorse": "A share that is not within its limit",
    "commit": "A share that is not within its limit",
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


def contribution_row(
    state: ContributionState, scheme: Scheme, waits: str, *, links: bool = True, names_scheme: bool = False
) -> c.Row:
    """A contribution as a row of a list; `waits` is what comes next, `names_scheme` is for lists over all programmes."""
    row = state.contribution
    return c.Row.of(
        c.Cell(row.reference, href=reverse("office-contribution", args=[row.reference])),
        c.Cell(givers(state), note=scheme.role(row.role).label),
        c.Cell(target_name(row), href=target_href(row) if links else "", note=scheme.name if names_scheme else ""),
        scheme.kind(row.kind).label,
        c.Cell(c.stage_status(state.stage), note=f"waits for {waits}" if waits else ""),
        c.Cell(c.Money(state.live_cents, scheme.currency), note=staged(state.split, scheme.currency, state.over_cents)),
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
        c.Cell(entry.effective_on, certainty=c.Certainty(entry.certainty) if entry.certainty != "recorded" else None),
        c.Cell(entry.reason[:160], note=entry.evidence[:120]),
        c.Cell(
            decision.number if decision else "none",
            note=day(decision.decided_on) if decision else "",
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
