"""Countries are told by name on pages, in the language of the page; files keep their two letters."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from tests.worlds import world

from cofund.actions.demonstration.loading import load
from cofund.rules.places import COUNTRIES
from cofund.web import countries, languages


@world
def demonstration() -> None:
    """The demonstration."""
    load()


@pytest.mark.parametrize(
    ("language", "written", "name"),
    [
        ("en", "GB", "United Kingdom"), ("en", "EL", "Greece"), ("en", "XK", "Kosovo"), ("en", "", ""), ("en", "ZZZ", "ZZZ"),
        ("fr", "UK", "Royaume-Uni"), ("fr", "DE", "Allemagne"), ("fr", "gr", "Grèce"),
    ],
)  # fmt: skip
def test_country_is_told_by_its_name_in_the_language_that_is_spoken(language: str, written: str, name: str) -> None:
    with languages.speaking(language):
        assert countries.country_name(written) == name


def test_every_country_has_a_name_in_both_languages() -> None:
    for language in ("en", "fr"):
        with languages.speaking(language):
            assert [code for code in sorted(COUNTRIES) if countries.country_name(code) == code] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/partners/jdrf/", "United States"),
        ("/fr/partners/jdrf/", "États-Unis"),
        ("/programmes/imi2/success/", "Germany"),
        ("/fr/programmes/imi2/success/", "Allemagne"),
        ("/search/?q=jdrf", "United States"),
        ("/fr/search/?q=jdrf", "États-Unis"),
        ("/partners/?programme=imi2", "United Kingdom"),
    ],
)
def test_pages_name_countries_and_files_keep_their_letters(client: Client, path: str, names: str) -> None:
    assert names in client.get(path).content.decode()
    mark = "&" if "?" in path else "?"
    assert names not in json.dumps(json.loads(client.get(f"{path}{mark}format=json").content), ensure_ascii=False)
