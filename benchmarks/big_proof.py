"""What the big site has around its committed money: instalments due, invoiced or paid late, and sheets of the grant system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

PARTS = 1000
INSTALMENTS = 3
PARTICIPANTS = 15
SHEETS_BEFORE = 60


def fill(scheme: Any, organisations: Sequence[Any]) -> None:
    """Fill the tables of cash and of sheets, for every project and every committed contribution."""
    from cofund.queries import clock
    from cofund.records.ledger.models import Contribution
    from cofund.records.programme.models import Project

    now, today = clock.now(), date.today()
    projects = list(Project.objects.filter(scheme=scheme).order_by("pk"))
    committed = Contribution.objects.filter(project__in=projects).order_by("pk").values_list("pk", flat=True)
    _instalments(list(committed), today, now)
    _sheets(scheme, organisations, projects, now)


def _instalments(contributions: Sequence[int], today: date, now: datetime) -> None:
    """Three instalments a contribution: one long due, one due about now, one to come; half of them are invoiced."""
    from cofund.records.ledger.models import Instalment

    Instalment.objects.bulk_create(
        (
            Instalment(
                contribution_id=key,
                number=number + 1,
                due_on=today + timedelta(days=(number - 1) * 180 + at % 60 - 30),
                amount_cents=300_00,
                invoice_number=f"INV-{at}-{number}" if at % 2 else "",
                invoiced_on=today - timedelta(days=at % 40) if at % 2 else None,
                recorded_by="Office",
                recorded_at=now,
            )
            for at, key in enumerate(contributions)
            for number in range(INSTALMENTS)
        ),
        batch_size=PARTS,
    )


def _sheets(scheme: Any, organisations: Sequence[Any], projects: Sequence[Any], now: datetime) -> None:
    """A sheet of participants that holds for each project, and sheets of grants in all states from before."""
    from cofund.records.ledger.models import GrantParticipant, SheetImport

    states = tuple(SheetImport.Status.values)
    SheetImport.objects.bulk_create(
        SheetImport(
            scheme=scheme,
            kind="grants",
            status=states[number % len(states)],
            file_name=f"grants-{number}.xlsx",
            digest=f"{number:064}",
            rows=[{"sheet": "Grants", "row": row, "values": {"acronym": f"P{row}"}} for row in range(20)],
            read_by="Office",
            read_at=now - timedelta(days=number),
            applied_at=now if states[number % len(states)] in ("applied", "undone") else None,
            undone_at=now if states[number % len(states)] == "undone" else None,
        )
        for number in range(SHEETS_BEFORE)
    )
    sheets = SheetImport.objects.bulk_create(
        SheetImport(
            scheme=scheme,
            project=project,
            kind="participants",
            status="applied",
            file_name=f"{project.slug}.xlsx",
            digest=f"{project.pk:064}",
            read_by="Office",
            read_at=now,
            applied_by="Office",
            applied_at=now,
        )
        for project in projects
    )
    kinds = tuple(GrantParticipant.Kind.values)
    GrantParticipant.objects.bulk_create(
        (
            GrantParticipant(
                sheet=sheet,
                project_id=sheet.project_id,
                organisation=organisations[(at * PARTICIPANTS + number) % len(organisations)],
                number=number + 1,
                kind=kinds[number % len(kinds)],
                country="DE",
                eligible_cost_cents=1_000_000_00 + number,
                public_money_cents=500_000_00 if number % 2 else 0,
                in_kind_cents=100_000_00,
                cash_cents=0,
            )
            for at, sheet in enumerate(sheets)
            for number in range(PARTICIPANTS)
        ),
        batch_size=PARTS,
    )
