"""The round of a programme and year: who planned, reported, certified, what was accepted, and who is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cofund.queries import access, clock, programmes, round_lists, schemes
from cofund.queries.round_lists import Line
from cofund.rules import digits, roles
from cofund.rules.rounds import PLANNED, REPORTED, due_on, planned_kinds, reported_kinds
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import lists
from cofund.web.formatting import day
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.rounds import showing
from cofund.web.office.rounds.starting import own_organisation
from cofund.web.routes import reverse

COLUMNS = (
    c.Column("Organisation"),
    c.Column("Plan"),
    c.Column("Planned", numeric=True),
    c.Column("Report"),
    c.Column("Reported", numeric=True),
    c.Column("Certified", numeric=True),
    c.Column("Accepted", numeric=True),
)
# A file holds at most so many rows; the filters narrow more.
MOST_ROWS = 5000


@opened_by("read rounds")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/round/`: one line for each organisation, by programme and year; a partner is led to its own."""
    if access.role_of(request.user) == roles.PARTNER:
        own = own_organisation(request)
        assert own is not None
        return redirect("office-partner-round", own.slug)
    asked = request.GET
    choices = _programmes()
    if not choices:
        raise Http404
    code = asked.get("programme", "") if asked.get("programme", "") in choices else _usual_programme(choices)
    rules = choices[code]
    years = round_lists.years(code)
    stated = digits.year(asked.get("year", ""))
    year = stated if stated is not None and stated in years else _usual_year(years)
    state = asked.get("state", "") if asked.get("state", "") in round_lists.STATES else ""
    words = asked.get("q", "")
    kind = asked.get("format", "")
    if kind in exports.KINDS:
        rows = round_lists.listed(code, year, words=words, state=state)
        plain = [_plain(code, year, line) for line in round_lists.lines(code, year, rows[:MOST_ROWS])]
        file = exports.answer(kind, f"round-{code}-{year}", plain)
        if file is not None:
            return file
    address = c.Address.of(request.path, asked.items())
    # Who is in a round is asked once: the keys of all in their order, then the rows of this page.
    keys = round_lists.keys(code, year, words, state)
    count = len(keys)
    part, pages = lists.page_of(address, count)
    dues = {
        PLANNED: due_on(rules, PLANNED, [rule.code for rule in planned_kinds(rules)], year),
        REPORTED: due_on(rules, REPORTED, [rule.code for rule in reported_kinds(rules)], year),
    }
    table = c.Table(
        "round",
        f"{rules.name}, {year}",
        COLUMNS,
        tuple(_row(rules, line, dues) for line in round_lists.page(code, year, keys[part])),
        noun=("organisation", "organisations"),
        total_count=count,
        empty=c.EmptyState(
            f"Nobody planned, reported or was asked for anything in {rules.name} for {year}.",
            "Choose another programme or year, or take the filters away.",
        ),
        filters=_filters(address, choices, code, years, year, state, words),
        exports=lists.files_of(address),
        pages=pages,
        note="Amounts are what was handed in and not returned. A dash: nothing says it.",
    )
    said = [f"plans are due on {day(dues[PLANNED])}"] if dues[PLANNED] else []
    said += [f"reports on {day(dues[REPORTED])}"] if dues[REPORTED] else []
    context = navigation.context(request, "Yearly round") | {
        "table": table,
        "scheme": rules,
        "year": year,
        "due_words": " and ".join(said) or "the programme states no day for plans and reports",
        "may_plan": access.may(request.user, "write plan") and bool(planned_kinds(rules)),
        "may_report": access.may(request.user, "write report"),
    }
    return render(request, "cofund/pages/office/rounds/list.html", context)


def _usual_year(years: Sequence[int]) -> int:
    """The last full year, where the programme has it."""
    return min(max(clock.today().year - 1, years[-1]), years[0])


def _usual_programme(choices: Mapping[str, Scheme]) -> str:
    """The first programme in whose usual round somebody is; the first of all where nobody is in any."""
    busy = (code for code in choices if round_lists.keys(code, _usual_year(round_lists.years(code)), "", ""))
    return next(busy, next(iter(choices)))


def _programmes() -> dict[str, Scheme]:
    """The programmes with a round, by their code: those that ask for plans or reports first."""
    known = {row.code: schemes.current(row.code)[0] for row in programmes.installed()}
    asking = {code: rules for code, rules in known.items() if planned_kinds(rules) or reported_kinds(rules)}
    return asking | known


def _row(rules: Scheme, line: Line, dues: dict[str, date | None]) -> c.Row:
    """One organisation."""
    currency = rules.currency

    def cents(amount: int | None) -> c.Cell:
        return c.Cell(c.Money(amount, currency, bare=False) if amount is not None else "–")

    name = c.Cell(str(line.organisation), href=reverse("office-partner-round", args=[line.organisation.slug]))
    return c.Row.of(
        name,
        _plan_cell(line, dues),
        cents(line.planned_cents),
        _report_cell(line, dues),
        cents(line.reported_cents),
        cents(line.certified_cents),
        cents(line.validated_cents),
    )


def _plan_cell(line: Line, dues: dict[str, date | None]) -> c.Cell:
    """Where the plan stands."""
    if line.plan is None:
        due = dues[PLANNED]
        return c.Cell(showing.missing(due) if line.owes_plan else "not asked for")
    late = "late" if showing.is_late(line.plan) else f"version {line.plan.number}"
    return c.Cell(showing.plan_status(line.plan), href=reverse("office-plan", args=[line.plan.pk]), note=late)


def _report_cell(line: Line, dues: dict[str, date | None]) -> c.Cell:
    """Where the newest report stands."""
    if not line.reports:
        due = dues[REPORTED]
        return c.Cell(showing.missing(due) if line.owes_report else "not asked for")
    newest = line.reports[-1]
    words = ["late"] if newest.is_late else []
    words += [f"one of {len(line.reports)}"] if len(line.reports) > 1 else []
    href = reverse("office-report", args=[newest.reference])
    return c.Cell(showing.report_status(newest), href=href, note=", ".join(words))


def _filters(
    address: c.Address, choices: dict[str, Scheme], code: str, years: list[int], year: int, state: str, words: str
) -> c.FilterBar:
    """What the list can be narrowed by."""
    named = tuple(c.Choice(key, rules.name) for key, rules in choices.items())
    states = tuple(c.Choice(key, label) for key, label in round_lists.STATES.items())
    return c.FilterBar(
        (
            c.Filter("programme", "Programme", code, named),
            c.Filter("year", "Year", str(year), tuple(c.Choice(str(one), str(one)) for one in years)),
            c.Filter("state", "State", state, states),
            c.Filter("q", "Name contains", words),
        ),
        address,
    )


def _plain(code: str, year: int, line: Line) -> dict[str, exports.Plain]:
    """One organisation as a row of a file; amounts in whole cents."""
    newest = line.reports[-1] if line.reports else None
    return {
        "scheme": code,
        "year": year,
        "organisation": line.organisation.name,
        "plan": line.plan.status if line.plan else "",
        "planned_cents": line.planned_cents,
        "report": newest.status if newest else "",
        "submitted_on": newest.submitted_on.isoformat() if newest and newest.submitted_on else "",
        "is_late": newest.is_late if newest else False,
        "reported_cents": line.reported_cents,
        "certified_cents": line.certified_cents,
        "validated_cents": line.validated_cents,
    }
