"""The two sides of a pairing as they are compared: their names in plain letters, acronyms, website and identifiers, by country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cofund.queries.registry import UNION_COUNTRIES
from cofund.records.corpus.models import PastOrganisation, RorRecord
from cofund.records.directory.models import Organisation, OrganisationName
from cofund.rules import names
from cofund.rules.letters import plainest
from cofund.rules.websites import host

_ISO: Final = {union: iso for iso, union in UNION_COUNTRIES.items()}
_BRACKETS: Final = re.compile(r"\s*\([A-Z][a-z][^()]*\)$")
_ROWS: Final = 2_000  # held by the database driver at once


@dataclass(frozen=True, slots=True)
class Side:
    """One organisation as it is compared. `key` is a PIC, the identifier of a record, or the key of a row of the directory.

    `texts` are its names as they are written, `names` the same in plain letters and without legal forms, `acronyms` in capitals.
    """

    key: Any
    country: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    acronyms: frozenset[str] = frozenset()
    host: str = ""
    pic: str = ""
    vat_number: str = ""
    ror: str = ""

    @classmethod
    def of(cls, key: Any, country: str, texts: Iterable[str], short: Iterable[str] = (), **known: str) -> Side:
        """One from its names; what is short and in one word is an acronym, and no name."""
        whole: dict[str, str] = {}
        acronyms = {one.strip().upper() for one in short if one.strip()}
        for text in texts:
            for spelling in names.spellings(text):
                name = plainest(names.key(spelling))
                if name:
                    whole.setdefault(name, text)
                if is_acronym(spelling):
                    acronyms.add(spelling.strip().upper())
        return cls(key, country, tuple(whole.values()), tuple(whole), frozenset(acronyms), **known)


def is_acronym(text: str) -> bool:
    """Whether a name is one short word in capitals."""
    word = text.strip()
    return 2 <= len(word) <= 10 and word.isupper() and " " not in word


def iso(country: str) -> str:
    """A country in the letters of ISO 3166-1, where the Union writes others."""
    return _ISO.get(country, country)


def countries() -> list[str]:
    """The countries of past organisations, in the letters of ISO 3166-1; the empty one for those without."""
    found = PastOrganisation.objects.order_by("country").values_list("country", flat=True).distinct()
    return sorted({iso(country) for country in found})


def past(country: str) -> Iterator[Side]:
    """The past organisations of a country that have a name, as one side each."""
    written = {country, UNION_COUNTRIES.get(country, country)}
    rows = PastOrganisation.objects.filter(country__in=written).exclude(name="", short_name="").order_by("pic")
    for pic, name, short, vat, url in rows.values_list("pic", "name", "short_name", "vat_number", "url").iterator(
        _ROWS
    ):
        yield Side.of(
            pic, country, [one for one in (name, short) if one and not (one == short and name and is_acronym(short))],
            [short] if is_acronym(short) else [], host=host(url), pic=str(pic), vat_number=vat_key(vat),
        )  # fmt: skip


def records(country: str) -> Iterator[Side]:
    """The records of ROR of a country that the registry did not withdraw, as one side each."""
    rows = RorRecord.objects.filter(country=country).exclude(status="withdrawn").order_by("pk")
    for key, shown, stated, links in rows.values_list("pk", "name", "names", "links").iterator(_ROWS):
        yield _record(key, country, shown, stated, links)


def _record(key: str, country: str, shown: str, stated: list[dict[str, Any]], links: list[dict[str, Any]]) -> Side:
    acronyms = [one["value"] for one in stated if "acronym" in (one.get("types") or ())]
    others = [one["value"] for one in stated if "acronym" not in (one.get("types") or ())]
    site = next((one["value"] for one in links if one.get("type") == "website"), "")
    # ROR tells the parts of a company apart by their country in brackets; here all are of one country.
    plain = [bare for one in (shown, *others) if (bare := _BRACKETS.sub("", one)) != one]
    return Side.of(key, country, [shown, *others, *plain], acronyms, host=host(site), ror=key)


def directory() -> dict[str, list[Side]]:
    """The organisations of the directory that are not merged into another, by country. Two queries."""
    others: dict[int, list[str]] = {}
    for pk, name in OrganisationName.objects.order_by("pk").values_list("organisation_id", "name"):
        others.setdefault(pk, []).append(name)
    found: dict[str, list[Side]] = {}
    for row in Organisation.objects.filter(merged_into=None).order_by("pk"):
        texts = [row.name, *others.get(row.pk, [])]
        texts += [row.short_name] if row.short_name and not is_acronym(row.short_name) else []
        side = Side.of(
            row.pk, row.country, texts, [row.short_name] if is_acronym(row.short_name) else [],
            host=host(row.website), pic=row.pic, vat_number=vat_key(row.vat_number), ror=row.ror,
        )  # fmt: skip
        found.setdefault(row.country, []).append(side)
    return found


def vat_key(number: str) -> str:
    """A VAT number without blanks and stops; nothing where it is a note, such as “not applicable”."""
    text = "".join(one for one in number.upper() if one.isalnum())
    return text if sum(one.isdigit() for one in text) >= 6 and len(set(text)) > 3 else ""
