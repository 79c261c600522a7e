"""Who is signed in is kept while nothing is written, and never longer: what is changed holds at the next page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cofund.queries import clock
from cofund.queries.versions import version
from cofund.records.directory.models import Organisation, User
from cofund.web.people import KeptPeople

DESK = "/office/"


@pytest.fixture
def anna(transactional_db: None) -> User:
    """An officer."""
    return User.objects.create_user("anna", password=None, role="officer")


@pytest.fixture
def signed_in(client: Client, anna: User) -> Client:
    """The officer's browser, which has been at the desk."""
    client.force_login(anna)
    assert client.get(DESK).status_code == 200
    return client


def test_session_and_person_are_not_read_again_while_nothing_is_written(signed_in: Client) -> None:
    # On PostgreSQL a write in another database of the server makes another version, too: of the pages that are asked for, the
    # first one counts between whose kept predecessor and whose end nothing was written anywhere.
    for _ in range(100):
        before = version()
        signed_in.get(DESK)
        with CaptureQueriesContext(connection) as asked:
            assert signed_in.get(DESK).status_code == 200
        if before == version():
            break
    else:
        pytest.fail("something was written between any two of a hundred pages")
    read = [row["sql"] for row in asked.captured_queries]
    assert [sql for sql in read if "django_session" in sql or "directory_user" in sql] == []


def test_person_who_may_not_sign_in_any_more_is_out_at_the_next_page(signed_in: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert signed_in.get(DESK).status_code == 302


def test_person_with_another_role_has_it_at_the_next_page(signed_in: Client, anna: User) -> None:
    assert signed_in.get("/office/leads/").status_code == 200
    User.objects.filter(pk=anna.pk).update(role="delegate")
    assert signed_in.get("/office/leads/").status_code == 403


def test_changed_password_ends_the_session(signed_in: Client, anna: User) -> None:
    anna.set_password("another-horse-battery")
    anna.save()
    assert signed_in.get(DESK).status_code == 302


def test_session_that_was_ended_elsewhere_is_over_at_the_next_page(signed_in: Client) -> None:
    Session.objects.all().delete()
    assert signed_in.get(DESK).status_code == 302


def test_session_runs_out_on_time_though_nothing_is_written(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE - 60))
    assert signed_in.get(DESK).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 60))
    assert signed_in.get(DESK).status_code == 302


def test_each_page_gets_a_person_of_its_own(anna: User) -> None:
    organisation = Organisation.objects.create(slug="wellcome", name="Wellcome")
    User.objects.filter(pk=anna.pk).update(organisation=organisation)
    first, second = KeptPeople().get_user(anna.pk), KeptPeople().get_user(anna.pk)
    assert first is not None and second is not None
    first.role, first.organisation = "auditor", None
    assert (second.role, second.organisation) == ("officer", organisation)
    third = KeptPeople().get_user(anna.pk)
    assert third is not None
    assert (third.role, third.organisation) == ("officer", organisation)
