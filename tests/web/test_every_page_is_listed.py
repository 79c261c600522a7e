"""Every address of the site has an example in `tests/pages.py`: what is not there is looked at by no browser and no checker."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks import public_pages
from django.test import Client
from django.urls import reverse
from tests import pages, places
from tests.addresses import FILES, NOT_SHOWN, name_of, patterns


def shown(only: str | None = None, *, files: bool = True) -> Iterator[str]:
    """The name of each address that has an example; a key that a place gives is a number or a word, which 1 can be too.

    Of one reader alone where `only` names it, who is nobody where it is empty; without what is handed over as a file where asked.
    """
    for places_of in (pages.PLACES, FILES) if files else (pages.PLACES,):
        for people in places_of.values():
            read = people.values() if only is None else [people.get(only, [])]
            for address in itertools.chain.from_iterable(read):
                yield name_of(address)


def test_every_address_has_an_example() -> None:
    missing = sorted({name for name, _, _ in patterns()} - set(shown()) - set(NOT_SHOWN))
    assert not missing, f"no example address in tests/pages.py for: {', '.join(missing)}"


def test_every_kind_of_public_page_has_an_example_whose_speed_is_measured() -> None:
    assert public_pages.faults() == []
    fewer = [path for path in public_pages.PAGES if "/stories/bench" not in path]
    assert public_pages.faults(fewer) == ["no example of story"]
    assert public_pages.faults([*public_pages.PAGES, "/office/"]) == ["desk is no public page"]


def test_place_of_every_list_is_built() -> None:
    assert sorted({*pages.PLACES, *FILES}) == sorted(places.BUILDERS)


def test_signing_out_answers_to_no_reader() -> None:
    assert Client().get(reverse("sign-out")).status_code == 405
