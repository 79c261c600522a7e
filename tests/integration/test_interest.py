"""Somebody knocks: the limits, the link that works once and not for ever, whose organisation it is, and who is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core import mail
from tests.books import Office, fund, refused
from tests.worlds import world

from cofund.actions import interest
from cofund.actions.errors import Refused
from cofund.actions.interest import Knock
from cofund.queries import duplicates, names
from cofund.queries import interest as reading
from cofund.records.directory.models import AuditEvent, Contact, Message, Organisation, OrganisationName, User
from cofund.records.programme.models import Exchange, ExpressionOfInterest, Lead, Topic

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@world
def topic() -> Topic:
    """An open topic of the tests' own fund."""
    return Office.with_scheme(fund(), "fund").topic("VACCINES")


def knock(**more: object) -> Knock:
    """What somebody of a foundation writes."""
    stated: dict[str, object] = {
        "organisation_name": "Gates  Foundation",
        "person": "Grace Giver",
        "email": "grace@gates.example",
        "text": "We would like to bring seven million.",
        "country": "us",
        "kind": "foundation",
        "form": "cash",
        "amount_cents": 700_000_000,
        "origin": "192.0.2.7",
    }
    return Knock(**(stated | more))  # type: ignore[arg-type]


def express(topic: Topic, at: dt.datetime = NOON, **more: object) -> str:
    """Knock, and give the signed token of the e-mail."""
    links: list[str] = []

    def address_of(token: str) -> str:
        links.append(token)
        return f"https://site.example/{token}"

    interest.express(topic, knock(**more), address_of, at=at)
    return links[0]


def confirm(token: str, at: dt.datetime = NOON) -> ExpressionOfInterest:
    """Confirm as the page does."""
    return interest.confirm(token, lead_address=lambda reference: f"https://site.example/{reference}", at=at)


def test_knock_keeps_no_token_and_no_address(topic: Topic) -> None:
    token = express(topic)
    row = ExpressionOfInterest.objects.get()
    assert (row.organisation_name, row.country, row.confirmed_at, row.lead) == ("Gates Foundation", "US", None, None)
    raw = token.rpartition(":")[0]
    assert row.token_digest == reading.digest(raw)
    assert len(row.origin_digest) == 64
    assert "192.0.2.7" not in str(row.__dict__) + str(list(AuditEvent.objects.values()))
    assert "Grace" not in str(list(AuditEvent.objects.filter(action="express interest").values()))


def test_knock_writes_one_email_with_the_link(topic: Topic) -> None:
    token = express(topic)
    message = Message.objects.get()
    assert (message.recipient, message.purpose) == ("grace@gates.example", "confirm interest")
    assert re.findall(r"https://site\.example/\S+", message.text) == [f"https://site.example/{token}"]
    promise = "the pages of the office show only that somebody wrote about this topic, neither who nor what"
    assert (promise in " ".join(message.text.split()), "nobody" in message.text) == (True, False)


def test_confirmed_knock_becomes_a_lead_with_its_traces(topic: Topic) -> None:
    row = confirm(express(topic))
    lead = Lead.objects.get()
    assert (row.lead, lead.route, lead.stage, lead.topic, lead.amount_cents) == (
        lead,
        "knocks",
        "new",
        topic,
        700_000_000,
    )
    assert (lead.next_step, lead.next_step_on, lead.probability_percent) == ("Answer Grace Giver", NOON.date(), None)
    exchange = Exchange.objects.get()
    assert (exchange.by_office, exchange.lead, exchange.channel) == (False, lead, "email")
    assert list(Contact.objects.values_list("name", "email")) == [("Grace Giver", "grace@gates.example")]
    assert AuditEvent.objects.get(action="confirm interest").actor_role == "public"
    assert lead.reference not in Message.objects.get(purpose="confirm interest").text
    assert "https" not in Message.objects.get(purpose="confirm interest").text


