"""The desk: what needs this person, where each envelope stands, and what was booked last."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cofund.queries import access, envelope, journal, programmes, verification, worklists
from cofund.queries.contributions import ContributionState
from cofund.records.directory.models import User
from cofund.records.ledger.models import Book
from cofund.rules import roles
from cofund.rules.leverage import NAMES
from cofund.web import components as c
from cofund.web.formatting import counted, short_money
from cofund.web.office import navigation, showing
from cofund.web.office.access import opened_by

# Up to here a book is verified while the desk is shown; a longer one on demand.
VERIFIED_AT_ONCE = 2_000
RECENT = 8


@opened_by("read own contributions")
def page(request: HttpRequest) -> HttpResponse:
    """`/office/`: one desk for each role."""
    role = access.role_of(request.user)
    context = navigation.context(request, "Desk") | {"role": role}
    if role == roles.PARTNER:
        context |= _partner(request)
    else:
        context |= _office(request)
        if role == roles.AUDITOR:
            context["verified"] = [_verified(book) for book in journal.books()]
    return render(request, "cofund/pages/office/desk/desk.html", context)


def _office(request: HttpRequest) -> dict[str, Any]:
    """What waits, the envelopes, and the last entries."""
    states = worklists.listed(access.visible_contributions(request.user), worklists.Selection())
    by_wait = worklists.counted(states)
    lines, _ = journal.lines(journal.selected(), most=RECENT)
    with_money = {state.contribution.book.scheme.code for state in states}
    bars = [
        (row, showing.envelope_bar(envelope.statement(row.code), f"envelope-{row.code}", f"{row.name}, today"))
        for row in programmes.installed()
    ]
    return {
        "tiles": [_tile(wait, found) for wait, found in by_wait.items()],
        "bars": [(row, bar) for row, bar in bars if row.code in with_money],
        "quiet": [row for row, _ in bars if row.code not in with_money],
        "recent": c.Table(
            "recent",
            "Recorded last",
            showing.ENTRY_COLUMNS,
            tuple(showing.entry_row(line) for line in lines),
            noun=("entry", "entries"),
            empty=c.EmptyState("Nothing is recorded yet.", "Entries appear here as soon as somebody books something."),
        ),
    }


def _tile(wait: str, found: list[ContributionState]) -> c.Tile:
    """One tile: it counts the list that it opens."""
    by_currency: dict[str, int] = {}
    for state in found:
        currency = state.contribution.book.scheme.currency
        by_currency[currency] = by_currency.get(currency, 0) + state.live_cents
    note = " and ".join(short_money(cents, currency) for currency, cents in by_currency.items())
    return c.Tile(
        worklists.WAITS[wait], len(found), f"{reverse('office-contributions')}?waits={wait}", note or "nothing waits"
    )


def _partner(request: HttpRequest) -> dict[str, Any]:
    """What the person's own organisation gives, and what it unlocks."""
    user = request.user
    assert isinstance(user, User)
    states = worklists.listed(access.visible_contributions(user), worklists.Selection())
    live = [state for state in states if state.live_cents]
    found = programmes.leverage_of(live)
    currencies = {state.contribution.book.scheme.currency for state in live}
    tiles = []
    for currency in sorted(currencies):
        own = [state for state in live if state.contribution.book.scheme.currency == currency]
        tiles += [
            c.Tile(
                "Contributed",
                c.Money(sum(state.live_cents for state in own), currency, short=True),
                note=counted(len(own), "contribution"),
            ),
            c.Tile(
                "Unlocked",
                c.Money(sum(state.match_cents for state in own), currency, short=True),
                note="public money matched or promised",
            ),
        ]
    if len(currencies) == 1:
        tiles.append(c.Tile(f"L1 {NAMES['L1']}", c.Ratio(found.l1, 2), note="with its match, for each euro given"))
    return {"organisation": user.organisation, "tiles": tiles, "own": _own_table(states)}


def _own_table(states: list[ContributionState]) -> c.Table:
    """The contributions of the person's own organisation."""
    known = showing.schemes_of(states)
    return c.Table(
        "own",
        "Your contributions",
        showing.CONTRIBUTION_COLUMNS,
        tuple(
            showing.contribution_row(
                state, known[state.contribution.book.scheme.code], "", links=False, names_scheme=True
            )
            for state in states
        ),
        noun=("contribution", "contributions"),
        empty=c.EmptyState(
            "No contribution of your organisation is recorded.", "The programme office records it when you pledge."
        ),
    )


def _verified(book: Book) -> dict[str, Any]:
    """A book with the result of its verification, where it is short enough to be verified at once."""
    at_once = book.last_entry <= VERIFIED_AT_ONCE
    return {"book": book, "result": verification.verify(book.scheme.code) if at_once else None}
