"""The books as a Beancount journal, so that somebody else's program can prove that they balance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Final

from cofund.exporters.cells import decimal
from cofund.queries import movements, schemes
from cofund.queries.movements import Moved
from cofund.rules import accounts

# Beancount knows five kinds of account. What is outside gives and takes (Equity); a stage that money stands in is an asset.
_ROOTS: Final = {
    accounts.OUTSIDE: "Equity",
    "tranche": "Assets:Tranche",
    "contribution": "Assets:Contribution",
    "grant": "Assets:Grant",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the entries: scheme, currency, the first day of them, and how many contributions are left out."""

    scheme: str
    currency: str
    first_on: date
    left_out: int = 0


def journal(
    scheme_code: str,
    on: date = date.max,
    known_at: datetime | None = None,
    *,
    with_reasons: bool = True,
    without: Collection[int] = (),
) -> Iterator[str]:
    """Give the journal of a scheme's book about days up to one, as recorded up to an instant; of the whole book, unless told.

    Without reasons, what people wrote about an entry is left out, so that everybody may have the journal. `without` are
    contributions whose movements are left out, and it says how many: what is left still balances.

    Raises:
        SchemeNotInstalledError: there is no such scheme.
        Book.DoesNotExist: it has no book.
    """
    rules, _ = schemes.current(scheme_code)
    span = movements.span(scheme_code, on, known_at, without)
    head = Head(rules.code, rules.currency, span.first_on or date(1970, 1, 1), span.left_out)
    return lines(head, movements.of_book(scheme_code, on, known_at, without), with_reasons=with_reasons)


def lines(head: Head, rows: Iterable[Moved], *, with_reasons: bool = False) -> Iterator[str]:
    """Give the journal line by line: entries with their transfers as postings, and the balance of each account at the end.

    An account is opened before the first entry that moves money through it, on the first day of all, so that a journal of a past
    day tells of no account that came later. Held meanwhile are one entry, and the balance of each account.
    """
    currency = head.currency
    yield f'option "title" "{head.scheme}"'
    yield f'option "operating_currency" "{currency}"'
    if head.left_out:
        yield f"; {head.left_out} contributions whose amount is not published are left out"
    balances: dict[str, int] = {}
    last_day = head.first_on
    for number, of_entry in groupby(rows, key=lambda row: row.entry):
        moved = list(of_entry)
        for name in (_name(code) for row in moved for code in (row.from_account, row.to_account)):
            if name not in balances:
                balances[name] = 0
                yield f"{head.first_on.isoformat()} open {name} {currency}"
        first = moved[0]
        last_day = max(last_day, first.effective_on)
        yield f'{first.effective_on.isoformat()} * "{first.kind}" "{_plain(first.reason) if with_reasons else ""}"'
        yield f"  entry: {number}"
        for row in moved:
            for name, cents in (
                (_name(row.from_account), -row.amount_cents),
                (_name(row.to_account), row.amount_cents),
            ):
                balances[name] += cents
                yield f"  {name}  {decimal(cents)} {currency}"
                yield f'    contribution: "{row.contribution or "-"}"'
    after = date.fromordinal(last_day.toordinal() + 1).isoformat()
    for name, cents in balances.items():
        # Without a tolerance of its own, Beancount would let a cent pass.
        yield f"{after} balance {name}  {decimal(cents)} ~ 0.00 {currency}"


@lru_cache(maxsize=4096)
def _name(code: str) -> str:
    """An account's name as Beancount spells names: capitals, letters, digits and dashes between colons."""
    holder, *rest = code.replace("/", ":").split(":")
    return ":".join([_ROOTS[holder], *([_spelled(part) for part in rest] or ["Outside"])])


def _spelled(part: str) -> str:
    """One part of a name; starts with a capital or a digit."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in part)
    return plain[0].upper() + plain[1:] if plain[0].isalpha() else f"0{plain}"


def _plain(text: str) -> str:
    """Text that can stand between quotation marks."""
    return text.replace("\\", " ").replace('"', "'").replace("\n", " ")
