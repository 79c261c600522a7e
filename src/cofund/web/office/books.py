"""The books on a page: every entry with who, when and why, one entry with its transfers and seals, and their verification."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from cofund.queries import access, journal, verification
from cofund.queries.journal import Line
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import TAKEN_ELSEWHERE
from cofund.rules import digits
from cofund.rules.schemes import Scheme
from cofund.web import booked, reasoning
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.lists import PAGE_SIZE
from cofund.web.office import exports, navigation, showing
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.office.giveback import closing
from cofund.web.routes import reverse


@opened_by("read the books")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/books/`: the books of this site and how far each goes."""
    rows = [
        c.Row.of(
            c.Cell(row.scheme.name, href=reverse("office-books-of", args=[row.scheme.code])),
            row.last_entry,
            row.last_number,
            timezone.localtime(row.last_recorded_at) if row.last_recorded_at else "–",
            row.last_hash[:16],
        )
        for row in journal.books()
    ]
    columns = (
        c.Column("Book"),
        c.Column("Entries", numeric=True),
        c.Column("Transfers", numeric=True),
        c.Column("Last recorded"),
        c.Column("Seal at its end"),
    )
    table = c.Table("books", "Books of this site", columns, tuple(rows), noun=("book", "books"))
    return render(request, "cofund/pages/office/books.html", navigation.context(request, "Books") | {"table": table})


