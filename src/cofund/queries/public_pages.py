"""Every public page with an address of its own, source by source, so that a part of them can be asked for without the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from cofund.queries import decisions, ideas, meetings, programmes, public_partners, publication, schemes
from cofund.queries.documents import catalogue
from cofund.queries.keeping import kept
from cofund.queries.newsletter import issues
from cofund.queries.stories import lists
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Group, Project, Topic

# A page: its name among the addresses of the site, and the keys that its address names.
Page = tuple[str, tuple[str, ...]]

_OF_SITE: Final = (
    *("home", "programmes", "partners", "open-topics", "ideas", "about-data", "consortium-index"),
    *("stories", "newsletter", "newsletter-archive", "api"),
)
_OF_PROGRAMME: Final = (
    *("programme", "rules", "projects", "topics", "calls", "public-decisions", "public-groups"),
    *("trajectory", "documents", "open-data", "consortium", "contributions", "success", "published"),
)
# So many rows are read at a time.
CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """Pages of one sort: how many there are, and those between two places."""

    count: int
    between: Callable[[int, int], Iterator[Page]]


def sources() -> list[Source]:
    """Give every public page of the site, sort by sort, always in the same order. Some ten queries by programme."""
    codes = [one.code for one in programmes.installed()]
    found = [_listed([(name, ()) for name in _OF_SITE])]
    for code in codes:
        found.append(_listed([(name, (code,)) for name in _OF_PROGRAMME]))
        found.append(_listed([("movements", (code, one.code)) for one in schemes.current(code)[0].tranches]))
        documents = catalogue.kinds_of(code, only_public=True)
        found.append(_listed([("document", (code, one.key)) for one in documents]))
        found.append(_rows("project", code, Project.objects.filter(scheme__code=code), "slug"))
        found.append(_rows("topic", code, Topic.objects.filter(scheme__code=code), "code"))
        found.append(_rows("topic-chain", code, Topic.objects.filter(scheme__code=code), "code"))
        found.append(_rows("call", code, Call.objects.filter(scheme__code=code), "code"))
        found.append(_rows("public-decision", code, decisions.published(code), "number"))
        found.append(_rows("public-group", code, Group.objects.filter(scheme__code=code), "slug"))
        found.append(_rows("public-meeting", code, meetings.published_meetings(code), "pk"))
        found.append(_keyed("contribution", _contributions(code), Contribution.objects.all(), "reference"))
    partners = _partners(tuple(codes))
    found += [_keyed(name, partners, Organisation.objects.all(), "slug") for name in ("partner", "partner-credit")]
    found.append(_rows("idea", "", ideas.register(), "reference"))
    found.append(_rows("story", "", lists.out().prefetch_related(None), "slug"))
    return [*found, _rows("newsletter-issue", "", issues.archived(), "pk")]


def part(found: Sequence[Source], start: int, end: int) -> Iterator[Page]:
    """Give the pages between two places of all sources taken together; those before are not read."""
    for source in found:
        if start < source.count and end > 0:
            yield from source.between(max(0, start), min(source.count, end))
        start, end = start - source.count, end - source.count


def _listed(pages: Sequence[Page]) -> Source:
    """Pages that are there anyway."""
    return Source(len(pages), lambda start, end: iter(pages[start:end]))


def _rows(name: str, code: str, rows: QuerySet[Any], key: str) -> Source:
    """A page for each of some rows; `code` is that of the programme, empty where its address names none."""
    before = (code,) if code else ()

    def between(start: int, end: int) -> Iterator[Page]:
        keys = rows.order_by("pk").values_list(key, flat=True)[start:end]
        for each in keys.iterator(chunk_size=CHUNK):
            yield name, (*before, str(each))

    return Source(rows.count(), between)


def _keyed(name: str, keys: Sequence[int], rows: QuerySet[Any], key: str) -> Source:
    """A page for each of the rows with these keys, in their order."""

    def between(start: int, end: int) -> Iterator[Page]:
        for first in range(start, end, CHUNK):
            wanted = keys[first : min(end, first + CHUNK)]
            told = dict(rows.filter(pk__in=wanted).values_list("pk", key))
            yield from ((name, (told[each],)) for each in wanted)

    return Source(len(keys), between)


@kept(32)
def _contributions(scheme_code: str) -> tuple[int, ...]:
    """The contributions of a programme that anybody may read."""
    return tuple(sorted(publication.public(scheme_code).readable or ()))


@kept(4)
def _partners(scheme_codes: tuple[str, ...]) -> tuple[int, ...]:
    """The organisations that anybody may read of as partners; what was merged is led on from its old address."""
    reader = publication.of_anybody(scheme_codes)
    keys = Organisation.objects.filter(merged_into__isnull=True).order_by("pk").values_list("pk", flat=True)
    everybody = list(keys)
    found: set[int] = set()
    for start in range(0, len(everybody), CHUNK):
        found |= public_partners.among(everybody[start : start + CHUNK], reader)
    return tuple(sorted(found))
