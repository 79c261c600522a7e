"""What became of every contribution of a programme, as true on a day and as known at an instant: one plain row each.

The database adds the movements up, so that five thousand contributions are some ten thousand sums, and nothing else is held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractYear

from cofund.queries import clock, freshness, schemes
from cofund.queries.growing import Growing
from cofund.queries.keeping import kept
from cofund.records.directory.models import Certainty, Organisation
from cofund.records.ledger.models import Contribution, ContributionParty, ContributionVersion, Entry, Transfer
from cofund.records.programme.models import SchemeVersion
from cofund.rules.steps import Steps, effect

HELD_BACK: Final = "held-back"
_PLACES = {
    "eu": "In the Union",
    "associated": "In an associated country",
    "third": "In a third country",
    "unknown": "Not stated",
    # Held back from the reader.
    HELD_BACK: "Not published",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """As true on `on` and as known at `known_at`, by everything recorded where that is None; `read_at` is when it was asked."""

    on: date
    read_at: datetime
    known_at: datetime | None = None
    # The instant whose rules of publication hold; those of now where it is None.
    rules_at: datetime | None = None

    @classmethod
    def of(cls, on: date | None = None, known_at: datetime | None = None) -> Moment:
        """The moment that is asked for; today, and all that is recorded by now, where nothing is."""
        return cls(on or clock.today(), clock.now(), known_at)

    @property
    def instant(self) -> datetime:
        """The instant that is said: what was recorded after it is not in the figures."""
        return self.known_at or self.read_at


@dataclass(frozen=True, slots=True)
class Giver:
    """An organisation behind a contribution, as the directory knows it now."""

    pk: int
    slug: str
    name: str
    kind: str
    country: str


@dataclass(frozen=True, slots=True)
class Given:
    """A contribution with what became of it, in cents: in all, and by the year of the day that an entry is about."""

    pk: int
    reference: str
    role: str
    kind: str
    target: str
    target_name: str
    project: int | None
    givers: tuple[Giver, ...]
    place: str
    certainty: str
    origin_cents: int
    steps: Steps
    by_year: Mapping[int, Steps]
    # Whether its match is held back, since it would tell the amount of another.
    hides_match: bool = False

    @property
    def is_joint(self) -> bool:
        """Whether several give it together; how it is split between them is not known."""
        return len(self.givers) > 1

    @property
    def names(self) -> str:
        """Who gives it."""
        return "; ".join(one.name for one in self.givers)

    @property
    def place_words(self) -> str:
        """Where its costs arise."""
        return _PLACES.get(self.place, self.place)

    def shared(self, field: str) -> str:
        """The kind or country of its givers, `several` where they differ, empty where it is not recorded."""
        found = {str(getattr(one, field)) for one in self.givers}
        return found.pop() if len(found) == 1 else "several" if found else ""

    def in_year(self, year: int) -> Steps:
        """What became of it in a year."""
        return self.by_year.get(year, Steps())


def place_words(place: str) -> str:
    """Where costs arise, in words."""
    return _PLACES.get(place, place)


def of_scheme(scheme_code: str, moment: Moment) -> tuple[Given, ...]:
    """Give what became of the contributions of a programme, those of which anything is committed or was. Seven queries.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    schemes.current(scheme_code)
    grounds = freshness.grounds(scheme_code)
    if moment.rules_at is not None:
        # What was published is computed again from the rows themselves.
        return tuple(_given(grounds.end.book_id, (moment.on, moment.known_at), None).values())
    return tuple(_growing.rows(grounds.end, (moment.on, moment.known_at), grounds.facts).values())


def of_contributions(book_id: int, moment: Moment, keys: Collection[int]) -> dict[int, Given]:
    """Give what became of the contributions with these keys, by their keys; nothing is kept of it. Six queries."""
    return _given(book_id, (moment.on, moment.known_at), keys) if keys else {}


def version_label(scheme_code: str, moment: Moment) -> str:
    """The version of a scheme that was the newest at the instant of a moment; the first one before there was any."""
    rows = SchemeVersion.objects.filter(scheme__code=scheme_code).order_by("number")
    newest = rows.filter(recorded_at__lte=moment.instant).last() or rows.first()
    return newest.label if newest is not None else ""


@kept(32)
def assumptions(scheme_code: str, on: date, known_at: datetime | None, untold: Collection[int] = ()) -> tuple[str, ...]:
    """What is assumed in the entries of a programme that a moment knows of, in words, the most frequent first. One query.

    `untold` are entries whose words are not told.
    """
    rows = Entry.objects.filter(book__scheme__code=scheme_code, effective_on__lte=on).exclude(assumption="")
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    if untold:
        rows = rows.exclude(number__in=untold)
    counted = rows.order_by().values_list("assumption").annotate(number=Count("pk", distinct=True))
    return tuple(words.rstrip(".") for words, _ in counted.order_by("-number", "assumption"))


# An entry with an assumption: its key, and the assumption in words.
Assumed = tuple[int, str]


def assumptions_of(
    contributions: Sequence[int], moment: Moment, untold: Collection[int] = ()
) -> dict[int, list[Assumed]]:
    """What is assumed in the entries about each of some contributions that a moment knows of. One query.

    `untold` are entries, by their numbers in the one book, whose words are empty.
    """
    rows = Transfer.objects.filter(contribution__in=contributions, effective_on__lte=moment.on)
    rows = rows.filter(entry__recorded_at__lte=moment.instant).exclude(entry__assumption="").order_by()
    found: dict[int, list[Assumed]] = {}
    columns = ("contribution", "entry", "entry__number", "entry__assumption")
    for contribution, entry, number, words in rows.values_list(*columns).distinct():
        found.setdefault(contribution, []).append((entry, "" if number in untold else words.rstrip(".")))
    return found


