"""Who may do what with groups, meetings and decisions, through the pages: what every cell is tried on, and conflict by conflict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse
from tests.boards import HELD_ON, SECRETARY, Board, known
from tests.books import row_counts
from tests.cells import Act
from tests.rights import ALL, partner
from tests.worlds import world

from cofund.actions.governance import agenda, groups, meetings
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.programme.models import AgendaItem, Conflict, Decision, Group, Meeting, Paper, Seat
from cofund.rules import roles
from cofund.rules.lifecycle_governance import MEETING
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))


@dataclass
class Site:
    """A board with a planned meeting, an open one and a decided point, so that every act is possible on something."""

    board: Board
    planned: Meeting
    meeting: Meeting
    item: AgendaItem
    advice: AgendaItem
    conflict: Conflict
    paper: Paper
    decision: Decision
    clients: dict[str, Client] = field(default_factory=dict)

    @classmethod
    def build(cls) -> Site:
        """Everything is there once."""
        board = Board.of_ihi()
        meeting = board.meeting()
        Seat.objects.filter(pk=board.seats["EuropaBio"].pk).update(user=None)
        decided, item = board.item(meeting, "Decided"), board.item(meeting, "Waits")
        words = agenda.ItemWanted(AgendaItem.Kind.OTHER, "Advice", needs_decision=False)
        advice = agenda.put_on_agenda(SECRETARY, meeting, words)
        board.attend(meeting)
        conflict = board.conflict(item, "EFPIA")
        paper = board.annex(item)
        decision = board.decide(decided, by_consensus=True).decision
        assert decision is not None
        planned = board.meeting(is_open=False)
        board.item(planned, "On the planned one")
        return cls(board, planned, meeting, item, advice, conflict, paper, decision)

    def client(self, role: str) -> Client:
        """A browser of somebody with this role: the delegate of COCIR, a partner of EuropaBio, whose seat names nobody."""
        if role == roles.DELEGATE:
            user = self.board.seats["COCIR"].user
            assert user is not None
        elif role == roles.PARTNER:
            organisation = self.board.seats["EuropaBio"].organisation
            assert organisation is not None
            user = partner(f"partner-{User.objects.count()}", organisation, *ALL)
        else:
            name = role if role in SIGNED_IN else ""
            user = User.objects.create_user(f"{role}-{User.objects.count()}", role=name, password=None)
        client = Client()
        client.force_login(user)
        return client

    def act(self, action: str) -> tuple[str, dict[str, str]]:
        """The page and the form of an action of the role table."""
        group = ["ihi", self.board.group.slug]
        cocir = self.board.seats["COCIR"]
        point, meeting, planned = [self.item.pk], [self.meeting.pk], [self.planned.pk]
        planning = {"title": "Next", "procedure": "ordinary", "held_on": "2024-04-02"}
        return {
            "add group": (reverse("office-group-new"), {"scheme": "ihi", "name": "Panel", "kind": "panel"}),
            "edit group": (reverse("office-group-edit", args=group), {"name": "The Board", "kind": "board"}),
            "add seat": (reverse("office-seat-new", args=group), {"capacity": "observer", "holder": "A state"}),
            "edit seat": (
                reverse("office-seat-edit", args=[cocir.pk]),
                {
                    "capacity": "member",
                    "organisation": "COCIR",
                    "bloc": "members",
                    "note": "New",
                    "user": str(cocir.user_id),
                },
            ),
            "end seat": (reverse("office-seat-end", args=[cocir.pk]), {"until_on": "2030-01-01", "reason": "A test"}),
            "add meeting": (reverse("office-meeting-new", args=group), planning),
            "edit meeting": (reverse("office-meeting-edit", args=planned), planning),
            "publish agenda": (reverse("office-meeting-act", args=[*planned, "publish"]), {}),
            "open meeting": (reverse("office-meeting-act", args=[*planned, "open"]), {}),
            "close meeting": (reverse("office-meeting-act", args=[*meeting, "close"]), {}),
            "cancel meeting": (reverse("office-meeting-cancel", args=planned), {"reason": "The hall is flooded"}),
            "record attendance": (
                reverse("office-meeting-attendance", args=meeting),
                {f"seat_{cocir.pk}": "no"},
            ),
            "put on agenda": (reverse("office-item-new", args=meeting), {"kind": "other", "title": "More"}),
            "edit item": (reverse("office-item-edit", args=point), {"title": "Other words"}),
            "add paper": (reverse("office-paper-new", args=point), {"title": "More", "text": "Words"}),
            "declare conflict": (
                reverse("office-conflict", args=point),
                {"seat": str(cocir.pk), "nature": "A test"},
            ),
            "lift conflict": (reverse("office-conflict-lift", args=[self.conflict.pk]), {"reason": "A mistake"}),
            "cast vote": (
                reverse("office-vote", args=point),
                {"seat": str(cocir.pk), "choice": "yes", "confirmed": "on"},
            ),
            "record votes": (reverse("office-votes", args=point), {f"seat_{cocir.pk}": "yes"}),
            "decide item": (
                reverse("office-decide", args=point),
                {"decided_on": HELD_ON.isoformat(), "title": "T", "conflicts_asked": "on", "by_consensus": "on"},
            ),
            "conclude item": (
                reverse("office-conclude", args=[self.advice.pk]),
                {"is_supported": "yes", "minutes": "Fine"},
            ),
            "defer item": (reverse("office-defer", args=point), {"reason": "Not ready"}),
            "publish decision": (reverse("office-decision-publish", args=[self.decision.pk]), {}),
        }[action]

    def do(self, client: Client, action: str) -> Any:
        """Send the form of an action."""
        address, data = self.act(action)
        return client.post(address, {**data, "token": tokens.new()})

    def counts(self) -> tuple[dict[str, int], int]:
        """How many rows there are, and how many things happened."""
        return row_counts(), AuditEvent.objects.count()


@world
def site() -> Site:
    """A board in which everything is possible on something."""
    return Site.build()


def ready(site: Site, action: str) -> None:
    """Bring the site into the state that an action needs beyond the usual."""
    if action == "close meeting":
        for item in AgendaItem.objects.filter(meeting=site.meeting, status="tabled"):
            agenda.defer_item(SECRETARY, item, "To close")


@dataclass
class Cells:
    """Groups and meetings, for the test of every cell."""

    site: Site
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Site.build())

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        return self.site.client(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Meeting | AgendaItem | None:
        """The meeting or the point of the act in a state."""
        site = self.site
        ready(site, action)
        if life is MEETING:
            about = resolve(site.act(action)[0]).kwargs.get("meeting")
            meeting = site.planned if about == site.planned.pk else site.meeting
            seen = None if action == "publish agenda" else "2024-03-01T10:00:00Z"
            Meeting.objects.filter(pk=meeting.pk).update(status=state, agenda_published_at=seen)
            return meeting
        if life is None:
            return None
        item = site.advice if action == "conclude item" else site.item
        AgendaItem.objects.filter(pk=item.pk).update(status=state)
        return item

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an act."""
        site = self.site
        if action == "read meetings":
            one = (reverse("office-meeting", args=[site.meeting.pk]), reverse("office-item", args=[site.item.pk]))
            return Act(reverse("office-meetings"), more=one)
        if action == "read groups":
            pages = (
                reverse("office-group", args=["ihi", site.board.group.slug]),
                reverse("office-decisions"),
                reverse("office-decision", args=[site.decision.pk]),
            )
            return Act(reverse("office-groups"), more=pages)
        address, data = site.act(action)
        if role == roles.PARTNER and "seat" in data:
            data = {**data, "seat": str(site.board.seats["EuropaBio"].pk)}
        return Act(address, {**data, "token": tokens.new()})


