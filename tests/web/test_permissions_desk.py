"""Who may do what around the desk and with a partner's people, through the pages: role by role, right by right, state by state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION, Office, row_counts, shipped
from tests.rights import partner

from cofund.queries import access, invitations
from cofund.records.directory.models import CalendarFeed, Organisation, PartnerRight, User
from cofund.rules import roles
from cofund.rules.lifecycle_people import COLLEAGUE
from cofund.web.office import tokens

TESTED = set(roles.SUBJECTS["the partner's desk"])
SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
RIGHTS = tuple(PartnerRight.Right.values)
PEOPLE = [
    "invite colleague",
    "invite colleague again",
    "grant right",
    "revoke right",
    "deactivate colleague",
    "reactivate colleague",
]


@dataclass
class Site:
    """JDRF with somebody who may delegate, and one person in each state."""

    organisation: Organisation
    invited: User
    active: User
    deactivated: User

    def client(self, role: str, *rights: str) -> Client:
        """A browser in which somebody with this role is signed in; a partner belongs to JDRF."""
        client = Client()
        if role == roles.PUBLIC:
            return client
        if role == roles.PARTNER:
            user = partner(f"me-{User.objects.count()}", self.organisation, *rights)
        else:
            user = User.objects.create_user(f"{role}-{User.objects.count()}", role=role, password=None)
        client.force_login(user)
        return client

    def address(self, action: str, person: User | None = None) -> str:
        """The page of an action."""
        slug = self.organisation.slug
        someone = person or (self.deactivated if action == "reactivate colleague" else self.invited)
        return {
            "invite colleague": reverse("office-person-new", args=[slug]),
            "invite colleague again": reverse("office-person-invite-again", args=[slug, someone.pk]),
            "grant right": reverse("office-person", args=[slug, someone.pk]),
            "revoke right": reverse("office-person", args=[slug, someone.pk]),
            "deactivate colleague": reverse("office-person-deactivate", args=[slug, someone.pk]),
            "reactivate colleague": reverse("office-person-reactivate", args=[slug, someone.pk]),
        }[action]

    def do(self, client: Client, action: str, person: User | None = None) -> Any:
        """Send the form of an action on the people."""
        data: dict[str, Any] = {
            "invite colleague": {"name": "Nora New", "email": "nora@example.org", "rights": ["read"]},
            "grant right": {"rights": ["read", "apply"]},
            "revoke right": {"rights": []},
            "deactivate colleague": {"reason": "Left"},
        }.get(action, {})
        return client.post(self.address(action, person), {**data, "token": tokens.new()})


@pytest.fixture
def site(db: None) -> Site:
    """The people of JDRF."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.pledge(2 * MILLION, "JDRF", kind="FC_JU")
    office.pledge(MILLION, "Other Trust", kind="FC_JU")
    jdrf = Organisation.objects.get(slug="jdrf")
    partner("dora", jdrf, *RIGHTS, password="correct-horse-battery")
    invited = partner("ines", jdrf, "read")
    active = partner("axel", jdrf, "read", password="correct-horse-battery")
    deactivated = partner("dirk", jdrf)
    deactivated.is_active = False
    deactivated.save()
    return Site(jdrf, invited, active, deactivated)


def people(site: Site) -> list[Any]:
    """Everything that an action on people changes."""
    rights = PartnerRight.objects.filter(revoked_at=None).order_by("pk").values_list("user_id", "right")
    return [*User.objects.order_by("pk").values_list("pk", "is_active", "password"), *rights]


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
@pytest.mark.parametrize("action", PEOPLE)
def test_act_on_people_is_open_to_exactly_the_roles_of_the_table(site: Site, role: str, action: str) -> None:
    client = site.client(role, *RIGHTS)
    before = people(site)
    answer = site.do(client, action)
    if roles.may(role, action):
        assert answer.status_code == 302
        assert people(site) != before
    elif role == roles.PUBLIC:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")
        assert people(site) == before
    else:
        assert answer.status_code == 403
        assert people(site) == before


@pytest.mark.parametrize("right", ["", *RIGHTS])
@pytest.mark.parametrize("action", PEOPLE)
def test_act_on_people_takes_the_right_to_delegate(site: Site, right: str, action: str) -> None:
    client = site.client(roles.PARTNER, *([right] if right else []))
    before = people(site)
    answer = site.do(client, action)
    may = right == "delegate"
    assert (answer.status_code, people(site) != before) == ((302, True) if may else (404, False))


@pytest.mark.parametrize("state", COLLEAGUE.states)
@pytest.mark.parametrize("action", [each for each in PEOPLE if each != "invite colleague"])
def test_act_on_people_is_refused_in_words_in_another_state(site: Site, state: str, action: str) -> None:
    person = {"invited": site.invited, "active": site.active, "deactivated": site.deactivated}[state]
    if action == "revoke right":
        PartnerRight.objects.get_or_create(
            user=person, organisation=site.organisation, right="read", defaults={"granted_at": person.date_joined}
        )
    client = site.client(roles.OFFICER)
    before = people(site)
    answer = site.do(client, action, person)
    if COLLEAGUE.allows(action, state):
        assert (answer.status_code, people(site) != before) == (302, True)
    elif action == "revoke right":
        # Whoever is deactivated holds nothing that could be revoked.
        assert (answer.status_code, people(site)) == (302, before)
    else:
        assert (answer.status_code, people(site)) == (422, before)
        assert "This can be done where it is:" in answer.content.decode()


