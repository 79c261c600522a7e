"""A partner's own desk and its page: what it gives, and what is on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, partnering, programmes
from cofund.queries.contributions import ContributionState
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules.leverage import NAMES
from cofund.web import components as c
from cofund.web import joint
from cofund.web.formatting import counted
from cofund.web.office import navigation, showing
from cofund.web.office.access import opened_by
from cofund.web.office.desk.reaching import partner_or_404, tabs
from cofund.web.office.giveback import listing as giveback
from cofund.web.office.recommending import fitting
from cofund.web.routes import reverse

# Where a lead stands, in words for the partner; what the office plans next is the office's own.
LEAD_WORDS: Final = {
    "new": "The office has noted your interest",
    "contacted": "The office is in touch with you",
    "exploring": "You are looking for a topic together",
    "fit_found": "A topic that fits is found",
    "applying": "Your application is being written",
    "converted": "It became a contribution",
    "lost": "Not pursued",
    "dormant": "Resting",
}
# So many contributions stand on the desk; the rest is a page away.
MOST_ROWS: Final = 10
NO_RIGHT: Final = c.Callout(
    "You may not read your organisation's pages yet",
    "A colleague who may grant rights, or the programme office, can give you the right to read. Your own profile is open to you.",
)


def figures(user: User) -> dict[str, Any]:
    """What the desk of a partner's person shows below the tasks: all of it only with the right to read."""
    organisation = user.organisation
    if organisation is None or not access.may_for_organisation(user, PartnerRight.Right.READ, organisation):
        return {"no_right": NO_RIGHT}
    found = overview(organisation) | fitting.on_desk(organisation)
    names = (("office-partner-statement", "Statements"), ("office-people", "People and their rights"))
    return found | {"partner_links": [c.Link(text, reverse(name, args=[organisation.slug])) for name, text in names]}


@opened_by("read a partner's pages")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/`: what a partner gives and what is on the way, as its own people see it."""
    organisation = partner_or_404(request, slug)
    context = navigation.context(request, str(organisation)) | {
        "organisation": organisation,
        "tabs": tabs(organisation, "partner-desk"),
        **overview(organisation),
    }
    return render(request, "cofund/pages/office/desk/partner.html", context)


@kept(64)
def overview(organisation: Organisation) -> dict[str, Any]:
    """Figures, leads, applications and the first contributions of a partner: the same for all its people."""
    states = programmes.of_organisation(organisation)
    return {
        "figure_tiles": _tiles([state for state in states if state.live_cents], organisation),
        "leads": _leads(organisation),
        "applications": _applications(organisation),
        "own": _contributions(states, organisation),
        "own_all": _every_contribution(organisation, len(states)),
        "instalments": giveback.of_organisation(organisation),
    }


def _every_contribution(organisation: Organisation, number: int) -> c.Link | None:
    """The way to the whole list; None where everything is shown."""
    address = c.Address(reverse("office-contributions"), (("partner", organisation.slug),))
    return c.Link(f"All {counted(number, 'contribution')}", address.with_changes()) if number > MOST_ROWS else None


def _tiles(live: list[ContributionState], organisation: Organisation) -> list[c.Tile]:
    """Given, unlocked, and the multiplier, by currency; each says what of it is not the partner's alone."""
    currencies = sorted({state.contribution.book.scheme.currency for state in live})
    tiles = []
    for currency in currencies:
        own = [state for state in live if state.contribution.book.scheme.currency == currency]
        given, unlocked = sum(state.live_cents for state in own), sum(state.match_cents for state in own)
        shared = joint.of_sum(own, organisation, currency)
        tiles += [
            c.Tile(
                "Contributed",
                c.Money(given, currency, short=True),
                note="; ".join(filter(None, (counted(len(own), "contribution"), shared))),
            ),
            c.Tile("Unlocked", c.Money(unlocked, currency, short=True), note=joint.unlocked(is_shared=bool(shared))),
        ]
    if len(currencies) == 1:
        l1 = programmes.leverage_of(live).l1
        note = "with its match, for each euro given"
        if any(state.is_joint for state in live):
            note = f"{note}; joint amounts stand in full"
        tiles.append(c.Tile(f"L1 {NAMES['L1']}", c.Ratio(l1, 2), note=note))
    return tiles


def _leads(organisation: Organisation) -> c.Table:
    """Leads as the partner may see them: how they came, what for, and where they stand."""
    rows = tuple(
        c.Row.of(
            lead.topic.code if lead.topic else "no topic yet",
            lead.get_route_display(),
            LEAD_WORDS[lead.stage],
            c.Cell(lead.opened_on, certainty=_mark(lead.certainty)),
            lead.scheme.name,
        )
        for lead in partnering.leads(organisation)
    )
    return c.Table(
        "leads",
        "First contacts",
        (
            c.Column("Topic"),
            c.Column("How it came"),
            c.Column("Where it stands"),
            c.Column("Since"),
            c.Column("Programme"),
        ),
        rows,
        noun=("contact", "contacts"),
        empty=c.EmptyState("No contact is being followed at present."),
    )


def _applications(organisation: Organisation) -> c.Table:
    """Applications with their letters."""
    rows = tuple(
        c.Row.of(
            c.Cell(one.reference, href=reverse("office-application", args=[one.reference])),
            c.Cell(one.get_status_display(), certainty=_mark(one.certainty)),
            one.topic.code if one.topic else one.project.acronym if one.project else "–",
            counted(letters, "version"),
            one.scheme.name,
        )
        for one, letters in partnering.applications(organisation)
    )
    return c.Table(
        "applications",
        "Applications and letters",
        (c.Column("Application"), c.Column("State"), c.Column("For"), c.Column("Letter"), c.Column("Programme")),
        rows,
        noun=("application", "applications"),
        empty=c.EmptyState("There is no application."),
    )


def _contributions(states: Sequence[ContributionState], organisation: Organisation) -> c.Table:
    """The contributions of a partner with their match, the first of many."""
    known = showing.schemes_of(states)
    return c.Table(
        "own",
        "Contributions",
        showing.CONTRIBUTION_COLUMNS,
        tuple(
            showing.contribution_row(
                state,
                known[state.contribution.book.scheme.code],
                "",
                links=False,
                names_scheme=True,
                own=organisation,
            )
            for state in states[:MOST_ROWS]
        ),
        noun=("contribution", "contributions"),
        total_count=len(states),
        empty=c.EmptyState(
            "No contribution of your organisation is recorded.", "The programme office records it when you pledge."
        ),
    )


def _mark(certainty: str) -> c.Certainty | None:
    """How sure something is, where it is not simply recorded."""
    return c.Certainty(certainty) if certainty != "recorded" else None
