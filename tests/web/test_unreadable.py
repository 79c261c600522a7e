"""What no text can hold is no address of anything, and fails no page: PostgreSQL does not take it, and SQLite does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DataError, connection
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from tests import pages, places
from tests.addresses import FILES

from cofund.records.directory.models import User

pytestmark = pytest.mark.django_db
NUL = "\x00"
# Half a sign of UTF-16: bytes that are no UTF-8.
HALF = b"\xed\xa0\x80"
# Converters whose values are text of any kind; slugs and numbers are refused by the table of addresses itself.
TEXTS = ("str", "path")
_KEY = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_STATED = {"scheme": "imi2", "meeting": "1", "paper": "1", "number": "1", "slug": "jdrf"}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """A home of the site, for the files that a place has."""
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path


def _routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every route of the pages."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from _routes(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern)


def _with_nul() -> list[str]:
    """An address of each route that takes a text, with the sign in one of its texts; those of the API are tested with its gate."""
    found = []
    for route in _routes():
        for bad in [key["name"] for key in _KEY.finditer(route) if key["kind"] in TEXTS]:

            def filled(key: re.Match[str], bad: str = bad) -> str:
                return f"a{NUL}" if key["name"] == bad else _STATED.get(key["name"], "1")

            found.append("/" + _KEY.sub(filled, route))
    return found


def _refuses(execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
    """Let SQLite refuse what PostgreSQL refuses."""
    rows = given if many else [given or ()]
    if any(isinstance(value, str) and NUL in value for row in rows for value in row):
        raise DataError(f"NUL in {sql[:200]}")
    return execute(sql, given, many, context)


@contextmanager
def _as_strict_as_postgresql() -> Iterator[None]:
    with connection.execute_wrapper(_refuses):
        yield


def _read(answer: HttpResponseBase) -> HttpResponseBase:
    """An answer that is made while it is sent, to its end."""
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer


def test_path_that_no_text_can_be_is_nowhere() -> None:
    places.BUILDERS["demonstration"]()
    officer = Client()
    officer.force_login(User.objects.get(username="officer"))
    addresses = _with_nul()
    assert {f"/contributions/a{NUL}/", f"/programmes/imi2/calls/a{NUL}/", f"/office/contributions/a{NUL}/"} <= set(
        addresses
    )
    with _as_strict_as_postgresql():
        for reader in (Client(), officer):
            usual = reader.get("/nowhere/")
            for address in addresses:
                answer = reader.get(address)
                assert (answer.status_code, answer.text) == (404, usual.text), address
    french = Client().get(f"/fr/topics/a{NUL}/")
    assert (french.status_code, '<html lang="fr"' in french.text) == (404, True)


def test_path_with_bytes_that_are_no_text_is_nowhere(client: Client) -> None:
    places.BUILDERS["demonstration"]()
    for address in {one.replace(NUL, HALF.decode("utf-8", "surrogatepass")) for one in _with_nul()}:
        # As a server hands a path over: its bytes, each as a sign of its own.
        path = address.encode("utf-8", "surrogatepass").decode("latin-1")
        answer = _read(client.get("/", PATH_INFO=path))
        assert answer.status_code in (302, 404), address


# Whatever the database, what would reach it is held to what PostgreSQL takes.
@pytest.mark.same_on_both
@pytest.mark.parametrize("place", sorted({*pages.PLACES, *FILES}))
def test_query_that_no_text_can_be_fails_no_page(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of page is asked with the sign in each name that it reads from its address.

    In all at once first; where the page then stops at one of them, in each alone.
    """
    built = places.BUILDERS[place]()
    names = _spied(monkeypatch)
    asked: set[tuple[str, str]] = set()
    failed = []
    for who, address in _examples(place):
        path, _, query = address.format_map(built.keys).partition("?")
        reader, kind = Client(raise_request_exception=False), str(resolve(path).url_name)
        if who:
            reader.force_login(built.people[who])
        plain = QueryDict(query).dict()
        names.clear()
        _read(reader.get(path, plain))
        new = {(kind, name) for name in names} - asked
        asked |= new
        together = {name for _, name in new}
        with _as_strict_as_postgresql():
            if new and _status(reader, path, plain, together) != 200:
                failed += [(kind, name) for name in sorted(together) if _status(reader, path, plain, {name}) >= 500]
    assert failed == []


def _status(reader: Client, path: str, plain: dict[str, str], names: set[str]) -> int:
    """What a page answers where some names of its query have the sign."""
    return _read(reader.get(path, {**plain, **dict.fromkeys(names, f"a{NUL}")})).status_code


def _examples(place: str) -> Iterator[tuple[str, str]]:
    """Who opens what at a place."""
    for addresses in (pages.PLACES, FILES):
        for who, each in addresses.get(place, {}).items():
            yield from ((who, address) for address in each)


def _spied(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that are read from queries from now on, as they are read."""
    names: set[str] = set()

    def spy(method: str) -> None:
        plain = getattr(QueryDict, method)

        def spied(self: QueryDict, name: str, *rest: Any) -> Any:
            names.add(name)
            return plain(self, name, *rest)

        monkeypatch.setattr(QueryDict, method, spied)

    for method in ("__getitem__", "get", "getlist"):
        spy(method)
    return names


def test_sign_in_a_query_is_shown_as_one_that_cannot_be_read(client: Client) -> None:
    """As half a sign is, and in the address that a preview shows, too."""
    places.BUILDERS["demonstration"]()
    for bad in ("%00", "%ED%A0%80"):
        text = client.get(f"/search/?q=diabetes{bad}").text
        assert NUL not in text
        assert 'value="diabetes\ufffd' in text, bad
    officer = Client()
    officer.force_login(User.objects.get(username="officer"))
    with _as_strict_as_postgresql():
        answer = officer.get("/office/publication/preview/public/", {"page": "/search/?kind=%00"})
        assert answer.status_code == 404
        answer = officer.get("/office/publication/preview/public/", {"page": "/programmes/imi2/movements/B/?kind=%00"})
        assert answer.status_code == 200


def test_cookie_that_no_key_can_be_is_no_session(client: Client) -> None:
    """Any sign can be written into a cookie as a number, which is how it comes past the server."""
    with _as_strict_as_postgresql():
        answer = client.get("/office/", headers={"Cookie": rf'{settings.SESSION_COOKIE_NAME}="aaaaaaaaaa\000b"'})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/office/")
