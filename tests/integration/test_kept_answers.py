"""Whole answers that are kept while nothing is written: nobody gets a stale one, and nobody gets another visitor's."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from tests.addresses import public_pages
from tests.books import Office, shipped
from tests.integration.test_many_writers import address
from tests.machine import CHECKOUT

from cofund.actions import search_index
from cofund.queries import clock
from cofund.queries.versions import Version
from cofund.records.directory.models import User
from cofund.records.programme.models import Project, Scheme
from cofund.web import kept_answers
from cofund.web.kept_answers import KEPT, SHELF, Answer, Shelf
from cofund.web.kept_forms import FORMS

pytestmark = pytest.mark.usefixtures("transactional_db")
PATH = "/programmes/imi2/projects/"
# On PostgreSQL a write in another database of the server makes another version too: a few tries meet a quiet moment.
TRIES = 20
_FORM = "a form: it holds a token that is made for one visitor"
_WITHOUT_TOKENS = "a form: it is kept without its tokens (`kept_forms`)"
_ONE = "its address is a secret of one person"
_LAST = "the last step of a form: a few words, for which nothing is asked of the database"
# Public pages that are made anew for each reader, and why.
NOT_KEPT = {
    "sign-in": _FORM,
    **dict.fromkeys(FORMS, _WITHOUT_TOKENS),
    **dict.fromkeys(("newsletter", "newsletter-follow"), _FORM),
    **dict.fromkeys(
        ("invitation", "contribute-confirm", "comment-confirm", "idea-confirm", "newsletter-confirm"), _ONE
    ),
    **dict.fromkeys(("newsletter-preferences", "newsletter-leave", "alerts-stop"), _ONE),
    **dict.fromkeys(("contribute-sent", "contribute-thanks", "newsletter-sent", "newsletter-left"), _LAST),
    "design": "samples for those who build pages, with the fields of forms",
}


@pytest.fixture
def office() -> Office:
    SHELF.clear()
    return Office.with_scheme(shipped("imi2"), "imi2")


def _is_kept(client: Client, path: str, **headers: str) -> bool:
    """Whether a page is ever answered without asking the database for more than its version."""
    for _ in range(TRIES):
        with CaptureQueriesContext(connection) as queries:
            client.get(path, headers=headers)
        if len(queries) <= 1:
            return True
    return False


def _named(scheme: str, acronym: str) -> None:
    Project.objects.create(scheme=Scheme.objects.get(code=scheme), slug=acronym.lower(), acronym=acronym)


def test_every_kept_page_is_an_address_of_the_site() -> None:
    """A name that no address has would keep nothing."""
    assert {name for name in KEPT if not get_resolver().reverse_dict.getlist(name)} == set()


def test_every_public_page_is_kept_or_has_its_reason() -> None:
    assert sorted(public_pages() - KEPT) == sorted(NOT_KEPT)
    assert sorted(KEPT - public_pages()) == []


def test_page_is_kept_for_everybody_who_is_not_signed_in(client: Client, office: Office) -> None:
    assert _is_kept(client, PATH)
    assert _is_kept(Client(), PATH)
    # Another question, another page.
    assert _is_kept(client, f"{PATH}?as_of=2016-12-31")
    assert client.get(f"{PATH}?as_of=2016-12-31").content != client.get(PATH).content


def test_write_of_this_process_is_seen_by_the_next_reader(client: Client, office: Office) -> None:
    for number in range(5):
        assert f"ACRO{number}" not in client.get(PATH).text
        _named("imi2", f"ACRO{number}")
        assert f"ACRO{number}" in client.get(PATH).text
    Project.objects.filter(slug="acro3").update(acronym="OTHER")
    assert "ACRO3" not in client.get(PATH).text
    Project.objects.filter(slug="acro3").delete()
    assert "OTHER" not in client.get(PATH).text


def test_write_of_another_process_is_seen_by_the_next_reader(client: Client, office: Office) -> None:
    """A process of its own writes, as another worker of the site does."""
    code = (
        "import django; django.setup()\n"
        "from cofund.records.programme.models import Project, Scheme\n"
        "row = Scheme.objects.get(code='imi2')\n"
        "Project.objects.create(scheme=row, slug='elsewhere', acronym='ELSEWHERE')\n"
    )
    environment = {
        **os.environ,
        "COFUND_DATABASE_URL": address(),
        "DJANGO_SETTINGS_MODULE": "cofund.project.settings",
        "PYTHONPATH": str(CHECKOUT / "src"),
    }
    assert _is_kept(client, PATH)
    assert "ELSEWHERE" not in client.get(PATH).text
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "ELSEWHERE" in client.get(PATH).text
    assert _is_kept(client, PATH)
    assert "ELSEWHERE" in client.get(PATH).text


def test_readers_and_a_writer_at_once_never_meet_an_older_state(office: Office) -> None:
    """Whoever asks after a commit sees what was committed, however many ask meanwhile."""
    missed: list[int] = []
    written = [0]
    done = threading.Event()

    def ask() -> None:
        client = Client()
        while not done.is_set():
            expected = written[0]
            text = client.get(PATH).text
            missed.extend(number for number in range(1, expected + 1) if f"N{number:02}X" not in text)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for number in range(1, 16):
        _named("imi2", f"N{number:02}X")
        written[0] = number
    done.set()
    for each in threads:
        each.join()
    assert missed == []


def test_signed_in_reader_and_visitor_never_get_each_others_page(office: Office) -> None:
    visitor, officer = Client(), Client()
    officer.force_login(User.objects.create_user("olga", role="officer"))
    for _ in range(3):
        assert "Sign out" not in visitor.get(PATH).text
        assert "Sign out" in officer.get(PATH).text
    assert _is_kept(visitor, PATH)
    assert "Sign out" in officer.get(PATH).text
    answer = officer.get(PATH, headers={"If-None-Match": visitor.get(PATH)["ETag"]})
    assert (answer.status_code, answer.has_header("ETag")) == (200, False)
    assert "Cookie" in answer["Vary"]


def test_form_keeps_its_own_token(client: Client, office: Office) -> None:
    """A page with a form is made for each visitor, with a cookie and a token that work."""
    visitor = Client(enforce_csrf_checks=True)
    path = "/ideas/suggest/"
    first, second = Client().get(path), visitor.get(path)
    assert "csrftoken" in first.cookies
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value
    assert visitor.get(path).content != second.content
    token = visitor.cookies["csrftoken"].value
    assert visitor.post(path, {"csrfmiddlewaretoken": token}).status_code == 422
    assert visitor.post(path, {}).status_code == 403
    # Whoever has such a cookie is given what was kept of others, and nothing that it is given is kept.
    SHELF.clear()
    assert not visitor.get(PATH).has_header("ETag")
    assert len(SHELF) == 0
    assert any(client.get(PATH)["ETag"] == visitor.get(PATH).headers.get("ETag") for _ in range(TRIES))


def test_message_that_waits_is_shown_once_and_kept_for_nobody(client: Client, office: Office) -> None:
    """A visitor with a message gets a page of its own."""
    plain = client.get(PATH).content
    with_message = Client()
    with_message.cookies["messages"] = "anything"
    assert not with_message.get(PATH).has_header("ETag")
    assert client.get(PATH).content == plain


def test_answer_tells_a_browser_that_it_has_it_already(client: Client, office: Office) -> None:
    first = client.get(PATH)
    assert first["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding", "HX-Request"} <= {part.strip() for part in first["Vary"].split(",")}
    again = client.get(PATH, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    _named("imi2", "LATER")
    assert client.get(PATH, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_answer_is_packed_for_who_takes_it(client: Client, office: Office) -> None:
    plain = client.get(PATH)
    packed = client.get(PATH, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert packed["ETag"] != plain["ETag"]
    assert client.get(PATH, headers={"If-None-Match": packed["ETag"], "Accept-Encoding": "gzip"}).status_code == 304
    assert not client.get(PATH, headers={"Accept-Encoding": "gzip;q=0"}).has_header("Content-Encoding")


def test_kept_answer_has_the_headers_of_any_other(client: Client, office: Office) -> None:
    """What guards a page guards a kept one too."""
    names = ("Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "X-Content-Type-Options", "Content-Type")
    first = {name: client.get("/about-data/")[name] for name in names}
    assert _is_kept(client, "/about-data/")
    assert {name: client.get("/about-data/")[name] for name in names} == first


def test_kept_answer_may_stand_in_a_frame_only_where_the_first_one_may(client: Client, office: Office) -> None:
    """What a view tells the middleware around it is kept with its answer."""
    path = "/embed/imi2/contributions/"
    assert _is_kept(client, path)
    answers = [client.get(path), client.get(path, headers={"If-None-Match": client.get(path)["ETag"]})]
    for answer in answers:
        assert not answer.has_header("X-Frame-Options")
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert client.get(PATH)["X-Frame-Options"] == "DENY"


def test_what_is_no_page_is_not_kept(client: Client, office: Office) -> None:
    for path in ("/programmes/nothing/", f"{PATH}nothing/", "/nowhere/"):
        assert client.get(path).status_code == 404
    assert client.get(f"{PATH}?as_of=never").status_code == 400
    assert client.post(PATH).status_code == 200
    assert len(SHELF) == 0
    _named("imi2", "NOTHING")
    assert client.get(f"{PATH}nothing/").status_code == 200


def test_address_of_another_host_is_refused_also_for_a_kept_page(client: Client, office: Office) -> None:
    assert _is_kept(client, "/about-data/")
    assert client.get("/about-data/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_file_of_a_page_is_kept_apart_from_the_page(client: Client, office: Office) -> None:
    files = [client.get(PATH, {"format": kind}) for kind in ("csv", "json", "csv")]
    assert [one["Content-Type"] for one in files] == [
        "text/csv; charset=utf-8",
        "application/json",
        "text/csv; charset=utf-8",
    ]
    assert files[0].content == files[2].content
    assert files[2]["Content-Disposition"].startswith("attachment")


def test_shelf_holds_no_more_bytes_than_it_may() -> None:
    """What was asked for longest ago goes first."""
    shelf, now = Shelf(25_000), (Version("here", "1"), clock.today())
    for number in range(10):
        place = shelf.of(number)
        shelf.put(number, place, now, Answer(b"x" * 9_000, b"", (), "e"))
        shelf.of(0)
    assert shelf.bytes <= 25_000
    assert [shelf.of(number).held is not None for number in (0, 9, 5)] == [True, True, False]


def test_answer_that_is_too_long_or_sets_a_cookie_is_not_kept(office: Office) -> None:
    """What a view answers is looked at before it is kept."""
    request = HttpRequest()
    request.session = SessionStore()
    cookie = HttpResponse(b"x")
    cookie.set_cookie("some", "thing")
    long = HttpResponse(b"x" * (kept_answers.MOST_BYTES_OF_ONE + 1))
    assert [kept_answers._answer(request, one) for one in (cookie, long, HttpResponse(status=404))] == [None] * 3
    assert kept_answers._answer(request, HttpResponse(b"x")) is not None


def test_search_compares_its_entries_only_where_something_was_written(office: Office) -> None:
    """A second search right after the first asks for the version and nothing else."""
    search_index.bring_in_step()
    counts = []
    for _ in range(TRIES):
        with CaptureQueriesContext(connection) as queries:
            search_index.bring_in_step()
        counts.append(len(queries))
    assert min(counts) <= 1
