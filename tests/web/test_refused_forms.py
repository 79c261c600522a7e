"""Every form of the site, refused: an alert says what is wrong, the focus stands on one thing, and what was typed stays.

The forms are those of the pages in `tests/pages.py`, as the example's reader sees them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import pages, places
from tests.cells import taken_back

# What a visitor types, by the kind of the field.
TYPED = {
    "text": "Words that were typed",
    "search": "Words that were typed",
    "textarea": "A sentence that was typed.",
    "email": "typed@example.org",
    "url": "https://example.org/typed",
    "date": "2030-01-31",
    "number": "7",
    "tel": "+32 2 123 45 67",
}
# Of two fields of which either is enough, one that the refusal names; filled in, the other lets the form through.
EITHER_IS_ENOUGH = {"code"}
# Their pages have no form that asks for anything.
WITHOUT = {"damaged index", "documents", "proof"}
UNSEEN = ("hidden", "submit", "button", "reset", "image", "file", "password")


@dataclass
class Field:
    """A field of a form: its kind, what it holds, and of a list what can be chosen."""

    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    has_focus: bool = False


@dataclass
class Form:
    """A form that is sent: where to, and its fields by name."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def empty(self) -> dict[str, str]:
        """What is sent where nothing was typed: what is hidden, and the fields of words without any."""
        boxes = ("checkbox", "radio", "file", "submit")
        return {
            name: one.value if one.kind == "hidden" else ""
            for name, one in self.fields.items()
            if one.kind not in boxes
        }

    def typed(self) -> dict[str, str]:
        """What is sent where every field was filled in; of a list the last entry."""
        found = self.empty()
        for name, one in self.fields.items():
            if one.kind in TYPED:
                found[name] = TYPED[one.kind]
            elif one.kind == "select" and one.choices:
                found[name] = one.choices[-1]
        return found


class Page(HTMLParser):
    """The forms of a page that are sent by POST, inside of its main part; what has the focus, and whether anything alerts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.focused: list[str] = []
        self.invalid: list[str] = []
        self.alerts = False
        self._inside: Form | None = None
        self._open: Field | None = None
        self.feed(html.split("<main", 1)[-1].split("</main>", 1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up a form, a field, or what has the focus."""
        stated = {name: value or "" for name, value in attrs}
        self.alerts = self.alerts or stated.get("role") == "alert"
        if stated.get("aria-invalid") == "true" and stated.get("name"):
            self.invalid.append(stated["name"])
        if "autofocus" in stated:
            self.focused.append(stated.get("name") or stated.get("id", ""))
        if tag == "form" and stated.get("method", "").lower() == "post":
            self._inside = Form(stated.get("action", ""))
            self.forms.append(self._inside)
        elif tag == "option" and self._open is not None:
            self._open.choices.append(stated.get("value", ""))
            if "selected" in stated:
                self._open.value = stated.get("value", "")
        elif tag in ("input", "textarea", "select") and self._inside is not None and stated.get("name"):
            kind = stated.get("type", "text") if tag == "input" else tag
            self._open = Field(kind, stated.get("value", ""))
            self._inside.fields.setdefault(stated["name"], self._open)

    def handle_data(self, data: str) -> None:
        """What stands in a field of several lines."""
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a field or a form."""
        if tag in ("textarea", "select"):
            self._open = None
        elif tag == "form":
            self._inside = self._open = None


def forms(client: Client, address: str) -> Iterator[tuple[str, Form]]:
    """The forms of a page, each with where it is sent."""
    answer: Any = client.get(address)
    if answer.status_code == 200 and not answer.streaming and answer["Content-Type"].startswith("text/html"):
        for form in Page(answer.text).forms:
            yield form.action.split("#")[0] or address, form


def lost(form: Form, typed: dict[str, str], answer: Page) -> list[str]:
    """The fields of which what was typed is not in the refused form any more."""
    shown: dict[str, Field] = {}
    for one in answer.forms:
        if form.fields.keys() <= one.fields.keys() or not shown:
            shown = one.fields
    found = []
    for name, value in typed.items():
        if form.fields[name].kind in UNSEEN or not value:
            continue
        if name not in shown or shown[name].value.strip() != value:
            found.append(f"lost {name}: {value!r}, now {shown[name].value if name in shown else 'no such field'!r}")
    return found


def tried(client: Client, to: str, form: Form, refused: list[str]) -> Iterator[str]:
    """Send a form empty, then filled in but for one field that it asks for; say what is wrong about the refusals.

    Where it goes is added to `refused` if it is.
    """
    status, page = sent(client, to, form.empty())
    if status != 422:
        # A form that asks for nothing is done; what the demonstration's own pages try on shows another page.
        yield from () if status in (200, 302) else (f"{status} for an empty form",)
        return
    refused.append(to)
    yield from unheard(page)
    asked = [name for name in page.invalid if name in form.fields and form.fields[name].kind not in UNSEEN]
    if not asked:
        return
    typed = form.typed() | {asked[0]: ""}
    status, page = sent(client, to, typed)
    if status != 422:
        yield from () if asked[0] in EITHER_IS_ENOUGH else (f"{status} without {asked[0]}",)
        return
    yield from unheard(page)
    yield from lost(form, typed, page)


def sent(client: Client, to: str, data: dict[str, str]) -> tuple[int, Page]:
    """Send a form and take back what it wrote: the status, and the page that answers."""
    with taken_back():
        answer: Any = client.post(to, data)
    return answer.status_code, Page("" if answer.streaming else answer.text)


def unheard(page: Page) -> Iterator[str]:
    """What a refusal lacks to be heard and found: an alert, and the focus on exactly one thing."""
    if len(page.focused) != 1 or not page.alerts:
        yield f"the focus is on {page.focused}, and {'something' if page.alerts else 'nothing'} alerts"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(pages.PLACES))
def test_refused_form_alerts_leads_the_focus_and_keeps_what_was_typed(name: str, settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME = settings.MEDIA_ROOT = tmp_path
    place = places.BUILDERS[name]()
    wrong: list[str] = []
    refused: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for who, addresses in pages.PLACES[name].items():
        client = Client()
        if who:
            client.force_login(place.people[who])
        for address in (each.format(**place.keys) for each in addresses):
            for to, form in forms(client, address):
                key = (who, to, *sorted(form.fields))
                if key in seen:
                    continue
                seen.add(key)
                wrong += [f"{who} {to}: {words}" for words in tried(client, to, form, refused)]
    assert wrong == []
    assert bool(refused) is (name not in WITHOUT)
