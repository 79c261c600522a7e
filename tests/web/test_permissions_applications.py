"""Who may do what with applications, through the pages: what every cell is tried on; rights; absent against forbidden."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.applications import COMPLETE, RULING, brought_to, decide, line, meeting, start, write
from tests.books import MILLION, Office, shipped
from tests.cells import Act
from tests.worlds import world

from cofund.actions.applications import deciding, letters, submitting
from cofund.actions.applications.guarding import RIGHTS
from cofund.queries.letters import edition_of
from cofund.records.directory.models import AuditEvent, PartnerRight, User
from cofund.records.ledger.models import Application, Entry, Letter
from cofund.records.programme.models import AgendaItem, Meeting
from cofund.rules import roles
from cofund.rules.lifecycle_applications import APPLICATION, LETTER
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens
from cofund.web.office.applications.steps import STEPS

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
ACTIONS = [name for name in roles.SUBJECTS["applications"] if name != "read applications"]
AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
RULED = {"decision": "GB-7", "decided_on": "2015-10-20", "reason": "A test"}
# The state in which an action is possible, for each action of the table.
STATES = {
    "start application": "draft",
    "edit letter": "draft",
    "submit application": "draft",
    "withdraw application": "submitted",
    "write next letter": "approved",
    "submit next letter": "next-draft",
    "name the target": "proposal",
    "return application": "submitted",
    "check application": "submitted",
    "accept warning": "warned",
    "schedule application": "eligible",
    "take off agenda": "scheduled",
    "approve application": "adopted",
    "approve on conditions": "adopted",
    "reject application": "turned down",
    "meet conditions": "conditional",
    "let application lapse": "conditional",
    "schedule next letter": "next-submitted",
    "endorse next letter": "next-submitted",
}
WARNING = {"code": "role", "severity": "warn", "words": "Two hats", "article": "", "remedy": "", "accepted": False}


@dataclass
class Site:
    """The book of IMI2, with applications in any state."""

    office: Office

    def client(
        self, role: str, *, rights: tuple[str, ...] = ("apply", "sign"), organisation: str = "Gates Foundation"
    ) -> Client:
        """A browser in which somebody with this role is signed in; a partner's person has its organisation's rights."""
        user = User.objects.create_user(
            f"{role}-{User.objects.count()}", role=role if role in SIGNED_IN else "", password=None
        )
        if role == roles.PARTNER:
            user.organisation = self.office.organisation(organisation)
            user.save()
            for right in rights:
                PartnerRight.objects.create(
                    user=user, organisation=user.organisation, right=right, granted_at=timezone.now()
                )
        client = Client()
        client.force_login(user)
        return client

    def application(self, state: str) -> Application:
        """An application in a state, or in one of the finer states that the table above names."""
        office = self.office
        if state in ("draft", "submitted", "eligible", "scheduled", "approved"):
            return brought_to(office, state)
        if state == "warned":
            row = brought_to(office, "submitted")
            Application.objects.filter(pk=row.pk).update(findings=[WARNING], checked_at=AT)
        elif state == "proposal":
            row = brought_to(office, "scheduled")
            Application.objects.filter(pk=row.pk).update(topic=None, proposal="P-1")
        elif state == "returned":
            row = brought_to(office, "submitted")
            submitting.return_for_completion(office.actor, row, "More", at=AT)
        elif state in ("adopted", "turned down"):
            row = brought_to(office, "scheduled")
            decide(office, row, RULED["decision"], choice="yes" if state == "adopted" else "no")
        elif state == "conditional":
            row = brought_to(office, "scheduled")
            decide(office, row)
            deciding.approve_on_conditions(office.actor, row, "If selected", RULING, at=AT)
        elif state.startswith("next"):
            row = brought_to(office, "approved")
            letters.write_next(office.actor, row, "More", at=AT)
            write(office, row, {**line(8 * MILLION), "number": 1})
            if state == "next-submitted":
                submitting.submit_next(office.actor, row, at=AT)
        else:
            row = brought_to(office, "scheduled")
            Application.objects.filter(pk=row.pk).update(status=state)
        row.refresh_from_db()
        return row

    def do(self, client: Client, action: str, row: Application) -> Any:
        """Send the form of an action."""
        act = self.act(action, row)
        return client.post(act.address, act.form)

    def act(self, action: str, row: Application) -> Act:
        """The page and the form of an action."""
        form = {"token": tokens.new()}
        if action == "start application":
            form |= {"organisation": "gates-foundation", "role": "partner", "target": "topic:T1"}
            return Act(reverse("office-application-new", args=["imi2"]), form)
        if action == "edit letter":
            opened = edition_of(row.letters.order_by("-number")[0])
            form |= {"rows": "0", "opened": opened, "subject_matter": "Changed", "save": "1"}
            return Act(reverse("office-letter", args=[row.reference]), form)
        step = next((one for one in STEPS if one.action == action), None)
        if step is None:
            raise KeyError(action)
        held = Meeting.objects.filter(status="planned").first() or meeting(self.office, dt.date(2015, 10, 20))
        if row.agenda_item is not None and row.agenda_item.meeting_id == held.pk:
            held = meeting(self.office, dt.date(2015, 10, 20))
        form |= {
            **RULED,
            # The next letter needs another decision than the first one.
            **({"decision": "GB-8", "elsewhere_because": "By letter"} if action == "endorse next letter" else {}),
            "conditions": "If selected",
            "target": "topic:T1",
            "met_on": "2015-10-21",
            "on": "2015-10-20",
            "meeting": str(held.pk),
        }
        return Act(reverse("office-application-step", args=[row.reference, step.code]), form)


@world
def site() -> Site:
    """The book of IMI2, in 2015."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    return Site(office)


