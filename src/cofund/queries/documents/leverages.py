"""The leverage report: L1 to L4 by name, committed and certified side by side, at an earlier moment and now, and what was restated.

An earlier report is read again as it was published: its day, by what was known then. What was recorded since about days up to it
restates it; what is about later days does not. Source: formula F3, and the two times of the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Sum as SumOf
from django.utils import timezone

from cofund.queries import programmes
from cofund.queries.documents import framing, given
from cofund.queries.documents.framing import STEP_COLUMNS, code
from cofund.queries.documents.given import Given, Moment
from cofund.queries.documents.shapes import NOT_KNOWN, Column, Document, Quotient, Sheet, Sum, SumOver, Value, Values
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.ledger.models import Book, Entry, Transfer
from cofund.records.programme.models import Project
from cofund.rules.leverage import FORMULAS, NAMES, Leverage, leverage
from cofund.rules.schemes import Scheme
from cofund.rules.steps import Steps, effect

COMMITTED: Final = "committed"
CERTIFIED: Final = "certified"
BASES: Final = {
    COMMITTED: "Committed contributions, and the match committed on them",
    CERTIFIED: "Certified contributions, and the match consumed by what was validated",
}
PROJECTS: Final = "Projects"


@dataclass(frozen=True, slots=True)
class Figures:
    """What leverage is computed from, in cents. `origin_cents` is public by its final origin; None where it is not known."""

    partners_cents: int = 0
    match_cents: int = 0
    public_cents: int = 0
    given_cents: int = 0
    origin_cents: int | None = 0

    def __add__(self, other: Figures) -> Figures:
        known = None if None in (self.origin_cents, other.origin_cents) else 0
        origin = known if known is None else (self.origin_cents or 0) + (other.origin_cents or 0)
        return Figures(
            self.partners_cents + other.partners_cents,
            self.match_cents + other.match_cents,
            self.public_cents + other.public_cents,
            self.given_cents + other.given_cents,
            origin,
        )

    @property
    def total_cents(self) -> int:
        """Everything, each euro once."""
        return self.public_cents + self.given_cents

    @property
    def leverage(self) -> Leverage:
        """The four figures; that by final origin is None where the origin is not known."""
        found = leverage(
            partner_cents=self.partners_cents,
            match_cents=self.match_cents,
            public_cents=self.public_cents,
            total_cents=self.total_cents,
            public_origin_cents=self.origin_cents or 0,
        )
        if self.origin_cents is not None:
            return found
        return Leverage(found.l1, found.l2, found.l3, found.l4, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """The projects with contributions of partners at a moment, on each basis, with their figures."""

    key: str
    words: str
    moment: Moment
    projects: dict[str, dict[Project, Figures]]
    steps: Steps
    awarded_cents: int

    def total(self, basis: str) -> Figures:
        """All projects together."""
        return sum(self.projects[basis].values(), Figures())


@dataclass(frozen=True, slots=True)
class Restatement:
    """An entry that was recorded after the earlier report about a day up to it, with what it changed. Amounts in cents."""

    entry: Entry
    steps: Steps
    awarded_cents: int
    contributions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: as published, the same day as known now, now; and what was restated between the first two."""

    scheme: Scheme
    published: Standing
    anew: Standing
    now: Standing
    restatements: tuple[Restatement, ...]

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All three, in their order."""
        return (self.published, self.anew, self.now)

    @property
    def is_restated(self) -> bool:
        """Whether anything of the earlier report would read otherwise today."""
        return self.anew.steps != self.published.steps or self.anew.awarded_cents != self.published.awarded_cents


def report(scheme_code: str, earlier: Moment, later: Moment) -> Report:
    """Give the leverage of a programme at two moments, and what of the earlier one was restated since.

    Args:
        scheme_code: the programme.
        earlier: the day of the earlier report, and the instant by which it was published; the end of its day where none is named.
        later: the present report.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    scheme = framing.scheme_of(scheme_code)
    again = Moment(earlier.on, later.read_at, later.known_at)
    return Report(
        scheme,
        _standing(scheme, "published", "As published", earlier),
        _standing(scheme, "anew", "The same day, as known now", again),
        _standing(scheme, "now", "Now", later),
        _restatements(scheme_code, earlier.on, earlier.instant, later.known_at),
    )


def document(found: Report) -> Document:
    """Give the report as tables with live formulas."""
    earlier, later = found.published.moment, found.now.moment
    instant = timezone.localtime(earlier.instant).isoformat(timespec="seconds")
    return framing.document(
        "leverage",
        "Leverage report",
        "L1 to L4 by name: committed and certified side by side, at an earlier day and now, and what was restated.",
        found.scheme,
        later,
        [_leverage_sheet(found), _restated_sheet(found), _restatements_sheet(found), _projects_sheet(found)],
        rows=given.of_scheme(found.scheme.code, later),
        notes=(
            *(f"{code_} {NAMES[code_]} = {formula}." for code_, formula in FORMULAS.items()),
            *(f"On the basis {basis}: {words.lower()}." for basis, words in BASES.items()),
            "Only projects whose partners' contributions are known on a basis count on it.",
        ),
        more={"earlier_as_of": earlier.on.isoformat(), "earlier_known_at": instant},
    )


