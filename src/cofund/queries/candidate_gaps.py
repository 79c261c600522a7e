"""What is missing among the known members of a topic or an idea, by the past projects nearest to it; who would fill it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cofund.analysis.history import Question
from cofund.analysis.votes import dense, first
from cofund.analysis.words import MOST_CHARACTERS, count_terms, weigh
from cofund.queries import funding, likely_kinds, past_givers, same_bodies, schemes, topic_money
from cofund.queries.candidates import Found, against, organisations_of
from cofund.queries.index_files import Index, NoIndexError, current_version, open_index
from cofund.queries.keeping import kept
from cofund.queries.past_arrays import field_titles
from cofund.queries.pools import Target
from cofund.queries.recommending import KINDS, Wish, allowed
from cofund.records.corpus.models import PastOrganisation
from cofund.records.programme.models import IndicativeContribution
from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS
from cofund.rules.places import country_code

# The past projects that say what such a project has; the numbers below are chosen, not measured.
NEAREST: Final = 50
# In how many of a hundred of them something has to be found before its absence is told.
_OFTEN: Final = {"kind": 50, "rare kind": 20, "country": 40, "field": 20}
_MOST: Final = 5  # of each sort
# So often it is asked at most who follows, where a rule of the programme takes out some of those who would fill a gap.
_MOST_ROUNDS: Final = 3
FILLERS: Final = 3
_SMALLEST_FIELD: Final = 3  # parts of its code: wider ones say little
# What CORDIS would call a kind of the directory.
_AS_CORDIS: Final = {
    "company": "PRC", "small_company": "PRC", "public_research": "REC", "state": "PUB", "funding_body": "PUB",
    "foundation": FOUNDATION, "patient_organisation": PATIENTS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filler:
    """Somebody who would fill a gap: a candidate, the likeliest first."""

    pic: int
    name: str
    country: str = ""
    is_newcomer: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: of which sort, what, on what that rests, who would fill it, and the filter of the page that finds more."""

    sort: str  # kind, country, expertise or contribution
    what: str
    words: str
    fillers: tuple[Filler, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Near:
    """The nearest past projects, the known members and the candidates in their order, as places in the arrays of the index."""

    index: Index
    projects: NDArray[np.int64]
    members: NDArray[np.int64]
    candidates: NDArray[np.int64]
    # Under which candidate another one stands that was accepted as one with it or of its group, by identification code.
    folded: Mapping[int, int]

    @property
    def taking_part(self) -> NDArray[np.bool_]:
        """Project × organisation, for the nearest projects only."""
        return np.asarray(self.index.history.corpus.members[self.projects].toarray() > 0)

    def without(self, codes: Iterable[int]) -> _Near:
        """The same without some candidates, by identification code."""
        own = self.index.history.corpus.organisations[self.candidates]
        return replace(self, candidates=self.candidates[~np.isin(own, np.array(sorted(codes), np.int64))])


def gaps(found: Found) -> tuple[Gap, ...]:
    """Tell what is missing; nothing where nothing can be compared. Kept with the question and the index.

    Where no member is known it is money alone: what is meant to come is stated, and not compared with anybody.
    """
    if found.facts is None or found.problem or not (has_members(found) or _meant(found)):
        return ()
    try:
        return _gaps(_Kept(found), current_version())
    except NoIndexError:
        return ()


@dataclass(frozen=True)
class _Kept:
    """A question as it is remembered: by its text and members, whoever asks."""

    found: Found = field(compare=False)
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.found.subject.audited_as} {self.found.digest()}")


@kept(32)
def _gaps(asked: _Kept, version: str) -> tuple[Gap, ...]:
    """The gaps by one index."""
    del version
    found = asked.found
    near = _near(open_index(), found)
    for _ in range(_MOST_ROUNDS):
        every = [*_contributions(near, found)]
        if has_members(found):
            every = [*_kinds(near, found), *_countries(near, found), *_fields(near), *every]
        excluded = _excluded(found, {filler.pic for gap in every for filler in gap.fillers})
        if not excluded:
            break
        near = near.without(excluded)
    else:
        # Rules take out more and more of those who follow: who is left is named, so that some gaps have fewer.
        every = [replace(one, fillers=tuple(each for each in one.fillers if each.pic not in excluded)) for one in every]
    names = PastOrganisation.objects.in_bulk({filler.pic for gap in every for filler in gap.fillers})
    return tuple(
        replace(one, fillers=tuple(replace(each, name=str(names[each.pic])) for each in one.fillers)) for one in every
    )


