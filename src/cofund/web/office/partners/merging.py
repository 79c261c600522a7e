"""Merging two organisations: which one, what will happen side by side, and the undoing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions import merging as actions
from cofund.queries import duplicates, merges
from cofund.queries.duplicates import Stated
from cofund.queries.merges import Preview
from cofund.records.directory.models import Merge, Organisation
from cofund.web import components as c
from cofund.web.formatting import counted, day, money
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing
from cofund.web.office.partners import reaching
from cofund.web.office.partners.editing import TEMPLATE
from cofund.web.office.partners.forms import MergeChoiceForm, ReasonForm
from cofund.web.routes import reverse

_COMPARED = (
    ("name", "Name"),
    ("short_name", "Short name"),
    ("kind", "What it is"),
    ("country", "Country"),
    ("pic", "PIC"),
    ("ror", "ROR"),
    ("vat_number", "VAT number"),
    ("lei", "LEI"),
    ("website", "Website"),
    ("turnover_cents", "Turnover"),
    ("funding_origin", "Where its money comes from"),
    ("next_step", "Next step"),
    ("source_url", "Source"),
)


@opened_by("merge organisations")
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/merge/`: which organisation is the same; the likely ones are offered."""
    one = reaching.organisation_or_404(slug)
    form = MergeChoiceForm(request.POST or None)
    stated = Stated(
        tuple(filter(None, (one.name, one.short_name, *one.other_names.values_list("name", flat=True)))),
        one.country,
        {name: getattr(one, name) for name in duplicates.IDENTIFIERS},
    )
    likely = duplicates.candidates(stated, but=one.pk)
    rows = tuple(
        c.Row.of(
            c.Cell(found.organisation.name, href=reverse("office-partner-merge", args=[slug, found.organisation.slug])),
            "; ".join(found.reasons),
            found.organisation.country,
        )
        for found in likely
    )
    columns = (c.Column("Compare with"), c.Column("Why it may be the same"), c.Column("Country"))
    empty = c.EmptyState("Nothing here looks the same.", "Name the organisation below.")
    table = c.Table("likely", "Likely the same", columns, rows, noun=("organisation", "organisations"), empty=empty)
    page = Editing(
        f"Merge another organisation into {one}",
        "Compare the two",
        reaching.href(one),
        "Look at both before you merge.",
        lede="Nothing happens yet: the next page shows both side by side.",
        crumbs=reaching.crumbs(one),
        template=TEMPLATE,
        context={"likely": table},
    )

    def act(data: dict[str, Any]) -> str:
        return reverse("office-partner-merge", args=[slug, data["other"].slug])

    return editing.edit(request, page, form, act)


@opened_by("merge organisations")
def merge(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """`/office/partners/<slug>/merge/<other>/`: what will happen, and the button."""
    kept, merged = reaching.organisation_or_404(slug), reaching.organisation_or_404(other)
    found = merges.preview(kept, merged)
    swap = c.Link(f"Keep {merged} instead", reverse("office-partner-merge", args=[other, slug]))

    def act(data: dict[str, Any]) -> str:
        actions.merge(actor_of(request), kept, merged, data["reason"])
        return reaching.href(kept)

    page = Editing(
        f"Merge {merged} into {kept}",
        "Merge them",
        reaching.href(kept),
        f"{merged} is merged into {kept}. It can be undone on this page.",
        lede=f"{kept} is kept. Everything about {merged} is then found there, and the merge can be undone.",
        crumbs=reaching.crumbs(kept),
        is_grave=True,
        template="cofund/pages/office/partners/merge.html",
        context={"sides": _sides(found), "effects": _effects(found), "swap": swap},
    )
    return editing.edit(request, page, ReasonForm(request.POST or None), act)


@opened_by("undo merge")
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/partners/merges/<key>/undo/`: both are two organisations again."""
    row = reaching.found_or_404(merges.find(key))

    def act(data: dict[str, Any]) -> str:
        actions.undo(actor_of(request), row, data["reason"])
        return reaching.href(row.merged)

    facts = (
        c.Fact("Merged", day(row.merged_at.date()), note=f"by {row.merged_by}"),
        c.Fact("Reason then", row.reason),
        c.Fact("Goes back", counted(len(row.moved), "row")),
        *_added_since(row),
    )
    page = Editing(
        f"Undo the merge of {row.merged}",
        "Undo it",
        reaching.href(row.kept),
        f"{row.merged} stands by itself again.",
        lede=f"What pointed to {row.merged} before goes back to it. What was added since stays with {row.kept}.",
        crumbs=reaching.crumbs(row.kept),
        facts=facts,
        is_grave=True,
    )
    return editing.edit(request, page, ReasonForm(request.POST or None), act)


def _added_since(row: Merge) -> list[c.Fact]:
    """What was written at the kept organisation since, by name: a person has to see whose each of it is."""
    leads, applications = merges.added_since(row)
    stays = f"written since the merge; stays with {row.kept}"
    found = [
        c.Fact("Lead", one.reference, href=reverse("office-lead", args=[one.reference]), note=stays) for one in leads
    ]
    return found + [
        c.Fact("Application", one.reference, href=reverse("office-application", args=[one.reference]), note=stays)
        for one in applications
    ]


def _sides(found: Preview) -> c.Table:
    """Both organisations side by side, and what the kept one will say."""
    rows = []
    for name, label in _COMPARED:
        kept, merged = _said(found.kept, name), _said(found.merged, name)
        after = merged if name in found.taken_over else kept
        note = "taken over" if name in found.taken_over else "" if kept == merged or not merged else "stays as it is"
        if kept or merged:
            rows.append(c.Row.of(label, kept or "–", merged or "–", c.Cell(after or "–", note=note)))
    columns = (
        c.Column("Fact"),
        c.Column(f"{found.kept} (kept)"),
        c.Column(f"{found.merged} (merged)"),
        c.Column("Afterwards"),
    )
    return c.Table("sides", "Side by side", columns, tuple(rows), counted=False)


def _effects(found: Preview) -> c.Table:
    """Which rows move, and which stay in the sealed books."""
    rows = tuple(
        c.Row.of(effect.words, effect.moves, c.Cell(effect.stays, note=_SEALED if effect.stays else ""))
        for effect in found.effects
    )
    columns = (c.Column("What"), c.Column("Moves", numeric=True), c.Column("Stays", numeric=True))
    empty = c.EmptyState("Nothing points to it.", "Only its name will be kept.")
    return c.Table("effects", f"What points to {found.merged}", columns, rows, counted=False, empty=empty)


_SEALED = "found under the kept one; the sealed books keep the name"


def _said(one: Organisation, name: str) -> str:
    """A fact in words, empty where it is not known."""
    if name == "kind":
        return "" if one.kind == Organisation.Kind.UNKNOWN else str(one.get_kind_display())
    if name == "funding_origin":
        return "" if one.funding_origin == Organisation.Origin.UNKNOWN else str(one.get_funding_origin_display())
    if name == "turnover_cents":
        return f"{money(one.turnover_cents)} in {one.turnover_year}" if one.turnover_cents is not None else ""
    return str(getattr(one, name) or "")
