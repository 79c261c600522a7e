"""The rows of a page as a file: CSV for a sheet, JSON for a program; the same rows and the same filters."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

from django.http import HttpResponse, JsonResponse

from cofund.rules.spreadsheets import guarded

Plain = str | int | bool | None
KINDS = ("csv", "json")


def answer(kind: str, name: str, rows: Sequence[Mapping[str, Plain]]) -> HttpResponse | None:
    """The file of a kind (`csv` or `json`) named `name`, or None where no file is asked for."""
    if kind == "json":
        return JsonResponse(
            {"rows": list(rows)}, headers={"Content-Disposition": f'attachment; filename="{name}.json"'}
        )
    if kind != "csv":
        return None
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    if rows:
        writer.writerow(rows[0])
        writer.writerows(safe(row.values()) for row in rows)
    return response


def safe(values: Iterable[Plain]) -> list[Plain]:
    """Values that no sheet takes for a formula."""
    return [guarded(value) if isinstance(value, str) else value for value in values]
