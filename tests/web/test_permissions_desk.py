"""Who may do what around the desk and with a partner's people, through the pages: what every cell is tried on; right by right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION, Office, row_counts, shipped
from tests.cells import Act
from tests.rights import partner
from tests.worlds import world

from cofund.queries import access, invitations
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

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

    @classmethod
    def build(cls) -> Site:
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
        return cls(jdrf, invited, active, deactivated)

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
        return client.post(self.address(action, person), {**self.form(action), "token": tokens.new()})

    def form(self, action: str) -> dict[str, Any]:
        """What is typed."""
        stated: dict[str, dict[str, Any]] = {
            "invite colleague": {"name": "Nora New", "email": "nora@example.org", "rights": ["read"]},
            "grant right": {"rights": ["read", "apply"]},
            "revoke right": {"rights": []},
            "deactivate colleague": {"reason": "Left"},
        }
        return stated.get(action, {})


@world
def site() -> Site:
    """The people of JDRF."""
    return Site.build()


def people(site: Site) -> list[Any]:
    """Everything that an action on people changes."""
    rights = PartnerRight.objects.filter(revoked_at=None).order_by("pk").values_list("user_id", "right")
    return [*User.objects.order_by("pk").values_list("pk", "is_active", "password"), *rights]


@dataclass
class Cells:
    """The desk and a partner's people, for the test of every cell."""

    site: Site
    person: User
    # The link of an invitation opens nothing once there is a password, and nothing for who is deactivated.
    GONE = frozenset({("set password by link", role) for role in roles.ROLES})

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        site = Site.build()
        return cls(site, site.invited)

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        if role != roles.PUBLIC:
            return self.site.client(role, *RIGHTS)
        client = Client()
        client.force_login(User.objects.create_user("without-a-role", password=None))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """Somebody in a state, with a right."""
        site = self.site
        people = {"invited": site.invited, "active": site.active, "deactivated": site.deactivated}
        self.person = people[state or "invited"]
        held = {"granted_at": self.person.date_joined}
        PartnerRight.objects.get_or_create(
            user=self.person, organisation=site.organisation, right="read", revoked_at=None, defaults=held
        )

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an action."""
        if action == "set password by link":
            typed = {"password": "a-long-quiet-river", "again": "a-long-quiet-river"}
            return Act(reverse("invitation", args=[invitations.token_of(self.person)]), typed)
        if action == "renew calendar address":
            return Act(reverse("office-calendar-renew"), {"token": tokens.new()})
        pages = {
            "open desk": [reverse(name) for name in ("desk", "office-tasks", "office-profile")],
            "read a partner's pages": [reverse(name, args=["jdrf"]) for name in READING],
            "see what is in time": [reverse("office-topic-in-time", args=["imi2", "T1"])],
        }.get(action)
        if pages:
            return Act(pages[0], more=tuple(pages[1:]))
        return Act(self.site.address(action, self.person), {**self.site.form(action), "token": tokens.new()})


WORLDS = {"the partner's desk": Cells}


@pytest.mark.parametrize("right", ["", *RIGHTS])
@pytest.mark.parametrize("action", PEOPLE)
def test_act_on_people_takes_the_right_to_delegate(site: Site, right: str, action: str) -> None:
    client = site.client(roles.PARTNER, *([right] if right else []))
    before = people(site)
    answer = site.do(client, action)
    may = right == "delegate"
    assert (answer.status_code, people(site) != before) == ((302, True) if may else (404, False))


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


def test_who_signs_in_without_a_role_has_no_desk(site: Site) -> None:
    nobody = Client()
    nobody.force_login(User.objects.create_user("without-a-role"))
    assert nobody.get(reverse("desk")).status_code == 403


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
