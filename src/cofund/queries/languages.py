"""The language of somebody to whom the site writes: its texts, days and addresses, below the pages and outside of any request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.dates import MONTHS

ENGLISH: Final = "en"
FRENCH: Final = "fr"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """While this lasts, marked texts are those of a language: of the reader, whoever else the process answers to."""
    with translation.override(FRENCH if language == FRENCH else settings.LANGUAGE_CODE):
        yield


def spoken_now() -> str:
    """The language that is spoken now: on a page that of its address, elsewhere English."""
    return FRENCH if translation.get_language() == FRENCH else ENGLISH


def path_in(path: str, language: str) -> str:
    """The path of a page in a language, given in any; the whole site stands once more below `/fr/`."""
    root = get_script_prefix().removesuffix(f"/{FRENCH}/").rstrip("/")
    own = path.removeprefix(root)
    own = own.removeprefix(f"/{FRENCH}") if own.startswith(f"/{FRENCH}/") else own
    return f"{root}{f'/{FRENCH}' if language == FRENCH else ''}{own}"


def at(path: str, language: str) -> str:
    """The whole address of a page, given by its path, in a language."""
    return f"{settings.COFUND_SITE_URL}{path_in(path, language)}"


def page(name: str, args: Sequence[str], language: str) -> str:
    """The whole address of a page, given by its name, in a language, whatever the one that is spoken now."""
    return at(reverse(name, args=args), language)


def day(value: date) -> str:
    """A day in the words of the language that is spoken: 3 March 2027, 3 mars 2027, 1er mars 2027."""
    first = "1er" if value.day == 1 and spoken_now() == FRENCH else str(value.day)
    return f"{first} {MONTHS[value.month]} {value.year}"