def test_link_works_once(topic: Topic) -> None:
    token = express(topic)
    first = confirm(token)
    assert confirm(token).lead == first.lead
    assert (Lead.objects.count(), Exchange.objects.count(), Contact.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("spoil", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: "x:y"])
def test_link_that_is_not_ours_is_refused(topic: Topic, spoil: Callable[[str], str]) -> None:
    token = express(topic)
    assert "not one of ours" in refused(lambda: confirm(spoil(token))).wrong


def test_link_holds_for_a_week(topic: Topic) -> None:
    token = express(topic)
    late = NOON + dt.timedelta(days=7)
    refused(lambda: confirm(token, at=late))
    assert confirm(token, at=late - dt.timedelta(seconds=1)).confirmed_at is not None


def test_unconfirmed_knock_is_erased_with_its_email(topic: Topic) -> None:
    token = express(topic)
    later = NOON + dt.timedelta(days=8)
    express(topic, later, email="other@gates.example", origin="192.0.2.8")
    assert list(ExpressionOfInterest.objects.values_list("email", flat=True)) == ["other@gates.example"]
    assert list(Message.objects.values_list("recipient", flat=True)) == ["other@gates.example"]
    refused(lambda: confirm(token, at=later))
    assert interest.erase_lapsed(at=later + dt.timedelta(days=8)) == 1
    assert (ExpressionOfInterest.objects.count(), Message.objects.count()) == (0, 0)


def test_trace_of_the_network_is_gone_after_a_day(topic: Topic) -> None:
    confirm(express(topic))
    assert interest.erase_lapsed(at=NOON + dt.timedelta(days=1)) == 0
    assert list(ExpressionOfInterest.objects.values_list("origin_digest", flat=True)) == [""]


def test_fourth_knock_within_an_hour_is_refused_with_the_time(topic: Topic) -> None:
    for minute in (0, 10, 20):
        express(topic, NOON + dt.timedelta(minutes=minute), origin=f"192.0.2.{minute}")
    with pytest.raises(Refused) as caught:
        express(topic, NOON + dt.timedelta(minutes=30), email="GRACE@gates.example", origin="198.51.100.1")
    assert caught.value.fields["again_at"] == NOON + HOUR
    # Brussels is an hour ahead in winter.
    assert "after 14:00 on 2 March 2026" in caught.value.remedy
    assert (ExpressionOfInterest.objects.count(), Message.objects.count()) == (3, 3)
    express(topic, NOON + HOUR, origin="198.51.100.1")


def test_sixth_knock_of_one_network_is_refused(topic: Topic) -> None:
    for number in range(5):
        express(topic, email=f"person{number}@gates.example", origin=f"2001:db8:1:2::{number}")
    with pytest.raises(Refused) as caught:
        express(topic, email="person6@gates.example", origin="2001:db8:1:2:ffff::1")
    assert "your network" in caught.value.wrong
    express(topic, email="person6@gates.example", origin="2001:db8:1:3::1")


def test_knock_without_a_known_network_is_limited_by_its_address_alone(topic: Topic) -> None:
    for number in range(6):
        express(topic, email=f"person{number}@gates.example", origin="")
    assert ExpressionOfInterest.objects.filter(origin_digest="").count() == 6


@pytest.mark.parametrize("change", [{"status": "adopted", "adopted_on": NOON.date()}, {"status": "dropped"}])
def test_topic_that_is_no_longer_open_takes_no_knock(topic: Topic, change: dict[str, object]) -> None:
    Topic.objects.filter(pk=topic.pk).update(**change)
    assert "no longer takes" in refused(lambda: express(topic)).wrong
    assert reading.open_topic("fund", "VACCINES") is None


