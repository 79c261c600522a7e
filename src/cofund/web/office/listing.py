"""Contributions: the list with its filters and files, and the page of one with its life and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, contributions, programmes, schemes, standings, worklists
from cofund.queries.contributions import ContributionState, Step
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.queries.standings import Standing
from cofund.queries.worklists import Selection
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Decision
from cofund.rules.schemes import Scheme
from cofund.rules.stages import LIVE_STAGES
from cofund.web import booked, joint, lists, reasoning
from cofund.web import components as c
from cofund.web.formatting import day, money, staged
from cofund.web.office import acts, exports, navigation, proof_links, rechecking, showing
from cofund.web.office.access import contribution_or_404, opened_by, scheme_or_404
from cofund.web.office.giveback import listing as giveback
from cofund.web.office.rounds import report_tables
from cofund.web.routes import reverse


@opened_by("read own contributions")
def listed(request: HttpRequest, scheme: str = "") -> HttpResponse:
    """`/office/contributions/` and `/office/<scheme>/contributions/`: what the reader may see, filtered by the address."""
    rules = scheme_or_404(scheme)[0] if scheme else None
    asked = request.GET
    selection = Selection(
        scheme or asked.get("programme", ""),
        asked.get("waits", ""),
        asked.get("stage", ""),
        asked.get("partner", ""),
        asked.get("tranche", ""),
        asked.get("q", ""),
        asked.get("sort", ""),
    )
    kind = asked.get("format", "")
    every = worklists.states(worklists.found(request.user, selection)) if kind in exports.KINDS else []
    file = exports.answer(kind, "contributions", [_plain(state) for state in every])
    if file is not None:
        return file
    table = _table(access.Viewer.of(request.user), rules is None, selection, c.Address.of(request.path, asked.items()))
    context = navigation.context(request, "Contributions", scheme) | {
        "table": table,
        "scheme": rules,
        "which": "Your contributions" if access.is_outside(request.user) else "Every contribution",
    }
    return render(request, "cofund/pages/office/contributions.html", context)


@opened_by("read own contributions")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/contributions/<reference>/`: where it stands, what happened to it, and what comes next."""
    row = contribution_or_404(request, reference)
    scheme, _ = schemes.current(row.book.scheme.code)
    found = contributions.states(Contribution.objects.filter(pk=row.pk))
    state = found[0] if found else None
    steps = contributions.steps(row)
    possible = acts.on_contribution(state) if state else ()
    cash = giveback.of_contribution(request, row)
    # What is paid in instalments is received there, so that no more comes than was invoiced.
    # What needs a certificate is reported in the yearly round, which records it.
    is_direct = not giveback.is_paid_in_instalments(cash) and not scheme.kind(row.kind).certificate
    offered = [act for act in possible if act.code != "deliver" or is_direct]
    allowed = [act for act in offered if access.may(request.user, act.permission)]
    reads_books = access.may(request.user, "read the books")
    crumbs = (c.Link(scheme.name, reverse("office-contributions-of", args=[scheme.code])),)
    context = navigation.context(request, reference, scheme.code, crumbs) | {
        "row": row,
        "state": state,
        "scheme": scheme,
        "heading": f"{showing.givers(state)} for {showing.target_name(row)}" if state else reference,
        "tiles": _tiles(scheme, state) if state else (),
        "facts": _facts(scheme, row, state, reads_books=reads_books),
        "steps": _steps(state) if state else (),
        "next": _next(request, state, allowed) if state else None,
        "acts": [act for act in allowed if act.code not in ("endorse", "deliver")],
        "timeline": _timeline(scheme, steps, links=reads_books),
        "reported": report_tables.of_contribution(request.user, row, scheme),
        "warnings": [
            *(rechecking.callouts(request, row) if reads_books else ()),
            *(
                showing.warning(words, step.entry.kind)
                for step in steps
                # Over-delivery has a figure of its own on this page.
                if step.entry.kind not in (Entry.Kind.DELIVER, Entry.Kind.VALIDATE)
                for words in step.entry.explanation.get("warnings", ())
            ),
        ],
        # Of what is given back or withdrawn, no match is left to explain.
        "explanations": _own_explanation(steps, reference) if state and state.live_cents else [],
        "may_see_who": access.may(request.user, "read who sees what"),
        "looked_into": proof_links.of_contribution(request, scheme.code, reference),
        **cash,
    }
    return render(request, "cofund/pages/office/contribution.html", context)