def written() -> tuple[int, int, list[tuple[str, str]]]:
    """What an action may not change where it is refused."""
    rows = list(Application.objects.order_by("pk").values_list("reference", "status"))
    return AuditEvent.objects.count(), Entry.objects.count(), rows


def test_every_action_has_a_state_in_which_it_is_tried() -> None:
    assert set(STATES) == set(ACTIONS)
    assert {step.action for step in STEPS} | {"start application", "edit letter"} == set(ACTIONS)


@dataclass
class Cells:
    """Applications, for the test of every cell."""

    site: Site
    row: Application | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        office = Office.with_scheme(shipped("imi2"), "imi2")
        office.at = AT
        return cls(Site(office))

    def client(self, role: str) -> Client:
        """Somebody of a role; a partner's person has its organisation's rights."""
        return self.site.client(role, rights=("read", "apply", "sign"))

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Application | Letter:
        """An application, or its newest letter, in a state."""
        wanted = state if life is APPLICATION else STATES.get(action, "submitted")
        row = self.row = self.site.application(finer(action, wanted))
        if action == "accept warning":
            Application.objects.filter(pk=row.pk).update(findings=[WARNING], checked_at=AT)
        if action == "name the target":
            Application.objects.filter(pk=row.pk).update(topic=None, proposal="P-1")
        letter = row.letters.order_by("-number")[0]
        if (action, state) == ("schedule application", "scheduled"):
            # The board deferred it: it goes on the agenda of a later meeting.
            AgendaItem.objects.filter(pk=row.agenda_item_id).update(status="deferred")
        if state == "returned":
            # The letter is written anew, and its document is added anew.
            Letter.objects.filter(pk=letter.pk).update(
                file_name="letter.pdf", digest="f" * 64, signed_on=COMPLETE["signed_on"]
            )
        if life is not LETTER:
            return row
        Letter.objects.filter(pk=letter.pk).update(status=state)
        return letter

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        assert self.row is not None
        if action == "read applications":
            one = self.row.reference
            pages = (
                reverse("office-application", args=[one]),
                reverse("office-letter-pdf", args=[one, 1]),
                reverse("office-application-timing", args=[one]),
                reverse("office-way-in", args=["imi2"]),
            )
            return Act(reverse("office-applications"), more=pages)
        return self.site.act(action, self.row)


def finer(action: str, state: str) -> str:
    """An approved application with the next letter that an action is about; one before the board as the board decided it."""
    if state == "scheduled" and STATES.get(action) in ("adopted", "turned down"):
        return STATES[action]
    if state == "approved" and action in ("edit letter", "submit next letter"):
        return "next-draft"
    on_next = ("accept warning", "schedule next letter", "endorse next letter")
    return "next-submitted" if state == "approved" and action in on_next else state


WORLDS = {"applications": Cells}


@pytest.mark.parametrize("state", list(APPLICATION.states))
def test_step_in_a_state_that_does_not_allow_it_is_not_offered(site: Site, state: str) -> None:
    row = site.application(state)
    page = site.client(roles.OFFICER).get(reverse("office-application", args=[row.reference])).content.decode()
    for step in STEPS:
        if state not in APPLICATION.step(step.action).starts_from:
            assert reverse("office-application-step", args=[row.reference, step.code]) not in page


