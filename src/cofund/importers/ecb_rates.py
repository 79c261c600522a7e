"""Import of the euro foreign exchange reference rates as the European Central Bank publishes them.

The official file has a day in each row and a currency in each column (`eurofxref-hist.csv`, or the zip with it; the file of one
day has the same shape). All of a file is taken, or nothing. Source: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.db import transaction

from cofund.importers.cordis_archive import UnusableFileError
from cofund.records.programme.models import ExchangeRate
from cofund.rules.archives import DAMAGED

SOURCE: Final = "European Central Bank, euro foreign exchange reference rates"
# The whole history since 1999 has less than two megabytes.
MOST_BYTES: Final = 50 << 20
MOST_PROBLEMS: Final = 10
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_UNITS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?")
_NONE: Final = ("", "N/A", "-")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: days and currencies of the file, and rates that are new, were corrected by the bank, or stood here."""

    days: int
    currencies: int
    added: int
    changed: int
    same: int


def import_ecb_rates(path: Path) -> Taken:
    """Take the rates of a file; the same file again changes nothing.

    Raises:
        UnusableFileError: it is no such file, or a row of it cannot be read; then nothing is written.
    """
    rates, days = _rates(path, _text(path))
    added = changed = same = 0
    with transaction.atomic():
        for currency, found in rates.items():
            known = dict(ExchangeRate.objects.filter(currency=currency).values_list("on", "units"))
            new = [
                ExchangeRate(currency=currency, on=on, units=units, source=SOURCE)
                for on, units in found.items()
                if on not in known
            ]
            ExchangeRate.objects.bulk_create(new, batch_size=1_000)
            for on, units in found.items():
                if on in known and known[on] != units:
                    ExchangeRate.objects.filter(currency=currency, on=on).update(units=units, source=SOURCE)
                    changed += 1
            added += len(new)
            same += sum(known.get(on) == units for on, units in found.items())
    return Taken(days, len(rates), added, changed, same)


def _text(path: Path) -> str:
    """The text of the CSV file, out of its zip where it is in one. Raises: UnusableFileError."""
    try:
        if not zipfile.is_zipfile(path):
            if path.stat().st_size > MOST_BYTES:
                raise UnusableFileError(f"{path.name} is far larger than the file of the bank.")
            content = path.read_bytes()
        else:
            with zipfile.ZipFile(path) as opened:
                names = [info for info in opened.infolist() if info.filename.lower().endswith(".csv")]
                if len(names) != 1:
                    raise UnusableFileError(f"{path.name} holds {len(names)} CSV files; the bank's zip holds one.")
                # The size that a zip states may be wrong, so that no more than this is ever unpacked.
                with opened.open(names[0]) as file:
                    content = file.read(MOST_BYTES + 1)
                if len(content) > MOST_BYTES:
                    raise UnusableFileError(f"{names[0].filename} in {path.name} would unpack to far too much.")
        return content.decode("utf-8-sig")
    except DAMAGED as error:
        raise UnusableFileError(f"{path.name} is damaged ({error}). Fetch it again.") from error
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"{path.name} is no text in UTF-8. Fetch it again from the bank.") from error


def _rates(path: Path, text: str) -> tuple[dict[str, dict[date, Decimal]], int]:
    """The rates by currency and day, and how many days there are. Raises: UnusableFileError with every row that is wrong."""
    rows = csv.reader(io.StringIO(text), skipinitialspace=True)
    header = [name.strip() for name in next(rows, [])]
    columns = {at: name for at, name in enumerate(header) if at and name}
    if not header or header[0] != "Date" or not columns:
        raise UnusableFileError(
            f"{path.name} has no table of reference rates: "
            f"its first row begins with “{(header or [''])[0][:40]}”, not with “Date”. "
            "Take eurofxref-hist.csv or eurofxref-hist.zip from the European Central Bank."
        )
    problems = [f"Row 1: “{name[:20]}” is no currency." for name in columns.values() if not _CURRENCY.fullmatch(name)]
    problems += [f"Row 1: {name} stands there twice." for name in {*columns.values()} if header.count(name) > 1]
    rates: dict[str, dict[date, Decimal]] = {name: {} for name in columns.values()}
    seen: set[date] = set()
    for number, row in enumerate(_lines(path, rows), start=2):
        if not any(cell.strip() for cell in row):
            continue
        on = _day(row[0].strip())
        if on is None or on in seen:
            wrong = "is no day" if on is None else "stands there twice"
            problems.append(f"Row {number}: “{row[0].strip()[:20]}” {wrong}.")
            continue
        seen.add(on)
        for at, name in columns.items():
            cell = row[at].strip() if at < len(row) else ""
            if cell in _NONE:
                continue
            if not _UNITS.fullmatch(cell) or not Decimal(cell):
                problems.append(f"Row {number}, {name}: “{cell[:20]}” is no rate.")
            else:
                rates[name][on] = Decimal(cell)
    if problems or not seen:
        more = f" There are {len(problems) - MOST_PROBLEMS} more." if len(problems) > MOST_PROBLEMS else ""
        said = " ".join(problems[:MOST_PROBLEMS]) or "It has no row."
        raise UnusableFileError(f"{path.name}: nothing was taken. {said}{more}")
    return {name: found for name, found in rates.items() if found}, len(seen)


def _lines(path: Path, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows of the file. Raises: UnusableFileError where one cannot be read."""
    try:
        yield from rows
    except csv.Error as error:
        raise UnusableFileError(f"{path.name} cannot be read as CSV ({error}). Nothing was taken.") from error


def _day(text: str) -> date | None:
    """A day as the file of the history writes it (2024-01-31), or that of one day (31 January 2024); None where it is none."""
    for form in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