def _standing(scheme: Scheme, key: str, words: str, moment: Moment) -> Standing:
    """The figures of every project at a moment."""
    return Standing(key, words, moment, *_figures_at(scheme.code, moment.on, moment.known_at))


@kept(32)
def _figures_at(
    scheme_code: str, on: date, known_at: datetime | None
) -> tuple[dict[str, dict[Project, Figures]], Steps, int]:
    """The figures of every project on a day, what became of all contributions, and all public money that was awarded, in cents."""
    scheme = framing.scheme_of(scheme_code)
    rows = given.of_scheme(scheme_code, Moment.of(on, known_at))
    awards = programmes.awards(scheme_code, on, known_at)
    by_project: defaultdict[int, list[Given]] = defaultdict(list)
    for row in rows:
        if row.project is not None:
            by_project[row.project].append(row)
    projects = Project.objects.filter(pk__in=list(by_project)).select_related("topic").order_by("acronym", "pk")
    found: dict[str, dict[Project, Figures]] = {basis: {} for basis in BASES}
    for project in projects:
        fixed = next((awards[one] for one in Target(project=project).grant_codes() if one in awards), None)
        for basis in BASES:
            figures = _figures(scheme, by_project[project.pk], basis, fixed)
            if figures.partners_cents:
                found[basis][project] = figures
    return found, sum((row.steps for row in rows), Steps()), sum(awards.values())


def _figures(scheme: Scheme, rows: Sequence[Given], basis: str, fixed: int | None) -> Figures:
    """What one project's leverage is computed from."""
    partners = [row for row in rows if scheme.role(row.role).side == "partner"]
    if basis == COMMITTED:
        public = fixed if fixed is not None else sum(row.steps.matched for row in rows)
        return Figures(
            sum(row.steps.committed for row in partners),
            sum(row.steps.matched for row in partners),
            public,
            sum(row.steps.committed for row in rows),
            sum(row.origin_cents for row in rows),
        )
    # Which part of what was certified comes from public budgets is stated nowhere.
    origin = None if any(row.origin_cents for row in rows) else 0
    return Figures(
        sum(row.steps.certified for row in partners),
        sum(row.steps.consumed for row in partners),
        sum(row.steps.consumed for row in rows),
        sum(row.steps.certified for row in rows),
        origin,
    )


@kept(32)
def _restatements(scheme_code: str, on: date, instant: datetime, known_at: datetime | None) -> tuple[Restatement, ...]:
    """The entries recorded after the earlier report about days up to it, with what each changed; those that changed nothing not."""
    book = Book.objects.get(scheme__code=scheme_code)
    rows = Transfer.objects.filter(book=book, effective_on__lte=on, entry__recorded_at__gt=instant)
    if known_at is not None:
        rows = rows.filter(entry__recorded_at__lte=known_at)
    columns = (
        "entry", "entry__kind", "entry__corrects__kind", "contribution__reference", "tranche",
        "from_account__holder", "from_account__stage", "to_account__holder", "to_account__stage",
    )  # fmt: skip
    steps: defaultdict[int, Steps] = defaultdict(Steps)
    awarded: defaultdict[int, int] = defaultdict(int)
    names: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for entry, kind, corrects, reference, tranche, holder, source, to, target, cents in (
        rows.order_by().values_list(*columns).annotate(SumOf("amount_cents"))
    ):
        if "grant" in (holder, to):
            awarded[entry] += cents if to == "grant" else -cents
        elif reference is not None:
            is_match = tranche is not None
            added = effect(kind, source, target, cents, is_match=is_match, corrects=corrects or "")
            if added:
                steps[entry] += added
                names[entry][reference] = None
    keys = [key for key in {*steps, *awarded} if steps[key] or awarded[key]]
    entries = Entry.objects.filter(pk__in=keys).select_related("corrects").order_by("number")
    return tuple(Restatement(one, steps[one.pk], awarded[one.pk], tuple(sorted(names[one.pk]))) for one in entries)


