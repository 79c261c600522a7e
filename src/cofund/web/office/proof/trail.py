"""The audit trail on a page and as a file: every write with who, when, why, and the values before and after."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from cofund.queries import programmes, trails
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Entry
from cofund.rules import roles
from cofund.rules.audit_words import changes, object_of, past, sentence
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import instant
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.exports import KINDS, Plain, safe
from cofund.web.office.proof.objects import href_of

COLUMNS: Final = (
    c.Column("Who did what, and why"),
    c.Column("When"),
    c.Column("Object"),
    c.Column("Before and after", hint="The values that changed. A value that was not there before shows “nothing”."),
)
# What is written besides the actions of the role table.
_FURTHER: Final = (
    *(str(kind) for kind in Entry.Kind.values),
    *("record decision", "record application", "load governance", "scheme.install", "user.create"),
)
_LONGEST: Final = 160
_NOTE: Final = (
    "Rows are added in the same transaction as what they tell of. The database refuses to change or delete them."
)
_HASH: Final = re.compile("[0-9a-f]{64}")


@opened_by("read audit trail")
def page(request: HttpRequest) -> HttpResponseBase:
    """`/office/trail/`: the newest first, by person, action, object, programme, period and words; also as CSV and JSON."""
    address = c.Address.of(request.path, request.GET.items())
    selection = _selection(address)
    rows = trails.found(selection)
    if (kind := address.get("format")) in KINDS:
        return _file(kind, rows.reverse())
    count = rows.count()
    part, pages = lists.page_of(address, count)
    table = c.Table(
        "trail",
        _caption(selection),
        COLUMNS,
        tuple(_row(event) for event in trails.page(rows, part)),
        noun=("act", "acts"),
        total_count=count,
        filters=_filters(address),
        exports=lists.files_of(address),
        pages=pages,
        empty=c.EmptyState("Nothing fits.", "Take a filter away, or choose a longer period."),
        note=" ".join(filter(None, (_NOTE, _limit_of(selection)))),
    )
    about = object_of(selection.about) if selection.about else None
    context = navigation.context(request, "Audit trail") | {
        "table": table,
        "about": about.words if about else "",
        "about_href": href_of(selection.about) if about else "",
    }
    return render(request, "cofund/pages/office/proof/trail.html", context)


def _selection(address: c.Address) -> trails.Selection:
    """Which rows an address asks for; a day that is none is no filter."""
    return trails.Selection(
        person=address.get("person"),
        action=address.get("action"),
        about=address.get("about").strip("/"),
        words=address.get("q"),
        scheme=address.get("programme"),
        first_on=_day(address.get("from")),
        last_on=_day(address.get("until")),
    )


def _caption(selection: trails.Selection) -> str:
    """What the table holds."""
    if selection.about:
        return f"Everything that happened to {object_of(selection.about).words}, and to what it rests on"
    return "Who did what, the newest first"


def _limit_of(selection: trails.Selection) -> str:
    """Say where rows are too many to look for words in all of them; nothing where they are not."""
    earliest = trails.earliest_searched(selection)
    if earliest is None:
        return ""
    return (
        f"Names and words are looked for in the newest {trails.MOST_SEARCHED:,} rows of the period, here from "
        f"{instant(timezone.localtime(earliest))} on. For earlier ones set “Until” to an earlier day."
    )


def _row(event: AuditEvent) -> c.Row:
    """A row of the trail as a row of the table."""
    event = trails.veiled(event)
    found = object_of(event.subject)
    return c.Row.of(
        c.Cell(
            sentence(event.actor_name, event.actor_role, event.action, event.subject, event.reason),
            note=f"Evidence: {event.evidence}" if event.evidence else "",
        ),
        timezone.localtime(event.recorded_at),
        c.Cell(found.words, href=href_of(event.subject), note=found.scheme),
        "; ".join(_change(one.name, one.before, one.after) for one in changes(event.before, event.after)) or "–",
    )


def _change(name: str, before: str | None, after: str | None) -> str:
    """One value before and after; a long text is cut, the file has it whole."""
    return f"{name}: {_short(before)} → {_short(after)}"


def _short(text: str | None) -> str:
    """A value of at most some signs."""
    if text is None:
        return "nothing"
    if _HASH.fullmatch(text):
        return f"{text[:16]}…"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _filters(address: c.Address) -> c.FilterBar:
    """By person, action, object, programme, period and words."""
    programme = tuple(c.Choice(row.code, row.name) for row in programmes.installed())
    return c.FilterBar(
        (
            c.Filter("person", "Person", address.get("person")),
            c.Filter("action", "Action", address.get("action"), _actions()),
            c.Filter("about", "Object", address.get("about"), kind="text"),
            c.Filter("programme", "Programme", address.get("programme"), programme),
            c.Filter("from", "From", address.get("from"), kind="date"),
            c.Filter("until", "Until", address.get("until"), kind="date"),
            c.Filter("q", "Words in reason, object or evidence", address.get("q")),
        ),
        address,
    )


@lru_cache(maxsize=1)
def _actions() -> tuple[c.Choice, ...]:
    """Everything that is written down when it is done, in the words for it."""
    reading = {name for name in roles.ALLOWED if name.startswith(("read ", "see ", "open desk"))}
    actions = sorted(({*roles.ALLOWED, *_FURTHER} - reading), key=past)
    return tuple(c.Choice(one, past(one).capitalize()) for one in actions)


def _file(kind: str, rows: object) -> StreamingHttpResponse:
    """The rows as a file that is written while it is sent, however long it is; the oldest first."""
    events = (plain(event) for event in trails.streamed(rows))  # type: ignore[arg-type]
    content = _as_json(events) if kind == "json" else _as_csv(events)
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    headers = {"Content-Disposition": f'attachment; filename="audit-trail.{kind}"'}
    return StreamingHttpResponse(content, content_type=types[kind], headers=headers)


def plain(event: AuditEvent) -> dict[str, Plain]:
    """A row of the trail as plain values; the values before and after as JSON."""
    event = trails.veiled(event)
    return {
        "number": event.pk,
        "recorded_at": event.recorded_at.isoformat(),
        "person": event.actor_name,
        "role": event.actor_role,
        "action": event.action,
        "object": event.subject,
        "reason": event.reason,
        "evidence": event.evidence,
        "before": json.dumps(event.before, ensure_ascii=False, sort_keys=True) if event.before else "",
        "after": json.dumps(event.after, ensure_ascii=False, sort_keys=True) if event.after else "",
        "sentence": f"{instant(timezone.localtime(event.recorded_at))}: "
        + sentence(event.actor_name, event.actor_role, event.action, event.subject, event.reason),
    }


class _Line:
    """What a CSV writer writes to: each row comes back from the call that wrote it."""

    def write(self, text: str) -> str:
        """Give the text back."""
        return text


def _as_csv(rows: Iterator[dict[str, Plain]]) -> Iterator[str]:
    """Rows as the lines of a CSV file."""
    writer = csv.writer(_Line())
    is_first = True
    for row in rows:
        if is_first:
            yield "\ufeff" + writer.writerow(row)
            is_first = False
        yield writer.writerow(safe(row.values()))


def _as_json(rows: Iterator[dict[str, Plain]]) -> Iterator[str]:
    """Rows as JSON, one on each line."""
    yield '{"rows": ['
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}"
    yield "\n]}\n"


def _day(text: str) -> date | None:
    """A day of the address, None where it is none."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None
