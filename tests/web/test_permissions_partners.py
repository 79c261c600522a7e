"""Who may do what with organisations, through the pages: what every cell is tried on, the absent, and what forbids it besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import row_counts
from tests.cells import Act
from tests.worlds import world

from cofund.actions import contacts, merging, relations
from cofund.actions.actors import Actor
from cofund.actions.contacts import ContactFacts
from cofund.actions.relations import NewRelation
from cofund.records.corpus.models import ImportRun, PastOrganisation, RorName, RorRecord
from cofund.records.directory.models import (
    Contact,
    CorpusLink,
    Interest,
    Merge,
    Organisation,
    OrganisationRelation,
    User,
)
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

OFFICER = Actor("Officer", roles.OFFICER)
SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
ACTIONS = [name for name in roles.SUBJECTS["partners"] if name != "read partners"]
EDITED = {"name": "Trust One", "kind": "foundation", "country": "DE", "funding_origin": "private", "keeps_name": "on"}


@dataclass
class Site:
    """Two organisations with something of everything, a merge, a record of ROR and a past organisation."""

    one: Organisation
    contact: Contact
    interest: Interest
    relation: OrganisationRelation
    merge: Merge

    @classmethod
    def build(cls) -> Site:
        """Make them."""
        one, two, three = (
            Organisation.objects.create(slug=name.lower(), name=name, country="DE") for name in ("One", "Two", "Three")
        )
        run = ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at="2025-01-01T00:00Z")
        record = RorRecord.objects.create(run=run, id="029chgv08", name="One", status="active", country="DE")
        RorName.objects.create(record=record, key="one", first_word="one", country="DE")
        PastOrganisation.objects.create(run=run, pic=999905974, name="ONE OF OLD")
        again = PastOrganisation.objects.create(run=run, pic=999905975, name="ONE AGAIN")
        CorpusLink.objects.create(organisation=one, past_organisation=again, basis="stated", recorded_at=run.started_at)
        return cls(
            one,
            contacts.add(OFFICER, one, ContactFacts("Person")),
            contacts.state_interest(OFFICER, one, "offer", "Data"),
            relations.relate(OFFICER, NewRelation(one, "controls", two)),
            merging.merge(OFFICER, one, three, "Same"),
        )

    def client(self, role: str) -> Client:
        """A browser in which somebody with this role is signed in; the partner belongs to the organisation itself."""
        user = User.objects.create_user(
            f"{role}-{User.objects.count()}", role=role if role in SIGNED_IN else "", password=None
        )
        if role == roles.PARTNER:
            user.organisation = self.one
            user.save()
        client = Client()
        client.force_login(user)
        return client

    def act(self, action: str) -> tuple[str, dict[str, str]]:
        """The page and the form of an action of the role table."""
        one = self.one.slug
        return {
            "edit organisation": (reverse("office-partner-edit", args=[one]), EDITED),
            "name organisation": (reverse("office-partner-name", args=[one]), {"name": "Also One"}),
            "take from ROR": (reverse("office-partner-ror", args=[one, "029chgv08"]), {}),
            "link to the corpus": (reverse("office-partner-past", args=[one, 999905974]), {"reason": "Known to us"}),
            "unlink from the corpus": (reverse("office-partner-unlink", args=[one, 999905975]), {"reason": "Another"}),
            "relate organisations": (
                reverse("office-partner-relation", args=[one]),
                {"direction": "to", "kind": "affiliated_to", "other": "Two", "certainty": "recorded"},
            ),
            "end relation": (reverse("office-relation-end", args=[self.relation.pk]), {"until_on": "2025-01-31"}),
            "plan next step": (reverse("office-partner-plan", args=[one]), {"next_step": "Call", "next_step_on": ""}),
            "log exchange": (
                reverse("office-partner-exchange", args=[one]),
                {"channel": "call", "on": "2025-01-31", "summary": "Called", "by_office": "no"},
            ),
            "add contact": (reverse("office-partner-contact", args=[one]), {"name": "New Person"}),
            "edit contact": (reverse("office-contact-edit", args=[self.contact.pk]), {"name": "Renamed"}),
            "mark contact as left": (reverse("office-contact-left", args=[self.contact.pk]), {"left_on": "2025-01-31"}),
            "add interest": (reverse("office-partner-interest", args=[one]), {"kind": "need", "text": "Money"}),
            "end interest": (reverse("office-interest-end", args=[self.interest.pk]), {"ended_on": "2025-01-31"}),
            "merge organisations": (reverse("office-partner-merge", args=[one, "two"]), {"reason": "Same"}),
            "undo merge": (reverse("office-merge-undo", args=[self.merge.pk]), {"reason": "Two"}),
        }[action]

    def do(self, client: Client, action: str) -> Any:
        """Send the form."""
        address, data = self.act(action)
        return client.post(address, {**data, "token": tokens.new()})


@world
def site() -> Site:
    """Two organisations, and what is known of them."""
    return Site.build()


@dataclass
class Cells:
    """Organisations, for the test of every cell."""

    site: Site
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(Site.build())

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        return self.site.client(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """No act on organisations asks for a state of the table."""
        assert life is None

    def act(self, action: str, role: str) -> Act:
        """The page and the form of an act."""
        if action == "read partners":
            return Act(reverse("office-partners"), more=(reverse("office-partner", args=["one"]),))
        address, data = self.site.act(action)
        return Act(address, {**data, "token": tokens.new()})


WORLDS = {"partners": Cells}


@pytest.mark.parametrize("action", ACTIONS)
def test_form_of_an_act_opens_for_the_same_roles(site: Site, action: str) -> None:
    for role in (*SIGNED_IN, roles.PUBLIC):
        answer = site.client(role).get(site.act(action)[0])
        assert answer.status_code == (200 if roles.may(role, action) else 403)


@pytest.mark.parametrize("action", ACTIONS)
def test_act_without_the_token_of_a_form_writes_nothing(site: Site, action: str) -> None:
    client = site.client(roles.OFFICER)
    address, data = site.act(action)
    before = row_counts()
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert row_counts() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_form_that_is_sent_twice_does_it_once(site: Site, action: str) -> None:
    client = site.client(roles.OFFICER)
    address, data = site.act(action)
    once = {**data, "token": tokens.new()}
    first = client.post(address, once)
    counts = row_counts()
    second = client.post(address, once)
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert row_counts() == counts


@pytest.mark.parametrize("role", [*SIGNED_IN, roles.PUBLIC])
def test_page_offers_exactly_what_the_role_may_do(site: Site, role: str) -> None:
    if not roles.may(role, "read partners"):
        return
    html = site.client(role).get(reverse("office-partner", args=["one"])).content.decode()
    html += site.client(role).get(reverse("office-partner", args=["three"])).content.decode()
    for action in ACTIONS:
        if action in ("link to the corpus", "merge organisations"):
            continue  # No past organisation is suggested here; the way to a merge leads over its choice.
        assert (f'href="{site.act(action)[0]}"' in html) == roles.may(role, action), action
    choice = reverse("office-partner-merge-choose", args=["one"])
    assert (f'href="{choice}"' in html) == roles.may(role, "merge organisations")


@pytest.mark.parametrize(
    "address",
    [
        *("/office/partners/nobody/edit/", "/office/partners/nobody/merge/one/", "/office/partners/one/merge/nobody/"),
        *("/office/partners/contacts/999999/", "/office/partners/relations/999999/end/"),
        *("/office/partners/interests/999999/end/", "/office/partners/merges/999999/undo/"),
        *("/office/partners/one/ror/0456r8d26/", "/office/partners/one/past/1/"),
    ],
)
def test_absent_object_is_told_apart_only_for_those_who_may(site: Site, address: str) -> None:
    assert site.client(roles.OFFICER).get(address).status_code == 404
    assert site.client(roles.AUDITOR).get(address).status_code == 403


@pytest.mark.parametrize(
    "action", ["end relation", "mark contact as left", "end interest", "undo merge", "take from ROR"]
)
def test_act_that_was_done_is_refused_in_words_and_not_offered(site: Site, action: str) -> None:
    client = site.client(roles.OFFICER)
    assert site.do(client, action).status_code == 302
    before = row_counts()
    answer = site.do(client, action)
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert row_counts() == before
    html = client.get(reverse("office-partner", args=["one"])).content.decode()
    assert f'href="{site.act(action)[0]}"' not in html


@pytest.mark.parametrize(
    "action", [name for name in ACTIONS if name not in ("undo merge", "merge organisations", "end relation")]
)
def test_merged_organisation_is_not_acted_on(site: Site, action: str) -> None:
    client = site.client(roles.OFFICER)
    two = Organisation.objects.get(slug="two")
    Organisation.objects.filter(slug="one").update(merged_into=two)
    before = row_counts()
    answer = site.do(client, action)
    assert answer.status_code == 422
    assert "It was merged into Two." in answer.content.decode()
    assert row_counts() == before
    html = client.get(reverse("office-partner", args=["one"])).content.decode()
    assert "Merged into Two" in html
