"""The books as a Beancount journal, so that somebody else's program can prove that they balance."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from cofund.queries import leaving_out
from cofund.records.ledger.models import Account, Book, Contribution, Entry, Transfer

# Beancount knows five kinds of account. What is outside gives and takes (Equity); a stage that money stands in is an asset.
_ROOTS = {
    "outside": "Equity",
    "tranche": "Assets:Tranche",
    "contribution": "Assets:Contribution",
    "grant": "Assets:Grant",
}


def journal(scheme_code: str, *, with_reasons: bool = True, without: Collection[int] = ()) -> Iterator[str]:
    """Give the lines of a scheme's book: accounts, entries with their transfers as postings, and balances at the end.

    Without reasons, what people wrote about an entry is left out, so that everybody may have the journal. `without` are
    contributions whose movements are left out, and it says how many: what is left still balances.

    Raises:
        Book.DoesNotExist: there is no such book.
    """
    book = Book.objects.select_related("scheme").get(scheme__code=scheme_code)
    currency = book.scheme.currency
    entries = Entry.objects.filter(book=book).order_by("effective_on").values_list("effective_on", flat=True)
    first = entries.first() or date(1970, 1, 1)
    yield f'option "title" "{book.scheme.code}"'
    yield f'option "operating_currency" "{currency}"'
    left_out = Contribution.objects.filter(book=book, pk__in=without).count() if without else 0
    if left_out:
        yield f"; {left_out} contributions whose amount is not published are left out"
    for account in Account.objects.filter(book=book):
        yield f"{first.isoformat()} open {_name(account)} {currency}"
    balances: dict[str, int] = {}
    rows = Transfer.objects.filter(book=book).select_related("entry", "from_account", "to_account", "contribution")
    if left_out:
        rows = leaving_out.movements(rows, without)
    last_entry, last_day = 0, first
    for row in rows.order_by("number").iterator(chunk_size=2_000):
        if row.entry.number != last_entry:
            last_entry, last_day = row.entry.number, max(last_day, row.effective_on)
            reason = _plain(row.entry.reason) if with_reasons else ""
            yield f'{row.effective_on.isoformat()} * "{row.entry.kind}" "{reason}"'
            yield f"  entry: {row.entry.number}"
        about = f'"{row.contribution.reference}"' if row.contribution else '"-"'
        for account, cents in ((row.from_account, -row.amount_cents), (row.to_account, row.amount_cents)):
            name = _name(account)
            balances[name] = balances.get(name, 0) + cents
            yield f"  {name}  {_amount(cents)} {currency}"
            yield f"    contribution: {about}"
    after = date.fromordinal(last_day.toordinal() + 1).isoformat()
    for name, cents in balances.items():
        # Without a tolerance of its own, Beancount would let a cent pass.
        yield f"{after} balance {name}  {_amount(cents)} ~ 0.00 {currency}"


def _name(account: Account) -> str:
    """An account's name as Beancount spells names: capitals, letters, digits and dashes between colons."""
    parts = [_spelled(part) for part in account.code.replace("/", ":").split(":")[1:]]
    return ":".join([_ROOTS[account.holder], *(parts or ["Outside"])])


def _spelled(part: str) -> str:
    """One part of a name; starts with a capital or a digit."""
    plain = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in part)
    return plain[0].upper() + plain[1:] if plain[0].isalpha() else f"0{plain}"


def _plain(text: str) -> str:
    """Text that can stand between quotation marks."""
    return text.replace("\\", " ").replace('"', "'").replace("\n", " ")


def _amount(cents: int) -> str:
    """An amount with two decimals, exactly."""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
