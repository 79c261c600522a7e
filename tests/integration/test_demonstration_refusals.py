"""The demonstration keeps off data that is not its own, and fits into books that were only opened."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cofund.actions.actors import Actor
from cofund.actions.demonstration.loading import load
from cofund.actions.errors import Refused
from cofund.actions.opening import open_scheme
from cofund.queries import demonstration, envelope, verification
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Scheme, Topic
from cofund.schemes import shipped

pytestmark = pytest.mark.django_db

OPENED_AT = datetime(2026, 2, 3, 12, tzinfo=UTC)


def opened() -> Scheme:
    """The scheme of IMI2, opened on some day of this site's own."""
    open_scheme(Actor("operator", "operator"), shipped()["imi2.toml"], file="imi2.toml", at=OPENED_AT)
    return Scheme.objects.get(code="imi2")


def test_site_with_topics_of_its_own_is_refused() -> None:
    Topic.objects.create(scheme=opened(), code="own-1", title="A topic of this office")
    with pytest.raises(Refused) as refusal:
        load()
    assert refusal.value.wrong == "This site already has topics."
    assert not demonstration.is_loaded()
    assert Organisation.objects.count() == 0


def test_person_with_the_same_log_in_is_refused() -> None:
    User.objects.create_user(username="officer", password="their own password")
    with pytest.raises(Refused) as refusal:
        load()
    assert refusal.value.wrong == "This site already has people with the same log-ins."
    assert Scheme.objects.count() == 0


def test_book_that_was_only_opened_takes_the_demonstration() -> None:
    opened()
    load()
    rows = Entry.objects.filter(book__scheme__code="imi2")
    assert set(rows.values_list("recorded_at", flat=True)) == {OPENED_AT}
    partners = envelope.statement("imi2", as_of=date(2026, 1, 1))[1]
    assert partners.contributed_cents == 106_185_752_00
    assert verification.verify("imi2").findings == ()


def test_nothing_is_recorded_in_the_future() -> None:
    instant = datetime(2016, 6, 1, tzinfo=UTC)
    load(at=instant)
    assert Entry.objects.order_by("-recorded_at")[0].recorded_at == instant
