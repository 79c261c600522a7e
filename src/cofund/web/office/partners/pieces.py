"""The pieces of an organisation's page: tiles, facts, and a table for each thing that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from cofund.queries.organisations import Dossier
from cofund.queries.relationships import LastContact
from cofund.records.directory.models import Certainty, CorpusLink, Merge, Organisation, OrganisationRelation
from cofund.rules import identifiers
from cofund.web import components as c
from cofund.web import joint
from cofund.web.countries import country_name
from cofund.web.formatting import counted, day, money, relative_day, short_money
from cofund.web.office.partners import reaching
from cofund.web.routes import reverse

# So many relations and contributions stand on the page at first; the rest is a link away.
MOST_ROWS: Final = 10
# What an address says to see every relation.
EVERY_RELATION: Final = "relations"
BASIS = {str(value): str(label) for value, label in CorpusLink.Basis.choices}


def tiles(found: Dossier, today: date, last: LastContact | None) -> tuple[c.Tile, ...]:
    """Completeness with what is missing, what it gives, its past projects, and the last exchange."""
    items = found.completeness
    missing = [name for name, known in items if not known]
    known = len(items) - len(missing)
    sums: dict[str, int] = {}
    for state in found.states:
        currency = state.contribution.book.scheme.currency
        sums[currency] = sums.get(currency, 0) + state.live_cents
    given = " and ".join(short_money(cents, currency) for currency, cents in sums.items() if cents)
    if any(state.is_joint and state.live_cents for state in found.states):
        given = f"{given}, joint amounts in full; {joint.SPLIT}"
    past = sum(link.projects for link in found.past)
    return (
        c.Tile(
            "Record complete",
            c.Percent(Fraction(known, len(items)), 0),
            note=f"Missing: {', '.join(missing)}" if missing else "nothing is missing",
            formula=f"{known} of {len(items)} things that should be known of an organisation.",
        ),
        c.Tile(
            "Contributions",
            len(found.states),
            f"{reverse('office-contributions')}?partner={found.organisation.slug}",
            given or "no amount is known",
        ),
        c.Tile("Past projects", past if found.past else None, note=counted(len(found.past), "past organisation")),
        c.Tile(
            "Last exchange",
            last.on if last else None,
            note=relative_day(last.on, today) if last else "none is kept here",
            certainty=mark_of(last),
        ),
    )


def mark_of(last: LastContact | None) -> c.Certainty | None:
    """The mark of an exchange; what the office recorded itself needs none."""
    return c.Certainty(last.certainty) if last is not None and last.certainty != Certainty.RECORDED else None


def facts(found: Dossier) -> tuple[c.Fact, ...]:
    """Who it is; identifiers lead to where they are registered."""
    one = found.organisation
    turnover = f"{money(one.turnover_cents)} in {one.turnover_year}" if one.turnover_cents is not None else None
    return (
        c.Fact("Legal name", one.name),
        c.Fact("What it is", one.get_kind_display() if one.kind != Organisation.Kind.UNKNOWN else None),
        c.Fact("Country", country_name(one.country)),
        *identifier_facts(one),
        c.Fact("Website", c.Link(one.website, one.website) if one.website else None),
        c.Fact("Turnover", turnover),
        c.Fact(
            "Where its money comes from",
            one.get_funding_origin_display() if one.funding_origin != Organisation.Origin.UNKNOWN else None,
        ),
        c.Fact("Other names", "; ".join(name.name for name in found.other_names) or "none"),
        c.Fact("Source", c.Link(one.source_url, one.source_url) if one.source_url else None),
        c.Fact("Public page", c.Link("As everybody sees it", reverse("partner", args=[one.slug]))),
    )


def identifier_facts(one: Organisation) -> tuple[c.Fact, ...]:
    """Its identifiers, with links to where they are registered; the page for everybody shows them too."""
    return (
        c.Fact("PIC", c.Link(one.pic, identifiers.pic_address(one.pic)) if one.pic else None),
        c.Fact("ROR", c.Link(one.ror, identifiers.ror_address(one.ror)) if one.ror else None),
        c.Fact("VAT number", one.vat_number),
        c.Fact("LEI", c.Link(one.lei, identifiers.lei_address(one.lei)) if one.lei else None),
    )


def relationship(one: Organisation, today: date) -> tuple[c.Fact, ...]:
    """Who looks after it and what comes next."""
    by = f"by {day(one.next_step_on)}, {relative_day(one.next_step_on, today)}" if one.next_step_on else ""
    return (
        c.Fact("Looked after by", str(one.owner) if one.owner else "nobody yet"),
        c.Fact("Next step", one.next_step or "none planned", note=by),
    )


def tables(found: Dossier, may: dict[str, bool], address: c.Address) -> tuple[c.Table, ...]:
    """Everything that it has, a table each; of many relations and contributions the first ones, unless the address asks for all."""
    return (
        _contacts(found, may),
        _interests(found, may),
        _relations(found, may, most=len(found.relations) if address.get(EVERY_RELATION) else MOST_ROWS),
        _roles(found),
        _leads(found),
        _applications(found),
        _contributions(found),
        _past(found, may),
        _seats(found),
    )


def rest(found: Dossier, address: c.Address) -> dict[str, c.Link]:
    """The way to what a table does not show, by its name; a table that shows everything has none."""
    ways = {}
    if len(found.relations) > MOST_ROWS and not address.get(EVERY_RELATION):
        href = f"{address.with_changes(**{EVERY_RELATION: 'all'})}#relations"
        ways["relations"] = c.Link(f"All {counted(len(found.relations), 'relation')}", href)
    if len(found.states) > MOST_ROWS:
        given = c.Address(reverse("office-contributions"), (("partner", found.organisation.slug),))
        ways["contributions"] = c.Link(f"All {counted(len(found.states), 'contribution')}", given.with_changes())
    return ways


def merges_table(one: Organisation, rows: Sequence[Merge], *, may: bool) -> c.Table | None:
    """The merges that it took part in, with the way to undo them; None where there are none."""
    if not rows:
        return None
    lines = []
    for row in rows:
        undone = f"undone on {day(row.undone_at.date())} by {row.undone_by}" if row.undone_at else ""
        href = reverse("office-merge-undo", args=[row.pk]) if may and not row.undone_at else ""
        lines.append(
            c.Row.of(
                c.Cell(row.merged.name, href=reaching.href(row.merged)),
                c.Cell(row.kept.name, href=reaching.href(row.kept)),
                c.Cell(row.merged_at.date(), note=f"by {row.merged_by}"),
                row.reason,
                c.Cell("Undo", href=href) if href else undone or "–",
                kind="muted" if row.undone_at else "",
            )
        )
    columns = ("Merged", "Into", "On", "Reason", "Undo")
    return c.Table("merges", "Merges", tuple(map(c.Column, columns)), tuple(lines), noun=("merge", "merges"))


def _table(name: str, caption: str, columns: tuple[str, ...], rows: list[c.Row], noun: str, empty: str) -> c.Table:
    """One of the tables."""
    shown = c.EmptyState(empty)
    return c.Table(name, caption, tuple(map(c.Column, columns)), tuple(rows), noun=(noun, f"{noun}s"), empty=shown)


def _act(name: str, key: int, words: str, *, allowed: bool) -> c.Cell:
    """The last cell of a row: what can be done with it."""
    return c.Cell(words, href=reverse(name, args=[key])) if allowed else c.Cell("–")


def _contacts(found: Dossier, may: dict[str, bool]) -> c.Table:
    rows = []
    for one in found.contacts:
        note = "call first" if one.is_first else f"left on {day(one.left_on)}" if one.left_on else ""
        href = reverse("office-contact-edit", args=[one.pk]) if may["edit contact"] else ""
        mail = c.Cell(c.Link(one.email, f"mailto:{one.email}")) if one.email else c.Cell("–")
        left = _act(
            "office-contact-left", one.pk, "Has left", allowed=may["mark contact as left"] and one.left_on is None
        )
        rows.append(
            c.Row.of(
                c.Cell(one.name, href=href, note=note),
                c.Cell(one.function or "–", note=one.note),
                mail,
                one.phone or "–",
                left,
                kind="muted" if one.left_on else "",
            )
        )
    columns = ("Name", "Function", "E-mail", "Telephone", "Change")
    return _table("contacts", "Contacts", columns, rows, "contact", "Nobody is known here yet.")


def _interests(found: Dossier, may: dict[str, bool]) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(one.text, note=f"ended on {day(one.ended_on)}" if one.ended_on else ""),
            one.get_kind_display(),
            one.stated_on,
            c.Link("Source", one.source_url) if one.source_url else "–",
            _act("office-interest-end", one.pk, "End", allowed=may["end interest"] and one.ended_on is None),
            kind="muted" if one.ended_on else "",
        )
        for one in found.interests
    ]
    columns = ("In its own words", "Which", "Stated on", "Source", "Change")
    return _table(
        "interests", "Interests, offers and needs", columns, rows, "statement", "Nothing is known of what it wants."
    )


def _relations(found: Dossier, may: dict[str, bool], *, most: int) -> c.Table:
    rows = []
    for one in found.relations[:most]:
        first = one.organisation_id == found.organisation.pk
        other = one.other if first else one.organisation
        subject = "This" if first else str(other)
        words = f"{subject} {one.get_kind_display()} {other if first else 'this'}"
        rows.append(
            c.Row.of(
                c.Cell(other.name, href=reaching.href(other)),
                c.Cell(words, note=one.category or one.note, certainty=_certainty(one)),
                one.from_on,
                one.until_on or "still",
                c.Link("Source", one.source_url) if one.source_url else "–",
                _act("office-relation-end", one.pk, "End", allowed=may["end relation"] and one.until_on is None),
                kind="muted" if one.until_on else "",
            )
        )
    columns = ("Organisation", "How they stand", "From", "Until", "Source", "Change")
    table = _table("relations", "Relations", columns, rows, "relation", "No relation to another organisation is known.")
    return replace(table, total_count=len(found.relations))


def _roles(found: Dossier) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(held.scheme.name, href=reverse("programme", args=[held.scheme.code])),
            c.Cell(held.role.replace("_", " "), note=held.note, certainty=_certainty(held)),
            held.from_on,
            held.until_on or "still",
            c.Link("Source", held.source_url) if held.source_url else "–",
        )
        for held in found.holdings
    ]
    columns = ("Programme", "Role", "From", "Until", "Source")
    return _table("roles", "Roles in programmes", columns, rows, "role", "It holds no role in a programme.")


def _leads(found: Dossier) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(one.reference, href=reverse("office-lead", args=[one.reference]), certainty=_certainty(one)),
            c.Cell(one.topic.code if one.topic else "no topic yet", note=one.scheme.name),
            c.Cell(one.get_stage_display(), note=f"since {day(one.stage_since_on)}"),
            c.Money(one.amount_cents, one.scheme.currency),
            c.Cell(one.next_step or "none", note=day(one.next_step_on) if one.next_step_on else ""),
        )
        for one in found.leads
    ]
    columns = ("Lead", "For", "Stage", "May bring", "Next step")
    return _table("leads", "Leads", columns, rows, "lead", "There is no lead.")


def _applications(found: Dossier) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(one.reference, href=reverse("office-application", args=[one.reference])),
            c.Cell(one.topic.code if one.topic else "no topic", note=one.scheme.name),
            c.Cell(one.get_status_display(), certainty=_certainty(one)),
            one.made_at.date(),
        )
        for one in found.applications
    ]
    columns = ("Application", "For", "Where it stands", "Begun")
    return _table("applications", "Applications", columns, rows, "application", "It has not applied here.")


def _contributions(found: Dossier) -> c.Table:
    rows = []
    for state in found.states[:MOST_ROWS]:
        row, currency = state.contribution, state.contribution.book.scheme.currency
        rows.append(
            c.Row.of(
                c.Cell(
                    row.reference,
                    href=reverse("office-contribution", args=[row.reference]),
                    note=joint.said(state, found.organisation),
                ),
                c.Cell(row.target_name, note=row.book.scheme.name),
                c.stage_status(state.stage, in_part=state.is_in_part),
                c.Cell(c.Money(state.live_cents, currency), note="joint, in full" if state.is_joint else ""),
                c.Money(state.match_cents, currency),
            )
        )
    columns = ("Contribution", "For", "Stage", "Amount", "Match")
    table = _table("contributions", "Contributions", columns, rows, "contribution", "No contribution is in the books.")
    return replace(table, total_count=len(found.states))


def _past(found: Dossier, may: dict[str, bool]) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(one.past.name, note=f"PIC {one.past.pk}"),
            BASIS[one.basis],
            one.projects,
            c.Cell("Unlink", href=reverse("office-partner-unlink", args=[found.organisation.slug, one.past.pk]))
            if may["unlink from the corpus"]
            else c.Cell("–"),
        )
        for one in found.past
    ]
    columns = ("Past organisation", "Because", "Past projects", "Change")
    return _table(
        "past", "In earlier research", columns, rows, "past organisation", "It is linked to no past organisation."
    )


def _seats(found: Dossier) -> c.Table:
    rows = [
        c.Row.of(
            c.Cell(one.group.name, note=one.group.scheme.name),
            c.Cell(one.get_capacity_display(), note=one.person, certainty=_certainty(one)),
            one.from_on,
            one.last_on or "still",
        )
        for one in found.seats
    ]
    columns = ("Group", "Seat", "From", "Until")
    return _table("seats", "Seats in groups", columns, rows, "seat", "It sits in no group.")


def _certainty(row: object) -> c.Certainty | None:
    """The mark of how sure it is; what the office itself recorded needs none."""
    stated = str(getattr(row, "certainty", OrganisationRelation.certainty.field.default))
    return c.Certainty(stated) if stated != c.Certainty.RECORDED else None
