"""The full text of both databases behind one interface: a condition that an entry, or its title, has all terms that are asked for.

What stands in an expression of a database's query language is letters and figures alone (`words.py`), so that nobody can write one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from cofund.queries.search.words import Term, quoted


class Backend(Protocol):
    """What a database must be able to say."""

    def has(self, terms: Sequence[Term], *, in_title: bool = False) -> RawSQL:
        """The condition that all terms stand in an entry, or in its title."""


class _PostgreSQL:
    """Computed `tsvector` columns, each with a GIN index."""

    def has(self, terms: Sequence[Term], *, in_title: bool = False) -> RawSQL:
        """As `Backend` says."""
        column = "title_vector" if in_title else "vector"
        said = " & ".join(f"({self._term(words, goes_on)})" for words, goes_on in quoted(terms))
        condition = f"programme_searchentry.{column} @@ to_tsquery('pg_catalog.simple', %s)"
        return RawSQL(condition, (said,), output_field=BooleanField())  # noqa: S611  # the column is one of two names above

    def _term(self, words: list[str], goes_on: bool) -> str:
        """Words one after the other."""
        return " <-> ".join(words) + (":*" if goes_on else "")


class _SQLite:
    """An FTS5 table beside the entries."""

    def has(self, terms: Sequence[Term], *, in_title: bool = False) -> RawSQL:
        """As `Backend` says."""
        column = "title_words" if in_title else "words"
        said = f"{column} : ({' AND '.join(self._term(words, goes_on) for words, goes_on in quoted(terms))})"
        condition = (
            "programme_searchentry.id IN (SELECT rowid FROM programme_searchwords WHERE programme_searchwords MATCH %s)"
        )
        return RawSQL(condition, (said,), output_field=BooleanField())  # noqa: S611  # no text of a visitor is in it

    def _term(self, words: list[str], goes_on: bool) -> str:
        """Words one after the other."""
        return f'"{" ".join(words)}"' + ("*" if goes_on else "")


_BACKENDS: Final[dict[str, Backend]] = {"postgresql": _PostgreSQL(), "sqlite": _SQLite()}


def backend() -> Backend:
    """That of the database of this site."""
    return _BACKENDS[connection.vendor]
