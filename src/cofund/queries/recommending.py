"""Who should be asked about a text: candidates with bands, and reasons with the past projects behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cofund.analysis import bands
from cofund.analysis.calls import families as families_of
from cofund.analysis.corpus import Floats, Numbers
from cofund.analysis.history import Question
from cofund.analysis.reasons import Reason, Reasons
from cofund.analysis.words import MOST_CHARACTERS, count_terms
from cofund.queries import likely_kinds, same_bodies
from cofund.queries.index_files import Index
from cofund.queries.past_arrays import field_titles
from cofund.queries.reason_words import in_words
from cofund.records.corpus.models import PastOrganisation, PastProject
from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS

KINDS = {
    "HES": "university or school",
    "REC": "research organisation",
    "PRC": "company",
    "PUB": "public body",
    "OTH": "other",
    # CORDIS tells none of these apart from other bodies: see `queries.likely_kinds`.
    FOUNDATION: "foundation",
    PATIENTS: "patient organisation",
}
_MOST_KNOWN = 100
# So many times the number of candidates is looked at where some of them are one, so that enough are left.
_SPARE = 3
NOT_RATED = "not rated"  # where nothing was trained: votes of two questions cannot be compared


class NotAnsweredError(Exception):
    """A question that no sensible answer can be given to: why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """Who is looked for. Empty: everybody."""

    countries: frozenset[str] = frozenset()  # two letters, as CORDIS has them
    kinds: frozenset[str] = frozenset()  # of `KINDS`
    newcomers_only: bool = False
    leads_only: bool = False  # who has led a project
    without: frozenset[int] = frozenset()  # identification codes of those who are not asked again


@dataclass(frozen=True)
class Why:
    """A reason: what it rests on, and how it reads."""

    reason: Reason
    words: str


@dataclass(frozen=True)
class Also:
    """A past organisation that is one with a candidate, or of one group with it, and would have been named further down."""

    pic: int
    name: str
    country: str
    projects: int  # of the current programme
    is_same: bool  # else of one group


@dataclass(frozen=True)
class Candidate:
    """An organisation that is recommended, with those of the same body or group that would have been named, too."""

    pic: int
    name: str
    country: str
    kind: str
    band: str
    points: float
    projects: int  # of the current programme
    is_newcomer: bool
    why: tuple[Why, ...]
    also: tuple[Also, ...] = ()


@dataclass(frozen=True)
class Recommendation:
    """The answer to a question."""

    index_version: str
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...]  # what the reader has to know about the question
    project_names: dict[int, str]  # of the past projects that reasons name


def recommend(
    index: Index, text: str, *, code: str = "", known: Sequence[int] = (), wish: Wish | None = None, number: int = 20
) -> Recommendation:
    """Rank organisations for a text, optionally with the code of its call or topic and with members who are known already.

    Raises: NotAnsweredError where the question says nothing, or names somebody unknown.
    """
    history = index.history
    notes = _notes(text)
    counts = count_terms([text[:MOST_CHARACTERS]], index.vocabulary, grows=False)
    columns = known_columns(index, known)
    question = Question(counts, code, columns, allowed(index, wish or Wish()))
    _refuse_nothing(index, question, text)
    if not len(counts.data):
        notes.append("None of the text's words stands in a past project: only the call and the known members speak.")
    found, points = index.ranking.rank(history, question)
    places, also = _each_once(index, found.candidates, number)
    chosen = found.candidates[places].tolist()
    reasons = Reasons(history, question, found)
    whys = {one: reasons.of(one) for one in chosen}
    return Recommendation(
        index.version,
        tuple(_candidates(index, chosen, points[places], whys, also)),
        tuple(notes),
        _project_names(whys.values()),
    )


def _each_once(index: Index, ranked: Numbers, number: int) -> tuple[list[int], dict[int, list[tuple[int, bool]]]]:
    """The places of the first candidates, each body once; and by candidate the others that are one with it, or of its group."""
    corpus = index.history.corpus
    looked = ranked[: number * _SPARE].tolist()
    pics = {int(corpus.organisations[one]): one for one in looked}
    folded = {pics[one.code]: (pics[one.under], one.is_same) for one in same_bodies.fold(list(pics))}
    places = [place for place, one in enumerate(looked) if one not in folded][:number]
    also: dict[int, list[tuple[int, bool]]] = {}
    for one, (under, is_same) in folded.items():
        also.setdefault(under, []).append((one, is_same))
    return places, also