def test_person_of_another_organisation_answers_like_nobody(site: Site) -> None:
    other = partner("olga", Organisation.objects.get(slug="other-trust"), "read")
    client = site.client(roles.PARTNER, *RIGHTS)
    pages = [
        (reverse("office-person", args=["jdrf", other.pk]), reverse("office-person", args=["jdrf", 999_999])),
        (reverse("office-people", args=["other-trust"]), reverse("office-people", args=["nobody"])),
        (reverse("partner-desk", args=["other-trust"]), reverse("partner-desk", args=["nobody"])),
        (
            reverse("office-partner-statement", args=["other-trust"]),
            reverse("office-partner-statement", args=["nobody"]),
        ),
        (reverse("office-person-new", args=["other-trust"]), reverse("office-person-new", args=["nobody"])),
    ]
    for forbidden, absent in pages:
        first, second = client.get(forbidden), client.get(absent)
        assert (first.status_code, first.content) == (404, second.content)


READING = ["partner-desk", "office-partner-statement", "office-people"]


@pytest.mark.parametrize("name", READING)
def test_pages_of_a_partner_are_open_to_exactly_the_roles_of_the_table(site: Site, name: str) -> None:
    address = reverse(name, args=["jdrf"])
    answers = {role: site.client(role, *RIGHTS).get(address).status_code for role in SIGNED_IN}
    assert answers == {role: 200 if roles.may(role, "read a partner's pages") else 403 for role in SIGNED_IN}


@pytest.mark.parametrize("right", ["", *RIGHTS])
def test_partner_without_the_right_to_read_sees_only_the_own_profile(site: Site, right: str) -> None:
    client = site.client(roles.PARTNER, *([right] if right else []))
    reads = right == "read"
    pages = {name: client.get(reverse(name, args=["jdrf"])).status_code for name in READING}
    assert pages == dict.fromkeys(READING, 200 if reads else 404)
    assert client.get(reverse("office-contribution", args=["imi2-3"])).status_code == (200 if reads else 404)
    assert client.get(reverse("office-profile")).status_code == 200
    desk = client.get(reverse("desk")).content.decode()
    assert [desk.count("imi2-3") > 0, "You may not read" in desk] == [reads, not reads]
    rows = client.get(reverse("office-contributions"), {"format": "json"}).json()["rows"]
    assert len(rows) == (1 if reads else 0)


def test_desk_is_open_to_exactly_the_roles_of_the_table(site: Site) -> None:
    for name in ("desk", "office-tasks", "office-profile"):
        answers = {role: site.client(role, *RIGHTS).get(reverse(name)).status_code for role in SIGNED_IN}
        assert answers == {role: 200 if roles.may(role, "open desk") else 403 for role in SIGNED_IN}
        assert Client().get(reverse(name)).status_code == 302
    nobody = Client()
    nobody.force_login(User.objects.create_user("without-a-role"))
    assert nobody.get(reverse("desk")).status_code == 403


def test_calendar_address_is_renewed_by_exactly_the_roles_of_the_table(site: Site) -> None:
    answers = {}
    for role in SIGNED_IN:
        client, before = site.client(role, *RIGHTS), CalendarFeed.objects.count()
        code = client.post(reverse("office-calendar-renew"), {"token": tokens.new()}).status_code
        answers[role] = (code, CalendarFeed.objects.count() - before)
    assert answers == {role: (302, 1) if roles.may(role, "renew calendar address") else (403, 0) for role in SIGNED_IN}


def test_whether_in_time_is_seen_by_exactly_the_roles_of_the_table(site: Site) -> None:
    address = reverse("office-topic-in-time", args=["imi2", "T1"])
    answers = {role: site.client(role, *RIGHTS).get(address).status_code for role in SIGNED_IN}
    assert answers == {role: 200 if roles.may(role, "see what is in time") else 403 for role in SIGNED_IN}
    officer = site.client(roles.OFFICER)
    assert officer.get(reverse("office-topic-in-time", args=["imi2", "none"])).status_code == 404


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
def test_password_is_set_by_whoever_holds_the_link(site: Site, role: str) -> None:
    client = site.client(role, *RIGHTS)
    address = reverse("invitation", args=[invitations.token_of(site.invited)])
    assert client.get(address).status_code == 200
    typed = {"password": "a-long-quiet-river", "again": "a-long-quiet-river"}
    assert client.post(address, typed).status_code == 302
    assert Client().login(username="ines", password="a-long-quiet-river")


@pytest.mark.parametrize("state", COLLEAGUE.states)
def test_link_works_only_for_who_is_invited(site: Site, state: str) -> None:
    person = {"invited": site.invited, "active": site.active, "deactivated": site.deactivated}[state]
    address = reverse("invitation", args=[invitations.token_of(person)])
    typed = {"password": "a-long-quiet-river", "again": "a-long-quiet-river"}
    before = person.password
    codes = (Client().get(address).status_code, Client().post(address, typed).status_code)
    person.refresh_from_db()
    allowed = COLLEAGUE.allows("set password by link", state)
    assert (codes, person.password != before) == ((((200, 302), True)) if allowed else ((404, 404), False))


def test_last_who_may_delegate_keeps_it(site: Site) -> None:
    dora = User.objects.get(username="dora")
    client = Client()
    client.force_login(dora)
    before = people(site)
    for action in ("revoke right", "deactivate colleague"):
        answer = site.do(client, action, dora)
        assert answer.status_code == 422
        assert "so nobody there could grant rights any more" in answer.content.decode()
    assert people(site) == before
    assert access.may_for_organisation(dora, "delegate", site.organisation)


def test_act_without_the_token_of_a_form_changes_nothing(site: Site) -> None:
    client = site.client(roles.OFFICER)
    before, rows = people(site), row_counts()
    for action in PEOPLE:
        assert (
            client.post(site.address(action), {"rights": ["apply"], "name": "N", "email": "n@example.org"}).status_code
            == 422
        )
    assert (people(site), row_counts()) == (before, rows)
