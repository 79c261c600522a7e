"""Organisations that are likely the same as one that is being added: by identifier, and by names that are nearly alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from django.db.models import Q
from rapidfuzz import fuzz, process

from cofund.queries import names
from cofund.records.directory.models import Organisation, OrganisationName
from cofund.rules.names import LONG_FORMS, spellings, whole
from cofund.rules.names import key as key_of

# From here on, in hundredths, two names are told; with the same country a little less is enough, with another one it takes more.
ALIKE_PERCENT: Final = 88
ALIKE_PERCENT_SAME_COUNTRY: Final = 84
ALIKE_PERCENT_OTHER_COUNTRY: Final = 94
# From here on a word is one of a legal form that was mistyped, as “Fundation” is.
MISTYPED_PERCENT: Final = 88
# How many words one name may have more than another whose words it has all.
MORE_WORDS: Final = 1
SHOWN: Final = 8
IDENTIFIERS: Final = {
    "pic": "same PIC",
    "ror": "same ROR identifier",
    "vat_number": "same VAT number",
    "lei": "same LEI",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated of an organisation that is compared: its names, its country (two letters or empty) and its identifiers."""

    names: tuple[str, ...]
    country: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation of the directory that is likely the one that is stated, with the reasons in words.

    `percent` is how much alike the names are, 100 at most; `is_certain` tells that an identifier is the same.
    """

    organisation: Organisation
    reasons: tuple[str, ...]
    percent: int
    is_certain: bool


def candidates(stated: Stated, *, but: int | None = None) -> list[Candidate]:
    """Give the likely duplicates of what is stated, the likeliest first, without the organisation of key `but`.

    Three queries; every name of the directory is compared in memory.
    """
    same = _by_identifier(stated, but)
    alike = _by_name(stated, but)
    rows = Organisation.objects.in_bulk([*same, *alike])
    found = []
    for pk, row in rows.items():
        percent, name = alike.get(pk, (0, ""))
        reasons = list(same.get(pk, ()))
        if percent:
            reasons.append(_in_words(percent, name, row, stated.country))
        found.append(Candidate(row, tuple(reasons), percent, pk in same))
    found.sort(key=lambda one: (not one.is_certain, -one.percent, one.organisation.name))
    return found[:SHOWN]


def of_stranger(organisation: Organisation, email: str, *, most: int = 3) -> list[Organisation]:
    """Give the organisations that one which a stranger named may be: likely duplicates, and those of the domain of an e-mail.

    The office decides, never the program.
    """
    stated = Stated((organisation.name,), organisation.country)
    found = [one.organisation for one in candidates(stated, but=organisation.pk)]
    known = {organisation.pk, *(one.pk for one in found)}
    of_domain = names.of_domain(names.domain_of(email))
    found += [one for one in of_domain if one.merged_into_id is None and one.pk not in known]
    return found[:most]


def same_identifiers(stated: Stated, *, but: int | None = None) -> list[Candidate]:
    """Give the organisations that have an identifier of what is stated. At most two queries, no comparing of names."""
    same = _by_identifier(stated, but)
    rows = Organisation.objects.in_bulk(list(same))
    return [Candidate(rows[pk], tuple(reasons), 0, True) for pk, reasons in same.items()]


def _by_identifier(stated: Stated, but: int | None) -> dict[int, list[str]]:
    """The organisations that have an identifier of what is stated, each with what is the same."""
    known = {name: value for name, value in stated.identifiers.items() if value and name in IDENTIFIERS}
    if not known:
        return {}
    asked = Q()
    for name, value in known.items():
        asked |= Q(**{name: value})
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in Organisation.objects.filter(asked, merged_into=None).values("pk", *known):
        for name, value in known.items():
            if row["pk"] != but and row[name] == value:
                found[row["pk"]].append(IDENTIFIERS[name])
    return dict(found)


@dataclass(frozen=True, slots=True)
class _Names:
    """Every name that is compared: whose it is, as it stands, its form without what only says the legal form, and with it."""

    owners: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    wholes: list[str] = field(default_factory=list)

    def add(self, owner: int, name: str) -> None:
        """Take a name in all its spellings."""
        for key, entire in _forms(name):
            self.owners.append(owner)
            self.texts.append(name)
            self.keys.append(key)
            self.wholes.append(entire)


def _by_name(stated: Stated, but: int | None) -> dict[int, tuple[int, str]]:
    """The organisations with a name that is nearly one of those stated: how much alike in hundredths, and which name it is.

    What only says the legal form does not count. Besides, a name that has all words of another and at most one more is told
    where no two countries speak against it.
    """
    every = _all_names()
    wanted = {form for name in stated.names for form in _forms(name) if form[0]}
    countries = dict(Organisation.objects.values_list("pk", "country")) if wanted else {}
    found: dict[int, tuple[int, str]] = {}
    for key, entire in wanted:
        hits = process.extract(
            key, every.keys, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE_PERCENT_SAME_COUNTRY, limit=40
        )
        alike = [
            (at, int(score), _enough(stated.country, countries.get(every.owners[at], ""))) for _, score, at in hits
        ]
        alike += [
            (at, ALIKE_PERCENT, _enough(stated.country, countries.get(every.owners[at], "")))
            for at in _within(entire, every)
        ]
        for at, percent, enough in alike:
            pk = every.owners[at]
            if pk != but and percent >= enough and percent > found.get(pk, (0,))[0]:
                found[pk] = percent, every.texts[at]
    return found


def _within(entire: str, every: _Names) -> list[int]:
    """The names that have all words of this one and at most one more, or the other way round; not for names of one word."""
    count = len(entire.split())
    if count < 2:
        return []
    hits = process.extract(entire, every.wholes, scorer=fuzz.token_set_ratio, score_cutoff=100, limit=None)
    sizes = ((at, len(other.split())) for other, _, at in hits)
    return [at for at, size in sizes if size > 1 and abs(size - count) <= MORE_WORDS]


def _all_names() -> _Names:
    """Every name of an organisation that is not merged into another."""
    every = _Names()
    rows = Organisation.objects.filter(merged_into=None).order_by().values_list("pk", "name", "short_name")
    for pk, name, short in rows:
        every.add(pk, name)
        if short:
            every.add(pk, short)
    others = OrganisationName.objects.filter(organisation__merged_into=None).order_by()
    for pk, name in others.values_list("organisation_id", "name"):
        every.add(pk, name)
    return every


@lru_cache(maxsize=60_000)
def _forms(name: str) -> tuple[tuple[str, str], ...]:
    """The spellings of a name, each without what only says its legal form, also mistyped, and with it."""
    return tuple((_telling(one), whole(one)) for one in spellings(name))


def _telling(name: str) -> str:
    """The words of a name that tell organisations apart; a name of which nothing would be left keeps them all."""
    words = key_of(name).split()
    return " ".join([word for word in words if not _is_mistyped_form(word)] or words)


@lru_cache(maxsize=60_000)
def _is_mistyped_form(word: str) -> bool:
    """Tell whether a word is nearly one of those that only say the legal form."""
    if len(word) < 7:
        return False
    return process.extractOne(word, LONG_FORMS, scorer=fuzz.ratio, score_cutoff=MISTYPED_PERCENT) is not None


def _enough(country: str, other: str) -> int:
    """How much alike names have to be: the country breaks the tie."""
    if not country or not other:
        return ALIKE_PERCENT
    return ALIKE_PERCENT_SAME_COUNTRY if country == other else ALIKE_PERCENT_OTHER_COUNTRY


def _in_words(percent: int, name: str, row: Organisation, country: str) -> str:
    """How alike a name is, in words: “name 93 % alike, same country”."""
    said = "same name but for its legal form" if percent == 100 else f"name {percent} % alike"
    if name not in (row.name, row.short_name):
        said = f"other name “{name}”: {said}"
    if country and row.country:
        said += ", same country" if country == row.country else f", other country ({row.country})"
    return said
