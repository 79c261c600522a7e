"""What the public can see of a programme's figures, in one canonical form with its digest, and the records of what was published.

A record names the day, the instant and the rules that held at that instant; here its content is computed from the rows again. The
figures must be the same for ever, since they come from the sealed books. Names and texts come from the directory as it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.db.models import QuerySet

from cofund.queries import book_states, clock, envelope, open_grants, programmes, publication
from cofund.queries.documents import catalogue
from cofund.queries.documents.given import Moment
from cofund.queries.documents.shapes import Filled
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import PublishedRecord

FIGURES: Final = "figures"
GRANTS: Final = "grants"
# The sheet of the money of projects: of early records with pledges that were not public yet, and without.
WITH_EARLY, PUBLIC_ALONE = "projects", "published projects"
ACTION: Final = "record what is published"
CHANGED: Final = "the record itself was changed: its digests do not fit its sheets and its audit row"
LABELS: Final = {
    FIGURES: "The programme's page: envelope, projects and contributions",
    GRANTS: "Open data: the grants",
    **{kind.key: kind.title for kind in catalogue.KINDS if kind.is_public},
}
# What of a row says which one it is, and never changes.
_NAMES_A_ROW: Final = ("reference", "tranche", "slug", "stage", "funded_on")
Row = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The digests of one sheet: of its figures, and of its words."""

    figures: str
    words: str
    rows: int


@dataclass(frozen=True, slots=True)
class Content:
    """What was or would be published, as digests: of each sheet by its key, and of all of them."""

    parts: dict[str, Part]

    @property
    def figures(self) -> str:
        """The digest of all figures."""
        return _digest([f"{key}:{part.figures}" for key, part in sorted(self.parts.items())])

    @property
    def words(self) -> str:
        """The digest of all words."""
        return _digest([f"{key}:{part.words}" for key, part in sorted(self.parts.items())])


def content(scheme_code: str, what: str, year: int, on: date, at: datetime, recorded: Collection[str] = ()) -> Content:
    """Give what the public could see at an instant as of a day, by the rules of publication that held then.

    `recorded` are the sheets of the record that is computed again, for an early one holds the money of projects by an earlier rule.

    Raises: KeyError where nothing of that key is published; SchemeNotInstalledError where the site has no such programme.
    """
    moment = Moment(on, at, at, at)
    if what == FIGURES:
        return _content(_figures(scheme_code, moment, counts_early=WITH_EARLY in recorded))
    if what == GRANTS:
        return _content({"grants": list(_grants(scheme_code, moment))})
    kind = next((one for one in catalogue.KINDS if one.key == what and one.is_public), None)
    if kind is None:
        raise KeyError(what)
    document = kind.make(scheme_code, moment, year, True)
    return _content({one.sheet.key: list(_rows_of(one)) for one in document.filled})


def whats(scheme_code: str, year: int) -> list[tuple[str, int]]:
    """What is published of a programme: each key with its year, 0 where it is of none."""
    kinds = catalogue.kinds_of(scheme_code, only_public=True)
    return [(FIGURES, 0), (GRANTS, 0), *((kind.key, year if kind.asks_year else 0) for kind in kinds)]


def records(scheme_code: str) -> QuerySet[PublishedRecord]:
    """The records of a programme, the newest first."""
    rows = PublishedRecord.objects.filter(scheme__code=scheme_code).select_related("scheme", "scheme_version")
    return rows.order_by("-known_at", "-pk")


def newest(scheme_code: str, what: str, year: int) -> PublishedRecord | None:
    """The last record of something; None where it was never recorded."""
    return records(scheme_code).filter(what=what, year=year).first()


@dataclass(frozen=True, slots=True)
class Checked:
    """A record with what stands against it; nothing where it reproduces. `notes` are words that differ, while all figures agree."""

    record: PublishedRecord
    differences: tuple[str, ...]
    notes: tuple[str, ...] = ()


def verify(record: PublishedRecord) -> Checked:
    """Compute a record's content again from the rows, and compare the digests, sheet by sheet."""
    code = record.scheme.code
    found = content(code, record.what, record.year, record.as_of, record.known_at, record.parts)
    differences, notes = [], []
    stated = Content({key: Part(**values) for key, values in record.parts.items()})
    told = (record.figures_digest, record.words_digest)
    if (stated.figures, stated.words) != told or _audited(record) != told:
        differences.append(CHANGED)
    for key in sorted({*stated.parts, *found.parts}):
        before, now = stated.parts.get(key), found.parts.get(key)
        if before is None or now is None:
            differences.append(f"sheet {key}: {'was not' if before is None else 'is no longer'} there")
        elif before.figures != now.figures:
            rows = "" if before.rows == now.rows else f"; {before.rows} rows were published, {now.rows} are found"
            differences.append(f"sheet {key}: the figures are others than those that were published{rows}")
        elif before.words != now.words:
            notes.append(f"sheet {key}: names or texts were changed since; every figure is the same")
    return Checked(record, tuple(differences), tuple(notes))


