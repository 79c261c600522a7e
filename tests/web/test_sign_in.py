"""Signing in tells nothing about who there is, slows down who guesses, and leads nobody away from the site."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from cofund.actions import sign_ins
from cofund.queries import clock
from cofund.records.directory.models import SignInAttempts, User

PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def anna(db: None) -> User:
    """Somebody who can sign in."""
    return User.objects.create_user("anna", password=PASSWORD, role="officer")


def sign_in(client: Client, name: str, password: str, **more: str) -> HttpResponse:
    """Send the form."""
    return client.post("/sign-in/", {"username": name, "password": password, **more})  # type: ignore[return-value]


def wrong_part(answer: HttpResponse) -> str:
    """What the page says about the mistake."""
    html = answer.content.decode()
    return html[html.index('class="error-summary"') : html.index("<form method=")]


def test_sign_in_says_the_same_of_a_wrong_name_and_of_a_wrong_password(client: Client, anna: User) -> None:
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    answers = [
        sign_in(client, name, password) for name, password in (("anna", "no"), ("nobody", "no"), ("gone", PASSWORD))
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len({wrong_part(answer) for answer in answers}) == 1


def test_sign_in_leads_to_the_desk_or_to_where_one_wanted_to_go(client: Client) -> None:
    assert sign_in(client, "anna", PASSWORD).headers["Location"] == "/office/"
    client.logout()
    assert sign_in(client, "anna", PASSWORD, next="/office/books/").headers["Location"] == "/office/books/"
    client.logout()
    assert sign_in(client, "anna", PASSWORD, next="https://example.org/").headers["Location"] == "/office/"


def test_french_page_says_that_what_follows_is_english(client: Client) -> None:
    said = "Les pages qui suivent la connexion sont en anglais."
    assert (said in client.get("/fr/sign-in/").text, client.get("/sign-in/").text.count("in English")) == (True, 0)
    refused = client.post("/fr/sign-in/", {"username": "anna", "password": "no"})
    assert (refused.status_code, said in refused.text) == (422, True)


def test_eleventh_attempt_within_a_minute_is_refused_even_if_right(client: Client) -> None:
    codes = [sign_in(client, "anna", "no").status_code for _ in range(10)]
    assert codes == [422] * 10
    answer = sign_in(client, "Anna", PASSWORD)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_attempts_are_counted_in_the_database_for_all_processes(client: Client) -> None:
    for _ in range(5):
        sign_in(client, "anna", "no")
    # Another process has its own memory.
    cache.clear()
    for _ in range(5):
        sign_in(client, "ANNA", "no")
    assert SignInAttempts.objects.get().count == 10
    assert sign_in(client, "anna", PASSWORD).status_code == 429
    SignInAttempts.objects.update(since_at=clock.now() - dt.timedelta(minutes=1))
    assert sign_in(client, "anna", PASSWORD).status_code == 302
    assert SignInAttempts.objects.count() == 0


def test_old_counts_are_erased_and_tell_nobody(client: Client) -> None:
    sign_in(client, "anna", "no")
    kept = SignInAttempts.objects.get()
    assert "anna" not in kept.digest
    assert sign_ins.erase_old(at=kept.since_at + dt.timedelta(seconds=59)) == 0
    assert sign_ins.erase_old(at=kept.since_at + dt.timedelta(seconds=60)) == 1


def test_attempts_are_counted_for_each_name_and_each_address(client: Client) -> None:
    for _ in range(11):
        sign_in(client, "anna", "no")
    assert sign_in(client, "berta", "no").status_code == 422
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, "anna", PASSWORD).status_code == 302


def test_session_gets_a_new_key_when_somebody_signs_in(client: Client) -> None:
    session = client.session
    session["before"] = "1"
    session.save()
    before = client.session.session_key
    sign_in(client, "anna", PASSWORD)
    assert client.session.session_key != before


def test_sign_out_takes_a_post_and_ends_the_session(client: Client, anna: User) -> None:
    client.force_login(anna)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session
