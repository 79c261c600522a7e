"""Partners and contributions."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from cofund.api import callers, problems
from cofund.api.asking import At, Paged, Text, part_of
from cofund.api.shapes import credit as credit_shapes
from cofund.api.shapes import giving as shapes
from cofund.api.shapes import places
from cofund.api.shapes.common import Dated
from cofund.api.shapes.credit import CreditOfPartner
from cofund.api.shapes.giving import Contribution, ContributionInFull, Partner, PartnerInFull
from cofund.queries import (
    book_states,
    contributions,
    dossiers,
    identity,
    partner_credit,
    programmes,
    public_partners,
    schemes,
)
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation

router = Router(tags=["Partners and contributions"])


@router.get("/programmes/{programme}/partners", response=Dated[Partner], summary="List the partners of a programme")
def list_partners(request: HttpRequest, programme: str, paging: Paged, moment: At, words: Text = "") -> object:
    """Every partner of a programme with what it gave, those with most first; `words` are of its name."""
    rules, _ = schemes.current(programme)
    reader = callers.of(request).reader(programme)
    lines = programmes.partners(programme, as_of=moment.on, known_at=moment.known_at, audience=reader)
    wanted = words.casefold()
    lines = [one for one in lines if wanted in f"{one.organisation.name} {one.organisation.short_name}".casefold()]
    found = part_of(request, lines, paging)
    items = [shapes.partner(line, rules.currency) for line in found.rows]
    return Dated[Partner](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get("/partners/{partner}", response=PartnerInFull, summary="Get a partner with what it gives")
def get_partner(request: HttpRequest, partner: str, moment: At) -> object:
    """One partner with all its contributions that may be read. One that was merged is told as the one that is kept."""
    reader = callers.of(request).reader()
    found = dossiers.of_partner(_partner(partner, reader), reader, as_of=moment.on, known_at=moment.known_at)
    codes = {state.contribution.book.scheme.code for state in found.states}
    return shapes.partner_in_full(found, {code: schemes.current(code)[0] for code in codes}, reader, moment.said)


@router.get(
    "/partners/{partner}/credit", response=CreditOfPartner, summary="Get the credit of a partner: what it made possible"
)
def get_credit(request: HttpRequest, partner: str, paging: Paged, moment: At, programme: Text = "") -> object:
    """Projects and topics that a partner stands behind, largest first in each programme, with the sentence that thanks for it.

    It is the same for everybody: also with a key only what anybody may read.
    """
    row = _partner(partner, callers.of(request).reader())
    found = partner_credit.of_partner(row, as_of=moment.on, known_at=moment.known_at)
    part = part_of(request, [one for one in found.lines if programme in ("", one.scheme.code)], paging)
    return CreditOfPartner(
        items=[credit_shapes.credit(line) for line in part.rows],
        **part.fields(),
        as_of=moment.on,
        known_on=moment.known_on,
        partner=places.of_organisation(row),
        totals=credit_shapes.credit_sums(found),
        projects_count=found.projects,
        topics_count=found.topics,
        page_href=f"{settings.COFUND_SITE_URL}{reverse('partner-credit', args=[row.slug])}",
    )


@router.get(
    "/programmes/{programme}/contributions",
    response=Dated[Contribution],
    summary="List the contributions of a programme that may be read",
)
def list_contributions(
    request: HttpRequest, programme: str, paging: Paged, moment: At, stage: Text = "", role: Text = ""
) -> object:
    """Contributions in the order of their pledges. Without a key those from the stage on that the programme publishes from."""
    rules, _ = schemes.current(programme)
    reader = callers.of(request).reader(programme)
    rows = [
        state
        for state in book_states.of_scheme(programme, moment.on, moment.known_at)
        if reader.may_read(state.contribution.pk)
        and (not stage or state.stage == stage)
        and (not role or state.contribution.role == role)
    ]
    found = part_of(request, rows, paging)
    items = [shapes.contribution(state, rules, reader) for state in found.rows]
    return Dated[Contribution](items=items, **found.fields(), as_of=moment.on, known_on=moment.known_on)


@router.get("/contributions/{reference}", response=ContributionInFull, summary="Get a contribution with its versions")
def get_contribution(request: HttpRequest, reference: str, moment: At) -> object:
    """One contribution. One that is not public yet answers as if it were not there."""
    row = contributions.find(reference)
    if row is None:
        raise problems.not_found("contribution")
    reader = callers.of(request).reader(row.book.scheme.code)
    if not reader.may_read(row.pk):
        raise problems.not_found("contribution")
    found = dossiers.of_contribution(row, as_of=moment.on, known_at=moment.known_at)
    answer = shapes.contribution_in_full(found, reader, moment.said)
    if answer is None:
        raise problems.not_found("contribution known on this day")
    return answer


def _partner(slug: str, reader: Audience) -> Organisation:
    """The partner of an address, a merged one as the one that is kept. Raises: Problem where its reader may not know of it."""
    row = dossiers.organisation(slug)
    if row is None or not public_partners.is_public(identity.kept(row), reader):
        raise problems.not_found("partner")
    return identity.kept(row)