def has_members(found: Found) -> bool:
    """Whether somebody is known with whom past projects can be compared."""
    return bool(found.members or found.asked.known)


def shown(found: Sequence[Gap]) -> list[dict[str, object]]:
    """Those who would fill gaps, in the order in which they are shown, for the log: each as often as it is named."""
    return [
        {
            "pic": one.pic, "name": one.name, "band": "fills a gap", "country": one.country, "newcomer": one.is_newcomer,
            "also": [], "fills": f"{gap.sort}: {gap.what}",
        }
        for gap in found
        for one in gap.fillers
    ]  # fmt: skip


def _excluded(found: Found, codes: Iterable[int]) -> set[int]:
    """Those of some past organisations whom a rule of the programme forbids to become partners."""
    rows = organisations_of(sorted(codes))
    clashes = against(found.subject, list({one.pk: one for one in rows.values()}.values()))
    return {code for code, row in rows.items() if any(clash.blocks for clash in clashes.get(row.pk, ()))}


def _near(index: Index, found: Found) -> _Near:
    """The nearest past projects to the text, and the candidates among those who are offered, without reasons."""
    history = index.history
    counts = count_terms([found.text.words[:MOST_CHARACTERS]], index.vocabulary, grows=False)
    nearness = np.asarray(history.texts @ dense(weigh(counts, history.rare)), np.float32)
    rows = first(nearness, NEAREST)
    members = np.flatnonzero(np.isin(history.corpus.organisations, np.array(found.known, np.int64)))
    offered = allowed(index, Wish(without=found.not_offered))
    question = Question(counts, found.text.code, tuple(members.tolist()), offered)
    ranked, _ = index.ranking.rank(history, question)
    candidates = np.asarray(ranked.candidates, np.int64)
    # Once for all gaps: who stands under whom among all candidates does so among those who would fill one.
    folded = same_bodies.fold(history.corpus.organisations[candidates].tolist())
    return _Near(index, rows[nearness[rows] > 0], members, candidates, {one.code: one.under for one in folded})


def _kinds(near: _Near, found: Found) -> Iterator[Gap]:
    """Kinds of organisations that such projects have and the known members do not."""
    corpus = near.index.history.corpus
    own = {corpus.kinds[place] for place in near.members.tolist()}
    own |= {_AS_CORDIS[one.organisation.kind] for one in found.members if one.organisation.kind in _AS_CORDIS}
    taking_part, total = near.taking_part, len(near.projects)
    for code in ("PRC", "HES", "REC", "PUB", PATIENTS, FOUNDATION):
        is_rare = code in (PATIENTS, FOUNDATION)
        if is_rare:
            mask = np.isin(corpus.organisations, likely_kinds.codes_of(near.index.version, (code,)))
        else:
            mask = np.array(corpus.kinds) == code
        has_one = bool(mask[near.members].any()) or code in own
        count = int(taking_part[:, mask].any(axis=1).sum())
        if not has_one and total and count * 100 >= total * _OFTEN["rare kind" if is_rare else "kind"]:
            words = f"{count} of the {total} nearest past projects had one; no known member is one."
            yield Gap("kind", KINDS[code], words, _fillers(near, mask), {"kind": code})


def _countries(near: _Near, found: Found) -> Iterator[Gap]:
    """Countries that such projects have and the known members do not, the most frequent first."""
    countries = _countries_of(near.index)
    own = {one.organisation.country for one in found.members} | set(countries[near.members].tolist())
    taking_part, total = near.taking_part, len(near.projects)
    places = np.flatnonzero(taking_part.any(axis=0))
    counts = {}
    for country in sorted(set(countries[places].tolist()) - own - {""}):
        counts[country] = int(taking_part[:, countries == country].any(axis=1).sum())
    often = [
        (count, country) for country, count in counts.items() if total and count * 100 >= total * _OFTEN["country"]
    ]
    for count, country in sorted(often, key=lambda one: (-one[0], one[1]))[:_MOST]:
        words = f"{count} of the {total} nearest past projects had a member there; no known member is there."
        yield Gap("country", country, words, _fillers(near, countries == country), {"country": country})