def _candidates(
    index: Index, chosen: list[int], points: Floats, whys: dict[int, list[Reason]], also: dict[int, list[tuple[int, bool]]],
) -> Iterator[Candidate]:  # fmt: skip
    """The chosen organisations with their names, bands and reasons in words."""
    history, corpus = index.history, index.history.corpus
    others = [one for under in chosen for one, _ in also.get(under, ())]
    names = {one: int(corpus.organisations[one]) for one in (*chosen, *others)}
    rows, fields = PastOrganisation.objects.in_bulk(list(names.values())), field_titles()
    for one, level, value in zip(chosen, index.bands.of(points), points.tolist(), strict=True):
        yield Candidate(
            pic=names[one],
            name=str(rows.get(names[one]) or f"PIC {names[one]}"),
            country=corpus.countries[one],
            kind=corpus.kinds[one],
            band=bands.NAMES[level] if index.ranking.text else NOT_RATED,
            points=value,
            projects=int(history.times[one]),
            is_newcomer=bool(history.newcomers[one]),
            why=tuple(Why(why, in_words(why, fields)) for why in whys[one]),
            also=tuple(
                Also(
                    names[other], str(rows.get(names[other]) or f"PIC {names[other]}"), corpus.countries[other],
                    int(history.times[other]), is_same,
                )
                for other, is_same in also.get(one, ())
            ),
        )  # fmt: skip


def _notes(text: str) -> list[str]:
    if len(text) > MOST_CHARACTERS:
        return [f"The text is long: its first {MOST_CHARACTERS:,} characters were read."]
    return []


def _refuse_nothing(index: Index, question: Question, text: str) -> None:
    """Raises: NotAnsweredError where neither text nor call nor members say anything."""
    families = index.history.corpus.families[0]
    if len(question.counts.data) or question.known or any(name in families for name in families_of(question.code)):
        return
    if not text.strip() and not question.code:
        raise NotAnsweredError("There is no text. Say in a few sentences what the project is about.")
    raise NotAnsweredError(
        "Nothing of this can be found among past projects: they are written in English, and none has a word of the text. "
        "Say in a few English sentences what the project is about, or name the call."
    )


def known_columns(index: Index, pics: Sequence[int]) -> tuple[int, ...]:
    """The columns of known members, and of those past organisations that were accepted as one with them.

    Raises: NotAnsweredError for one that took part in no past project.
    """
    if len(pics) > _MOST_KNOWN:
        raise NotAnsweredError(f"At most {_MOST_KNOWN} known members can be named.")
    organisations = index.history.corpus.organisations
    # No array holds a longer number than the last one; what is looked up in its stead is not equal to it.
    last = int(np.iinfo(np.int64).max)
    places = np.searchsorted(organisations, np.array([min(abs(pic), last) for pic in pics], np.int64))
    found = []
    for pic, place in zip(pics, places.tolist(), strict=True):
        if place >= len(organisations) or organisations[place] != pic:
            raise NotAnsweredError(f"No organisation of the past projects has the identification code {pic}.")
        found.append(place)
    twins = np.flatnonzero(np.isin(organisations, np.array(sorted(same_bodies.twins(pics)), np.int64))).tolist()
    return tuple(sorted({*found, *twins}))


def allowed(index: Index, wish: Wish) -> NDArray[np.bool_] | None:
    """Who may be recommended, by organisation; none where everybody may."""
    corpus = index.history.corpus
    if wish == Wish():
        return None
    allowed = np.ones(len(corpus.organisations), np.bool_)
    if wish.countries:
        allowed &= np.isin(np.array(corpus.countries), sorted(wish.countries))
    if wish.kinds:
        likely = np.isin(
            corpus.organisations, likely_kinds.codes_of(index.version, wish.kinds & {FOUNDATION, PATIENTS})
        )
        allowed &= np.isin(np.array(corpus.kinds), sorted(wish.kinds)) | likely
    if wish.newcomers_only:
        allowed &= index.history.newcomers
    if wish.leads_only:
        allowed &= index.history.times_leading > 0
    if wish.without:
        allowed &= ~np.isin(corpus.organisations, sorted(wish.without))
    return allowed


def _project_names(whys: Iterable[list[Reason]]) -> dict[int, str]:
    numbers = {number for reasons in whys for reason in reasons for number in reason.projects}
    rows = PastProject.objects.filter(pk__in=sorted(numbers)).only("acronym", "title")
    return {row.pk: f"{row.acronym}: {row.title}" if row.acronym else row.title for row in rows}
