"""What the page of one point shows to whom: nothing confidential to who has a conflict, the tally to the office alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from cofund.queries import access, consent, groups, meetings, points, schemes, short_papers
from cofund.queries.ballots import ItemState, MeetingState, has_vote
from cofund.records.programme.models import AgendaItem, Conflict, Meeting, Paper, Seat, Vote
from cofund.rules.lifecycle_governance import item_allows
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.office.governance import showing
from cofund.web.routes import reverse

CONFLICTED = "You declared a conflict of interest on this point"
CONFLICTED_WORDS = (
    "You do not vote, and its confidential papers, its figures and what the office writes for the group stay hidden."
)


def context(request: HttpRequest, item: AgendaItem, meeting: MeetingState, state: ItemState) -> dict[str, Any]:
    """Everything that the page shows to this reader."""
    is_conflicted = meetings.has_conflict(request.user, item)
    is_office = access.may(request.user, "read groups")
    own = meetings.own_seats(request.user, meeting.meeting)
    speaking = meetings.own_seats(request.user, meeting.meeting, speaking=True)
    found: dict[str, Any] = {
        "item": item,
        "meeting": meeting.meeting,
        "status": showing.item_status(item),
        "certainty": showing.mark(meeting.meeting.certainty),
        "when": showing.when(meeting.meeting),
        "notices": [
            *([c.Callout(CONFLICTED, CONFLICTED_WORDS, "warning")] if is_conflicted else []),
            *filter(None, [showing.unnamed(consent.titles(meeting.meeting.group.scheme.code), item=item)]),
        ],
        "letters": _letters(request, item),
        "papers": _papers(request, item, meeting.meeting),
        "own": _own(own, meeting, state),
        "actions": _actions(request, item, meeting, state, speaking, is_conflicted=is_conflicted),
        "decision": _decision_facts(request, item, is_office=is_office),
        "next": _next(request, item),
    }
    if not is_conflicted:
        paper = short_papers.of_item(item)
        found |= {
            "paper": paper,
            "figures": showing.figures(paper),
            "offers": showing.offers_table(paper) if paper.offers else None,
            "effect": showing.effect(paper),
        }
    if is_office and not is_conflicted:
        found |= _for_the_office(item, meeting, state, request)
    return found


def _for_the_office(item: AgendaItem, meeting: MeetingState, state: ItemState, request: HttpRequest) -> dict[str, Any]:
    """The tally with every step, and the log of conflicts."""
    is_waiting = item.status == AgendaItem.Status.TABLED
    version = schemes.current(meeting.meeting.group.scheme.code)[1].label if state.outcome else ""
    return {
        "tally": showing.tally(meeting, state, version) if is_waiting else None,
        "changes": _changes(meeting, state),
        "steps": state.outcome.steps if is_waiting and state.outcome else (),
        "problem": c.Callout("The votes cannot be weighed", state.problem, "error") if state.problem else None,
        "conflicts": _conflicts(item, meeting, state.conflicts, may_lift=access.may(request.user, "lift conflict")),
    }


def _changes(meeting: MeetingState, state: ItemState) -> list[c.Callout]:
    """What seats voted themselves and the secretary replaced, each with its reason."""
    found = []
    for seat in meeting.voting:
        vote = state.votes.get(seat.pk)
        if vote is not None and vote.instead_of:
            said = {"from": vote.instead_of, "to": vote.choice}
            words = reasoning.change_words(groups.name_of(seat), vote.reason, **said)
            found.append(c.Callout("A vote was changed", words, "warning"))
    return found


def _papers(request: HttpRequest, item: AgendaItem, meeting: Meeting) -> list[tuple[Paper, str, bool]]:
    """The papers that this reader may see, each with the way to its file, and whether it came late."""
    rows = meetings.visible_papers(request.user).filter(item=item)
    due = meeting.papers_due_on
    return [
        (
            paper,
            reverse("office-paper", args=[paper.pk]) if paper.file else "",
            due is not None and paper.added_at.date() > due,
        )
        for paper in rows
    ]


def _letters(request: HttpRequest, item: AgendaItem) -> list[tuple[str, str, str, str]]:
    """The letters that the point is about: its title, the way to it, and the signed document with its name."""
    if item.kind != AgendaItem.Kind.APPLICATION:
        return []
    found = []
    for letter in meetings.letters_of_item(request.user, item.pk):
        scheme, _ = schemes.current(letter.application.scheme.code)
        title = f"{scheme.label('letter')} of {letter.application.organisation.name}, version {letter.number}"
        arguments = [item.pk, letter.pk]
        signed = reverse("office-item-signed", args=arguments) if letter.file else ""
        found.append((title, reverse("office-item-letter", args=arguments), signed, letter.file_name))
    return found


def _own(own: list[Seat], meeting: MeetingState, state: ItemState) -> list[c.Fact]:
    """What the reader's own seats did in this point."""
    facts = []
    for seat in own:
        vote, conflict = state.votes.get(seat.pk), state.conflict_of(seat)
        if conflict is not None:
            value: c.Value = showing.STANDINGS["conflict"]
            note = "counts as an abstention"
        elif not has_vote(seat, meeting.rule) or not state.item.needs_decision:
            value, note = "No vote", "this seat has none" if state.item.needs_decision else "nothing is voted on"
        elif vote is None:
            value, note = showing.STANDINGS["silent"], ""
        else:
            value, note = showing.STANDINGS[vote.choice], _cast_words(vote)
        facts.append(c.Fact(groups.name_of(seat), value, note=note))
    return facts


