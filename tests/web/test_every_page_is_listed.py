"""Every address of the site has an example in `tests/pages.py`: what is not there is looked at by no browser and no checker."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.test import Client
from django.urls import resolve, reverse
from tests import pages, places
from tests.addresses import FILES, NOT_SHOWN, patterns


class Keys(dict[str, str]):
    """The keys of an address, before there is anything."""

    def __missing__(self, name: str) -> str:
        return "1"


def shown(only: str | None = None, *, files: bool = True) -> Iterator[str]:
    """The name of each address that has an example; a key that a place gives is a number or a word, which 1 can be too.

    Of one reader alone where `only` names it, who is nobody where it is empty; without what is handed over as a file where asked.
    """
    for places_of in (pages.PLACES, FILES) if files else (pages.PLACES,):
        for people in places_of.values():
            read = people.values() if only is None else [people.get(only, [])]
            for address in itertools.chain.from_iterable(read):
                path = address.split("?")[0].format_map(Keys())
                yield str(resolve(path).url_name)


def test_every_address_has_an_example() -> None:
    missing = sorted({name for name, _, _ in patterns()} - set(shown()) - set(NOT_SHOWN))
    assert not missing, f"no example address in tests/pages.py for: {', '.join(missing)}"


def test_place_of_every_list_is_built() -> None:
    assert sorted({*pages.PLACES, *FILES}) == sorted(places.BUILDERS)


def test_signing_out_answers_to_no_reader() -> None:
    assert Client().get(reverse("sign-out")).status_code == 405
