"""Two people with the same thing open: the second is told what the first changed, and writes over it only knowing that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from tests.boards import Board
from tests.books import MILLION
from tests.leads import Desk
from tests.topics import Topics

from cofund.records.directory.models import Contact, Organisation, PartnerRight, User
from cofund.records.programme.models import AgendaItem, Call, Comment, Lead, Meeting, Seat, Topic
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Client:
    """An officer who is signed in."""
    client.force_login(User.objects.create_user(username="officer", role="officer"))
    return client


def shown(client: Client, path: str) -> dict[str, str]:
    """What stands in the form of a page, with its mark."""
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in typed.items()} | {"token": tokens.new()}


def seen_in(html: str) -> str:
    """The mark that the page carries."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', html)
    return found[1] if found else ""


def test_note_on_a_lead_does_not_set_the_amount_back(officer: Client) -> None:
    lead = Desk.opened().lead(amount_cents=MILLION)
    path = f"/office/leads/{lead.reference}/edit/"
    first, second = shown(officer, path), shown(officer, path)
    first["amount_cents"], second["amount_cents"] = "2,000,000", "1,000,000"
    assert officer.post(path, first).status_code == 302
    answer = officer.post(path, second | {"note": "Called"})
    assert (answer.status_code, Lead.objects.get().amount_cents) == (422, 2 * MILLION)
    assert "Somebody changed it after you opened this page" in answer.text and "amount (now “200000000”)" in answer.text
    again = second | {"note": "Called", "amount_cents": "2,000,000", "seen": seen_in(answer.text)}
    assert officer.post(path, again).status_code == 302
    assert (Lead.objects.get().amount_cents, Lead.objects.get().note) == (2 * MILLION, "Called")


def test_website_of_an_organisation_does_not_set_its_country_back(officer: Client) -> None:
    Organisation.objects.create(slug="trust", name="Trust", country="DE")
    path = "/office/partners/trust/edit/"
    first, second = shown(officer, path), shown(officer, path)
    assert officer.post(path, first | {"country": "FR"}).status_code == 302
    answer = officer.post(path, second | {"website": "https://trust.example"})
    assert (answer.status_code, Organisation.objects.get().country) == (422, "FR")
    assert "country (now “FR”)" in answer.text
    again = second | {"country": "FR", "website": "https://trust.example", "seen": seen_in(answer.text)}
    assert officer.post(path, again).status_code == 302


def test_telephone_of_a_contact_does_not_set_the_function_back(officer: Client) -> None:
    trust = Organisation.objects.create(slug="trust", name="Trust")
    row = Contact.objects.create(organisation=trust, name="Grace Giver", function="Director")
    path = f"/office/partners/contacts/{row.pk}/"
    first, second = shown(officer, path), shown(officer, path)
    for one in (first, second):
        one.pop("is_first")
    assert officer.post(path, first | {"function": "President"}).status_code == 302
    answer = officer.post(path, second | {"phone": "+1 23"})
    assert (answer.status_code, Contact.objects.get().function) == (422, "President")


@dataclass(frozen=True)
class Twice:
    """One page that two people have open: who they are, what each types, what the first one did, and how the second is told."""

    path: str
    role: str
    first: dict[str, str]
    second: dict[str, str]
    stands: Callable[[], Any]
    told: str


def seat() -> Twice:
    world = Topics.make()
    path, stands = f"/office/governance/seats/{world.seat.pk}/edit/", lambda: Seat.objects.get(pk=world.seat.pk).person
    return Twice(path, "governance_officer", {"person": "Ann"}, {"note": "Since May"}, stands, "person (now “Ann”)")


def group() -> Twice:
    world = Topics.make()
    stands = lambda: type(world.diabetes).objects.get(pk=world.diabetes.pk).remit  # noqa: E731
    path = "/office/governance/groups/imi2/diabetes/edit/"
    typed = {"source_url": "https://imi.example"}
    return Twice(path, "governance_officer", {"remit": "Ideas"}, typed, stands, "remit (now “Ideas”)")