def _cast_words(vote: Vote) -> str:
    """Who cast a vote; of one that the secretary typed why, and what it replaces."""
    if not vote.is_recorded:
        return f"cast by {vote.cast_by}"
    instead = f" instead of your {vote.get_instead_of_display().lower()}" if vote.instead_of else ""
    return f"recorded by {vote.cast_by}{instead}{f': {vote.reason}' if vote.reason else ''}"


def _actions(
    request: HttpRequest,
    item: AgendaItem,
    meeting: MeetingState,
    state: ItemState,
    own: list[Seat],
    *,
    is_conflicted: bool,
) -> list[c.Link]:
    """What this person can do with the point as it stands, the next thing first."""
    base = reverse("office-item", args=[item.pk])
    can_vote = any(has_vote(seat, meeting.rule) for seat in own) and item.needs_decision
    is_secretary = access.may(request.user, "record votes")
    possible = [
        ("cast vote", "Vote", "vote/", can_vote and not is_conflicted),
        ("record votes", "Record votes", "votes/", item.needs_decision and not is_conflicted),
        ("decide item", "Decide", "decide/", item.needs_decision and not is_conflicted),
        ("conclude item", "Conclude in words", "conclude/", not item.needs_decision and not is_conflicted),
        ("add paper", "Add a paper", "paper/", not is_conflicted),
        (
            "declare conflict",
            _conflict_words(is_secretary=is_secretary),
            "conflict/",
            is_secretary or (bool(own) and not is_conflicted),
        ),
        ("edit item", "Change the point", "edit/", not is_conflicted),
        ("defer item", "Defer", "defer/", not is_conflicted),
    ]
    return [
        c.Link(words, base + path)
        for action, words, path, is_possible in possible
        if is_possible and access.may(request.user, action) and item_allows(action, item.status, meeting.meeting.status)
    ]


def _conflict_words(*, is_secretary: bool) -> str:
    """The words of the link: a delegate declares the own conflict, a secretary records that of a seat."""
    return "Record a conflict" if is_secretary else "Declare a conflict of interest"


def _conflicts(item: AgendaItem, meeting: MeetingState, rows: tuple[Conflict, ...], *, may_lift: bool) -> c.Table:
    """The log of conflicts, those that were lifted too."""
    is_open = item_allows("lift conflict", item.status, meeting.meeting.status)
    shown = []
    for row in rows:
        state: c.Value = c.Status("Lifted", c.Tone.CLOSED) if row.lifted_at else c.Status("Stands", c.Tone.WARNING)
        note = f"{row.lifted_by}: {row.lifted_because}" if row.lifted_at else ""
        lift = reverse("office-conflict-lift", args=[row.pk]) if may_lift and is_open and row.lifted_at is None else ""
        shown.append(
            c.Row.of(
                groups.name_of(row.seat),
                c.Cell(row.nature, note=f"declared by {row.declared_by}"),
                c.Cell(state, note=note),
                c.Cell("Lift", href=lift) if lift else "–",
            )
        )
    columns = (c.Column("Seat"), c.Column("What it is"), c.Column("State"), c.Column("Lift"))
    empty = c.EmptyState("No conflict of interest is declared.")
    return c.Table("conflicts", "Conflicts of interest", columns, tuple(shown), ("conflict", "conflicts"), empty=empty)


def _decision_facts(request: HttpRequest, item: AgendaItem, *, is_office: bool) -> list[c.Fact]:
    """The decision on the point, where it has one."""
    decision = item.decision
    if decision is None:
        return []
    href = reverse("office-decision", args=[decision.pk]) if is_office else ""
    shown = decision.published_at is not None
    if not is_office and shown:
        href = reverse("public-decision", args=[decision.scheme.code, decision.number])
    return [
        c.Fact("Decision", decision.number_said, href=href, certainty=showing.mark(decision.certainty)),
        c.Fact("Decided on", decision.decided_on),
        c.Fact("Published", decision.published_at or "Not yet"),
    ]


def _next(request: HttpRequest, item: AgendaItem) -> c.Link | None:
    """What a decision leads to: the application that waits for it, or the reservation with the decision filled in."""
    waiting = points.waiting_for(item)
    if item.decision is not None and waiting is not None and access.may(request.user, "read applications"):
        href = reverse("office-application", args=[waiting.reference])
        return c.Link(f"Record it with application {waiting.reference}", href)
    is_adopted = item.status == AgendaItem.Status.ADOPTED and item.decision is not None and item.topic is not None
    if not is_adopted or not access.may(request.user, "reserve"):
        return None
    assert item.decision is not None
    assert item.topic is not None
    # A decision on a partner adopts no topic; it can amend the work plan of one that is adopted.
    if item.kind == AgendaItem.Kind.APPLICATION and item.topic.adopted_on is None:
        return None
    href = reverse("office-topic-act", args=[item.meeting.group.scheme.code, item.topic.code, "reserve"])
    decided = {"decision": item.decision.number, "decided_on": item.decision.decided_on.isoformat()}
    return c.Link("Reserve the match in the books", f"{href}?{urlencode(decided)}")