@opened_by("read the books")
def book(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/books/`: every entry, as true on a day and as known on another."""
    rules, _ = scheme_or_404(scheme)
    asked = request.GET
    as_of, known_on = _day(asked.get("as_of")), _day(asked.get("known_on"))
    known_at = _end_of(known_on) if known_on else None
    words, kind = asked.get("q", ""), asked.get("kind", "")
    if asked.get("format") in ("csv", "json"):
        entries = journal.selected(scheme, kind=kind, words=words, as_of=as_of, known_at=known_at)
        lines, _ = journal.lines(entries)
        file = exports.answer(asked["format"], f"books-{scheme}", [_plain(line) for line in lines])
        assert file is not None
        return file
    address = c.Address.of(request.path, request.GET.items())
    number = digits.whole(address.get("page")) or 1
    first = (number - 1) * PAGE_SIZE
    lines, count = journal.page(scheme, first, PAGE_SIZE, kind=kind, words=words, as_of=as_of, known_at=known_at)
    context = navigation.context(request, "Books", scheme) | {
        "scheme": rules,
        "table": _table(address, number, lines, count),
        "as_of": c.AsOf(
            request.path, as_of, known_on, hidden=address.others("as_of", "known_on"), ask_known=True, latest=None
        ),
    }
    return render(request, "cofund/pages/office/book.html", context)


@opened_by("read the books")
def entry(request: HttpRequest, scheme: str, number: int) -> HttpResponse:
    """`/office/<scheme>/books/<number>/`: one entry, its transfers, its explanation and its seals."""
    rules, _ = scheme_or_404(scheme)
    line = journal.find(scheme, number)
    if line is None:
        raise Http404
    row = line.entry
    corrections = list(row.corrections.all())
    correctable = row.kind != Entry.Kind.CORRECT and not corrections and access.may(request.user, "correct")
    crumbs = (c.Link("Books", reverse("office-books-of", args=[scheme])),)
    context = navigation.context(request, f"Entry {number}", scheme, crumbs) | {
        "scheme": rules,
        "entry": row,
        "kind": Entry.Kind(row.kind).label,
        "facts": _facts(row, corrections),
        "table": _transfers(rules, line),
        "explanations": showing.explanation(row.explanation, "The match"),
        "close_outs": closing.of_entry(rules, row.explanation),
        "is_corrected_elsewhere": not access.may(request.user, "correct") and row.kind != Entry.Kind.CORRECT,
        "correct_href": reverse("office-correct", args=[scheme, number]) if correctable else "",
    }
    return render(request, "cofund/pages/office/entry.html", context)


@opened_by("read the books")
def verify(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/books/verify/`: the book recomputed from its rows; it reads and writes nothing."""
    rules, _ = scheme_or_404(scheme)
    crumbs = (c.Link("Books", reverse("office-books-of", args=[scheme])),)
    context = navigation.context(request, "Verification", scheme, crumbs) | {
        "scheme": rules,
        "result": verification.verify(scheme),
    }
    return render(request, "cofund/pages/office/verify.html", context)


def _table(address: c.Address, number: int, lines: list[Line], count: int) -> c.Table:
    """Entries with their filters, pages and files."""
    kinds = tuple(c.Choice(value, label) for value, label in Entry.Kind.choices)
    filters = (
        c.Filter("q", "Reason contains", address.get("q")),
        c.Filter("kind", "What", address.get("kind"), kinds),
    )
    return c.Table(
        "entries",
        "Entries, newest first",
        showing.ENTRY_COLUMNS,
        tuple(showing.entry_row(line) for line in lines),
        noun=("entry", "entries"),
        total_count=count,
        filters=c.FilterBar(filters, address),
        pages=c.Pages(number, max(1, -(-count // PAGE_SIZE)), address),
        exports=tuple(
            c.Link(kind.upper(), address.with_changes(format=kind), download=True) for kind in ("csv", "json")
        ),
        empty=c.EmptyState("No entry fits.", "Take a filter away, or choose a later day."),
        note="Grey lines were corrected later; they stay, and the correction points to them.",
    )


def _transfers(rules: Scheme, line: Line) -> c.Table:
    """The transfers of an entry with their seals in full."""
    rows = tuple(
        c.Row.of(
            c.Cell(row.number),
            row.from_account.code,
            row.to_account.code,
            c.Cell(
                row.contribution.reference if row.contribution else "–",
                href=reverse("office-contribution", args=[row.contribution.reference]) if row.contribution else "",
            ),
            c.Money(row.amount_cents, rules.currency),
            c.Money(row.open_after_cents, rules.currency) if row.open_after_cents is not None else "–",
            c.Cell(row.hash[:16], note=f"after {row.previous_hash[:16]}"),
        )
        for row in line.transfers
    )
    columns = (
        c.Column("Transfer"),
        c.Column("From"),
        c.Column("To"),
        c.Column("Contribution"),
        c.Column("Amount", numeric=True),
        c.Column("Open after it", numeric=True),
        c.Column("Seal"),
    )
    note = f"The seal at its end in full: {line.hash}" if line.hash else ""
    return c.Table("transfers", "Transfers", columns, rows, noun=("transfer", "transfers"), note=note)


def _facts(row: Entry, corrections: list[Entry]) -> tuple[c.Fact, ...]:
    """Who, when, why, on what evidence, by which rule book."""
    decision = row.decision
    code = row.book.scheme.code
    facts = [
        c.Fact("Day it is about", row.effective_on, certainty=booked.mark(row), note=row.assumption),
        c.Fact("Recorded", timezone.localtime(row.recorded_at), note=f"by {row.actor_name}"),
        c.Fact("Reason", row.reason),
        c.Fact("Evidence", row.evidence or "none stated"),
        c.Fact(
            "Decision",
            decision.number_said if decision else "none",
            note=reasoning.noted(decision, f"{decision.title}, {day(decision.decided_on)}") if decision else "",
            certainty=_certainty(decision.certainty) if decision else None,
        ),
        c.Fact("Rule book", f"{code}, version {row.scheme_version.label}", note=row.scheme_version.digest[:16]),
    ]
    if row.corrects is not None:
        href = reverse("office-entry", args=[code, row.corrects.number])
        facts.append(c.Fact("Corrects", f"Entry {row.corrects.number}", href=href))
    facts += [
        c.Fact("Corrected by", f"Entry {one.number}", href=reverse("office-entry", args=[code, one.number]))
        for one in corrections
    ]
    return tuple(facts)


def _certainty(stated: str) -> c.Certainty | None:
    """The mark of how sure it is; what the office itself recorded needs none."""
    return c.Certainty(stated) if stated != c.Certainty.RECORDED else None


def _plain(line: Line) -> dict[str, exports.Plain]:
    """An entry as a row of a file; amounts in whole cents."""
    row = line.entry
    facts: dict[str, Any] = {
        "scheme": row.book.scheme.code,
        "entry": row.number,
        "kind": str(row.kind),
        "effective_on": row.effective_on.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "actor": row.actor_name,
        "reason": row.reason,
        "evidence": row.evidence,
        "certainty": str(row.certainty),
        "decision": row.decision.number_said if row.decision else "",
        "decision_taken": TAKEN_ELSEWHERE if row.decision and row.decision.is_taken_elsewhere else "",
        "corrects": row.corrects.number if row.corrects else None,
        "contributions": " ".join(line.references),
        "contribution_cents": line.contribution_cents,
        "match_cents": line.match_cents,
        "grant_cents": line.grant_cents,
        "hash": line.hash,
    }
    return facts


def _day(text: str | None) -> date | None:
    """A day of the address, None where it is none."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def _end_of(on: date) -> datetime:
    """The last instant of a day in the site's time zone."""
    return timezone.make_aware(datetime.combine(on, time.max))
