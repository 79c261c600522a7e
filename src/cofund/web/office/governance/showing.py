"""What these pages show alike: badges, seats, the tally of a vote with its reasons, the short paper, the faces."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from cofund.queries import access, groups
from cofund.queries.ballots import ItemState, MeetingState, has_vote, voting_seats
from cofund.queries.consent import Titles
from cofund.queries.short_papers import Offer, ShortPaper
from cofund.records.programme.models import AgendaItem, Certainty, Decision, Meeting, Seat
from cofund.rules import voting
from cofund.rules.schemes import DecisionRule
from cofund.rules.voting import Outcome
from cofund.rules.voting_words import BASES, points, share_in_words
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.routes import reverse

MEETING_TONES = {
    Meeting.Status.PLANNED: c.Tone.WAITING,
    Meeting.Status.OPEN: c.Tone.ACTIVE,
    Meeting.Status.CLOSED: c.Tone.CLOSED,
    Meeting.Status.CANCELLED: c.Tone.BAD,
}
ITEM_TONES = {
    AgendaItem.Status.TABLED: c.Tone.WAITING,
    AgendaItem.Status.ADOPTED: c.Tone.GOOD,
    AgendaItem.Status.REJECTED: c.Tone.BAD,
    AgendaItem.Status.DEFERRED: c.Tone.WARNING,
}
RESULTS = {
    voting.ADOPTED: c.Status("Adopted", c.Tone.GOOD),
    voting.REJECTED: c.Status("Not adopted", c.Tone.BAD),
    voting.NO_QUORUM: c.Status("No quorum: deferred", c.Tone.WARNING),
}
STANDINGS = {
    voting.YES: c.Status("Yes", c.Tone.GOOD),
    voting.NO: c.Status("No", c.Tone.BAD),
    voting.ABSTAIN: c.Status("Abstains", c.Tone.NEUTRAL),
    voting.CONFLICT: c.Status("Conflict of interest", c.Tone.CLOSED),
    voting.ABSENT: c.Status("Absent", c.Tone.NEUTRAL),
    voting.SILENT: c.Status("No vote so far", c.Tone.WAITING),
    voting.DIVIDED: c.Status("Divided", c.Tone.WARNING),
}

RESERVES = (
    "Adopting it reserves the match of what is endorsed. That of a pledge stays promised until its letter is endorsed."
)


def meeting_status(meeting: Meeting) -> c.Status:
    """The badge of a meeting's state."""
    return c.Status(meeting.get_status_display(), MEETING_TONES[Meeting.Status(meeting.status)])


def item_status(item: AgendaItem) -> c.Status:
    """The badge of a point's state; what needs no decision is supported or not, never adopted."""
    words = item.get_status_display()
    if not item.needs_decision:
        words = {"adopted": "Supported", "rejected": "Not supported"}.get(item.status, words)
    return c.Status(words, ITEM_TONES[AgendaItem.Status(item.status)])


def mark(stated: str) -> c.Certainty | None:
    """The mark of how sure it is; what the office itself recorded needs none."""
    return c.Certainty(stated) if stated != Certainty.RECORDED else None


def when(meeting: Meeting) -> str:
    """When a meeting is, or votes are taken, in words."""
    if meeting.procedure == Meeting.Procedure.WRITTEN:
        opens = f"from {day(meeting.opens_on)} " if meeting.opens_on else ""
        return f"in writing, {opens}until {day(meeting.held_on)}"
    return day(meeting.held_on)


def faces(request: HttpRequest, here: str) -> tuple[c.Link, ...]:
    """The faces of the subject, as far as this person may open them."""
    found = [("Meetings", "office-meetings")]
    if access.may(request.user, "read groups"):
        found += [("Decisions", "office-decisions"), ("Groups", "office-groups")]
    return tuple(c.Link(text, reverse(name), current=name == here) for text, name in found)


def seat_cell(seat: Seat) -> c.Cell:
    """Whom a seat speaks for, with who sits in it."""
    person = seat.person or (str(seat.user) if seat.user else "")
    return c.Cell(groups.name_of(seat), note=person, certainty=mark(seat.certainty))


def weight_words(seat: Seat, rule: DecisionRule | None, weights: dict[str, str]) -> str:
    """The votes of a seat in words: its points, that its bloc votes as one, or that it has none."""
    if rule is None or not has_vote(seat, rule):
        return "none"
    if seat.bloc in rule.indivisible:
        return f"{seat.bloc}: {rule.blocs[seat.bloc]} points, cast as one"
    return f"{seat.bloc}: {weights[str(seat.pk)]} points"