@pytest.mark.parametrize("action", list(RIGHTS))
def test_partner_without_the_right_is_refused_and_not_offered_it(site: Site, action: str) -> None:
    row = site.application(STATES[action])
    without = "sign" if RIGHTS[action] == "apply" else "apply"
    client = site.client(roles.PARTNER, rights=(without,))
    before = written()
    assert site.do(client, action, row).status_code == 422
    assert written() == before
    assert site.do(site.client(roles.PARTNER, rights=(RIGHTS[action],)), action, row).status_code == 302


def test_absent_and_forbidden_applications_answer_alike(site: Site) -> None:
    own, other = site.application("submitted"), start(site.office, "Other Trust")
    client = site.client(roles.PARTNER)
    pages = [
        ("office-application", ()),
        ("office-letter", ()),
        ("office-letter-pdf", (1,)),
        ("office-letter-signed", (1,)),
        ("office-application-timing", ()),
        ("office-application-step", ("withdraw",)),
        ("office-application-step", ("no-such-step",)),
    ]
    for name, more in pages:
        forbidden = client.get(reverse(name, args=[other.reference, *more]))
        absent = client.get(reverse(name, args=["imi2-A9999", *more]))
        assert (name, forbidden.status_code, absent.status_code) == (name, 404, 404)
        assert forbidden.content == absent.content
    # The panel that says what a letter unlocks takes only a form.
    panels = [client.post(reverse("office-letter-unlocks", args=[one])) for one in (other.reference, "imi2-A9999")]
    assert [one.status_code for one in panels] == [404, 404]
    assert panels[0].content == panels[1].content
    assert client.get(reverse("office-application", args=[own.reference])).status_code == 200
    listed = client.get(reverse("office-applications")).content.decode()
    assert (own.reference in listed, other.reference in listed) == (True, False)


@pytest.mark.parametrize("rights", [("read",), ("apply",), ("sign",), ("delegate",), ()])
def test_partner_reads_applications_with_the_right_to_read_write_or_sign(site: Site, rights: tuple[str, ...]) -> None:
    row = site.application("submitted")
    client = site.client(roles.PARTNER, rights=rights)
    expected = 200 if set(rights) & {"read", "apply", "sign"} else 404
    pages = (("office-application", ()), ("office-letter-pdf", (1,)))
    answers = {name: client.get(reverse(name, args=[row.reference, *more])).status_code for name, more in pages}
    assert answers == {name: expected for name, _ in pages}
    listed = client.get(reverse("office-applications")).content.decode()
    assert (row.reference in listed) == (expected == 200)


def test_board_paper_is_for_the_office(site: Site) -> None:
    row = site.application("submitted")
    address = reverse("office-board-paper", args=[row.reference])
    answers = {role: site.client(role).get(address).status_code for role in SIGNED_IN}
    assert answers == {role: 200 if roles.may(role, "check application") else 403 for role in SIGNED_IN}


def test_partner_reads_its_history_without_the_names_of_the_office(site: Site) -> None:
    row = site.application("submitted")
    address = reverse("office-application", args=[row.reference])
    own = site.client(roles.PARTNER).get(address).content.decode()
    assert ("By Finance officer" in own, "Submit application" in own) == (False, True)
    assert "By Finance officer" in site.client(roles.AUDITOR).get(address).content.decode()


def test_partner_applies_for_its_own_organisation_only(site: Site) -> None:
    site.office.organisation("Other Trust")
    form = {"organisation": "other-trust", "role": "partner", "token": tokens.new()}
    answer = site.client(roles.PARTNER).post(reverse("office-application-new", args=["imi2"]), form)
    assert (answer.status_code, Application.objects.count()) == (422, 0)


def test_revoked_right_ends_at_once(site: Site) -> None:
    row = site.application("draft")
    client = site.client(roles.PARTNER)
    PartnerRight.objects.filter(right="apply").update(revoked_at=timezone.now())
    assert site.do(client, "edit letter", row).status_code == 422
    PartnerRight.objects.update(revoked_at=timezone.now())
    assert site.do(client, "edit letter", row).status_code == 404
    assert COMPLETE["subject_matter"] == row.letters.get().subject_matter
