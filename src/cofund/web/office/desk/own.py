"""A partner's own desk and its pages: what it gives, what is on the way, and the statement of what its money did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, partnering, programmes, statements
from cofund.queries.contributions import ContributionState
from cofund.queries.keeping import kept
from cofund.queries.statements import Line
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules.leverage import FORMULAS, NAMES
from cofund.web import components as c
from cofund.web import joint
from cofund.web.formatting import counted
from cofund.web.lists import files_of
from cofund.web.office import exports, navigation, showing
from cofund.web.office.access import opened_by
from cofund.web.office.desk.reaching import crumbs, partner_or_404, tabs
from cofund.web.office.giveback import listing as giveback
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
    found = overview(organisation)
    names = (("office-partner-statement", "What your money did"), ("office-people", "People and their rights"))
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


@opened_by("read a partner's pages")
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/statement/`: what the money did, made to be printed."""
    organisation = partner_or_404(request, slug)
    found = statements.of_partner(organisation)
    file = exports.answer(request.GET.get("format", ""), f"statement-{slug}", [_plain(line) for line in found])
    if file is not None:
        return file
    here = "What your money did"
    context = navigation.context(request, here, crumbs=crumbs(request, organisation)) | {
        "organisation": organisation,
        "tabs": tabs(organisation, "office-partner-statement"),
        "on": clock.today(),
        "tiles": _total_tiles(found, organisation),
        "lines": [
            (line, f"line-{number}", _line_facts(line, organisation)) for number, line in enumerate(found, start=1)
        ],
        "definitions": [c.Fact(f"{code} {NAMES[code]}", formula) for code, formula in FORMULAS.items()],
        "files": files_of(c.Address.of(request.path, request.GET.items())),
    }
    return render(request, "cofund/pages/office/desk/statement.html", context)


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
            _unlocked(unlocked, currency, is_shared=bool(shared)),
        ]
    if len(currencies) == 1:
        l1 = programmes.leverage_of(live).l1
        note = "with its match, for each euro given"
        if any(state.is_joint for state in live):
            note = f"{note}; joint amounts stand in full"
        tiles.append(c.Tile(f"L1 {NAMES['L1']}", c.Ratio(l1, 2), note=note))
    return tiles


def _unlocked(cents: int, currency: str, *, is_shared: bool) -> c.Tile:
    """The public money beside a partner's contributions; of joint ones it stands in full."""
    note = "public money matched or promised"
    if is_shared:
        note = f"{note}, in full also beside what is joint"
    return c.Tile("Unlocked", c.Money(cents, currency, short=True), note=note)


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


def _total_tiles(found: list[Line], organisation: Organisation) -> list[c.Tile]:
    """The whole statement in figures, by currency."""
    tiles = []
    for total in statements.totals(found):
        states = [state for line in found if line.scheme.currency == total.currency for state in line.states]
        shared = joint.of_sum(states, organisation, total.currency)
        tiles += [
            c.Tile("Contributed", c.Money(total.given_cents, total.currency, short=True), note=shared),
            _unlocked(total.unlocked_cents, total.currency, is_shared=bool(shared)),
            c.Tile(f"L1 {NAMES['L1']}", c.Ratio(total.leverage.l1, 2), note=FORMULAS["L1"]),
            c.Tile(f"L3 {NAMES['L3']}", c.Ratio(total.leverage.l3, 2), note=FORMULAS["L3"]),
        ]
    return tiles


def _line_facts(line: Line, organisation: Organisation) -> list[c.Fact]:
    """One project or topic in figures."""
    currency, found = line.scheme.currency, line.leverage
    return [
        c.Fact(
            "Contributed",
            c.Money(line.given_cents, currency),
            note=joint.of_sum(line.states, organisation, currency),
        ),
        c.Fact("Unlocked", c.Money(line.unlocked_cents, currency)),
        c.Fact(f"Behind {line.name} in all", c.Money(line.money.total_cents, currency)),
        c.Fact(f"L1 {NAMES['L1']}", c.Ratio(found.l1, 2), note="your own contribution"),
        c.Fact(f"L2 {NAMES['L2']}", c.Ratio(found.l2, 2), note="all its partners together"),
        c.Fact(f"L3 {NAMES['L3']}", c.Ratio(found.l3, 2), note="your own contribution"),
        c.Fact(f"L4 {NAMES['L4']}", c.Ratio(found.l4, 2), note="the whole of it"),
    ]


def _plain(line: Line) -> dict[str, exports.Plain]:
    """A line as a row of a file; amounts in whole cents, leverage as exact fractions."""
    found = line.leverage
    return {
        "scheme": line.scheme.code,
        "target": line.name,
        "currency": line.scheme.currency,
        "contributed_cents": line.given_cents,
        "of_it_joint_cents": line.joint_cents,
        "unlocked_cents": line.unlocked_cents,
        "total_cents": line.money.total_cents,
        "l1_partner_multiplier": str(found.l1 if found.l1 is not None else ""),
        "l2_project_multiplier": str(found.l2 if found.l2 is not None else ""),
        "l3_match_leverage": str(found.l3 if found.l3 is not None else ""),
        "l4_public_leverage": str(found.l4 if found.l4 is not None else ""),
        "acknowledgement": line.acknowledgement,
    }


def _mark(certainty: str) -> c.Certainty | None:
    """How sure something is, where it is not simply recorded."""
    return c.Certainty(certainty) if certainty != "recorded" else None