@pytest.mark.parametrize(
    ("stated", "written", "email", "country", "same"),
    [
        ({"name": "Gates Foundation"}, "GATES   foundation", "a@elsewhere.example", "", True),
        ({"name": "Gates Foundation", "country": "US"}, "Gates Foundation", "a@b.example", "us", True),
        ({"name": "Gates Foundation", "country": "US"}, "Gates Foundation", "a@b.example", "GB", False),
        ({"name": "Bill & Melinda Gates Foundation", "short_name": "Gates"}, "Gates", "a@b.example", "", False),
        (
            {
                "name": "Bill & Melinda Gates Foundation",
                "short_name": "Gates",
                "website": "https://www.gates.example/x",
            },
            "gates",
            "a@gates.example",
            "",
            True,
        ),
        (
            {"name": "Big Trust", "short_name": "Gates", "website": "https://notgates.example"},
            "gates",
            "a@gates.example",
            "",
            False,
        ),
        ({"name": "Gates Foundations"}, "Gates Foundation", "a@b.example", "", False),
        ({"name": "Fundación Sol"}, "FUNDACIÓN SOL", "a@b.example", "", True),
    ],
)
def test_organisation_is_taken_for_a_known_one_only_where_certain(
    topic: Topic, stated: dict[str, str], written: str, email: str, country: str, same: bool
) -> None:
    known = Organisation.objects.create(slug="known", **stated)
    lead = confirm(express(topic, organisation_name=written, email=email, country=country)).lead
    assert lead is not None
    assert (lead.organisation == known) == same


def test_two_organisations_of_one_name_leave_a_doubt(topic: Topic) -> None:
    Organisation.objects.create(slug="one", name="Gates Foundation")
    Organisation.objects.create(slug="two", name="Gates foundation")
    lead = confirm(express(topic)).lead
    assert lead is not None
    assert lead.organisation.slug == "gates-foundation"
    assert {one.slug for one in duplicates.of_stranger(lead.organisation, "")} == {"one", "two"}


def test_other_names_and_merges_are_followed(topic: Topic) -> None:
    kept = Organisation.objects.create(slug="kept", name="Gates Fund")
    OrganisationName.objects.create(organisation=kept, name="Gates Foundation")
    Organisation.objects.create(slug="gone", name="Gates Foundation", merged_into=kept)
    lead = confirm(express(topic)).lead
    assert lead is not None
    assert lead.organisation == kept


def test_new_organisation_is_marked_and_gets_a_slug_of_its_own(topic: Topic) -> None:
    Organisation.objects.create(slug="gates-foundation", name="Something else")
    lead = confirm(express(topic)).lead
    assert lead is not None
    made = lead.organisation
    assert (made.slug, made.kind, made.country) == ("gates-foundation-2", "foundation", "US")
    row = AuditEvent.objects.get(subject="organisation/gates-foundation-2")
    assert row.reason == "Added by an expression of interest in VACCINES"


def test_free_mail_says_nothing_of_an_organisation() -> None:
    assert (names.domain_of("a@GMAIL.com"), names.domain_of("a@Trust.example")) == ("", "trust.example")


def test_scientific_officer_of_the_topic_is_told(topic: Topic) -> None:
    sven = User.objects.create_user("sven", "sven@office.example", role="scientific_officer")
    User.objects.create_user("olga", "olga@office.example", role="officer")
    Topic.objects.filter(pk=topic.pk).update(scientific_officer=sven)
    lead = confirm(express(topic)).lead
    assert lead is not None
    assert lead.owner == sven
    message = Message.objects.get(purpose="new lead")
    assert (message.recipient, f"https://site.example/{lead.reference}" in message.text) == (
        "sven@office.example",
        True,
    )


def test_officers_are_told_where_the_topic_has_nobody(topic: Topic) -> None:
    User.objects.create_user("olga", "olga@office.example", role="officer")
    User.objects.create_user("otto", "", role="officer")
    User.objects.create_user("old", "old@office.example", role="officer", is_active=False)
    User.objects.create_user("finn", "finn@office.example", role="finance_officer")
    confirm(express(topic))
    assert list(Message.objects.filter(purpose="new lead").values_list("recipient", flat=True)) == [
        "olga@office.example"
    ]


def test_email_is_sent_once_the_transaction_stands(
    topic: Topic, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        express(topic)
    assert [message.to for message in mail.outbox] == [["grace@gates.example"]]