def planned_meeting() -> Twice:
    made = Board.of_ihi().meeting(is_open=False)
    path, stands = f"/office/governance/meetings/{made.pk}/edit/", lambda: Meeting.objects.get().title
    return Twice(path, "governance_officer", {"title": "42nd"}, {"place": "Brussels"}, stands, "title (now “42nd”)")


def point() -> Twice:
    board = Board.of_ihi()
    made = board.item(board.meeting(is_open=False))
    path, stands = f"/office/governance/points/{made.pk}/edit/", lambda: AgendaItem.objects.get().proposal
    typed = {"proposal": "To say yes"}
    return Twice(path, "governance_officer", typed, {"title": "Plan"}, stands, "proposal (now “To say yes”)")


def plan_of_topic() -> Twice:
    Topics.make().topic("T1")
    path, stands = "/office/imi2/topics/T1/steps/plan/", lambda: Topic.objects.get().summary
    typed = {"duration_months": "60"}
    return Twice(path, "scientific_officer", {"summary": "Cells"}, typed, stands, "summary (now “Cells”)")


def facts_of_call() -> Twice:
    made = Topics.make().call(procedure="single_stage")
    path, stands = f"/office/imi2/calls/{made.pk}/", lambda: Call.objects.get().name
    typed = {"note": "Only two topics"}
    return Twice(path, "scientific_officer", {"name": "Call 18"}, typed, stands, "name (now “Call 18”)")


def answer_to_comment() -> Twice:
    world = Topics.make()
    made = world.comment(world.consulted(world.written(), None))
    path = f"/office/consultations/{made.consultation_id}/comments/{made.pk}/"
    first, second = {"answer": "accepted", "answer_text": "Done"}, {"answer": "noted", "answer_text": "Seen"}
    told = "in words (now “Done”)"
    return Twice(path, "scientific_officer", first, second, lambda: Comment.objects.get().answer_text, told)


def next_step() -> Twice:
    Organisation.objects.create(slug="trust", name="Trust", next_step="Ring")
    path, stands = "/office/partners/trust/plan/", lambda: Organisation.objects.get().next_step
    typed = {"next_step_on": "2026-05-03"}
    return Twice(path, "officer", {"next_step": "Write"}, typed, stands, "next step (now “Write”)")


PAGES = (seat, group, planned_meeting, point, plan_of_topic, facts_of_call, answer_to_comment, next_step)


@pytest.mark.parametrize("build", PAGES)
def test_second_of_two_is_told_what_the_first_changed(build: Callable[[], Twice], client: Client) -> None:
    one = build()
    client.force_login(User.objects.create_user(username="somebody", role=one.role))
    first, second = kept(shown(client, one.path)), kept(shown(client, one.path))
    assert client.post(one.path, first | one.first).status_code == 302
    stood = one.stands()
    answer = client.post(one.path, second | one.second)
    assert (answer.status_code, one.stands()) == (422, stood)
    assert "Somebody changed it after you opened this page" in answer.text
    assert one.told in answer.text
    again = second | one.first | one.second | {"seen": seen_in(answer.text)}
    assert client.post(one.path, again).status_code == 302


def test_rights_that_somebody_revoked_are_not_granted_again_unseen(client: Client) -> None:
    world = Topics.make()
    paula, colleague = world.person("partner"), world.person("partner", "colleague")
    client.force_login(paula)
    path = f"/office/partner/jdrf/people/{colleague.pk}/"
    marks = [client.get(path).context["form"]["seen"].value() for _ in range(2)]
    sent = [{"seen": mark, "token": tokens.new()} for mark in marks]
    assert client.post(path, sent[0] | {"rights": ["read"]}).status_code == 302
    answer = client.post(path, sent[1] | {"rights": ["read", "sign"]})
    assert answer.status_code == 422
    assert "rights (now “read”)" in answer.text
    held = PartnerRight.objects.filter(user=colleague, revoked_at=None)
    assert list(held.values_list("right", flat=True)) == ["read"]


def kept(typed: dict[str, str]) -> dict[str, str]:
    """What a browser sends: boxes that are not ticked are left out."""
    return {name: value for name, value in typed.items() if value != "False"}
