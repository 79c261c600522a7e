"""Public pages can be cited, had as files, and shown inside other sites, and nothing more than that is opened by it."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pytest
from django.conf import settings
from django.test import Client
from tests import places, public_kinds
from tests.addresses import patterns
from tests.books import MILLION, Office, shipped
from tests.worlds import world

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Decision, Idea, Project, Proposal, Topic
from cofund.web.public.embeds import PIECES
from cofund.web.public.embeds_of_one import ONE

pytestmark = pytest.mark.django_db
LIST = "/programmes/imi2/contributions/"
_KEY = re.compile(r"<\w+:(\w+)>")
_NONE = {"meeting": "1", "paper": "1"}


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


def _committed(office: Office) -> Contribution:
    """A contribution whose grant is signed, which is public."""
    made = office.pledge(5 * MILLION, "Open Trust", kind="FC_JU").contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    return made


def test_list_of_contributions_has_what_anybody_may_read(client: Client, office: Office) -> None:
    """A pledge is in no list of the public, and in that of the office."""
    office.pledge(9 * MILLION, "Secret Trust", kind="FC_JU")
    officer = Client()
    officer.force_login(User.objects.create_user("olga", role="officer"))
    assert "Secret Trust" not in client.get(LIST).text
    assert "No contribution is public on this day." in client.get(LIST).text
    assert "Secret Trust" in officer.get(LIST).text
    assert json.loads(client.get(LIST, {"format": "json"}).content)["rows"] == []


def test_list_of_contributions_and_its_file_say_the_same(client: Client, office: Office) -> None:
    made = _committed(office)
    text = client.get(LIST).text
    assert f'href="/contributions/{made.reference}/"' in text
    assert "Open Trust" in text
    (row,) = csv.DictReader(io.StringIO(client.get(LIST, {"format": "csv"}).content.decode("utf-8-sig")))
    told = [row[name] for name in ("contribution", "given_by", "stage", "amount_cents", "amount")]
    assert told == [made.reference, "Open Trust", "committed", str(5 * MILLION), "5000000.00"]
    assert client.get(f"{LIST}?as_of=2014-01-01").text.count("<tbody><tr>") == 0
    assert client.get(f"{LIST}?as_of=never").status_code == 400


def test_page_says_how_it_is_cited(client: Client, office: Office) -> None:
    _committed(office)
    today = clock.today()
    for path, title in (
        (LIST, "contributions"),
        ("/programmes/imi2/", "envelope"),
        ("/programmes/imi2/projects/p1/", "P1"),
        ("/partners/open-trust/", "Open Trust"),
        ("/programmes/imi2/calls/", "calls"),
    ):
        text = html.unescape(client.get(path).text)
        assert f"{title}. Figures as of {today.day} {today:%B %Y}" in text, path
        assert f"{settings.COFUND_SITE_URL}{path}" in text
        assert "/cite.bib?page=" in text


def test_cited_address_shows_the_same_figures_after_more_was_recorded(client: Client) -> None:
    """Of a page that can show past days, the address names the day and by what was known."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    text = html.unescape(client.get("/programmes/imi2/?as_of=2016-12-31&known_on=2020-01-01").text)
    (address,) = re.findall(r'<span class="address">([^<]+)</span>', text)
    assert address == f"{settings.COFUND_SITE_URL}/programmes/imi2/?as_of=2016-12-31&known_on=2020-01-01"
    before = client.get("/programmes/imi2/?as_of=2016-12-31&known_on=2020-01-01&format=json").content
    _committed(office)
    assert client.get("/programmes/imi2/?as_of=2016-12-31&known_on=2020-01-01&format=json").content == before
    assert client.get("/programmes/imi2/?as_of=2016-12-31&format=json").content != before


def test_citation_files_are_well_formed(client: Client, office: Office) -> None:
    bib = client.get("/cite.bib", {"page": "/programmes/imi2/", "as_of": "2016-12-31", "known_on": "2020-01-01"})
    assert bib["Content-Type"].startswith("application/x-bibtex")
    text = bib.content.decode()
    assert text.startswith("@misc{")
    assert text.count("{") == text.count("}")
    assert "url = {http://127.0.0.1:8000/programmes/imi2/?as_of=2016-12-31&known_on=2020-01-01}" in text
    ris = client.get("/cite.ris", {"page": "/programmes/imi2/"}).content.decode()
    lines = ris.split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])


def test_organisation_that_is_no_partner_is_not_cited_by_its_name(client: Client, office: Office) -> None:
    """The directory holds whom the office thinks of asking: nobody learns of it by asking for a citation."""
    _committed(office)
    office.organisation("Secret Prospect")
    pages = ("/partners/open-trust/", "/partners/secret-prospect/", "/fr/partners/secret-prospect/")
    assert [client.get("/cite.bib", {"page": page}).status_code for page in pages] == [200, 404, 404]