def weights_of(seats: Iterable[Seat], rule: DecisionRule | None) -> dict[str, str]:
    """The points of each seat, as text; empty where the weights that are stated do not fit."""
    if rule is None:
        return {}
    sheet = voting_seats(seats, rule)
    try:
        return {key: points(value) for key, value in voting.weights(rule, sheet).items()}
    except voting.WeightsError:
        return {seat.key: "?" for seat in sheet}


def tally(meeting: MeetingState, state: ItemState, version: str) -> c.Explanation | None:
    """What the result would be now, and why; None where nothing is voted on."""
    outcome, rule = state.outcome, meeting.rule
    if outcome is None or rule is None:
        return None
    is_written = meeting.meeting.procedure == Meeting.Procedure.WRITTEN
    standings = STANDINGS | ({voting.ABSENT: STANDINGS[voting.SILENT]} if is_written else {})
    lines = [
        c.ExplanationLine(
            unit.name,
            standings[unit.standing],
            f"{points(unit.weight)} points",
            unit.standing == voting.YES,
        )
        for unit in outcome.units
    ]
    lines += [c.ExplanationLine(name, c.Status("No vote"), "observer or adviser") for name in outcome.observers]
    words = f"At least {share_in_words(rule.majority)} of {BASES[rule.base]}."
    return c.Explanation(
        "If it were decided now",
        RESULTS[outcome.result],
        words,
        tuple(lines),
        _because(outcome),
        meeting.meeting.group.scheme.code,
        version,
    )


def _because(outcome: Outcome) -> str:
    """The one sentence that decides."""
    if not outcome.quorum.is_reached:
        words = " ".join(outcome.quorum.reasons)
        return words[:1].lower() + words[1:]
    return outcome.steps[-1]


def offers_table(paper: ShortPaper) -> c.Table:
    """Who gives what, the match of it, and of a topic what of that the point would reserve."""
    is_reserving = any(offer.reserves_cents is not None for offer in paper.offers)
    columns = (
        c.Column("Who"),
        c.Column("What"),
        c.Column("Stands"),
        c.Column("How much", numeric=True),
        c.Column("Match", numeric=True, hint="Public money that stands beside it by the rule, promised or decided."),
        *((c.Column("Of it this point reserves", numeric=True, hint=RESERVES),) if is_reserving else ()),
    )
    return c.Table(
        "offers",
        "Who gives what",
        columns,
        tuple(_offer(offer, paper.currency, is_reserving=is_reserving) for offer in paper.offers),
        noun=("contribution", "contributions"),
        empty=c.EmptyState("No contribution is recorded for it."),
    )


def _offer(offer: Offer, currency: str, *, is_reserving: bool) -> c.Row:
    """One contribution as a row."""
    stands, cents = c.stage_status(offer.state), (offer.amount_cents, offer.match_cents)
    amounts = [*cents, *((offer.reserves_cents,) if is_reserving else ())]
    return c.Row.of(offer.who, offer.what, stands, *(c.Money(one, currency) for one in amounts))


def figures(paper: ShortPaper) -> list[c.Fact]:
    """What stands behind the topic of a point in all, and the public money of it."""
    if paper.total_cents is None:
        return []
    note = "fixed for the topic" if paper.public_is_fixed else "what the contributions unlock"
    return [
        c.Fact("Behind it in all", c.Money(paper.total_cents, paper.currency)),
        c.Fact("Of it public money", c.Money(paper.public_cents, paper.currency), note=note),
    ]


def effect(paper: ShortPaper) -> c.Changes | None:
    """What the point would do to the envelope; None where it does nothing to it."""
    rows = tuple(
        c.Change(
            f"Free in “{one.label}”",
            c.Money(one.free_cents, paper.currency),
            c.Money(one.after_cents, paper.currency),
            "no decision has taken it yet",
        )
        for one in paper.effects
    )
    return c.Changes("effect", "What it does to the envelope", rows) if rows else None


def unnamed(titles: Titles, *, item: AgendaItem | None = None, decision: Decision | None = None) -> c.Callout | None:
    """That the public does not read the name of a partner yet, and what it reads instead."""
    words = titles.items.get(item.pk) if item is not None else titles.decisions.get(decision.pk) if decision else None
    if words is None:
        return None
    text = (
        f"Its letter does not consent. The public reads “{words}” until one does, or until the contribution is public."
    )
    return c.Callout("Not named in public", text, "info")
