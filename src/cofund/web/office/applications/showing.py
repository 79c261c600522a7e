"""Applications and letters as the components of a page: steps, findings, lines, differences and history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from cofund.queries import applications, letters
from cofund.queries.letter_unlocks import LineUnlock
from cofund.queries.letters import TRI_STATE, Difference
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.records.programme.models.groups import NO_NUMBER, NUMBER_NOT_KNOWN
from cofund.rules.admission import BLOCK, INFO, WARN
from cofund.rules.eligibility import PLACE_WORDS
from cofund.rules.lifecycle_applications import APPLICATION, UNDECIDED
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import day, money
from cofund.web.routes import reverse

YES_NO = {True: "Yes", False: "No", None: None}
WEIGHTS = {
    BLOCK: c.Status("Blocks", c.Tone.BAD),
    WARN: c.Status("Warning", c.Tone.WARNING),
    INFO: c.Status("To know", c.Tone.NEUTRAL),
}
# Fields that a complete letter may leave empty.
OPTIONAL = ("conditions", "other_union_funding", "confidential_items", "signatory_function")
WAY = ("draft", "submitted", "eligible", "scheduled", "approved")
# States off the way: after which step they stand, and what stands there instead of the next one.
ASIDE = {"returned": 0, "conditional": 4, "rejected": 4, "withdrawn": 0, "lapsed": 4}


def steps_of(row: Application) -> tuple[c.Step, ...]:
    """The way of an application, with where it stands."""
    states = list(WAY)
    if row.status in ASIDE:
        states[ASIDE[row.status]] = row.status
    if row.status == "withdrawn":
        states = ["withdrawn"]
    at = states.index(row.status)
    on = timezone.localdate(row.status_since_at)
    is_end = row.status == "approved"
    return tuple(
        c.Step(
            APPLICATION.states[state],
            "done" if number < at or is_end else "current" if number == at else "todo",
            on if number == at else None,
        )
        for number, state in enumerate(states)
    )


def findings_table(row: Application) -> c.Table:
    """The checklist of the last check, with article and remedy."""
    at = row.checked_at
    note = f"Checked on {day(timezone.localdate(at))}." if at else ""
    if row.warning_accepted_because:
        note += f" Warnings were accepted: {row.warning_accepted_because}"
    return c.Table(
        "findings",
        "Completeness and eligibility",
        (c.Column("Finding"), c.Column("Weight"), c.Column("Article"), c.Column("What to do")),
        tuple(
            c.Row.of(
                one.words,
                c.Cell(WEIGHTS[one.severity], note="accepted with a reason" if is_accepted else ""),
                one.article or "none is named",
                one.remedy,
            )
            for one, is_accepted in applications.stored(row)
        ),
        noun=("finding", "findings"),
        empty=c.EmptyState("Nothing stands against it." if at else _unchecked(row)),
        note=note.strip(),
    )


def _unchecked(row: Application) -> str:
    """That no check is recorded: to come before it is decided; after that it was made elsewhere, or was not."""
    return "It was not checked yet." if row.status in UNDECIDED else "No check is recorded here."


def unlock_table(scheme: Scheme, found: Sequence[LineUnlock], name: str) -> c.Table:
    """What each line would unlock by itself, with the bound that decides."""
    rows = []
    for one in found:
        match = one.unlock.match if one.unlock else None
        cents = one.line.booked_cents(scheme.currency)
        words = next((bound.words for bound in match.bounds if bound.name == match.decided_by), "") if match else ""
        rows.append(
            c.Row.of(
                f"Line {one.line.number}",
                _kind(scheme, one.line.kind) or None,
                c.Money(cents, scheme.currency),
                c.Money(match.match_cents if match else None, scheme.currency),
                c.Money(match.unmatched_cents if match else None, scheme.currency),
                words or "The line does not say enough, or the role may not give it.",
            )
        )
    known = [one for one in found if one.unlock is not None]
    if len(known) > 1:
        total = sum(one.line.booked_cents(scheme.currency) or 0 for one in known)
        unlocked = sum(one.unlock.match_cents for one in known if one.unlock)
        left = sum(one.unlock.match.unmatched_cents for one in known if one.unlock and one.unlock.match)
        sums = (c.Money(cents, scheme.currency) for cents in (total, unlocked, left))
        rows.append(c.Row.of("All of them", "–", *sums, "each by itself", kind="total"))
    note = "Each line by itself: where a limit binds, all of them together may unlock less." if len(known) > 1 else ""
    return c.Table(
        name,
        "What this would unlock today",
        (
            c.Column("Line"),
            c.Column("Kind"),
            c.Column("Amount", numeric=True),
            c.Column("Unlocks", numeric=True),
            c.Column("Unmatched", numeric=True),
            c.Column("Because"),
        ),
        tuple(rows),
        noun=("line", "lines"),
        empty=c.EmptyState("No line yet.", "Add a contribution with its kind and amount."),
        note=note,
    )


def lines_table(scheme: Scheme, letter: Letter, *, links: bool) -> c.Table:
    """The contributions as one version of the letter states them, and what they became in the books."""
    return c.Table(
        "lines",
        "Contributions of this version",
        (
            c.Column("Line"),
            c.Column("Kind"),
            c.Column("Amount", numeric=True),
            c.Column("By year"),
            c.Column("Place"),
            c.Column("Recipient"),
            c.Column("In the books"),
        ),
        tuple(_line_row(scheme, line, links=links) for line in letter.lines.all()),
        noun=("line", "lines"),
        empty=c.EmptyState("No contribution is stated yet."),
    )


def _line_row(scheme: Scheme, line: LetterLine, *, links: bool) -> c.Row:
    """One contribution of a letter."""
    currency = line.currency or scheme.currency
    years = "; ".join(f"{year}: {money(cents, currency)}" for year, cents in sorted(line.years.items()))
    other = ""
    if line.scheme_amount_cents is not None and line.currency != scheme.currency:
        other = f"{money(line.scheme_amount_cents, scheme.currency)}, rate {line.rate} of {day(line.rate_on)}"
    booked: c.Value | c.Cell = "–"
    if line.contribution is not None:
        href = reverse("office-contribution", args=[line.contribution.reference]) if links else ""
        booked = c.Cell(line.contribution.reference, href=href)
    return c.Row.of(
        f"Line {line.number}",
        c.Cell(_kind(scheme, line.kind) or None, note=line.get_valuation_display() if line.kind else ""),
        c.Cell(c.Money(line.amount_cents, currency), note=other),
        years or None,
        PLACE_WORDS.get(line.place),
        c.Cell(line.recipient or None, note=f"rests on {line.cites}" if line.cites else ""),
        booked,
    )


def letter_facts(letter: Letter) -> tuple[c.Fact, ...]:
    """What a version of the letter states beside its lines."""
    values: dict[str, Any] = {name: getattr(letter, name) for name in letters.STATED}
    values |= {name: YES_NO[values[name]] for name in TRI_STATE}
    # What was recorded here and left empty was not stated; of a letter that nobody has seen it is not known.
    is_ours = letter.application.certainty == "recorded"
    return tuple(
        c.Fact(label, values[name])
        for name, label in letters.STATED.items()
        if values[name] not in ("", None) or name not in OPTIONAL or not is_ours
    )


def differences_table(scheme: Scheme, found: Iterable[Difference], before: int, after: int) -> c.Table:
    """What a version says otherwise than the one before."""
    rows = tuple(
        c.Row.of(
            f"Line {one.line}: {one.label.lower()}" if one.line else one.label,
            _shown(scheme, one, one.before),
            _shown(scheme, one, one.after),
        )
        for one in found
    )
    return c.Table(
        "differences",
        f"Version {after} against version {before}",
        (c.Column("What"), c.Column(f"Version {before}"), c.Column(f"Version {after}")),
        rows,
        noun=("difference", "differences"),
        empty=c.EmptyState("They say the same."),
    )


def history_of(events: Sequence[AuditEvent], *, names: bool) -> c.Timeline:
    """What was done with an application; only the office reads who of the office did it."""
    found = []
    for event in events:
        after = event.after or {}
        facts = [f"Version {after['letter']} of the letter" if "letter" in after else "", event.reason]
        facts += [_decision_words(after.get("decision", "")), after.get("decision_taken", "")]
        # Why it was decided elsewhere is said among the office.
        facts.append(f"Why: {after['elsewhere_because']}" if names and after.get("elsewhere_because") else "")
        facts.append(f"By {event.actor_name}" if names else "")
        found.append(
            c.Event(
                timezone.localdate(event.recorded_at),
                event.action.capitalize(),
                detail=". ".join(part.rstrip(".") for part in facts if part) + ".",
            )
        )
    return c.Timeline("history", "What was done with it, oldest first", tuple(found))


def _decision_words(number: str) -> str:
    """A decision by its number, as far as that is known."""
    if not number:
        return ""
    return f"Decision, {NUMBER_NOT_KNOWN}" if number.startswith(NO_NUMBER) else f"Decision {number}"


def _kind(scheme: Scheme, code: str) -> str:
    """The words for a kind; empty where the scheme has none of that code."""
    return next((kind.label for kind in scheme.kinds if kind.code == code), "")


def _shown(scheme: Scheme, one: Difference, value: Any) -> c.Value:
    """A value of a difference as a page shows it."""
    if value is None or isinstance(value, bool):
        return YES_NO[value]
    if one.name in ("amount_cents", "line"):
        return c.Money(value, one.currency or scheme.currency)
    if one.name == "scheme_amount_cents":
        return c.Money(value, scheme.currency)
    if one.name == "kind":
        return _kind(scheme, value) or None
    if isinstance(value, dict):
        return "; ".join(f"{year}: {money(cents, one.currency)}" for year, cents in sorted(value.items())) or None
    return value if isinstance(value, date) else str(value) or None