def _next(request: HttpRequest, state: ContributionState, allowed: list[acts.Act]) -> c.Link | None:
    """What comes next, where this person may do it: with the contribution itself, or with the topic that it waits for."""
    row, first = state.contribution, next(iter(allowed), None)
    if first is not None and first.code in ("endorse", "deliver"):
        return c.Link(first.verb, reverse("office-contribution-act", args=[row.reference, first.code]))
    wanted = {worklists.ADOPTION: "reserve", worklists.GRANT: "commit"}.get(worklists.waits_for(state), "")
    for act in acts.on_target(Target.of(row)) if wanted else ():
        if act.code == wanted and access.may(request.user, act.permission):
            return c.Link(act.verb, f"{showing.target_href(row)}{act.code}/")
    return None


def _steps(state: ContributionState) -> tuple[c.Step, ...]:
    """The way of a contribution, with where it stands."""
    names = ("Pledged", "Endorsed", "Match reserved", "Committed", "Validated")
    reached = {"pledged": 0, "endorsed": 1, "committed": 3, "reported": 3, "certified": 3, "validated": 4}.get(
        state.stage
    )
    if reached is None:
        return ()
    if state.stage == "endorsed" and state.matches.get("reserved"):
        reached = 2
    if state.stage == "validated" and state.is_in_part:
        # What is still to come has not left the step before.
        reached, names = 3, (*names[:4], "Validated in part")
    return tuple(
        c.Step(name, "done" if number < reached else "current" if number == reached else "todo")
        for number, name in enumerate(names)
    )


def _own_explanation(steps: Sequence[Step], reference: str) -> list[c.Explanation]:
    """The explanation of this contribution out of the last entry that has one; of a frozen match also how it was decided."""
    found = [
        (step.entry, one)
        for step in steps
        for one in step.entry.explanation.get("matches", ())
        if one["reference"] == reference
    ]
    if not found:
        return []
    entry, own = found[-1]
    decisive = [(before, one) for before, one in found if one["decided_by"] != "adoption"]
    then = ""
    if own["decided_by"] == "adoption" and decisive:
        before, one = decisive[-1]
        words = next((bound["words"] for bound in one["bounds"] if bound["name"] == one["decided_by"]), "")
        then = f"It was decided on {booked.day_said(before)}: {words}." if words else ""
    return list(showing.explanation({**entry.explanation, "matches": [own]}, "Its match", then))


@kept(128)
def _table(viewer: access.Viewer, names_scheme: bool, selection: Selection, address: c.Address) -> c.Table:
    """The list with filters, pages and files: the same for everybody of a role, or of one partner's person."""
    whose = viewer.own.organisation if viewer.own is not None else None
    rules = None if names_scheme else schemes.current(selection.scheme)[0]
    found = worklists.found(viewer.user, selection)
    part, pages = lists.page_of(address, len(found))
    shown = worklists.states(found[part])
    known = showing.schemes_of(shown)
    rows = [
        showing.contribution_row(
            state,
            known[state.contribution.book.scheme.code],
            worklists.waits_for(state),
            names_scheme=names_scheme,
            links=viewer.own is None,
            own=whose,
        )
        for state in shown
    ]
    return c.Table(
        "contributions",
        worklists.WAITS.get(selection.waits, "Contributions"),
        _columns(address),
        (*rows, *_totals(found, names_joint=bool(whose or selection.partner))),
        noun=("contribution", "contributions"),
        total_count=len(found),
        empty=c.EmptyState(
            _empty(viewer, address),
            "Take a filter away to see more." if address.pairs else "",
            c.Link("Show all", address.path) if address.pairs else None,
        ),
        filters=_filters(viewer.user, address, rules, selection),
        exports=lists.files_of(address),
        pages=pages,
    )