def most_frequent(assumed: Iterable[Assumed]) -> tuple[str, ...]:
    """The assumptions in words, that of the most entries first; an entry counts once."""
    counted = Counter(words for _, words in set(assumed) if words)
    return tuple(sorted(counted, key=lambda words: (-counted[words], words)))


def transfers(book_id: int, on: date, known_at: datetime | None) -> QuerySet[Transfer]:
    """The movements for contributions of a book, as true on a day and as known at an instant."""
    rows = Transfer.objects.filter(book=book_id, contribution__isnull=False, effective_on__lte=on).order_by()
    return rows if known_at is None else rows.filter(entry__recorded_at__lte=known_at)


def _given(book_id: int, at: tuple[date, datetime | None], keys: Collection[int] | None) -> dict[int, Given]:
    """What became of the contributions of a book, or of those with these keys, on a day and as known at an instant."""
    own = {"book": book_id} if keys is None else {"pk__in": keys}
    of_own = {"contribution__book": book_id} if keys is None else {"contribution__in": keys}
    found = _steps(transfers(book_id, *at).filter(**({} if keys is None else of_own)))
    columns = ("pk", "reference", "role", "kind", "topic__code", "project_id", "project__slug", "project__acronym")
    givers = _givers(ContributionParty.objects.filter(**of_own))
    versions = _versions(ContributionVersion.objects.filter(**of_own), *at)
    given = {}
    for pk, reference, role, kind, topic, project, slug, acronym in (
        Contribution.objects.filter(**own).order_by("pk").values_list(*columns)
    ):
        years = found.get(pk)
        if years is None:
            continue
        place, certainty, origin = versions.get(pk, ("unknown", Certainty.RECORDED.value, 0))
        steps = sum(years.values(), Steps())
        target = f"project/{slug}" if slug else f"topic/{topic}"
        told = (pk, reference, role, kind, target, acronym or topic or "", project, givers.get(pk, ()))
        given[pk] = Given(*told, place, certainty, min(origin, steps.committed), steps, years)
    return given


def _steps(moved: QuerySet[Transfer]) -> dict[int, dict[int, Steps]]:
    """What was added to each contribution in each year; none that adds nothing."""
    rows = moved.values_list(
        "contribution", ExtractYear("effective_on"), "entry__kind", "entry__corrects__kind",
        "from_account__stage", "to_account__stage", "tranche",
    )  # fmt: skip
    found: defaultdict[int, defaultdict[int, Steps]] = defaultdict(lambda: defaultdict(Steps))
    for key, year, kind, corrects, source, target, tranche, cents in rows.annotate(Sum("amount_cents")).iterator():
        added = effect(kind, source, target, cents, is_match=tranche is not None, corrects=corrects or "")
        if added:
            found[key][year] += added
    return {key: dict(years) for key, years in found.items() if any(years.values())}


def givers_of(book_id: int) -> dict[int, tuple[Giver, ...]]:
    """Who stands behind each contribution of a book, merged ones under the one that is kept. One query."""
    return _givers(ContributionParty.objects.filter(contribution__book=book_id))


def givers_among(keys: Collection[int]) -> dict[int, tuple[Giver, ...]]:
    """Who stands behind each contribution of these keys, merged ones under the one that is kept. One query."""
    return _givers(ContributionParty.objects.filter(contribution__in=keys))


def _givers(parties: QuerySet[ContributionParty]) -> dict[int, tuple[Giver, ...]]:
    """Who stands behind each contribution of some parties."""
    names: defaultdict[int, list[Giver]] = defaultdict(list)
    own = ("pk", "slug", "name", "kind", "country")
    columns = [f"organisation__{prefix}{column}" for prefix in ("", "merged_into__") for column in own]
    known: dict[int, Giver] = {}
    for key, *stated in parties.order_by("pk").values_list("contribution_id", *columns).iterator():
        values = stated[5:] if stated[5] is not None else stated[:5]
        giver = known.setdefault(values[0], Giver(*values))
        if giver not in names[key]:
            names[key].append(giver)
    return {key: tuple(found) for key, found in names.items()}


def kind_words(kind: str) -> str:
    """A kind of organisation in words, also where several kinds give together."""
    if kind == "several":
        return "Several kinds together (joint, split not known)"
    return str(Organisation.Kind(kind).label) if kind else "Not recorded"


def only(rows: Iterable[Given], published: frozenset[int]) -> tuple[Given, ...]:
    """Narrow rows to the contributions that are public."""
    return tuple(row for row in rows if row.pk in published)


def without_match(row: Given) -> Given:
    """Give a row without its match."""
    years = {year: replace(steps, matched=0, consumed=0) for year, steps in row.by_year.items()}
    return replace(row, steps=replace(row.steps, matched=0, consumed=0), by_year=years, hides_match=True)


def without_names(row: Given, words: str) -> Given:
    """Give a row without who gives it, and without what would tell it: kind and country."""
    return replace(row, givers=(Giver(-row.pk, f"not-published-{row.reference}", words, "", ""),))


def _versions(
    stated: QuerySet[ContributionVersion], on: date, known_at: datetime | None
) -> dict[int, tuple[str, str, int]]:
    """Place of cost, certainty and public origin of each contribution, as its newest version about a day states them."""
    rows = stated.filter(effective_on__lte=on)
    if known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=known_at)
    columns = ("contribution_id", "place", "certainty", "public_origin_cents")
    return {
        key: (place, certainty, origin)
        for key, place, certainty, origin in rows.order_by("effective_on", "number").values_list(*columns).iterator()
    }


_growing: Final[Growing[Given]] = Growing(_given, maxsize=12)
