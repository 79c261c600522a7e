"""What public forms, links and files are refused with has French: every sentence of the source, and the rarer answers."""

from __future__ import annotations

import ast
import datetime as dt
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import english
from tests.topics import Topics
from tests.web.test_french_pages import Texts

from cofund.actions import (
    consultations,
    fit_alerts,
    ideas,
    interest,
    invitations,
    public_comments,
    public_ideas,
    topic_checks,
)
from cofund.actions.newsletter import signing_up, subscriptions
from cofund.importers import workbooks
from cofund.queries import clock
from cofund.queries.newsletter import links
from cofund.records.programme.models import Consultation, Subscriber, Topic
from cofund.rules import consortium_sheet
from cofund.web.languages import FRENCH, speaking
from cofund.web.office import tokens
from cofund.web.vocabulary import spoken

# Where refusals of the public come from; of modules that serve the office too, the functions that the public reaches.
SOURCES: dict[ModuleType, tuple[str, ...]] = {
    consultations: ("_check_seat",),
    fit_alerts: ("stop",),
    ideas: (),
    interest: ("confirm", "_check"),
    invitations: ("accept",),
    public_comments: (),
    public_ideas: ("check_flood", "confirm"),
    topic_checks: ("check_step", "check_text", "locked_scheme", "check_flood"),
    signing_up: (),
    subscriptions: (),
    consortium_sheet: (),
    workbooks: (),
    tokens: (),
}
# What stands at places of these sentences, where French depends on it.
PLACES = {
    "what": ("The title", "The need", "The comment", "Your name", "Your e-mail address"),
    "whom": ("this e-mail address", "your network", "for this e-mail address", "from your network"),
    "lifecycle.noun": ("consultation",),
    "lifecycle.states[state].lower()": ("closed",),
    "lifecycle.in_words(lifecycle.step(action).starts_from)": ("running",),
}
# Written into records, and never shown to a visitor.
KEPT = {"The address was confirmed; the link is erased."}


def sentences(module: ModuleType, functions: tuple[str, ...]) -> Iterator[str]:
    """The sentences that a module holds, but for docstrings and marked texts; places are filled in with what can stand there."""
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    parts = [one for one in tree.body if not functions or getattr(one, "name", "") in functions]
    assert {getattr(one, "name", "") for one in parts} >= set(functions)
    for part in parts:
        yield from _within(part)


def _within(node: ast.AST) -> Iterator[str]:
    """The sentences in a part of a module."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
        return
    if isinstance(node, ast.JoinedStr | ast.Constant):
        yield from (text for text in _filled(node) if text[:1].isupper() and text.endswith(".") and " " in text)
        return
    for child in ast.iter_child_nodes(node):
        yield from _within(child)


def _filled(node: ast.JoinedStr | ast.Constant) -> Iterator[str]:
    """A text with each of what can stand at its places."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    choices = [
        (str(part.value),)
        if isinstance(part, ast.Constant)
        else PLACES.get(ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else "", ("7",))
        for part in parts
    ]
    for one in itertools.product(*choices):
        text = "".join(one)
        # Of the two ways to name whom too many came from, each sentence has its own.
        if not any(words in text for words in ("came from for", "came from from", "came this", "came your")):
            yield text


@pytest.mark.parametrize("module", SOURCES, ids=lambda one: one.__name__)
def test_every_sentence_of_a_refusal_has_french(module: ModuleType) -> None:
    found = set(sentences(module, SOURCES[module])) - KEPT
    assert found
    with speaking(FRENCH):
        assert sorted(text for text in found if english.left([spoken(text)])) == []


@pytest.fixture
def world(db: None) -> Topics:
    """A programme with a topic that the public is consulted on and one may contribute to."""
    made = Topics.make()
    made.consulted(made.written())
    Topic.objects.filter(code="T1").update(status="scoping")
    return made


def said(answer: Any) -> str:
    """What is left in English on a page."""
    assert '<html lang="fr">' in answer.text
    assert english.left(Texts(answer.text).found, english.recorded()) == []
    text: str = answer.text
    return text


def send(client: Client, name: str, *args: str, **data: str) -> Any:
    """Send a public form of the French site."""
    return client.post(f"/fr{reverse(name, args=args)}", {**data, "token": tokens.new()})


def test_flood_is_refused_in_french_with_its_day_and_hour(world: Topics, client: Client) -> None:
    answers = [send(client, "newsletter", email="anne@example.org") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    text = said(answers[-1])
    assert "Trop de demandes sont venues pour cette adresse électronique" in text
    assert "Veuillez réessayer après" in text
    comment = {"text": "Oui", "author_name": "Anne", "email": "anne@example.org"}
    many = [send(client, "topic-comment", "imi2", "T1", **comment) for _ in range(7)]
    assert many[-1].status_code == 429
    assert "Trop de commentaires sont venus de cette adresse électronique" in said(many[-1])


def test_link_that_does_not_work_says_so_in_french(world: Topics, client: Client) -> None:
    own = links.own_token(Subscriber(mark="nobody"))
    names = {"newsletter-confirm": "x", "newsletter-leave": "x", "alerts-stop": "x", "newsletter-erase": own}
    names |= {"contribute-confirm": "x", "comment-confirm": "x", "idea-confirm": "x"}
    for name, token in names.items():
        answer = client.post(f"/fr{reverse(name, args=[token])}")
        assert answer.status_code == 404, name
        said(answer)


def test_consultation_that_is_closed_is_refused_in_french(world: Topics, client: Client) -> None:
    comment = {"text": "Oui", "author_name": "Anne", "email": "anne@example.org"}
    assert send(client, "topic-comment", "imi2", "T1", **comment).status_code == 302
    today = clock.today()
    Consultation.objects.update(opens_on=today - dt.timedelta(days=9), closes_on=today - dt.timedelta(days=1))
    answer = send(client, "topic-comment", "imi2", "T1", **comment)
    assert answer.status_code in (404, 422)
    said(answer)


def plan(*rows: tuple[str, ...], sheet: str = "Participants") -> SimpleUploadedFile:
    """A workbook as somebody hands it in."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(content)
    return SimpleUploadedFile("plan.xlsx", content.getvalue())


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("plan.xlsx", b"no workbook"),
        SimpleUploadedFile("plan.xlsx", b"PK\x03\x04 and nothing"),
        plan(sheet="Other"),
        plan(("Nothing", "of", "the template")),
    ],
    ids=["text", "broken", "other sheet", "no headings"],
)
def test_file_that_cannot_be_read_is_refused_in_french(world: Topics, client: Client, file: SimpleUploadedFile) -> None:
    file.seek(0)
    answer = client.post("/fr/check/imi2/", {"do": "upload", "file": file})
    assert answer.status_code == 422
    names = ["Other", "Nothing", "of", "the template", "plan.xlsx"]
    assert english.left(Texts(answer.text).found, [*names, *english.recorded()]) == []


def test_days_and_hours_of_a_refusal_are_those_of_french() -> None:
    with speaking(FRENCH):
        assert spoken("Please try again after 09:05 on 1 March 2027.") == (
            "Veuillez réessayer après 09\u202fh\u202f05, le 1er mars 2027."
        )
        assert spoken("It is no share. Write it as 20 %.") == "Ce n’est pas une part. Écrivez-la comme 20\u00a0%."
        # A sentence that is not known keeps all of what it stands in.
        assert spoken("It is no share. Ask Ann.") == "It is no share. Ask Ann."