def _leverage_sheet(found: Report) -> Sheet:
    """A row for each moment on each basis."""
    measures = (
        ("partners", "Partners' contributions"),
        ("match", "Match on them"),
        ("public", "Public money"),
        ("total", "Total, each euro once"),
    )
    columns = (
        Column("basis", "Basis"),
        Column("moment", "Moment"),
        Column("on", "As of", "day"),
        Column("at", "Known at", "instant"),
        *(Column(key, label, "money", SumOver(PROJECTS, key, (("code", "code"),))) for key, label in measures),
        Column("public_by_origin", "Public money by final origin", "money"),
        Column("l1", f"L1 {NAMES['L1']}", "ratio", Quotient(("partners", "match"), "partners")),
        Column("l2", f"L2 {NAMES['L2']}", "ratio", Quotient(("total",), "partners")),
        Column("l3", f"L3 {NAMES['L3']}", "ratio", Quotient(("partners", "match"), "match")),
        Column("l4", f"L4 {NAMES['L4']}", "ratio", Quotient(("total",), "public", ("public",))),
        Column(
            "l4_by_origin", "L4 by final origin", "ratio",
            Quotient(("total",), "public_by_origin", ("public_by_origin",)),
        ),
        Column("code", "Code"),
    )  # fmt: skip
    rows: list[Values] = []
    for basis in BASES:
        for one in found.standings:
            total = one.total(basis)
            origin: Value = NOT_KNOWN if total.origin_cents is None else total.public_cents + total.origin_cents
            at: datetime = timezone.localtime(one.moment.instant)
            rows.append((basis.capitalize(), one.words, one.moment.on, at, origin, code(basis, one.key)))
    return Sheet("leverage", "Leverage", "Leverage, committed and certified", columns, tuple(rows), has_total=False)


def _projects_sheet(found: Report) -> Sheet:
    """What the leverage of each project is computed from, at each moment and on each basis."""
    amounts = (
        ("partners", "Partners' contributions"),
        ("match", "Match on them"),
        ("public", "Public money"),
        ("given", "All contributions"),
    )
    columns = (
        Column("project", "Project"),
        Column("basis", "Basis"),
        Column("moment", "Moment"),
        *(Column(key, label, "money") for key, label in amounts),
        Column("total", "Total, each euro once", "money", Sum(("public", "given"))),
        Column("l1", f"L1 {NAMES['L1']}", "ratio", Quotient(("partners", "match"), "partners")),
        Column("l2", f"L2 {NAMES['L2']}", "ratio", Quotient(("total",), "partners")),
        Column("l3", f"L3 {NAMES['L3']}", "ratio", Quotient(("partners", "match"), "match")),
        Column("l4", f"L4 {NAMES['L4']}", "ratio", Quotient(("total",), "public", ("public",))),
        Column("code", "Code"),
    )
    rows = tuple(
        (project.acronym, basis.capitalize(), one.words, own.partners_cents, own.match_cents, own.public_cents, own.given_cents,
         code(basis, one.key))
        for basis in BASES
        for one in found.standings
        for project, own in one.projects[basis].items()
    )  # fmt: skip
    return Sheet("projects", PROJECTS, "Leverage of each project", columns, rows, has_total=False, is_detail=True)


def _restated_sheet(found: Report) -> Sheet:
    """What the figures of the earlier report read then, and read now."""
    columns = (
        Column("what", "Over all contributions"),
        Column("published", "As published", "money"),
        Column("anew", "The same day, as known now", "money"),
        Column("restated", "Restated by", "money", Sum(("anew",), ("published",))),
    )
    before, after = found.published, found.anew
    rows: list[Values] = [(label, getattr(before.steps, key), getattr(after.steps, key)) for key, label in STEP_COLUMNS]
    rows.append(("Public money fixed for projects and topics", before.awarded_cents, after.awarded_cents))
    note = "What was recorded after the earlier report about days up to it. What is about later days restates nothing."
    return Sheet(
        "restated", "Restated", "What was restated of the earlier report", columns, tuple(rows), note, has_total=False
    )


def _restatements_sheet(found: Report) -> Sheet:
    """The entries that restated the earlier report."""
    columns = (
        Column("entry", "Entry", "number"),
        Column("kind", "What it is"),
        Column("corrects", "Corrects entry", "number"),
        Column("day", "Day it is about", "day"),
        Column("recorded", "Recorded", "instant"),
        *(Column(key, label, "money", is_summed=True) for key, label in STEP_COLUMNS),
        Column("awarded", "Public money fixed", "money", is_summed=True),
        Column("contributions", "Contributions"),
        Column("reason", "Reason"),
    )
    rows = tuple(
        (
            one.entry.number,
            str(one.entry.get_kind_display()),
            one.entry.corrects.number if one.entry.corrects is not None else None,
            one.entry.effective_on,
            timezone.localtime(one.entry.recorded_at),
            *(getattr(one.steps, key) for key, _ in STEP_COLUMNS),
            one.awarded_cents,
            ", ".join(one.contributions),
            one.entry.reason,
        )
        for one in found.restatements
    )
    return Sheet("restatements", "Restatements", "Entries that restated the earlier report", columns, rows)