def _audited(record: PublishedRecord) -> tuple[str, str] | None:
    """The digests that the sealed audit row of a record keeps; None where there is no such row."""
    rows = AuditEvent.objects.filter(action=ACTION, subject=subject_of(record)).order_by("pk")
    after = rows.values_list("after", flat=True).first()
    return (str(after.get("figures")), str(after.get("words"))) if isinstance(after, dict) else None


def subject_of(record: PublishedRecord) -> str:
    """How the audit trail names a record."""
    return f"{record.scheme.code}/published/{record.pk}"


def last_year() -> int:
    """The year that documents are about where none is asked for."""
    return clock.today().year - 1


def _figures(scheme_code: str, moment: Moment, *, counts_early: bool) -> dict[str, list[Row]]:
    """The envelope, the projects and the contributions that the public can see; computed from rows, never from what is kept.

    The sums of a project count what is public of it; in early records also what was pledged to it and not public yet.
    """
    reader = publication.public(scheme_code, moment.known_at)
    statements = envelope.statement(scheme_code, as_of=moment.on, known_at=moment.known_at, without=reader.without)
    alone = reader.without_of_project
    words = ("scheme", "label", "as_of", "currency", "lower_bound", "scheme_version")
    tranches: list[Row] = [
        tuple((key, value) for key, value in one.as_json().items() if key not in words) for one in statements
    ]
    contributions: list[Row] = []
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for state in book_states.of_scheme(scheme_code, moment.on, moment.known_at):
        row = state.contribution
        if not reader.may_sum(row.pk):
            continue
        if row.project is not None and (counts_early or row.pk not in alone):
            sums[row.project.slug][0] += state.live_cents
            sums[row.project.slug][1] += state.match_cents if reader.may_match(row.pk) else 0
        if reader.may_read(row.pk):
            names = "; ".join(one.name for one in state.organisations)
            told = (("reference", row.reference), ("stage", state.stage), ("given", state.live_cents))
            match = state.match_cents if reader.may_match(row.pk) else None
            contributions.append((*told, ("match", match), ("names", names)))
    awards = programmes.awards(scheme_code, moment.on, moment.known_at)
    awarded: list[Row] = [(("slug", code), ("awarded", cents)) for code, cents in awards.items()]
    projects: list[Row] = [(("slug", slug), ("given", own[0]), ("match", own[1])) for slug, own in sums.items()]
    name = WITH_EARLY if counts_early else PUBLIC_ALONE
    return {"tranches": tranches, "contributions": contributions, name: projects, "awards": awarded}


def _grants(scheme_code: str, moment: Moment) -> Iterator[Row]:
    """The grants of the open data."""
    for one in open_grants.grants(scheme_code, moment):
        yield (
            ("reference", one.reference),
            ("amount", one.amount_cents),
            ("funded_on", one.awarded_on.isoformat()),
            ("title", one.title),
            ("description", one.description),
            ("funders", "; ".join(party.name for party in one.funders)),
            ("recipient", one.recipient.name),
        )


def _rows_of(filled: Filled) -> Iterator[Row]:
    """The rows of a sheet and its total, each value under the key of its column."""
    keys = [column.key for column in filled.sheet.columns]
    for values in (*filled.rows, *([filled.total] if filled.total is not None else [])):
        yield tuple(zip(keys, values, strict=True))


def _content(sheets: dict[str, list[Row]]) -> Content:
    """The digests of some sheets. The order of rows tells nothing, since lists are sorted by names, which can be corrected."""
    return Content(
        {
            key: Part(
                _digest([_line(row, is_figure=True) for row in rows]),
                _digest([_line(row, is_figure=False) for row in rows]),
                len(rows),
            )
            for key, rows in sheets.items()
        }
    )


def _line(row: Row, *, is_figure: bool) -> str:
    """The figures of a row, with what says which row it is; or its words."""
    stated = [
        (key, _plain(value))
        for key, value in row
        if ((isinstance(value, int | Fraction) and not isinstance(value, bool)) or key in _NAMES_A_ROW) is is_figure
    ]
    return json.dumps(stated, ensure_ascii=False)


def _plain(value: object) -> object:
    """A value as text that is the same on every database."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def _digest(lines: Iterable[str]) -> str:
    """The SHA-256 of lines, in whatever order they come."""
    ordered: Sequence[str] = sorted(lines)
    return hashlib.sha256("\n".join(ordered).encode()).hexdigest()
