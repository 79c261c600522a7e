"""The statement of a partner as tagged PDF: what its money did, on a day and as known at an instant, from the books alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from cofund.exporters.cells import fraction
from cofund.exporters.documents.typesetting import pdf
from cofund.queries import statements
from cofund.queries.documents.given import Moment
from cofund.queries.statements import Line, Total
from cofund.records.directory.models import Certainty, Organisation
from cofund.rules.leverage import FORMULAS, NAMES, Leverage
from cofund.rules.money import in_words
from cofund.rules.stages import LIVE_STAGES

Facts = list[tuple[str, str]]
STAGE_WORDS: Final = {
    "pledged": "Pledged, binding nobody yet",
    "endorsed": "Endorsed by the board",
    "committed": "Committed, no delivery recorded here yet",
    "reported": "Reported, not certified or checked yet",
    "certified": "Certified, not checked by the office yet",
    "validated": "Validated: delivered and accepted",
}
MATCH_WORDS: Final = {
    "promised": "Promised: an estimate that nobody has decided",
    "reserved": "Reserved when the topic was adopted",
    "committed": "Committed with the grant",
    "consumed": "Consumed: paid against what was delivered",
}


def statement_pdf(organisation: Organisation, moment: Moment) -> bytes:
    """Set the statement of a partner; each amount in it is the one of the books at that moment."""
    lines = statements.of_partner(organisation, moment)
    return pdf("statement.typ", data_of(organisation, moment, lines))


def data_of(organisation: Organisation, moment: Moment, lines: Sequence[Line]) -> dict[str, Any]:
    """What the statement says, as texts."""
    as_of = day(moment.on)
    known = instant(moment.instant)
    versions = dict.fromkeys(f"{line.scheme.name}, version {line.version}" for line in lines)
    return {
        "title": f"What the money of {organisation.name} did",
        "subtitle": f"Statement as of {as_of}, by what was known on {known}",
        "foot": f"{organisation}, as of {as_of}, known {known}",
        "moment": [
            ("Organisation", organisation.name),
            ("As of", as_of),
            ("Known at", known),
            ("By the rules of", "; ".join(versions)),
        ],
        "totals": [_total(one, lines) for one in statements.totals(lines)],
        "lines": [_line(line, organisation, moment) for line in lines],
        "definitions": [(f"{code} {NAMES[code]}", formula) for code, formula in FORMULAS.items()],
    }


def day(on: date | None) -> str:
    """A day in words, `3 May 2026`; empty where it is not known."""
    return f"{on.day} {on:%B} {on.year}" if on else ""


def instant(at: datetime) -> str:
    """An instant in the site's time zone."""
    local = timezone.localtime(at)
    return f"{day(local.date())}, {local:%H:%M:%S} {local.tzname()}"


def _total(total: Total, lines: Sequence[Line]) -> dict[str, Any]:
    """One currency of the statement."""
    joint = sum(line.joint_cents for line in lines if line.scheme.currency == total.currency)
    return {
        "currency": total.currency,
        "facts": [
            ("You contributed", in_words(total.given_cents, total.currency)),
            *([("Of it jointly with others, in full", in_words(joint, total.currency))] if joint else []),
            ("That unlocked, as match of public money", in_words(total.unlocked_cents, total.currency)),
            (f"L1 {NAMES['L1']}", _ratio(total.leverage.l1)),
            (f"L3 {NAMES['L3']}", _ratio(total.leverage.l3)),
        ],
    }


def _line(line: Line, organisation: Organisation, moment: Moment) -> dict[str, Any]:
    """One project or topic."""
    currency, project, topic = line.scheme.currency, line.target.project, line.target.topic
    title = project.title if project is not None else topic.title if topic is not None else ""
    return {
        "name": line.name,
        "title": title,
        "programme": f"{line.scheme.name}, rules of version {line.version}",
        "joint": joint_words(line, organisation),
        "given": _stages(
            STAGE_WORDS, {stage: line.in_stage(stage) for stage in LIVE_STAGES}, line.given_cents, currency
        ),
        "match": _stages(
            MATCH_WORDS, {stage: line.match_in(stage) for stage in MATCH_WORDS}, line.unlocked_cents, currency
        ),
        "whole": in_words(line.money.total_cents, currency),
        "leverage": _leverage(line.leverage),
        "acknowledgement": line.acknowledgement,
        "outcome": outcome_of(line, moment),
        "certainty": certainty_words(line),
    }


def joint_words(line: Line, organisation: Organisation) -> str:
    """What of a line is given jointly, and with whom; empty where nothing is."""
    if not line.joint_cents:
        return ""
    amount, others = in_words(line.joint_cents, line.scheme.currency), ", ".join(line.joint_with(organisation))
    return f"{amount} of it is given jointly with {others} and stands here in full: how it is split is not known."


def certainty_words(line: Line) -> str:
    """How sure a line is, where its amounts were not simply recorded or something in its entries is assumed."""
    words = [f"The amounts are {str(Certainty(one).label).lower()}." for one in line.certainties]
    if line.assumptions:
        words.append(f"Assumed in the entries: {'; '.join(line.assumptions)}.")
    return " ".join(words)


def outcome_of(line: Line, moment: Moment) -> Facts:
    """What is known of what became of it: the project, its days, what was delivered, and what was given up."""
    currency, project = line.scheme.currency, line.target.project
    validated, withdrawn = line.in_stage("validated"), line.in_stage("withdrawn")
    said = in_words(validated, currency) if validated else "nothing is booked"
    delivered = ("Of your contribution delivered and accepted", said)
    rows = [delivered, *([("Withdrawn before it was delivered", in_words(withdrawn, currency))] if withdrawn else [])]
    if project is None:
        return [("Project", "There is none yet: the topic has no grant."), *rows]
    return [
        ("Project", f"{project.acronym}, grant agreement {project.grant_agreement or 'number not known'}"),
        ("Runs", _runs(project.starts_on, project.ends_on, moment.on)),
        *rows,
        *([("What is known of it", project.note)] if project.note else []),
    ]


def _runs(starts_on: date | None, ends_on: date | None, on: date) -> str:
    """The days of a project, and where it stands on a day."""
    if starts_on is None and ends_on is None:
        return "Its first and last day are not known."
    said = f"From {day(starts_on) or 'a day that is not known'} to {day(ends_on) or 'a day that is not known'}"
    if ends_on is not None and ends_on < on:
        return f"{said}: it has ended."
    if starts_on is not None and starts_on > on:
        return f"{said}: it has not begun."
    return f"{said}."


def _stages(words: dict[str, str], held: dict[str, int], total: int, currency: str) -> Facts:
    """What stands in each stage, and the total."""
    rows = [(words[stage], in_words(cents, currency)) for stage, cents in held.items() if cents]
    return [*rows, ("Total", in_words(total, currency))]


def _leverage(found: Leverage) -> list[tuple[str, str, str]]:
    """The four figures with their names and what they are of."""
    own, whole = "your own contribution", "the whole project or topic"
    figures = (("L1", found.l1, own), ("L2", found.l2, whole), ("L3", found.l3, own), ("L4", found.l4, whole))
    return [(f"{code} {NAMES[code]}", of, _ratio(value)) for code, value, of in figures]


def _ratio(value: Any) -> str:
    """A figure with three decimals; that it is not known where nothing can be divided."""
    return "not known" if value is None else fraction(value, 3)