def _countries_of(index: Index) -> NDArray[np.str_]:
    """The country of each organisation in letters of ISO 3166."""
    written, places = np.unique(np.array(index.history.corpus.countries), return_inverse=True)
    return np.array([country_code(one) for one in written.tolist()])[places]


def _fields(near: _Near) -> Iterator[Gap]:
    """Fields of science in which such projects lie and no known member has a past project, the most frequent first."""
    history = near.index.history
    corpus = history.corpus
    total = len(near.projects)
    lying = np.asarray((corpus.fields[near.projects] > 0).sum(axis=0)).ravel()
    known = _fields_of(near, near.members)
    depths = np.array([name.count("/") for name in corpus.field_names], np.int64)
    is_often = (lying * 100 >= max(total, 1) * _OFTEN["field"]) & (known == 0) & (depths >= _SMALLEST_FIELD)
    titles = field_titles()
    for place in sorted(np.flatnonzero(is_often).tolist(), key=lambda one: (-int(lying[one]), corpus.field_names[one]))[
        :_MOST
    ]:
        code = corpus.field_names[place]
        words = f"{int(lying[place])} of the {total} nearest past projects lie in it; no known member has a past project in it."
        mask = np.zeros(len(corpus.organisations), np.bool_)
        within = near.candidates[:200]
        worked = (
            np.asarray((history.memberships_by_organisation[within] @ corpus.fields[:, [place]]).toarray()).ravel() > 0
        )
        mask[within[worked]] = True
        yield Gap("expertise", titles.get(code, code), words, _fillers(near, mask))


def _fields_of(near: _Near, organisations: NDArray[np.int64]) -> NDArray[np.float64]:
    """In how many past projects some organisations worked in each field of science."""
    history = near.index.history
    if not len(organisations):
        return np.zeros(len(history.corpus.field_names))
    worked = history.memberships_by_organisation[organisations] @ history.corpus.fields
    return np.asarray(worked.sum(axis=0), np.float64).ravel()


def _fillers(near: _Near, mask: NDArray[np.bool_]) -> tuple[Filler, ...]:
    """The likeliest candidates of a sort, each body or group once, as the list of candidates has it."""
    history, corpus = near.index.history, near.index.history.corpus
    chosen: dict[int, int] = {}
    for place in near.candidates[mask[near.candidates]].tolist():
        code = int(corpus.organisations[place])
        chosen.setdefault(near.folded.get(code, code), place)
        if len(chosen) == FILLERS:
            break
    return tuple(
        Filler(int(corpus.organisations[place]), "", corpus.countries[place], bool(history.newcomers[place]))
        for place in chosen.values()
    )


def _meant(found: Found) -> list[IndicativeContribution]:
    """What sources are meant to give by the text of a topic; nothing is stated of an idea."""
    return topic_money.indicative(found.subject.topic) if found.subject.topic is not None else []


def _contributions(near: _Near, found: Found) -> Iterator[Gap]:
    """What sources are meant to give by the text of a topic and nobody has pledged yet; candidates fill it who gave such before."""
    topic, stated = found.subject.topic, _meant(found)
    if topic is None or not stated:
        return
    rules, _ = schemes.current(topic.scheme.code)
    money = funding.of_target(topic.scheme.code, Target(topic=topic), scheme=rules)
    for line in topic_money.by_source(rules, money, stated):
        left = (line.indicative_cents or 0) - (line.pledged_cents or 0)
        if line.source != funding.PUBLIC and line.indicative_cents and left > 0:
            gave = _who_gave(near, rules.role(line.source).side, in_kind=line.is_in_kind)
            filters = {"left_cents": str(left)}
            yield Gap("contribution", f"{line.label}, {line.kind.lower()}", str(left), _fillers(near, gave), filters)


def _who_gave(near: _Near, side: str, *, in_kind: bool) -> NDArray[np.bool_]:
    """The candidates that gave in cash or in kind on a side before, as the books of this site have it."""
    corpus = near.index.history.corpus
    rows = organisations_of(corpus.organisations[near.candidates].tolist())
    givers = past_givers.who_gave({one.pk for one in rows.values()}, side, in_kind=in_kind)
    codes = sorted(code for code, one in rows.items() if one.pk in givers)
    return np.asarray(np.isin(corpus.organisations, np.array(codes, np.int64)))
