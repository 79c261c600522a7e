"""Who should be asked for a topic or an idea: the ranking of the index beside what this site knows of those whom it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cofund.queries import candidate_subjects, capacities, clock, index_facts, same_bodies, schemes, stated_wishes
from cofund.queries.candidate_subjects import Member, Subject, Text
from cofund.queries.index_facts import IndexFacts
from cofund.queries.index_files import Index, NoIndexError, in_use, open_index
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.queries.recommending import NOT_RATED, Candidate, NotAnsweredError, Wish, recommend
from cofund.records.directory.models import CorpusLink, Interest, Organisation
from cofund.records.ledger.models import Book
from cofund.records.programme.models import CandidateMark, Lead, Topic
from cofund.rules import eligibility
from cofund.rules.eligibility import Clash
from cofund.rules.schemes import Scheme

NUMBER = 20
NUMBERS = (20, 50, 100)
# So often the index is asked at most, where a rule of the programme takes out some of those whom it names.
_MOST_ROUNDS = 3
NEWCOMERS = 8
BANDS = ("very likely", "likely", "possible", "long shot", NOT_RATED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks beside the text: who is looked for, further known members (identification codes), and how many."""

    wish: Wish = field(default_factory=Wish)
    known: tuple[int, ...] = ()
    number: int = NUMBER

    @property
    def plain(self) -> dict[str, object]:
        """What was asked for, for the log; what was not is left out."""
        found: dict[str, object] = {
            "country": sorted(self.wish.countries),
            "kind": sorted(self.wish.kinds),
            "newcomer": self.wish.newcomers_only,
            "led": self.wish.leads_only,
            "with": list(self.known),
            "number": self.number if self.number != NUMBER else 0,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Listed:
    """A candidate with its row in the directory, what the office said of it, its lead, and what stands against it."""

    candidate: Candidate
    organisation: Organisation | None = None
    mark: CandidateMark | None = None
    lead: Lead | None = None
    warnings: tuple[Clash, ...] = ()
    said: Interest | None = None  # what it says itself of this field

    @property
    def is_excluded(self) -> bool:
        """Whether a rule of the programme forbids that it becomes a partner."""
        return any(clash.blocks for clash in self.warnings)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who is not offered, and why, in words. `mark` is there where the office said so, and it can be taken back."""

    name: str
    words: str
    mark: CandidateMark | None = None
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a page. `problem` says why there is none; everything else on the page is there all the same."""

    subject: Subject
    text: Text
    asked: Asked
    members: tuple[Member, ...]
    known: tuple[int, ...] = ()  # identification codes of members that took part in past projects
    unknown: tuple[int, ...] = ()  # codes that were asked with and that no past project has: left out
    facts: IndexFacts | None = None
    problem: str = ""
    listed: tuple[Listed, ...] = ()
    newcomers: tuple[Listed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    project_names: Mapping[int, str] = field(default_factory=dict)
    marks: tuple[CandidateMark, ...] = ()
    # Identification codes of those who were met and are not offered: unsuitable, one with somebody who is, or excluded by a rule.
    not_offered: frozenset[int] = frozenset()

    def digest(self, fillers: Sequence[Mapping[str, object]] = ()) -> str:
        """What tells this question from every other one: SHA-256 of text, call, members, filters, who is left out, who stands
        with whom, and who was said to fill which gap, as the log has it.
        """
        unsuitable = {one.past_organisation_id for one in self.marks if one.kind == CandidateMark.Kind.NOT_SUITABLE}
        without = sorted(unsuitable | self.asked.wish.without | self.not_offered)
        asked = [self.text.words, self.text.code, list(self.known), self.asked.plain, without]
        together = [[each["pic"], *also] for each in self.shown() if isinstance(also := each["also"], list) and also]
        asked += [together] if together else []
        asked += [[[each["pic"], each["fills"]] for each in fillers]] if fillers else []
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def shown(self) -> list[dict[str, object]]:
        """The candidates in the order in which they are shown, for the log; those of the newcomers' own band last."""
        return [
            {
                "pic": one.candidate.pic, "name": one.candidate.name, "band": "newcomers" if is_own else one.candidate.band,
                "country": one.candidate.country, "newcomer": one.candidate.is_newcomer,
                "also": [each.pic for each in one.candidate.also],
            }
            for rows, is_own in ((self.listed, False), (self.newcomers, True))
            for one in rows
        ]  # fmt: skip


def find(subject: Subject, asked: Asked) -> Found:
    """Rank candidates for a topic or an idea. Without an index, or where nothing can be answered, it says why.

    It is kept until something is written, or another index is in use.
    """
    try:
        version = in_use()
    except NoIndexError:
        version = ""
    return _find(subject, asked, version)


@kept(32)
def _find(subject: Subject, asked: Asked, version: str) -> Found:
    """The answer of one index."""
    del version  # what is kept of another index is another answer
    members = tuple(candidate_subjects.members(subject))
    marks = tuple(candidate_subjects.marks(subject))
    text = candidate_subjects.text_of(subject)
    found = Found(subject, text, asked, members, marks=marks)
    try:
        index = open_index()
    except NoIndexError as error:
        return _with(found, problem=str(error), left_out=_said(members, marks))
    there = _columns(index, asked.known)
    unknown = tuple(code for code in asked.known if code not in there)
    asked = replace(asked, known=tuple(code for code in asked.known if code in there))
    known = _columns(index, [*codes_of([one.organisation for one in members]), *same_bodies.twins(asked.known)])
    found = _with(found, asked=asked, known=known, unknown=unknown, facts=index_facts.of(index))
    try:
        return _searched(_Search(index, found))
    except NotAnsweredError as error:
        return _with(found, problem=str(error), left_out=_said(members, marks))


def codes_of(organisations: Iterable[Organisation]) -> list[int]:
    """The identification codes under which organisations took part in past projects: their own, linked ones, and those of
    past organisations that were accepted as one with these. Five queries.
    """
    rows = list(organisations)
    own = [int(one.pic) for one in rows if one.pic.isdecimal()]
    links = CorpusLink.objects.filter(organisation__in=rows).order_by("pk")
    return sorted(same_bodies.twins([*own, *links.values_list("past_organisation_id", flat=True)]))


def organisations_of(codes: Sequence[int]) -> dict[int, Organisation]:
    """The organisations of the directory that past ones are, by identification code: linked, or of the same code, and else those
    of a past organisation that was accepted as one with it. Three queries.
    """
    twins = same_bodies.of_same_record(codes)
    every = {*codes, *(twin for twin, _ in twins)}
    rows = Organisation.objects.filter(pic__in=[f"{code:09d}" for code in every]).order_by("-pk")
    found = {int(row.pic): row for row in rows}
    links = CorpusLink.objects.filter(past_organisation__in=every).select_related("organisation__merged_into")
    found |= {link.past_organisation_id: link.organisation for link in links.order_by("-pk")}
    for twin, code in twins:
        if twin in found:
            found.setdefault(code, found[twin])
    return {code: found[code].merged_into or found[code] for code in codes if code in found}


def against(subject: Subject, organisations: Sequence[Organisation]) -> dict[int, list[Clash]]:
    """What the programme's rules say against organisations becoming partners in it today, by key."""
    rules, _ = schemes.current(subject.scheme.code)
    role = partner_role(rules)
    book = Book.objects.filter(scheme=subject.scheme).values_list("pk", flat=True).first()
    if not role or book is None or not organisations:
        return {}
    # Of an idea there is no topic yet; what holds in the whole programme is asked as for a topic of which nothing is booked.
    target = Target(topic=subject.topic or Topic(scheme=subject.scheme))
    held = capacities.of_each(rules, book, role, organisations, target, clock.today())
    return {key: found for key, own in held.items() if (found := eligibility.clashes(rules, role, own))}


def partner_role(rules: Scheme) -> str:
    """The role in which a candidate would take part: the first on the partners' side of the programme; empty where it has none."""
    return next((role.code for role in rules.roles if role.side == "partner"), "")


def _columns(index: Index, codes: Iterable[int]) -> tuple[int, ...]:
    """Those of some identification codes that the index knows, each once."""
    known = np.isin(np.array(sorted(set(codes)), np.int64), index.history.corpus.organisations)
    return tuple(code for code, is_known in zip(sorted(set(codes)), known.tolist(), strict=True) if is_known)


class _Search:
    """Asks the index, puts beside each candidate what this site knows of it, and asks again where a rule takes somebody out."""

    def __init__(self, index: Index, found: Found) -> None:
        self.index, self.found = index, found
        self.marks = {one.past_organisation_id: one for one in found.marks}
        # Of several leads the newest stands beside a candidate.
        rows = candidate_subjects.leads(found.subject)[::-1]
        self.leads = {(one.organisation.merged_into_id or one.organisation_id): one for one in rows}
        not_offered = CandidateMark.Kind.NOT_SUITABLE
        said = [key for key, one in self.marks.items() if one.kind == not_offered]
        # Who is one with somebody who is not suitable is not suitable either.
        self.unsuitable = frozenset(same_bodies.twins(said))
        self.excluded: dict[int, Listed] = {}
        self.names: dict[int, str] = {}
        self.notes: tuple[str, ...] = ()

    def ask(self, number: int, *, newcomers: bool = False, without: Iterable[int] = ()) -> tuple[Listed, ...]:
        """The first candidates that no rule excludes; fewer where rules take out more and more of those who follow."""
        wish, text = self.found.asked.wish, self.found.text
        ranked: list[Listed] = []
        for _ in range(_MOST_ROUNDS):
            asked = replace(
                wish,
                newcomers_only=newcomers or wish.newcomers_only,
                without=wish.without.union(self.unsuitable, self.excluded, without),
            )
            answer = recommend(
                self.index, text.words, code=text.code, known=self.found.known, wish=asked, number=number
            )
            ranked, self.notes = self._judge(answer.candidates), answer.notes
            self.names |= answer.project_names
            excluded = {one.candidate.pic: one for one in ranked if one.is_excluded}
            self.excluded |= excluded
            if not excluded:
                break
        return tuple(one for one in ranked if not one.is_excluded)

    def _judge(self, named: Sequence[Candidate]) -> list[Listed]:
        """Candidates with what this site knows of them."""
        rows = organisations_of([one.pic for one in named])
        clashes = against(self.found.subject, list({one.pk: one for one in rows.values()}.values()))
        said = stated_wishes.near_to(self.index, self.found.text.words, {one.pk for one in rows.values()})
        judged = []
        for one in named:
            row, mark = rows.get(one.pic), self.marks.get(one.pic)
            lead = mark.lead if mark and mark.lead else self.leads.get(row.pk) if row else None
            warnings = tuple(clashes.get(row.pk, ())) if row else ()
            judged.append(Listed(one, row, mark, lead, warnings, said.get(row.pk) if row else None))
        return judged


def _searched(search: _Search) -> Found:
    """The answer of a search: the candidates, newcomers apart who are not among them, and who is left out."""
    found = search.found
    listed = search.ask(found.asked.number)
    notes = search.notes
    # Whoever asks for newcomers alone has them above already.
    above = [pic for one in listed for pic in (one.candidate.pic, *(each.pic for each in one.candidate.also))]
    newcomers = () if found.asked.wish.newcomers_only else search.ask(NEWCOMERS, newcomers=True, without=above)
    by_rule = tuple(
        LeftOut(one.candidate.name, " ".join(clash.words for clash in one.warnings if clash.blocks), None, one.organisation)
        for one in search.excluded.values()
    )  # fmt: skip
    return _with(
        found, listed=listed, newcomers=newcomers, notes=notes, project_names=search.names,
        left_out=(*by_rule, *_said(found.members, found.marks)),
        not_offered=found.asked.wish.without.union(search.unsuitable, search.excluded),
    )  # fmt: skip


def _said(members: Sequence[Member], marks: Sequence[CandidateMark]) -> tuple[LeftOut, ...]:
    """Who is not offered because of what stands on this site: members, and those whom the office called not suitable."""
    return (
        *(LeftOut(one.organisation.name, f"Is a member already: {one.words}.", None, one.organisation) for one in members),
        *(
            LeftOut(str(one.past_organisation), f"Not suitable: {one.note}", one)
            for one in marks
            if one.kind == CandidateMark.Kind.NOT_SUITABLE
        ),
    )  # fmt: skip


def _with(found: Found, **changes: object) -> Found:
    """The same with some parts replaced."""
    kept = {name: getattr(found, name) for name in Found.__dataclass_fields__}
    return Found(**{**kept, **changes})