def test_french_page_leads_to_files_that_cite_it_in_french(client: Client, office: Office) -> None:
    text = html.unescape(client.get("/fr/programmes/imi2/").text)
    (bib,) = re.findall(r'href="(/fr/cite\.bib[^"]*)"', text)
    (ris,) = re.findall(r'href="(/fr/cite\.ris[^"]*)"', text)
    today = clock.today().isoformat()
    cited = f"{settings.COFUND_SITE_URL}/fr/programmes/imi2/?as_of={today}&known_on={today}"
    told = client.get(bib).content.decode()
    assert f"url = {{{cited}}}" in told
    assert ("enveloppe" in told, "envelope" in told) == (True, False)
    assert f"UR  - {cited}\r\n" in client.get(ris).content.decode()
    assert client.get("/cite.bib", {"page": "/fr/office/"}).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["", "/nowhere/", "/office/", "/sign-in/", "https://elsewhere.example/", "/programmes/none/", "/partners/nobody/"],
)
def test_only_public_pages_are_cited(client: Client, office: Office, page: str) -> None:
    assert client.get("/cite.bib", {"page": page}).status_code == 404


def _without(route: str, scheme: str) -> str:
    """The page of a route for keys that nothing has."""
    return "/" + _KEY.sub(lambda key: {"scheme": scheme}.get(key[1], _NONE.get(key[1], "nothing")), route)


def test_nothing_is_cited_that_is_not_there(client: Client, office: Office) -> None:
    """Each route of a page with a key is asked for with one that nothing has, and each of a programme with one that is not here."""
    routes = [
        route for _, route, keys in patterns() if keys and not route.startswith(("api/", "office/", "^", "\\x00"))
    ]
    pages = {_without(route, scheme) for route in routes for scheme in ("imi2", "none")}
    pages -= {_without(route, "imi2") for route in routes if _KEY.findall(route) == ["scheme"]}
    kinds = ("topics/nothing/", "topics/nothing/chain/", "calls/nothing/", "documents/nothing/", "movements/nothing/")
    assert {f"/programmes/imi2/{kind}" for kind in kinds} < pages
    assert {"/contributions/nothing/", "/ideas/nothing/", "/stories/nothing/"} < pages
    for kind in ("bib", "ris"):
        assert [page for page in sorted(pages) if client.get(f"/cite.{kind}", {"page": page}).status_code != 404] == []
        assert client.get(f"/cite.{kind}", {"page": "/partners/", "programme": "none"}).status_code == 404
        assert client.get(f"/cite.{kind}", {"page": "/partners/", "programme": "imi2"}).status_code == 200


