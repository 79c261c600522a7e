"""What a sheet says and does, as the components of a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cofund.queries.grant_sheets import AMOUNTS, CHANGED, GONE, NEW, SAME, Comparison, Effect
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.rules.grant_columns import GRANTS, KINDS, asked
from cofund.rules.lifecycle_sheets import SHEET
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import instant, money
from cofund.web.routes import reverse

STATUSES: Final = {
    "read": c.Status("Read, nothing changed yet", c.Tone.WAITING),
    "applied": c.Status("Taken over", c.Tone.GOOD),
    "undone": c.Status("Undone", c.Tone.CLOSED),
    "discarded": c.Status("Discarded", c.Tone.CLOSED),
}
EFFECTS: Final = {
    NEW: c.Status("New", c.Tone.GOOD),
    CHANGED: c.Status("Changes", c.Tone.ACTIVE),
    GONE: c.Status("No longer in it", c.Tone.WARNING),
    SAME: c.Status("As before", c.Tone.CLOSED),
}
_TILES: Final = ((NEW, "New"), (CHANGED, "Changed"), (GONE, "No longer in it"), (SAME, "As before"))
_KINDS: Final = dict(KINDS)


def status_of(row: SheetImport) -> c.Status:
    """Where a sheet stands."""
    return STATUSES[row.status]


def list_row(row: SheetImport) -> c.Row:
    """A sheet in the list."""
    return c.Row.of(
        c.Cell(
            row.file_name, href=reverse("office-sheet", args=[row.scheme.code, row.pk]), note=row.get_kind_display()
        ),
        row.project.acronym if row.project else "–",
        status_of(row),
        c.Cell(instant(row.read_at), note=row.read_by),
        c.Cell(instant(row.applied_at) if row.applied_at else "–", note=row.applied_by),
    )


def facts(row: SheetImport) -> tuple[c.Fact, ...]:
    """What is known of a sheet as a file."""
    found = [
        c.Fact("Rows are", row.get_kind_display()),
        c.Fact("Project", row.project.acronym if row.project else "as each row says"),
        c.Fact("File", row.file_name, href=reverse("office-sheet-file", args=[row.scheme.code, row.pk])),
        c.Fact("SHA-256", row.digest),
        c.Fact("Read in", instant(row.read_at), note=row.read_by),
    ]
    if row.applied_at:
        found.append(c.Fact("Taken over", instant(row.applied_at), note=row.applied_by))
    if row.undone_at:
        found.append(c.Fact("Undone", instant(row.undone_at), note=row.undone_by))
        found.append(c.Fact("Why", row.undone_reason))
    return tuple(found)


def tiles(comparison: Comparison, address: c.Address) -> tuple[c.Tile, ...]:
    """How many rows do what; each opens exactly those."""
    return tuple(
        c.Tile(label, comparison.count(effect), address.with_changes(effect=effect, page=None))
        for effect, label in _TILES
    )


def effects_table(
    scheme: Scheme, row: SheetImport, effects: Iterable[Effect], pages: c.Pages, count: int, filters: c.FilterBar
) -> c.Table:
    """What each row does."""
    is_grants = row.kind == GRANTS
    middle = ("Title", "Runs") if is_grants else ("Role", "Eligible costs", scheme.label("public_money"), "Own cost")
    columns = (
        c.Column("Grant" if is_grants else "Participant"),
        c.Column("Effect"),
        *(c.Column(label, numeric=not is_grants and label != "Role") for label in middle),
    )
    caption = "What taking it over does" if row.status == SheetImport.Status.READ else "What it did"
    line = _grant_row if is_grants else _participant_row
    labels = {one.key: one.label for one in asked(scheme, row.kind, has_project=False)}
    return c.Table(
        "effects",
        f"{caption} ({scheme.currency})" if not is_grants else caption,
        columns,
        tuple(line(scheme, one, labels) for one in effects),
        noun=("row", "rows"),
        total_count=count,
        empty=c.EmptyState("No row here."),
        filters=filters,
        pages=pages,
    )


def _participant_row(scheme: Scheme, one: Effect, labels: dict[str, str]) -> c.Row:
    """One participant."""
    values = one.values
    who = [one.project, str(values.get("country") or ""), f"PIC {values['pic']}" if values.get("pic") else ""]
    who += ["new to the site" if one.organisation_id is None else ""]
    role = scheme.role(values["role"]).label if values.get("role") else ""
    amounts = [c.Money(values.get(key), scheme.currency, bare=True) for key in ("cost", "public", "in_kind")]
    nothing = one.effect == GONE
    cash = f"and {money(int(values['cash']), scheme.currency)} in cash" if values.get("cash") else ""
    return c.Row.of(
        c.Cell(one.organisation, note=", ".join(filter(None, who))),
        c.Cell(EFFECTS[one.effect], note=_differs(scheme, one, labels)),
        "–" if nothing else c.Cell(_KINDS[str(values["kind"])], note=role),
        *("–" if nothing else c.Cell(amount) for amount in amounts[:2]),
        "–" if nothing else c.Cell(amounts[2], note=cash),
        kind="muted" if one.effect == SAME else "",
    )


def _grant_row(scheme: Scheme, one: Effect, labels: dict[str, str]) -> c.Row:
    """One grant."""
    values = one.values
    runs = f"{values.get('starts_on') or 'not known'} to {values.get('ends_on') or 'not known'}"
    return c.Row.of(
        c.Cell(str(values.get("acronym") or one.project), note=str(values.get("grant") or "")),
        c.Cell(EFFECTS[one.effect], note=_differs(scheme, one, labels)),
        c.Cell(str(values.get("title") or "–"), note=str(values.get("topic") or "")),
        runs if values.get("starts_on") or values.get("ends_on") else "–",
        kind="muted" if one.effect == SAME else "",
    )


def _differs(scheme: Scheme, one: Effect, labels: dict[str, str]) -> str:
    """What differs, in words."""
    said = [
        f"{labels.get(key, key)}: {_said(scheme, key, before)} → {_said(scheme, key, after)}"
        for key, before, after in one.differs
    ]
    return "; ".join(said)


def _said(scheme: Scheme, key: str, value: Any) -> str:
    """One value in words."""
    if key in AMOUNTS:
        return "not known" if value is None else money(int(value), scheme.currency)
    if key == "role":
        return scheme.role(value).label if value else "none"
    return str(value) if value not in ("", None) else "nothing"


def participants_table(scheme: Scheme, rows: Iterable[GrantParticipant], count: int, pages: c.Pages) -> c.Table:
    """The participants of a project as its newest sheet has them."""
    columns = (
        c.Column("Participant"),
        c.Column("Role"),
        *(
            c.Column(label, numeric=True)
            for label in ("Eligible costs", scheme.label("public_money"), "Own cost", "Cash")
        ),
    )
    return c.Table(
        "participants",
        f"Participants of the grant ({scheme.currency})",
        columns,
        tuple(_held(scheme, row) for row in rows),
        noun=("participant", "participants"),
        total_count=count,
        empty=c.EmptyState("No sheet of participants was taken over yet.", "Import the sheet of the grant system."),
        pages=pages,
    )


def _held(scheme: Scheme, row: GrantParticipant) -> c.Row:
    """A participant that holds."""
    amounts = (row.eligible_cost_cents, row.public_money_cents, row.in_kind_cents, row.cash_cents)
    return c.Row.of(
        c.Cell(
            row.organisation.name,
            href=reverse("office-partner", args=[row.organisation.slug]),
            note=", ".join(filter(None, (f"No. {row.number}", row.country))),
        ),
        c.Cell(_KINDS[row.kind], note=scheme.role(row.role).label if row.role else ""),
        *(c.Money(cents, scheme.currency, bare=True) for cents in amounts),
    )


def next_steps(row: SheetImport) -> tuple[str, ...]:
    """The actions of the role table that a sheet's state allows."""
    return SHEET.actions(row.status)