WORLDS = {"governance": Cells}


def doer(action: str) -> str:
    """A role that may do an action."""
    return next(role for role in (roles.GOVERNANCE_OFFICER, roles.DELEGATE) if roles.may(role, action))


def test_delegate_finds_no_meeting_of_another_group_and_none_before_its_agenda(site: Site) -> None:
    other = groups.add_group(SECRETARY, "ihi", groups.GroupWanted("Panel", Group.Kind.PANEL))
    wanted = meetings.MeetingWanted("Theirs", Meeting.Procedure.ORDINARY, HELD_ON)
    theirs = meetings.open_meeting(SECRETARY, known(meetings.add_meeting(SECRETARY, other, wanted)))
    item = agenda.put_on_agenda(
        SECRETARY, theirs, agenda.ItemWanted(AgendaItem.Kind.OTHER, "Their secret", needs_decision=False)
    )
    client = site.client(roles.DELEGATE)
    pairs = [
        ("office-meeting", theirs.pk),
        ("office-meeting", site.planned.pk),
        ("office-item", item.pk),
        ("office-vote", item.pk),
        ("office-conflict", item.pk),
    ]
    for name, key in pairs:
        forbidden = client.get(reverse(name, args=[key]))
        absent = client.get(reverse(name, args=[9999]))
        assert (name, forbidden.status_code, forbidden.content) == (name, 404, absent.content)
    listed = client.get(reverse("office-meetings")).content.decode()
    assert ("Theirs" in listed, listed.count("41st meeting")) == (False, 1)


