"""Why somebody is recommended: three reasons for each candidate, with the past projects behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cofund.analysis.calls import families
from cofund.analysis.corpus import Matrix, Numbers
from cofund.analysis.history import History, Question
from cofund.analysis.signals import NAMES, Signals
from cofund.analysis.votes import compare

MOST_PROJECTS = 5  # named with a reason
MOST_REASONS = 3
_LEAST_DEPTH = 3  # of a field of science that can be a reason


@dataclass(frozen=True)
class Reason:
    """One reason: its kind, a number with it, the day of the latest project behind it, and the projects, the nearest first.

    Kinds: `near projects` (number: how many), `led near projects`, `with known` (number: common projects),
    `call family` (number: projects in the family that `what` names), `older titles`, `field` (`what` is its code),
    `own words` (`what` has the words), `company` (number: shared projects with others who are recommended),
    `town` and `country` (where the candidate sits, and the text names it; `what` has the name, or the two letters; number: its
    own projects whose text names it too).
    """

    kind: str
    number: int
    projects: tuple[int, ...] = ()  # grant agreement numbers
    last_day: int | None = None  # since 1970-01-01
    what: str = ""


class Reasons:
    """Gives the reasons of one question's candidates."""

    def __init__(self, history: History, question: Question, found: Signals) -> None:
        self.history, self.question, self.found = history, question, found
        near = found.votes.near
        self._near = np.zeros(len(history.corpus.projects), np.bool_)
        self._near[near.rows] = True
        self._depths = np.array([name.count("/") for name in history.corpus.field_names], np.int64)
        words = history.place_words
        self._towns = self._names(words.towns_said, words.towns_told)
        self._countries = self._names(words.countries_said, words.countries_told)
        self._place = {int(organisation): place for place, organisation in enumerate(found.candidates)}

    def of(self, organisation: int) -> list[Reason]:
        """Three reasons for one candidate, those with past projects first, of both the strongest first; at least one."""
        offered = [
            self._near_projects(organisation), self._with_known(organisation), self._call_family(organisation),
            self._town(organisation), self._country(organisation), self._older_titles(organisation),
            self._field(organisation), self._company(organisation), self._own_words(organisation),
        ]  # fmt: skip
        found = sorted((reason for reason in offered if reason is not None), key=lambda reason: not reason.projects)
        if not found:
            found = [Reason("took part", int(self.history.times[organisation]), *self._named(self._rows(organisation)))]
        return found[:MOST_REASONS]

    def _rows(self, organisation: int) -> Numbers:
        table = self.history.memberships_by_organisation
        return np.asarray(table.indices[table.indptr[organisation] : table.indptr[organisation + 1]], np.int64)

    def _named(self, rows: Numbers) -> tuple[tuple[int, ...], int | None]:
        """The numbers of projects, the nearest to the text first, and the latest day among them."""
        corpus = self.history.corpus
        order = rows[np.argsort(-self.found.votes.similarity[rows], kind="stable")]
        last = int(corpus.signed[rows].max()) if len(rows) else None
        return tuple(int(number) for number in corpus.projects[order[:MOST_PROJECTS]]), last

    def _near_projects(self, organisation: int) -> Reason | None:
        rows = self._rows(organisation)
        rows = rows[self._near[rows]]
        return Reason("near projects", len(rows), *self._named(rows)) if len(rows) else None

    def _with_known(self, organisation: int) -> Reason | None:
        rows = self._rows(organisation)
        known = [row for row in (self._rows(member) for member in self.question.known) if len(row)]
        shared = np.intersect1d(rows, np.concatenate(known)) if known else rows[:0]
        return Reason("with known", len(shared), *self._named(shared)) if len(shared) else None

    def _call_family(self, organisation: int) -> Reason | None:
        """The narrowest family of the call in which the candidate took part."""
        names, rows = self.history.corpus.families[0], self._rows(organisation)
        belongs = self.history.corpus.families[1]
        for name in reversed(families(self.question.code)):
            if name in names:
                within = rows[belongs[rows][:, [names[name]]].toarray().ravel() > 0]
                if len(within):
                    return Reason("call family", len(within), *self._named(within), what=name.split(" ", 1)[1])
        return None

    def _town(self, organisation: int) -> Reason | None:
        """The town that the text names and the candidate sits in."""
        town, corpus = int(self.history.corpus.town_numbers[organisation]), self.history.corpus
        return self._sits("town", organisation, self._towns[:, [town]], corpus.town_names[town].title())

    def _country(self, organisation: int) -> Reason | None:
        """The country, or an area with it, that the text names and the candidate sits in."""
        country, corpus = int(self.history.corpus.country_numbers[organisation]), self.history.corpus
        return self._sits("country", organisation, self._countries[:, [country]], corpus.country_names[country])

    def _names(self, said: Matrix, told: Matrix) -> Matrix:
        """Which word of the question names which place: word of the question × place.

        A name alone can mean something else (Best, Reading, guinea pigs): the past has to know it as a word of the place. What a
        pair takes back (Northern *Ireland*) is named by none of its words.
        """
        asked = self.question.counts.indices
        known = said[asked].multiply(told[asked] > 0)
        is_named = compare(said, self.question.counts) > 0
        return ((known > 0).multiply(is_named)).tocsc()

    def _sits(self, kind: str, organisation: int, names: Matrix, what: str) -> Reason | None:
        """That a candidate sits in a place which some words of the question name, with its own projects that name it too."""
        terms = self.question.counts.indices[names.indices]
        if not len(terms):
            return None
        rows = self._rows(organisation)
        rows = rows[self.history.texts[rows][:, terms].getnnz(axis=1) > 0]
        return Reason(kind, len(rows), *self._named(rows), what=what)

    def _older_titles(self, organisation: int) -> Reason | None:
        older = self.found.votes.older.rows
        column = self.history.older_members[older][:, [organisation]].toarray().ravel() > 0
        rows = older[column]
        numbers = tuple(int(number) for number in self.history.older_numbers[rows[:MOST_PROJECTS]])
        return Reason("older titles", len(rows), numbers) if len(rows) else None

    def _field(self, organisation: int) -> Reason | None:
        """The field of science that the candidate shares most with the nearest projects."""
        corpus, near = self.history.corpus, self.found.votes.near
        around = np.asarray(corpus.fields[near.rows[:50]].sum(axis=0)).ravel()
        profile = self.history.profiles[[organisation]].toarray().ravel()
        # Wide fields, such as all of biology, say nothing.
        shared = around * profile * (self._depths >= _LEAST_DEPTH)
        if not len(shared) or shared.max() <= 0:
            return None
        field = int(shared.argmax())
        rows = self._rows(organisation)
        rows = rows[corpus.fields[rows][:, [field]].toarray().ravel() > 0]
        return Reason("field", len(rows), *self._named(rows), what=corpus.field_names[field])

    def _own_words(self, organisation: int) -> Reason | None:
        words = self.history.own_words[[organisation]]
        asked = self.found.votes.text[words.indices] > 0
        columns = sorted(words.indices[asked].tolist(), key=lambda column: (-self.history.rare[column], column))
        named = ", ".join(self.history.corpus.terms[column] for column in columns[:3])
        return Reason("own words", len(columns), what=named) if columns else None

    def _company(self, organisation: int) -> Reason | None:
        place = self._place.get(organisation)
        if place is None or self.found.numbers[place, NAMES.index("company")] <= 0:
            return None
        best = self.found.candidates[:30]
        with_best = np.asarray(self.history.corpus.members[self._rows(organisation)][:, best].sum(axis=1)).ravel()
        rows = self._rows(organisation)[with_best > (organisation in best)]
        return Reason("company", len(rows), *self._named(rows)) if len(rows) else None
