"""A partner that is seated enters its own group: it reads, declares and votes by its seat, and finds nothing of other groups."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from tests.boards import SECRETARY, Board, known, refusal
from tests.books import Office, shipped
from tests.rights import ALL, partner
from tests.worlds import world

from cofund.actions.actors import Actor
from cofund.actions.governance import agenda, conflicts, groups, meetings, votes
from cofund.queries import calendars
from cofund.records.directory.models import Message, Organisation, User
from cofund.records.programme.models import AgendaItem, Conflict, Group, Meeting, RoleHolding, Seat, Vote
from cofund.web.office import tokens

READ = ("read",)


@world
def board() -> Board:
    """The board of IHI; the seat of EuropaBio names its organisation and nobody."""
    found = Board.of_ihi()
    Seat.objects.filter(pk=found.seats["EuropaBio"].pk).update(user=None)
    return found


def of(board: Board, *rights: str) -> User:
    """Somebody of EuropaBio with rights."""
    organisation = board.seats["EuropaBio"].organisation
    assert organisation is not None
    return partner(f"person-{User.objects.count()}", organisation, *rights)


def browser(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def test_partner_reads_its_meeting_declares_and_votes_by_the_seat_of_its_organisation(board: Board) -> None:
    meeting = board.written()
    item, other = board.item(meeting), board.item(meeting, "The other")
    board.annex(item)
    client = browser(of(board, *ALL))
    desk = client.get(reverse("desk")).text
    assert [words in desk for words in (">Meetings</a>", "Where you sit", "Governing Board", "Votes to cast")] == [
        True
    ] * 4
    assert item.title in client.get(reverse("office-meeting", args=[meeting.pk])).text
    page = client.get(reverse("office-item", args=[item.pk])).text
    assert ("What only the board reads" in page, ">Vote</a>" in page) == (True, True)
    seat = board.seats["EuropaBio"].pk
    form = {"seat": seat, "choice": "yes", "confirmed": "on", "token": tokens.new()}
    assert client.post(reverse("office-vote", args=[item.pk]), form).status_code == 302
    said = {"seat": seat, "nature": "We applied", "token": tokens.new()}
    assert client.post(reverse("office-conflict", args=[other.pk]), said).status_code == 302
    assert list(Vote.objects.values_list("item", "seat", "choice")) == [(item.pk, seat, "yes")]
    assert list(Conflict.objects.values_list("item", "seat")) == [(other.pk, seat)]


def test_conflict_of_an_organisations_seat_binds_all_its_people(board: Board) -> None:
    item = board.item(board.meeting())
    board.annex(item)
    first, second = of(board, *ALL), of(board, *ALL)
    seat = board.seats["EuropaBio"].pk
    conflicts.declare(Actor.of(first), item, seat, "We applied")
    page = browser(second).get(reverse("office-item", args=[item.pk])).text
    assert ("What only the board reads" in page, "You declared a conflict" in page) == (False, True)
    assert refusal(votes.cast, Actor.of(second), item, seat, "yes").startswith("You declared a conflict of interest")


def test_partner_finds_nothing_of_other_groups(board: Board) -> None:
    panel = groups.add_group(SECRETARY, "ihi", groups.GroupWanted("Panel", Group.Kind.PANEL))
    wanted = meetings.MeetingWanted("Theirs", Meeting.Procedure.ORDINARY, board.meeting().held_on)
    theirs = meetings.open_meeting(SECRETARY, known(meetings.add_meeting(SECRETARY, panel, wanted)))
    words = agenda.ItemWanted(AgendaItem.Kind.OTHER, "Their secret", needs_decision=False)
    item = agenda.put_on_agenda(SECRETARY, theirs, words)
    client = browser(of(board, *ALL))
    for name, key in (("office-meeting", theirs.pk), ("office-item", item.pk), ("office-vote", item.pk)):
        forbidden, absent = (client.get(reverse(name, args=[one])) for one in (key, 9999))
        assert (name, forbidden.status_code, forbidden.content) == (name, 404, absent.content)
    assert "Theirs" not in client.get(reverse("office-meetings")).text


def test_partner_without_a_seat_is_offered_no_meetings(board: Board) -> None:
    item = board.item(board.meeting())
    client = browser(partner("else", Organisation.objects.create(slug="else", name="Elsewhere"), *ALL))
    assert ">Meetings</a>" not in client.get(reverse("desk")).text
    assert client.get(reverse("office-item", args=[item.pk])).status_code == 404


def test_who_may_only_read_neither_votes_nor_declares(board: Board) -> None:
    item = board.item(board.meeting())
    reader = of(board, *READ)
    page = browser(reader).get(reverse("office-item", args=[item.pk]))
    assert (page.status_code, ">Vote</a>" in page.text, "Declare a conflict" in page.text) == (200, False, False)
    assert refusal(votes.cast, Actor.of(reader), item, board.seats["EuropaBio"].pk, "yes") == "That is not your seat."
    assert browser(reader).get(reverse("office-vote", args=[item.pk])).status_code == 404


def test_seat_with_a_person_of_its_own_is_no_colleagues(board: Board) -> None:
    item = board.item(board.meeting())
    person, colleague = of(board, *READ), of(board, *ALL)
    Seat.objects.filter(pk=board.seats["EuropaBio"].pk).update(user=person)
    seat = board.seats["EuropaBio"].pk
    assert refusal(votes.cast, Actor.of(colleague), item, seat, "yes") == "That is not your seat."
    assert votes.cast(Actor.of(person), item, seat, "yes").choice == "yes"


def test_agenda_is_told_to_the_people_of_a_seat_that_names_its_organisation_alone(board: Board) -> None:
    writer = of(board, *ALL)
    of(board, *READ)
    meeting = board.meeting(is_open=False)
    board.item(meeting)
    meetings.publish_agenda(SECRETARY, meeting)
    told = set(Message.objects.values_list("recipient", flat=True))
    delegates = {f"{name}@example.org" for name in ("union", "efpia", "cocir", "medtech-europe", "chair-of-the-states")}
    assert told == {*delegates, writer.email}


def test_calendar_of_a_partner_holds_its_meetings_and_no_others(board: Board) -> None:
    coming = board.written()
    panel = groups.add_group(SECRETARY, "ihi", groups.GroupWanted("Panel", Group.Kind.PANEL))
    wanted = meetings.MeetingWanted("Theirs", Meeting.Procedure.ORDINARY, coming.held_on)
    meetings.add_meeting(SECRETARY, panel, wanted)
    every = calendars.of_person(of(board, *ALL))
    days = [day for day in every if day.category == "Meeting"]
    # It gives nothing in any role yet, so that no plan or report of a year is its duty.
    assert [day for day in every if day.category == "Programme"] == []
    assert [(day.page, day.arguments) for day in days] == [("office-meeting", (coming.pk,))]


def test_calendar_of_a_partner_has_the_duties_of_its_roles_in_its_programmes_alone(board: Board) -> None:
    Office.with_scheme(shipped("cbe"), "cbe")
    person = of(board, *ALL)
    assert person.organisation is not None
    for role, wanted in (("partner", set()), ("member", {"ihi-ikaa_plan", "ihi-ikaa_report"})):
        RoleHolding.objects.create(scheme=board.office.row, organisation=person.organisation, role=role)
        days = [day.key.rsplit("-", 1)[0] for day in calendars.of_person(person) if day.category == "Programme"]
        assert (role, set(days)) == (role, wanted)
