"""What open data know of an organisation of the directory: its record in ROR, and which past organisations it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Upper
from rapidfuzz import fuzz

from cofund.queries.keeping import kept
from cofund.records.corpus.models import PastOrganisation, RorName, RorRecord
from cofund.records.directory.models import CorpusLink, Organisation
from cofund.rules import names

ALIKE_PERCENT: Final = 92
MOST: Final = 5
# As the Union writes them, where ISO 3166-1 has other letters.
UNION_COUNTRIES: Final = {"GR": "EL", "GB": "UK"}


@dataclass(frozen=True, slots=True)
class RorMatch:
    """A record of ROR that an organisation probably is, and why in words."""

    record: RorRecord
    reason: str

    @property
    def website(self) -> str:
        """The address of its site, empty where the record has none."""
        return next((link["value"] for link in self.record.links if link.get("type") == "website"), "")

    @property
    def other_names(self) -> tuple[str, ...]:
        """Its other names but acronyms, in the order of the record."""
        found = [
            one["value"]
            for one in self.record.names
            if one["value"] != self.record.name and set(one.get("types", ())) != {"acronym"}
        ]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class PastMatch:
    """A past organisation that an organisation is or may be; `projects` counts the past projects that it took part in."""

    past: PastOrganisation
    basis: str
    projects: int
    link: CorpusLink | None = None


def record(code: str) -> RorRecord | None:
    """Give the record of ROR with this identifier, or None."""
    return RorRecord.objects.filter(pk=code).first()


def past_organisation(pic: int) -> PastOrganisation | None:
    """Give the past organisation with this PIC, or None."""
    return PastOrganisation.objects.filter(pk=pic).first()


@kept(64)
def ror_matches(organisation: Organisation) -> list[RorMatch]:
    """Give the records of ROR that an organisation without an identifier probably is: same or nearly the same name, same country.

    Withdrawn records and those whose identifier another organisation has are left out. Nothing without a country. Four queries.
    """
    if organisation.ror or not organisation.country:
        return []
    wanted = {names.key(name) for name in _names_of(organisation)}
    near = Q(key__in=wanted) | Q(first_word__in={names.first_word(key) for key in wanted})
    rows = RorName.objects.filter(near, country=organisation.country).order_by()
    best: dict[str, int] = {}
    for record, key in rows.values_list("record_id", "key"):
        percent = max(int(fuzz.token_sort_ratio(key, one)) for one in wanted)
        if percent >= ALIKE_PERCENT:
            best[record] = max(percent, best.get(record, 0))
    taken = Organisation.objects.filter(ror__in=best, merged_into=None).values_list("ror", flat=True)
    records = RorRecord.objects.filter(pk__in=best).exclude(pk__in=list(taken)).exclude(status="withdrawn")
    found = sorted(records, key=lambda one: (-best[one.pk], one.status != "active", one.pk))
    return [RorMatch(one, _ror_reason(one, best[one.pk])) for one in found[:MOST]]


def past_links(organisation: Organisation) -> list[PastMatch]:
    """Give the past organisations that an organisation is linked to. Two queries."""
    links = list(organisation.corpus_links.select_related("past_organisation").order_by("past_organisation"))
    counts = _projects(link.past_organisation_id for link in links)
    return [
        PastMatch(link.past_organisation, link.basis, counts.get(link.past_organisation_id, 0), link) for link in links
    ]


@kept(64)
def past_matches(organisation: Organisation) -> list[PastMatch]:
    """Give the past organisations that an organisation may be and is not linked to: by PIC, VAT number, then name and country."""
    linked = set(organisation.corpus_links.values_list("past_organisation_id", flat=True))
    found: dict[int, tuple[PastOrganisation, str]] = {}
    for basis, rows in _asked(organisation):
        for row in rows[:MOST]:
            if row.pk not in linked:
                found.setdefault(row.pk, (row, basis))
    counts = _projects(found)
    return [PastMatch(row, basis, counts.get(pk, 0)) for pk, (row, basis) in found.items()]


def basis_of(organisation: Organisation, past: PastOrganisation) -> str:
    """Tell on what it rests that an organisation is a past organisation; empty where only somebody's word would stand for it."""
    for basis, rows in _asked(organisation):
        if rows.filter(pk=past.pk).exists():
            return basis
    return ""


def _asked(organisation: Organisation) -> Iterable[tuple[str, QuerySet[PastOrganisation]]]:
    """The questions to the corpus, the surest first."""
    rows = PastOrganisation.objects.order_by("pk")
    if organisation.pic:
        yield CorpusLink.Basis.PIC, rows.filter(pk=int(organisation.pic))
    if organisation.vat_number:
        yield CorpusLink.Basis.VAT, rows.filter(vat_number=organisation.vat_number)
    if organisation.country:
        written = [organisation.country, UNION_COUNTRIES.get(organisation.country, organisation.country)]
        # The database itself makes the capitals on both sides, so that they are the same ones.
        same = Q()
        for name in _names_of(organisation):
            same |= Q(capitals=Upper(Value(name)))
        yield CorpusLink.Basis.NAME, rows.annotate(capitals=Upper("name")).filter(same, country__in=written)


def _names_of(organisation: Organisation) -> list[str]:
    """Every name of an organisation, each once."""
    others = organisation.other_names.values_list("name", flat=True)
    return list(dict.fromkeys(name for name in (organisation.name, organisation.short_name, *others) if name))


def _projects(pics: Iterable[int]) -> dict[int, int]:
    """How many past projects each past organisation took part in."""
    rows = PastOrganisation.objects.filter(pk__in=list(pics)).order_by()
    return dict(rows.annotate(count=Count("participations__project", distinct=True)).values_list("pk", "count"))


def _ror_reason(record: RorRecord, percent: int) -> str:
    """Why a record is likely, in words."""
    alike = "same name" if percent == 100 else f"name {percent} % alike"
    return f"{alike}, same country" + ("" if record.status == "active" else f"; the record is {record.status}")
