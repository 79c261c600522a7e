"""Who may do what with the books, through the pages: what every cell is tried on, absent against forbidden, no write unasked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION, Office, row_counts, shipped
from tests.cells import Act, Command
from tests.rights import grant
from tests.worlds import world

from cofund.actions.actors import Actor
from cofund.actions.opening import open_scheme
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Topic
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
DAY = {"effective_on": "2015-10-02", "reason": "A test"}
DECIDED = {**DAY, "decision": "GB-1", "decided_on": "2015-10-02"}


def confirmed() -> dict[str, str]:
    """What the page that shows the effects of a booking adds to its form."""
    number = Entry.objects.filter(book__scheme__code="imi2").order_by("-number")[0].number
    return {"step": "confirm", "seen": str(number), "token": tokens.new(), "record": "1"}


@dataclass
class Site:
    """A book in which every act is possible on something."""

    office: Office
    pledged: Contribution
    committed: Contribution

    @classmethod
    def build(cls) -> Site:
        """A pledge to T1, an endorsed one to T2, a reserved one to T3, and a committed one to T4."""
        office = Office.with_scheme(shipped("imi2"), "imi2")
        made = {}
        for name in ("T1", "T2", "T3", "T4"):
            target = Target(topic=office.topic(name))
            made[name] = office.pledge(2 * MILLION, "JDRF", kind="FC_JU", target=target).contribution
            if name != "T1":
                office.endorse(made[name])
            if name in ("T3", "T4"):
                office.reserve(target)
        office.commit(Target(topic=office.topic("T4")))
        return cls(office, made["T1"], made["T4"])

    def client(self, role: str) -> Client:
        """A browser in which somebody with this role is signed in; the partner belongs to the pledging organisation."""
        user = User.objects.create_user(
            f"{role}-{User.objects.count()}", role=role if role in SIGNED_IN else "", password=None
        )
        if role == roles.PARTNER:
            user.organisation = Organisation.objects.get(slug="jdrf")
            user.save()
            grant(user, user.organisation)
        client = Client()
        client.force_login(user)
        return client

    def act(self, action: str) -> tuple[str, dict[str, str]]:
        """The page and the form of an action of the role table."""
        one, done = self.pledged.reference, self.committed.reference
        last = Entry.objects.filter(book__scheme__code="imi2").order_by("-number")[0].number
        return {
            "open topic": (
                reverse("office-topic-new", args=["imi2"]),
                {"code": "T-9", "title": "New", "reason": "A test"},
            ),
            "add organisation": (
                reverse("office-pledge", args=["imi2"]),
                {
                    **DAY,
                    "target": "topic:T1",
                    "new_name": "New Trust",
                    "capacity": "partner:FC_JU",
                    "amount": "5",
                    "place": "eu",
                },
            ),
            "pledge": (
                reverse("office-pledge", args=["imi2"]),
                {
                    **DAY,
                    "target": "topic:T1",
                    "organisation": Organisation.objects.get(slug="jdrf").name,
                    "capacity": "partner:FC_JU",
                    "amount": "5",
                    "place": "eu",
                },
            ),
            "endorse": (reverse("office-contribution-act", args=[one, "endorse"]), DECIDED),
            "withdraw": (reverse("office-contribution-act", args=[one, "withdraw"]), DAY),
            "reduce": (reverse("office-contribution-act", args=[one, "reduce"]), {**DAY, "amount": "1"}),
            "amend": (reverse("office-contribution-act", args=[one, "amend"]), {**DAY, "amount": "3,000,000"}),
            "reserve": (reverse("office-topic-act", args=["imi2", "T2", "reserve"]), DECIDED),
            "commit": (
                reverse("office-topic-act", args=["imi2", "T3", "commit"]),
                {**DECIDED, "acronym": "NEWP", "grant_agreement": "1"},
            ),
            "deliver": (reverse("office-contribution-act", args=[done, "deliver"]), {**DAY, "amount": "1"}),
            "release": (reverse("office-contribution-act", args=[done, "release"]), DAY),
            "correct": (reverse("office-correct", args=["imi2", last]), DAY),
            "award": (reverse("office-topic-act", args=["imi2", "T1", "award"]), {**DECIDED, "amount": "9"}),
            "top up": (reverse("office-tranche-act", args=["imi2", "B", "top-up"]), {**DECIDED, "amount": "9"}),
            "cut": (reverse("office-tranche-act", args=["imi2", "B", "cut"]), {**DECIDED, "amount": "9"}),
        }[action]

    def do(self, client: Client, action: str) -> Any:
        """Send the form as it is confirmed."""
        address, data = self.act(action)
        return client.post(address, {**data, **confirmed()})


@world
def site() -> Site:
    """The book with something for every act."""
    return Site.build()


@dataclass
class Cells:
    """The books, for the test of every cell."""

    site: Site
    GONE = frozenset[tuple[str, str]]()
    READ: ClassVar = {
        "read public pages": ("/", "/programmes/imi2/", "/topics/", "/partners/"),
        "read own contributions": ("/office/contributions/",),
        "read the books": tuple(
            reverse(name, args=arguments)
            for name, arguments in (
                ("office-books", []),
                ("office-books-of", ["imi2"]),
                ("office-verify", ["imi2"]),
                ("office-entry", ["imi2", 1]),
                ("office-topics", ["imi2"]),
                ("office-topic", ["imi2", "T1"]),
                ("office-project", ["imi2", "p1"]),
                ("office-envelope", ["imi2"]),
            )
        ),
    }

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Site.build())

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        return self.site.client(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Topic | None:
        """The topic of the act in a state."""
        if life is None:
            return None
        topic = Topic.objects.get(code={"reserve": "T2", "commit": "T3"}[action])
        Topic.objects.filter(pk=topic.pk).update(status=state)
        return topic

    def act(self, action: str, role: str) -> Act | Command:
        """The act as it is confirmed."""
        if action == "install scheme":
            return Command(lambda role: open_scheme(Actor("Somebody", role), shipped("ihi"), file="ihi.toml"))
        if action in self.READ:
            own = reverse("office-contribution", args=[self.site.pledged.reference])
            pages = (*self.READ[action], *([own] if action == "read own contributions" else []))
            return Act(pages[0], more=pages[1:])
        address, data = self.site.act(action)
        return Act(address, {**data, **confirmed()})


WORLDS = {"the books": Cells}
ACTIONS = [name for name in roles.SUBJECTS["the books"] if not name.startswith("read") and name != "install scheme"]


@pytest.mark.parametrize("action", ACTIONS)
def test_act_without_the_token_of_a_form_writes_nothing(site: Site, action: str) -> None:
    signed_in = site.client(roles.FINANCE_OFFICER)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    before = row_counts()
    assert site.do(strict, action).status_code == 403
    assert row_counts() == before


@pytest.mark.parametrize("action", [name for name in ACTIONS if name != "open topic"])
def test_act_that_is_only_shown_writes_nothing(site: Site, action: str) -> None:
    client = site.client(roles.FINANCE_OFFICER)
    address, data = site.act(action)
    before = row_counts()
    assert client.get(address).status_code == 200
    assert client.post(address, {**data, "show": "1"}).status_code == 200
    assert row_counts() == before


def test_partner_reads_its_own_contribution_and_no_other(site: Site) -> None:
    other = site.office.pledge(MILLION, "Other Trust", kind="FC_JU").contribution
    client = site.client(roles.PARTNER)
    pages = [site.pledged.reference, other.reference, "imi2-9999"]
    answers = [client.get(reverse("office-contribution", args=[reference])) for reference in pages]
    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[1].content == answers[2].content
    listed = client.get(reverse("office-contributions")).content.decode()
    assert ("Other Trust" in listed, "JDRF" in listed) == (False, True)


def test_absent_and_forbidden_objects_answer_alike(site: Site) -> None:
    other = site.office.pledge(MILLION, "Other Trust", kind="FC_JU").contribution
    client = site.client(roles.PARTNER)
    pairs = [
        (
            reverse("office-contribution-act", args=[other.reference, "endorse"]),
            reverse("office-contribution-act", args=["imi2-9999", "endorse"]),
        ),
        (reverse("office-topic", args=["imi2", "T1"]), reverse("office-topic", args=["imi2", "none"])),
        (reverse("office-books-of", args=["imi2"]), reverse("office-books-of", args=["none"])),
        (reverse("office-entry", args=["imi2", 1]), reverse("office-entry", args=["imi2", 9999])),
    ]
    for forbidden, absent in pairs:
        first, second = client.get(forbidden), client.get(absent)
        assert (first.status_code, first.content) == (second.status_code, second.content)


def test_auditor_is_offered_nothing_to_write(site: Site) -> None:
    client = site.client(roles.AUDITOR)
    pages = [
        reverse("desk"),
        reverse("office-contribution", args=[site.pledged.reference]),
        reverse("office-topic", args=["imi2", "T2"]),
        reverse("office-envelope", args=["imi2"]),
        reverse("office-entry", args=["imi2", 3]),
    ]
    before = row_counts()
    for page in pages:
        html = client.get(page).content.decode()
        assert html.count('method="post"') == 1, page  # signing out
    assert row_counts() == before


def test_pages_are_kept_by_no_cache(site: Site) -> None:
    answer = site.client(roles.OFFICER).get(reverse("desk"))
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
