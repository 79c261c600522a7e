"""Past projects and their organisations as arrays: all that the analysis reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cofund.analysis.calls import LEVELS, families
from cofund.analysis.words import Matrix

Numbers = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Corpus:
    """Past projects, one a row and the earliest first, and the organisations that took part, one a column.

    Tables are sparse, by rows. A membership stands once, whatever the number of rows it had; ended ones are left out.
    """

    projects: Numbers  # grant agreement numbers
    signed: Numbers  # days since 1970-01-01; of the start where no signature is known
    is_current: NDArray[np.bool_]  # of the programme whose participants are candidates; all others vote by title only
    is_grant_of_one: NDArray[np.bool_]  # fellowships and single grants: no call for a consortium
    is_health: NDArray[np.bool_]
    codes: list[str]  # of the topic, one a project
    terms: list[str]  # the vocabulary
    texts: Matrix  # counts: project × term, of title and objective
    topic_texts: Matrix  # counts: project × term, of the topic's title
    members: Matrix  # project × organisation, 1
    coordinators: Matrix  # project × organisation, 1
    fields: Matrix  # project × field of science, 1, wider fields included
    field_names: list[str]
    organisations: Numbers  # participant identification codes
    own_words: Matrix  # counts: organisation × term, of name, short name and domain
    countries: list[str]
    kinds: list[str]  # HES, REC, PRC, PUB, OTH or empty
    towns: list[str]  # as `places.town` compares them; empty where none is stated

    @cached_property
    def sizes(self) -> Numbers:
        """How many organisations each project has."""
        return np.asarray(np.diff(self.members.indptr), np.int64)

    @cached_property
    def whole_texts(self) -> Matrix:
        """Counts of title, objective and topic's title together."""
        return (self.texts + self.topic_texts).tocsr()

    @cached_property
    def families(self) -> tuple[dict[str, int], Matrix]:
        """The families of calls by name, and which project belongs to which."""
        names: dict[str, int] = {}
        of_codes: dict[str, list[int]] = {}  # many projects share a code
        rows, columns = [], []
        for row, code in enumerate(self.codes):
            if code not in of_codes:
                of_codes[code] = [names.setdefault(name, len(names)) for name in families(code)]
            rows.extend([row] * len(of_codes[code]))
            columns.extend(of_codes[code])
        shape = (len(self.codes), max(len(names), 1))
        return names, table(rows, columns, shape)

    @cached_property
    def country_names(self) -> list[str]:
        """The countries there are, by the numbers that `country_numbers` has."""
        return sorted(set(self.countries))

    @cached_property
    def country_numbers(self) -> Numbers:
        """Each organisation's country as a number; the same countries have the same."""
        return _numbered(self.countries)

    @cached_property
    def _towns_apart(self) -> list[str]:
        """Towns of one name in two countries are two."""
        return [f"{town}|{country}" for town, country in zip(self.towns, self.countries, strict=True)]

    @cached_property
    def town_names(self) -> list[str]:
        """The towns there are, by the numbers that `town_numbers` has; empty where none is stated."""
        return [name.split("|")[0] for name in sorted(set(self._towns_apart))]

    @cached_property
    def town_numbers(self) -> Numbers:
        """Each organisation's town as a number; those of a country without a stated town share one."""
        return _numbered(self._towns_apart)

    @cached_property
    def kind_numbers(self) -> Numbers:
        """Each organisation's kind as a number."""
        return _numbered(self.kinds)

    def rows(self, chosen: NDArray[np.int64]) -> Corpus:
        """The same with these projects only."""
        return replace(
            self,
            projects=self.projects[chosen], signed=self.signed[chosen], is_current=self.is_current[chosen],
            is_grant_of_one=self.is_grant_of_one[chosen], is_health=self.is_health[chosen],
            codes=[self.codes[row] for row in chosen], texts=self.texts[chosen], topic_texts=self.topic_texts[chosen],
            members=self.members[chosen], coordinators=self.coordinators[chosen], fields=self.fields[chosen],
        )  # fmt: skip


def table(rows: list[int], columns: list[int], shape: tuple[int, int]) -> Matrix:
    """A sparse table with a 1 at each place, however often it is named."""
    found = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found


def _numbered(names: list[str]) -> Numbers:
    return np.unique(np.array(names, dtype=str), return_inverse=True)[1].astype(np.int64)


__all__ = ["LEVELS", "Corpus", "Floats", "Matrix", "Numbers", "table"]
