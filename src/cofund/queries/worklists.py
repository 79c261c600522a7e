"""What waits for whom: contributions in a list with filters, counted by the very function that lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from cofund.queries import access, contributions, identity, standings
from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.queries.standings import Adopted, Standing
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Contribution, ContributionParty

# What can be waited for, in the order of a contribution's life.
ENDORSEMENT: Final = "endorsement"
ADOPTION: Final = "adoption"
GRANT: Final = "grant"
DELIVERY: Final = "delivery"
# Nothing waits there: what came later is told by no source.
UNTOLD: Final = "untold"
WAITS: Final = {
    ENDORSEMENT: "Waiting for endorsement",
    ADOPTION: "Endorsed, waiting for adoption",
    GRANT: "Reserved, waiting for the grant",
    DELIVERY: "Committed, waiting for delivery",
    UNTOLD: "From public sources, what came later is not known",
}
SORTS: Final = ("partner", "target", "amount", "match", "unmatched")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which contributions are asked for, and in which order; an empty part lets everything through, newest first."""

    scheme: str = ""
    waits: str = ""
    stage: str = ""
    partner: str = ""
    tranche: str = ""
    words: str = ""
    sort: str = ""


def found(user: User | AnonymousUser, selection: Selection) -> Sequence[Standing]:
    """Give where the contributions of a selection stand, out of those that the reader may see.

    The number of queries does not grow with them; the rows of a page are fetched by `states`.
    """
    rows: Sequence[Standing] = standings.today(selection.scheme)
    if not access.may(user, "read the books"):
        rows = _among(rows, access.visible_contributions(user).order_by().values_list("pk", flat=True))
    if selection.partner:
        partner = Organisation.objects.filter(slug=selection.partner).first()
        keys = [partner.merged_into_id or partner.pk] if partner else []
        rows = _among(rows, identity.given_by(Contribution.objects.order_by(), *keys).values_list("pk", flat=True))
    if selection.words:
        rows = _among(rows, _named(selection.words))
    if selection.tranche:
        rows = [row for row in rows if row.tranche == selection.tranche]
    if selection.stage:
        rows = [row for row in rows if row.stage == selection.stage]
    if selection.waits:
        adopted = standings.adopted()
        rows = [row for row in rows if waits_of(row, adopted) == selection.waits]
    return _sorted(rows, selection.sort)


def states(rows: Sequence[Standing]) -> list[ContributionState]:
    """Give the contributions of some rows in full, in the order of the rows. Four queries, however many."""
    keys = [row.contribution_id for row in rows]
    by_key = {state.contribution.pk: state for state in contributions.states(Contribution.objects.filter(pk__in=keys))}
    return [by_key[key] for key in keys if key in by_key]


def are_joint(rows: Iterable[Standing]) -> bool:
    """Tell whether several organisations stand behind one of some contributions. One query."""
    parties = ContributionParty.objects.filter(contribution__in=[row.contribution_id for row in rows]).order_by()
    return parties.values("contribution").annotate(number=Count("pk")).filter(number__gt=1).exists()


def by_wait(user: User | AnonymousUser, scheme: str = "") -> dict[str, tuple[Standing, ...]]:
    """Sort the contributions that the reader may see by what they wait for; every key of `WAITS` is there."""
    waiting = standings.by_wait(scheme, waits_of)
    if access.may(user, "read the books"):
        return {wait: waiting.get(wait, ()) for wait in WAITS}
    own = list(access.visible_contributions(user).order_by().values_list("pk", flat=True))
    return {wait: tuple(_among(waiting.get(wait, ()), own)) for wait in WAITS}


def partners(user: User | AnonymousUser, scheme: str = "", *, most: int) -> list[tuple[str, str]] | None:
    """Give slug and name of the partners behind what the reader may see; None where there are more than `most`."""
    parties = ContributionParty.objects.order_by()
    if not access.may(user, "read the books"):
        parties = parties.filter(contribution__in=access.visible_contributions(user))
    if scheme:
        parties = parties.filter(contribution__book__scheme__code=scheme)
    kept = Coalesce("organisation__merged_into_id", "organisation_id")
    keys = list(parties.values_list(kept, flat=True).distinct()[: most + 1])
    if len(keys) > most:
        return None
    named = Organisation.objects.filter(pk__in=keys).order_by("name").values_list("slug", "short_name", "name")
    return [(slug, short or name) for slug, short, name in named]


def waits_of(row: Standing, adopted: Adopted) -> str:
    """What a contribution waits for next: a key of `WAITS`, or nothing."""
    wait = _wait(row.stage, is_adopted=row.stage == "endorsed" and adopted.includes(row))
    return UNTOLD if wait and adopted.is_historical(row) else wait


def waits_for(state: ContributionState) -> str:
    """What a contribution waits for next: a key of `WAITS`, or nothing."""
    target = Target.of(state.contribution)
    wait = _wait(state.stage, is_adopted=target.adopted_on is not None)
    row = state.contribution.project or state.contribution.topic
    if not wait or row is None or not row.is_historical:
        return wait
    standing = standings.of_contribution(state.contribution.book.scheme.code, state.contribution.pk)
    return wait if standing is not None and standing.is_run_here else UNTOLD


def _wait(stage: str, *, is_adopted: bool) -> str:
    """What comes after a stage."""
    if stage == "pledged":
        return ENDORSEMENT
    if stage == "endorsed":
        return GRANT if is_adopted else ADOPTION
    return DELIVERY if stage == "committed" else ""


def _among(rows: Iterable[Standing], keys: Iterable[int]) -> list[Standing]:
    """The rows of the contributions with these keys."""
    wanted = set(keys)
    return [row for row in rows if row.contribution_id in wanted]


def _named(words: str) -> Iterable[int]:
    """The contributions with these words in their reference, in what they are for, or in the name of who gives."""
    named = (
        Q(reference__icontains=words)
        | Q(topic__code__icontains=words)
        | Q(project__acronym__icontains=words)
        | Q(parties__name__icontains=words)
        | Q(parties__short_name__icontains=words)
    )
    return Contribution.objects.filter(named).order_by().values_list("pk", flat=True)


def _sorted(rows: Sequence[Standing], sort: str) -> Sequence[Standing]:
    """The rows in an order of `SORTS`, with a minus in front the other way round; as they are where it is none of these."""
    name = sort.removeprefix("-")
    keys: dict[str, Callable[[Standing], str | int]] = {
        "target": lambda row: row.target.casefold(),
        "amount": lambda row: row.live_cents,
        "match": lambda row: row.match_cents,
        "unmatched": lambda row: row.unmatched_cents,
    }
    if name == "partner":
        givers = _givers(rows)
        keys["partner"] = lambda row: givers.get(row.contribution_id, "")
    key = keys.get(name)
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


def _givers(rows: Sequence[Standing]) -> dict[int, str]:
    """Who stands behind each contribution, as words to sort by. One query."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    parties = ContributionParty.objects.order_by("pk").values_list(
        "contribution_id", "organisation__short_name", "organisation__name"
    )
    wanted = {row.contribution_id for row in rows}
    for key, short, name in parties:
        if key in wanted:
            names[key].append((short or name).casefold())
    return {key: " and ".join(parts) for key, parts in names.items()}
