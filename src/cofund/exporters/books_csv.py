"""The books as CSV, a movement a line, so that anybody can add them up again in a spreadsheet or a database of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cofund.exporters.cells import csv_line, decimal
from cofund.queries.movements import Moved
from cofund.rules.spreadsheets import guarded

COLUMNS: Final = (
    *("scheme", "currency", "number", "entry", "kind", "effective_on", "recorded_at", "from_account", "to_account"),
    *(
        "amount_cents",
        "amount",
        "contribution",
        "tranche",
        "certainty",
        "assumption",
        "scheme_version",
        "corrects_entry",
    ),
    "hash",
)
# Only for those who read the books anyway: what people wrote, and the decision that it rests on, published or not.
INTERNAL: Final = ("reason", "decision")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in every line: the code of the scheme, and the currency of its amounts."""

    scheme: str
    currency: str


def lines(head: Head, rows: Iterable[Moved], *, with_internals: bool = False) -> Iterator[str]:
    """Give the file line by line; the mark at its start makes spreadsheets read it as UTF-8."""
    yield "\ufeff" + csv_line([*COLUMNS, *(INTERNAL if with_internals else ())])
    for row in rows:
        told = [head.scheme, head.currency, *_cells(row)]
        yield csv_line([*told, guarded(row.reason), guarded(row.decision or "")] if with_internals else told)


def _cells(row: Moved) -> list[str]:
    """One movement; what is not known is empty."""
    return [
        str(row.number),
        str(row.entry),
        row.kind,
        row.effective_on.isoformat(),
        _instant(row.recorded_at),
        row.from_account,
        row.to_account,
        str(row.amount_cents),
        decimal(row.amount_cents),
        guarded(row.contribution or ""),
        row.tranche or "",
        row.certainty,
        guarded(row.assumption),
        guarded(row.scheme_version),
        str(row.corrects or ""),
        row.hash,
    ]


def _instant(at: datetime) -> str:
    """An instant to the microsecond, in UTC, as the books keep it."""
    return at.astimezone(UTC).isoformat()