def test_piece_may_stand_in_a_frame_and_other_pages_may_not(client: Client, office: Office) -> None:
    _committed(office)
    for key in PIECES:
        answer = client.get(f"/embed/imi2/{key}/")
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not answer.has_header("X-Frame-Options")
        assert not answer.cookies
        assert "<script" not in answer.text
        assert f'href="{settings.COFUND_SITE_URL}/' in answer.text
    for path in ("/", "/programmes/imi2/", "/sign-in/", "/embed/imi2/nothing/", "/embed/none/envelope/"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_project_and_partner_have_a_piece_of_their_own(client: Client, office: Office) -> None:
    """Both stand in a frame, lead back, say their day, and tell what anybody may read, whoever asks."""
    office.pledge(9 * MILLION, "Secret Trust", kind="FC_JU")
    _committed(office)
    officer = Client()
    officer.force_login(User.objects.create_user("olga", role="officer"))
    for page, piece in (
        ("/programmes/imi2/projects/p1/", "/embed/imi2/projects/p1/"),
        ("/partners/open-trust/credit/", "/embed/partners/open-trust/credit/"),
    ):
        text = html.unescape(client.get(page).text)
        (source,) = re.findall(r'<iframe src="([^"]+)" title="[^"]+" width="100%"', text)
        assert source.removeprefix(settings.COFUND_SITE_URL) == piece
        for reader in (client, officer):
            answer = reader.get(piece)
            assert answer.status_code == 200
            assert "frame-ancestors *" in answer["Content-Security-Policy"]
            assert not answer.has_header("X-Frame-Options")
            assert f'href="{settings.COFUND_SITE_URL}{page}"' in answer.text
            told = [words in answer.text for words in ("5,000,000", "Secret Trust", "<script")]
            assert told == [True, False, False]
        assert "5,000,000" not in client.get(piece, {"as_of": "2014-01-01"}).text
        assert client.get(piece, {"as_of": "never"}).status_code == 400


@pytest.mark.parametrize(
    "piece", ["/embed/imi2/projects/none/", "/embed/none/projects/p1/", "/embed/partners/secret-trust/credit/"]
)
def test_piece_of_nothing_public_is_not_found(client: Client, office: Office, piece: str) -> None:
    _committed(office)
    office.pledge(9 * MILLION, "Secret Trust", kind="FC_JU")
    answer = client.get(piece)
    assert (answer.status_code, answer.has_header("X-Frame-Options")) == (404, True)


def test_public_pages_run_no_script(client: Client, office: Office) -> None:
    """They are complete without one, and half as heavy."""
    for path in ("/", "/programmes/imi2/", "/partners/", "/search/", "/ideas/suggest/", LIST):
        # A block of data is none: no browser runs it (`tests/web/test_linked_data.py`).
        text = client.get(path).text.replace('<script type="application/ld+json">', "")
        assert "<script" not in text, path


def test_piece_shows_what_anybody_may_read_whoever_asks(office: Office) -> None:
    office.pledge(9 * MILLION, "Secret Trust", kind="FC_JU")
    officer = Client()
    officer.force_login(User.objects.create_user("olga", role="officer"))
    for key in PIECES:
        text = officer.get(f"/embed/imi2/{key}/").text
        assert "Secret Trust" not in text
        assert "olga" not in text


def test_page_gives_the_text_that_shows_it_elsewhere(client: Client, office: Office) -> None:
    _committed(office)
    for path in ("/programmes/imi2/", "/programmes/imi2/success/", "/partners/", "/programmes/imi2/projects/", LIST):
        text = html.unescape(client.get(path).text)
        (source,) = re.findall(
            r'<iframe src="([^"]+)" title="[^"]+" width="100%" height="\d+" loading="lazy"></iframe>', text
        )
        assert source.startswith(f"{settings.COFUND_SITE_URL}/embed/imi2/")
        assert client.get(source.removeprefix(settings.COFUND_SITE_URL)).status_code == 200
    assert "<iframe" not in client.get("/programmes/imi2/calls/").text


# Public pages without a file of their rows, each with its reason.
_NO_PAGE = {
    **dict.fromkeys(("contribute", "topic-comment", "idea-suggest", "newsletter", "newsletter-follow"), "a form"),
    **dict.fromkeys(("contribute-sent", "contribute-thanks", "newsletter-sent", "newsletter-left"), "says thanks"),
    **dict.fromkeys(
        ("contribute-confirm", "comment-confirm", "idea-confirm", "newsletter-confirm"), "a secret address"
    ),
    **dict.fromkeys(("newsletter-preferences", "newsletter-leave", "alerts-stop", "invitation"), "a secret address"),
    **dict.fromkeys(("embed", *ONE), "a part of a page that has them"),
    **dict.fromkeys(("consortium-index", "consortium"), "computes what a visitor enters"),
    **dict.fromkeys(("newsletter-archive", "newsletter-issue"), "letters as they were sent"),
    **dict.fromkeys(("sign-in", "design", "api"), "about the site"),
}
WITHOUT_FILES = {
    **_NO_PAGE,
    "home": "leads to the programmes, which have the figures that it shows",
    **dict.fromkeys(
        ("idea", "public-meeting", "story"), "a text; the lists of their sort are files, or their papers are"
    ),
    **dict.fromkeys(("documents", "open-data"), "lists files"),
    "document": "is a file itself: Excel, and CSV sheet by sheet",
}
WITHOUT_CITATION = {
    **_NO_PAGE,
    "home": "leads to the programmes, which are cited",
    "search": "what it finds has pages, which are cited",
    **dict.fromkeys(("public-group", "public-meeting"), "changes with who sits and meets, and has no figures"),
}


@pytest.mark.parametrize("place", public_kinds.by_place(set(WITHOUT_FILES) & set(WITHOUT_CITATION)))
def test_view_has_its_rows_as_files_and_its_citation_beside_it(client: Client, place: str) -> None:
    """Each says of which day it is, leads to what the data mean, has its rows as CSV and JSON, and says how it is cited."""
    keys = places.BUILDERS[place]().keys
    wrong: dict[str, list[str]] = {}
    for name, address in public_kinds.by_place(set(WITHOUT_FILES) & set(WITHOUT_CITATION))[place].items():
        path = address.format_map(keys)
        text = html.unescape(client.get(path).text)
        found = [*(_lacks_files(client, path, text) if name not in WITHOUT_FILES else ())]
        found += _lacks_citation(client, path, text) if name not in WITHOUT_CITATION else ()
        wrong |= {name: found} if found else {}
    assert wrong == {}, wrong


def test_every_project_and_topic_of_the_demonstration_has_its_rows_as_files(client: Client) -> None:
    """Whatever is known of it: most have a part of their figures only, and some have none."""
    places.BUILDERS["demonstration"]()
    pages = [f"/programmes/{one.scheme.code}/projects/{one.slug}/" for one in Project.objects.select_related("scheme")]
    pages += [f"/programmes/{one.scheme.code}/topics/{one.code}/" for one in Topic.objects.select_related("scheme")]
    texts = {path: html.unescape(client.get(path).text) for path in pages}
    assert {"Contributions are not known" in text for text in texts.values()} == {True, False}
    lacking = {path: found for path, text in texts.items() if (found := _lacks_files(client, path, text))}
    assert lacking == {}


def _rows(path: str) -> list[dict[str, object]]:
    """The rows of a page as its file has them, as JSON and as CSV alike."""
    client = Client()
    rows: list[dict[str, object]] = json.loads(client.get(path, {"format": "json"}).content)["rows"]
    lines = csv.DictReader(io.StringIO(client.get(path, {"format": "csv"}).content.decode("utf-8-sig")))
    assert [set(row) <= set(line) for row, line in zip(rows, lines, strict=True)] == [True] * len(rows)
    return rows


def test_call_and_decision_have_their_rows_as_files(office: Office) -> None:
    _committed(office)
    call = Call.objects.create(scheme=office.row, code="CALL-1", name="The first")
    Topic.objects.filter(code="T1").update(call=call)
    assert _rows("/programmes/imi2/calls/CALL-1/") == [
        {"call": "CALL-1", "topic": "T1", "title": "T1", "status": "granted", "project": "p1", "acronym": "P1"}
    ]
    decided = Decision.objects.create(
        scheme=office.row, number="GB-1", decided_on=clock.today(), title="Adopts it", published_at=clock.now()
    )
    path = f"/programmes/imi2/decisions/{decided.number}/"
    assert [(row["number"], row["title"]) for row in _rows(path)] == [("GB-1", "Adopts it")]


def test_way_of_a_topic_as_a_file_has_what_is_public_of_it(office: Office) -> None:
    _committed(office)
    topic, now = office.topic("T1"), clock.now()
    topic.call = Call.objects.create(scheme=office.row, code="CALL-1", name="The first")
    topic.save()
    for name, shown_at in (("shown", now), ("hidden", None)):
        Idea.objects.create(
            scheme=office.row, topic=topic, reference=name, title=name, is_public=True, shown_at=shown_at, recorded_at=now
        )  # fmt: skip
    Proposal.objects.create(topic=topic, code="SEP-1", acronym="WON", stage=2, result="selected")
    Proposal.objects.create(topic=topic, code="SEP-2", acronym="LOST", stage=2, result="below")
    rows = _rows(f"/programmes/imi2/topics/{topic.code}/chain/")
    assert [(row["stop"], row["key"]) for row in rows] == [
        *(("idea", "shown"), ("topic", "T1"), ("call", "CALL-1"), ("proposal", "SEP-1"), ("project", "p1"))
    ]


def _lacks_files(client: Client, path: str, text: str) -> list[str]:
    """What a page with rows lacks."""
    as_csv, as_json = (client.get(path, {"format": kind}) for kind in ("csv", "json"))
    told = {
        "link to its CSV": re.search(r'href="[^"]*format=csv"', text) is not None,
        "link to its JSON": re.search(r'href="[^"]*format=json"', text) is not None,
        # Within the view: the foot of every page leads there too.
        "what the data mean": 'href="/about-data/"' in _main(text),
        "its day": "Figures as of" in text,
        "CSV": as_csv["Content-Type"].startswith("text/csv"),
        "JSON": as_json["Content-Type"] == "application/json" and bool(json.loads(as_json.content)["fields"]),
    }
    return [what for what, is_there in told.items() if not is_there]


def _main(text: str) -> str:
    """What a page has of its own, without what all pages have around it."""
    return text.partition("<main")[2].partition("</main>")[0]


def _lacks_citation(client: Client, path: str, text: str) -> list[str]:
    """What the citation of a page lacks: where its day can be chosen, the address names it, and by what was known when."""
    cited = re.findall(r'<span class="address">([^<]+)</span>', text)
    if len(cited) != 1 or not cited[0].startswith(settings.COFUND_SITE_URL + path):
        return ["citation"]
    if any(client.get(f"/cite.{kind}", {"page": path}).status_code != 200 for kind in ("bib", "ris")):
        return ["file of its citation"]
    is_in_time = 'name="known_on"' in text
    return [] if ("as_of=" in cited[0] and "known_on=" in cited[0]) == is_in_time else ["day of its citation"]


def test_every_exception_is_a_public_page() -> None:
    assert sorted({*WITHOUT_FILES, *WITHOUT_CITATION} - public_kinds.names()) == []