def _empty(viewer: access.Viewer, address: c.Address) -> str:
    """Why a list is empty; who sees only its own is not told of others'."""
    if address.pairs:
        return "No contribution fits."
    return "No contribution of yours is recorded here." if viewer.own else "No contribution is recorded yet."


# More partners than this are no list to choose from; the field for names finds them.
MOST_CHOICES = 200
SORTED_COLUMNS = {"partner": 1, "target": 2, "amount": 5, "match": 6, "unmatched": 7}


def _columns(address: c.Address) -> tuple[c.Column, ...]:
    """The columns of contributions, with headings that sort."""
    columns = list(showing.CONTRIBUTION_COLUMNS)
    for name, place in SORTED_COLUMNS.items():
        old = columns[place]
        columns[place] = c.Column.sortable(name, old.label, address, numeric=old.numeric, hint=old.hint)
    return tuple(columns)


def _totals(found: Sequence[Standing], *, names_joint: bool) -> list[c.Row]:
    """One total for each currency; amounts of different currencies are never added.

    `names_joint`: the list is one partner's, so that the total says whether all of it is the partner's alone.
    """
    note = f"joint amounts in full; {joint.SPLIT}" if names_joint and worklists.are_joint(found) else ""
    return [
        c.Row.of(
            c.Cell("All of them", note=note),
            "–",
            "–",
            "–",
            "–",
            *(c.Money(cents, currency) for cents in total),
            kind="total",
        )
        for currency, total in standings.sums(found).items()
    ]


def _filters(viewer: User, address: c.Address, rules: Scheme | None, selection: Selection) -> c.FilterBar:
    """What the list can be narrowed by; partners only where there are few enough to choose from."""
    filters = [c.Filter("q", "Name contains", selection.words)]
    if rules is None:
        choices = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
        filters.append(c.Filter("programme", "Programme", selection.scheme, choices))
    waits = tuple(c.Choice(key, words) for key, words in worklists.WAITS.items())
    stages = tuple(c.Choice(stage, stage.capitalize()) for stage in (*LIVE_STAGES, "withdrawn"))
    filters += [
        c.Filter("waits", "What comes next", selection.waits, waits),
        c.Filter("stage", "Stage", selection.stage, stages),
    ]
    partners = worklists.partners(viewer, selection.scheme, most=MOST_CHOICES)
    if partners is None and selection.partner:
        partners = [(selection.partner, selection.partner)]
    if partners:
        filters.append(c.Filter("partner", "Partner", selection.partner, _choices(dict(partners))))
    if rules is not None and rules.tranches:
        tranches = {rule.code: rule.label for rule in rules.tranches}
        filters.append(c.Filter("tranche", "Tranche", selection.tranche, _choices(tranches)))
    return c.FilterBar(tuple(filters), address)


def _choices(known: dict[str, str]) -> tuple[c.Choice, ...]:
    """Choices in alphabetical order of their words."""
    return tuple(c.Choice(key, words) for key, words in sorted(known.items(), key=lambda item: item[1].casefold()))


def _plain(state: ContributionState) -> dict[str, exports.Plain]:
    """A contribution as a row of a file; amounts in whole cents."""
    row = state.contribution
    return {
        "reference": row.reference,
        "scheme": row.book.scheme.code,
        "partners": "; ".join(one.name for one in state.organisations),
        "role": row.role,
        "kind": row.kind,
        "target": showing.target_name(row),
        "tranche": row.tranche.code if row.tranche else "",
        "stage": state.stage,
        "is_joint": state.is_joint,
        "currency": row.book.scheme.currency,
        "amount_cents": state.live_cents,
        "match_cents": state.match_cents,
        "unmatched_cents": state.unmatched_cents,
        "over_delivery_cents": state.over_cents,
        "waits_for": worklists.waits_for(state),
    }


def _tiles(scheme: Scheme, state: ContributionState) -> tuple[c.Tile, ...]:
    """Amount, match, and what is unmatched."""
    currency = scheme.currency
    decided = state.decided_match_cents
    note = (
        "decided"
        if decided and decided == state.match_cents
        else "promised, not decided yet"
        if state.match_cents
        else ""
    )
    return (
        c.Tile(
            "Contribution",
            c.Money(state.live_cents, currency),
            note=_amount_note(state, scheme),
        ),
        c.Tile("Public money that it unlocks", c.Money(state.match_cents, currency), note=note),
        c.Tile(
            "Unmatched",
            c.Money(state.unmatched_cents, currency),
            note="counts for the project, not against the envelope",
        ),
        *_over_tile(state, currency),
    )