@pytest.mark.parametrize("role", [roles.DELEGATE, roles.GOVERNANCE_OFFICER, roles.OFFICER, roles.AUDITOR])
@pytest.mark.parametrize("has_conflict", [False, True])
@pytest.mark.parametrize("is_confidential", [False, True])
def test_paper_is_seen_by_whoever_has_no_conflict(
    site: Site, role: str, has_conflict: bool, is_confidential: bool
) -> None:
    user = site.board.seats["EFPIA"].user
    assert user is not None
    User.objects.filter(pk=user.pk).update(role=role)
    if not has_conflict:
        Conflict.objects.all().delete()
    Paper.objects.filter(pk=site.paper.pk).update(is_confidential=is_confidential, text="Words of the annex")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    page = client.get(reverse("office-item", args=[site.item.pk]))
    assert page.status_code == 200
    is_hidden = has_conflict and is_confidential
    assert ("Words of the annex" in page.content.decode()) == (not is_hidden)
    assert ("You declared a conflict of interest on this point" in page.content.decode()) == has_conflict


@pytest.mark.parametrize("has_conflict", [False, True])
def test_file_of_a_confidential_paper_is_not_there_for_who_has_a_conflict(
    site: Site, has_conflict: bool, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "annex.pdf").write_bytes(b"%PDF-1.7 annex")
    Paper.objects.filter(pk=site.paper.pk).update(file="annex.pdf", file_name="annex.pdf")
    if not has_conflict:
        Conflict.objects.all().delete()
    user = site.board.seats["EFPIA"].user
    assert user is not None
    client = Client()
    client.force_login(user)
    found = client.get(reverse("office-paper", args=[site.paper.pk]))
    absent = client.get(reverse("office-paper", args=[9999]))
    if has_conflict:
        assert (found.status_code, found.content) == (404, absent.content)
    else:
        assert (found.status_code, b"".join(found.streaming_content)) == (200, b"%PDF-1.7 annex")
        assert found["Content-Disposition"] == 'attachment; filename="annex.pdf"'
        assert (found["X-Content-Type-Options"], found["Content-Type"]) == ("nosniff", "application/pdf")
        assert "no-store" in found["Cache-Control"]
    stranger = Client()
    stranger.force_login(partner("stranger", Organisation.objects.create(slug="x", name="Without a seat"), *ALL))
    for client, code in ((stranger, 404), (site.client(roles.PUBLIC), 403)):
        assert client.get(reverse("office-paper", args=[site.paper.pk])).status_code == code


@pytest.mark.parametrize("action", ["cast vote", "record votes", "decide item", "add paper"])
def test_who_has_a_conflict_neither_votes_nor_decides(site: Site, action: str) -> None:
    user = site.board.seats["EFPIA"].user
    assert user is not None
    User.objects.filter(pk=user.pk).update(role=doer(action))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    address, data = site.act(action)
    if action == "cast vote":
        data = {**data, "seat": str(site.board.seats["EFPIA"].pk)}
    before = site.counts()
    answer = client.post(address, {**data, "token": tokens.new()})
    assert (answer.status_code, site.counts()) == (422, before)
    assert "You declared a conflict of interest on this point" in answer.content.decode()


def test_delegate_sees_no_vote_of_others_before_the_decision(site: Site) -> None:
    site.board.vote(site.item, "no", "MedTech Europe")
    page = site.client(roles.DELEGATE).get(reverse("office-item", args=[site.item.pk])).content.decode()
    assert ("MedTech Europe" in page, "If it were decided now" in page, "A sister company" in page) == (
        False,
        False,
        False,
    )


def test_auditor_is_offered_nothing_to_write(site: Site) -> None:
    client = site.client(roles.AUDITOR)
    for name, arguments in (
        ("office-meeting", [site.meeting.pk]),
        ("office-item", [site.item.pk]),
        ("office-decision", [site.decision.pk]),
        ("office-group", ["ihi", site.board.group.slug]),
    ):
        html = client.get(reverse(name, args=arguments)).content.decode()
        assert (name, html.count('method="post"'), html.count('class="button"')) == (name, 1, 0)
