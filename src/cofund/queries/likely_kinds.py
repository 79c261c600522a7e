"""Which past organisations are foundations or organisations of patients: as the directory has them, else as their names say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import CorpusLink, Organisation
from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS, likely_kinds

# What the directory calls them.
STATED = {FOUNDATION: Organisation.Kind.FOUNDATION, PATIENTS: Organisation.Kind.PATIENT_ORGANISATION}


def codes_of(index_version: str, kinds: Iterable[str]) -> list[int]:
    """The identification codes of the past organisations that are, or likely are, of one of these kinds; in order.

    What the directory says of an organisation goes before what its name says. Names are read once for each index.
    """
    wanted = frozenset(kinds)
    if not wanted:
        return []
    stated = _stated()
    found = {code for code, kind in stated.items() if kind in {STATED[one] for one in wanted}}
    by_name = _by_name(index_version)
    return sorted(found | {code for code, likely in by_name.items() if likely & wanted and code not in stated})


def _stated() -> dict[int, str]:
    """What the directory says of the past organisations that it knows, by identification code. Two queries."""
    known = Organisation.objects.filter(merged_into=None).exclude(kind=Organisation.Kind.UNKNOWN)
    found = {int(pic): kind for pic, kind in known.exclude(pic="").values_list("pic", "kind") if pic.isdecimal()}
    links = CorpusLink.objects.filter(organisation__in=known)
    return found | dict(links.order_by("pk").values_list("past_organisation_id", "organisation__kind"))


@lru_cache(maxsize=2)
def _by_name(index_version: str) -> dict[int, frozenset[str]]:
    """What the names of the past organisations say, for those of which they say anything."""
    del index_version  # a new index is built after an import; names are read again then
    rows = PastOrganisation.objects.order_by().values_list("pic", "name", "activity_type")
    found = ((pic, likely_kinds(name, activity)) for pic, name, activity in rows.iterator(20_000))
    return {pic: kinds for pic, kinds in found if kinds}