def _over_tile(state: ContributionState, currency: str) -> tuple[c.Tile, ...]:
    """What came beyond the commitment, where anything did."""
    if not state.over_cents:
        return ()
    return (
        c.Tile(
            "Over-delivery",
            c.Money(state.over_cents, currency),
            note="accepted beyond what is committed: in none of the other figures, and never matched",
        ),
    )


def _amount_note(state: ContributionState, scheme: Scheme) -> str:
    """The parts of an amount by stage, else its kind; and who gives it together."""
    first = staged(state.split, scheme.currency) or scheme.kind(state.contribution.kind).label
    return f"{first}; given by {showing.givers(state)}; {joint.SPLIT}" if state.is_joint else first


def _facts(
    scheme: Scheme, row: Contribution, state: ContributionState | None, *, reads_books: bool
) -> tuple[c.Fact, ...]:
    """What it is, and what the partner stated."""
    version = state.version if state else None
    places = {"eu": "In the Union", "associated": "In an associated country", "third": "In a third country"}
    statement = {True: "None, as the partner states", False: "Other Union funds pay for it", None: None}
    facts = [
        c.Fact("Partner", showing.givers(state) if state else None, note=scheme.role(row.role).label),
        c.Fact("For", showing.target_name(row), href=showing.target_href(row) if reads_books else ""),
        c.Fact("Kind", scheme.kind(row.kind).label),
        c.Fact("Matched from", row.tranche.name if row.tranche else "No tranche matches this role"),
        *(
            [c.Fact("Other Union funds", statement[version.no_other_union_funding] if version else None)]
            if scheme.requires_no_other_union_funding
            else []
        ),
        *([c.Fact("Place of cost", places.get(version.place) if version else None)] if scheme.asks_place else []),
        c.Fact("Of public origin", c.Money(state.public_origin_cents if state else None, scheme.currency)),
    ]
    if version is not None and version.original_amount_cents is not None:
        rate = f"Rate {version.rate}, {day(version.rate_on)}, {version.rate_source}" if version.rate else ""
        facts.append(c.Fact("As stated", money(version.original_amount_cents, version.original_currency), note=rate))
    if version is not None:
        facts.append(c.Fact("Version", version.number, note=f"about {booked.day_said(version.entry)}"))
    return tuple(facts)


def _timeline(scheme: Scheme, steps: list[contributions.Step], *, links: bool) -> c.Timeline:
    """The life of a contribution, entry by entry."""
    events = []
    for step in steps:
        entry = step.entry
        own = [
            row for row in step.transfers if row.to_account.holder != "tranche" and row.from_account.holder != "tranche"
        ]
        match = [row for row in step.transfers if row not in own]
        matched = "; ".join(
            f"{row.from_account.stage} to {row.to_account.stage} {money(row.amount_cents, scheme.currency)}"
            for row in match
        )
        matched = f"Match: {matched}." if matched else ""
        decision = f"Decision {_decision(entry.decision)}. " if entry.decision else ""
        amount = sum(row.amount_cents for row in own) or sum(row.amount_cents for row in match)
        events.append(
            c.Event(
                entry.effective_on,
                Entry.Kind(entry.kind).label,
                "Contribution" if own else "Match",
                f"{decision}{entry.reason.rstrip('.')}. Recorded by {entry.actor_name}. {matched}".strip(),
                reverse("office-entry", args=[scheme.code, entry.number]) if links else "",
                c.Money(amount, scheme.currency),
                certainty=booked.mark(entry),
            )
        )
    return c.Timeline("life", "Every entry about this contribution, oldest first", tuple(events))


def _decision(decision: Decision) -> str:
    """A decision behind an entry, with where it was taken."""
    return reasoning.noted(decision, f"{decision.number_said} of {day(decision.decided_on)}")
