"""The list of organisations: searched, filtered, sorted and paged in the database, with the same rows as files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, organisations, relationships
from cofund.queries.organisations import Dossier, Listed, Selection
from cofund.queries.relationships import LastContact
from cofund.records.directory.models import Organisation
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import relative_day
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.partners import pieces, reaching
from cofund.web.routes import reverse

# So many rows go into a file at most; whoever wants more narrows the list.
MOST_ROWS = 20_000


@opened_by("read partners")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/partners/`: every organisation that is not merged into another."""
    today = clock.today()
    address = c.Address.of(request.path, request.GET.items())
    selection = Selection(
        *(address.get(key) for key in ("q", "kind", "country", "role", "owner", "mark", "sort")),
    )
    if address.get("format") in ("csv", "json"):
        found = organisations.page(selection, 0, MOST_ROWS, today)
        file = exports.answer(address.get("format"), "organisations", [_plain(one) for one in found])
        assert file is not None
        return file
    count = organisations.count(selection, today)
    part, pages = lists.page_of(address, count)
    shown = organisations.page(selection, part.start, part.stop, today)
    last = relationships.last_contacts([one.organisation.pk for one in shown])
    table = c.Table(
        "organisations",
        "Organisations",
        _columns(address),
        tuple(_row(one, last.get(one.organisation.pk), today) for one in shown),
        noun=("organisation", "organisations"),
        total_count=count,
        filters=_filters(address, selection),
        pages=pages,
        exports=lists.files_of(address),
        empty=c.EmptyState("No organisation fits.", "Take a filter away, or add the organisation."),
        note=f"Quiet: something is open, and nothing was said, moved or booked for {relationships.STALE_DAYS} days.",
    )
    context = navigation.context(request, "Partners") | {
        "table": table,
        "may_add": access.may(request.user, "add organisation"),
    }
    return render(request, "cofund/pages/office/partners/list.html", context)


def marks(one: Listed | Dossier) -> tuple[c.Status, ...]:
    """What has to be looked at, as badges; for a row of the list or a dossier."""
    found = []
    if one.is_overdue:
        found.append(c.Status(relationships.MARKS[relationships.OVERDUE], c.Tone.BAD))
    if one.is_quiet:
        found.append(c.Status(relationships.MARKS[relationships.QUIET], c.Tone.WARNING))
    return tuple(found)


def _columns(address: c.Address) -> tuple[c.Column, ...]:
    """The columns; those that can be sorted lead to it."""
    return (
        c.Column.sortable("name", "Organisation", address),
        c.Column.sortable("kind", "What it is", address),
        c.Column.sortable("country", "Country", address),
        c.Column("Roles"),
        c.Column.sortable("owner", "Looked after by", address),
        c.Column.sortable("next", "Next step", address),
        c.Column("Last exchange"),
        c.Column("To look at"),
    )


def _row(listed: Listed, last: LastContact | None, today: date) -> c.Row:
    """One organisation."""
    one = listed.organisation
    roles = dict.fromkeys(
        f"{held.role.replace('_', ' ')}, {held.scheme.code.upper()}" for held in one.role_holdings.all()
    )
    found = marks(listed)
    return c.Row.of(
        c.Cell(one.name, href=reaching.href(one), note=one.short_name),
        one.get_kind_display() if one.kind != Organisation.Kind.UNKNOWN else None,
        one.country,
        "; ".join(roles) or "none",
        str(one.owner) if one.owner else "nobody",
        c.Cell(one.next_step or "none", note=_by(one, today)),
        c.Cell(last.on, note=relative_day(last.on, today), certainty=pieces.mark_of(last)) if last else "none",
        c.Cell(found[0], note=found[1].label if len(found) > 1 else "") if found else "–",
    )


def _by(one: Organisation, today: date) -> str:
    """By when the next step is due, in words."""
    return f"{one.next_step_on.isoformat()}, {relative_day(one.next_step_on, today)}" if one.next_step_on else ""


def _filters(address: c.Address, selection: Selection) -> c.FilterBar:
    """What the list can be narrowed by."""
    held = organisations.held_roles()
    schemes = {scheme: name for scheme, name, _ in held}
    roles = [c.Choice(scheme, f"Any role in {name}") for scheme, name in schemes.items()]
    roles += [c.Choice(f"{scheme}:{role}", f"{role.replace('_', ' ')} of {name}") for scheme, name, role in held]
    owners = [c.Choice("-", "Nobody"), *(c.Choice(*pair) for pair in organisations.owners())]
    return c.FilterBar(
        (
            c.Filter("q", "Name or identifier", selection.words),
            c.Filter("kind", "What it is", selection.kind, _choices(Organisation.Kind.choices)),
            c.Filter("country", "Country", selection.country, tuple(c.Choice(x, x) for x in organisations.countries())),
            c.Filter("role", "Role", selection.role, tuple(roles)),
            c.Filter("owner", "Looked after by", selection.owner, tuple(owners)),
            c.Filter("mark", "Next step", selection.mark, _choices(organisations.MARKS.items())),
        ),
        address,
    )


def _choices(pairs: Any) -> tuple[c.Choice, ...]:
    """Choices of a filter from pairs of value and words."""
    return tuple(c.Choice(str(value), str(words)) for value, words in pairs)


def _plain(listed: Listed) -> dict[str, exports.Plain]:
    """An organisation as a row of a file."""
    one = listed.organisation
    return {
        "slug": one.slug,
        "name": one.name,
        "short_name": one.short_name,
        "kind": one.kind,
        "country": one.country,
        "pic": one.pic,
        "ror": one.ror,
        "vat_number": one.vat_number,
        "lei": one.lei,
        "website": one.website,
        "roles": "; ".join(f"{held.scheme.code}:{held.role}" for held in one.role_holdings.all()),
        "owner": one.owner.username if one.owner else "",
        "next_step": one.next_step,
        "next_step_on": one.next_step_on.isoformat() if one.next_step_on else "",
        "marks": "; ".join(mark.label for mark in marks(listed)),
        "page": reverse("office-partner", args=[one.slug]),
    }
