"""No English on any public page in French, nor in the refusal of any public form: the pages of every place of `tests/pages.py`.

What records say in their own language is none of the site's English: titles, names, reasons, notes, sources stay as written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import catalogue, english, pages, places
from tests.cells import taken_back
from tests.web.test_french_pages import MORE, NAMES, NOT_FRENCH, Texts
from tests.web.test_refused_forms import TYPED, Form, forms

from cofund.web.fields import CountryField, DayField
from cofund.web.languages import FRENCH, speaking

PUBLIC = sorted(name for name, people in pages.PLACES.items() if people.get(""))


def addresses(name: str) -> list[str]:
    """The public pages of a place, but for those that are for makers of pages."""
    found = [one for one in pages.PLACES[name][""] if one not in NOT_FRENCH]
    return found + list(MORE) if name == "demonstration" else found


def tries(form: Form) -> Iterator[dict[str, str]]:
    """What is sent to a form: nothing, something that fits, something that fits nowhere, and a form that nobody was given."""
    hidden = {name for name, one in form.fields.items() if one.kind == "hidden"}
    yield form.empty()
    yield form.typed()
    yield form.empty() | {name: "x" for name in form.fields if name not in hidden}
    yield form.typed() | dict.fromkeys(hidden, "")


@pytest.mark.same_on_both
@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_no_page_and_no_refusal_says_anything_in_english(name: str, settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME = settings.MEDIA_ROOT = tmp_path
    place = places.BUILDERS[name]()
    known = [*english.recorded(), *sorted(NAMES, key=len, reverse=True), "nobody"]
    # What a visitor types comes back as it was typed.
    typed = [*TYPED.values(), *(one.upper() for one in TYPED.values())]
    marked = catalogue.untranslated() - NAMES - set(known)
    client, wrong, seen = Client(), {}, set[tuple[str, ...]]()

    def look(at: str, html: str, records: list[str]) -> None:
        said = Texts(html).found
        if found := sorted({*english.left(said, records), *(said & marked)}):
            wrong[at] = found

    for address in (f"/fr{one.format(**place.keys)}" for one in addresses(name)):
        look(address, client.get(address).text, known)
        for to, form in forms(client, address):
            key = (to.split("?")[0], *sorted(form.fields))
            for data in tries(form) if key not in seen else ():
                with taken_back():
                    answer = client.post(to, data)
                look(f"POST {to} {answer.status_code}", answer.text, [*typed, *known])
            seen.add(key)
    assert wrong == {}


def test_fields_are_said_in_the_language_of_the_page_whatever_was_spoken_when_they_were_made() -> None:
    with speaking(FRENCH):
        country, day = CountryField(), DayField()
    assert str(country.help_text) == "Two letters, for example BE, US or GB."
    assert str(day.error_messages["invalid"]).startswith("Give a day as")
    with speaking(FRENCH):
        assert str(country.help_text) == "Deux lettres, par exemple BE, US ou GB."
        assert english.left([str(day.error_messages["invalid"])]) == []
