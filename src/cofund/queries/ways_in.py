"""What is known of an organisation for the advice which way in fits it."""

from __future__ import annotations

from django.db.models import Q

from cofund.queries import capacities, clock
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.records.ledger.models import Book
from cofund.records.programme.models import Topic
from cofund.rules.schemes import Scheme
from cofund.rules.tracks import Profile


def profile(
    scheme_code: str,
    scheme: Scheme,
    organisation: Organisation | None,
    *,
    offers: tuple[str, ...] = (),
    wants_direct: bool | None = None,
) -> Profile:
    """Give what is known: kind, turnover, roles and relations today, and what it offers and wants as it was told."""
    if organisation is None:
        return Profile(offers=offers, wants_direct=wants_direct)
    book = Book.objects.select_related("scheme").get(scheme__code=scheme_code)
    role = next((one.code for one in scheme.roles if one.side == "partner" and one.matched), "")
    # Asked for the scheme as a whole: no contribution to any topic is for this one, which is never saved.
    target = Target(topic=Topic(scheme_id=book.scheme_id))
    clashes = capacities.clashes(scheme, book.pk, role, (organisation,), target, clock.today())
    related = OrganisationRelation.objects.filter(Q(organisation=organisation) | Q(other=organisation)).exists()
    return Profile(
        organisation.kind,
        organisation.get_kind_display(),
        organisation.turnover_cents,
        offers,
        wants_direct,
        tuple(clashes),
        related,
    )
