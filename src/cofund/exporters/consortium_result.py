"""The sheet of results: what counts, and every share with its limit, in formulas over the sheets of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cofund.exporters.consortium_lists import INSIDE
from cofund.rules import share_words
from cofund.rules.consortium import Report
from cofund.rules.consortium_columns import (
    MOST_PARTICIPANTS,
    PARTICIPANTS_SHEET,
    PROJECT_SHEET,
    of_participant,
    of_project,
)
from cofund.rules.schemes import Scheme, ShareTest, Term
from cofund.rules.share_changes import ADD, ASK_LESS
from cofund.rules.share_sums import Amount, Basis, total, value
from cofund.rules.shares import ShareResult
from cofund.rules.workbook import letters

HEADINGS = (
    *("Share", "Above the line", "Below the line", "Share", "Limit", "At least or at most", "Result", "Not counted"),
    *("Add at least", "Or ask for less by", "Holds for", "Source of the limit"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand: columns of participants, rows of the project, cells of the amounts and of what is not counted."""

    columns: Mapping[str, str]
    project: Mapping[str, str]
    amounts: dict[tuple[str, str, str], str]
    measures: dict[str, str]
    excess: dict[str, str]
    inside: str


def write_result(
    sheet: Any,
    formats: Mapping[str, Any],
    scheme: Scheme,
    report: Report | None,
    version: str,
    on: date,
    lists: Mapping[str, str],
) -> None:
    """Write the sheet; the values of the formulas are those of the report, nothing where there is none.

    `lists` are the cells of the lists that `write_lists` wrote.
    """
    sheet.set_column(0, 0, 62)
    sheet.set_column(1, 11, 19)
    title = report.plan.title if report and report.plan.title else "consortium"
    sheet.write_string(0, 0, f"Check of {title} by the rules of {scheme.name}", formats["title"])
    sheet.write_string(1, 0, f"Version {version}, as of {on.isoformat()}, amounts in {scheme.currency}.")
    basis = report.basis if report else Basis()
    words = "Where eligible costs are stated, change them with the money that pays for them."
    sheet.write_string(2, 0, words, formats["wrapped"])
    places = _places(scheme, lists)
    row = _amounts(sheet, formats, scheme, basis, places, 3)
    row = _tests(sheet, formats, scheme, report, places, row + 1)
    _findings(sheet, formats, scheme, report, row + 1)


def _places(scheme: Scheme, lists: Mapping[str, str]) -> Places:
    """Where the input stands."""
    last = MOST_PARTICIPANTS + 1
    columns = {
        one.key: f"{PARTICIPANTS_SHEET}!${letters(i)}$2:${letters(i)}${last}"
        for i, one in enumerate(of_participant(scheme))
    }
    project = {one.key: f"{PROJECT_SHEET}!$B${i}" for i, one in enumerate(of_project(scheme), start=2)}
    return Places(columns, project, {}, {}, {}, lists[INSIDE])


def _amounts(sheet: Any, formats: Mapping[str, Any], scheme: Scheme, basis: Basis, places: Places, row: int) -> int:
    """What counts, by kind and role; then public money and costs. Gives the next free row."""
    sheet.write_string(row, 0, "What counts", formats["heading"])
    sheet.write_string(row, 1, f"Amount ({scheme.currency})", formats["heading"])
    row += 1
    for kind in scheme.kinds:
        for role in kind.given_by:
            labels = [one.label for one in scheme.roles if scheme.giving_role(one.code) == role]
            for part, place in (("given", ""), ("third", "third")):
                column = places.columns.get(f"{part}-{kind.code}")
                if column is None:
                    continue
                sums = [f'SUMIFS({column},{places.columns["capacity"]},"{_quoted(label)}")' for label in labels]
                if part == "third":
                    sums += [_unsaid(places, kind.code, label) for label in labels]
                term = Term(kind.code, role, place or None)
                name = share_words.term(scheme, str(term))
                places.amounts[(kind.code, role, place)] = f"$B${row + 1}"
                row = _line(sheet, formats, row, name, f"={'+'.join(sums)}", value(scheme, term, basis))
    public = places.columns["public"]
    places.measures["public_money"] = f"$B${row + 1}"
    row = _line(sheet, formats, row, scheme.label("public_money"), f"=SUM({public})", basis.public_cents)
    inside = [
        cell for (kind, _, place), cell in places.amounts.items() if not place and not scheme.kind(kind).outside_project
    ]
    money = "+".join([places.measures["public_money"], *inside])
    costs, names = places.columns["costs"], places.columns["name"]
    places.measures["eligible_costs"] = f"$B${row + 1}"
    formula = f"=IF(COUNT({costs})=COUNTA({names}),SUM({costs}),{money})"
    costs_cents = value(scheme, Term("eligible_costs"), basis)
    return _line(sheet, formats, row, "Eligible costs", formula, costs_cents)


def _unsaid(places: Places, kind: str, label: str) -> str:
    """What is given of a kind in a role by participants of third countries that do not say where it arises: all of it does."""
    columns = places.columns
    country = columns["country"]
    is_silent = f'({columns["capacity"]}="{_quoted(label)}")*({columns[f"third-{kind}"]}="")*({country}<>"")'
    return f"SUMPRODUCT({is_silent}*(COUNTIF({places.inside},{country})=0),{columns[f'given-{kind}']})"


def _line(sheet: Any, formats: Mapping[str, Any], row: int, name: str, formula: str, cents: int) -> int:
    """One amount; gives the next row."""
    sheet.write_string(row, 0, name)
    sheet.write_formula(row, 1, formula, formats["money"], cents / 100)
    return row + 1


def _tests(
    sheet: Any, formats: Mapping[str, Any], scheme: Scheme, report: Report | None, places: Places, row: int
) -> int:
    """Each test of the project or programme. Gives the next free row."""
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(row, column, heading, formats["heading"])
    own = {one.result.test.id: one.result for one in report.checks} if report else {}
    wanted = [
        test
        for test in scheme.share_tests
        if test.level in ("project", "programme") and (test.id in own or (report is None and test.action_type is None))
    ]
    first = row + 1
    for offset, test in enumerate(wanted):
        places.excess[test.id] = f"$H${first + offset + 1}"
    for offset, test in enumerate(wanted):
        _test(sheet, formats, scheme, test, own.get(test.id), places, first + offset)
    return first + len(wanted)


def _test(
    sheet: Any,
    formats: Mapping[str, Any],
    scheme: Scheme,
    test: ShareTest,
    result: ShareResult | None,
    places: Places,
    row: int,
) -> None:
    """One test in one row."""
    at = row + 1
    is_minimum = test.minimum is not None
    limit = test.minimum if test.minimum is not None else test.maximum
    assert limit is not None
    allowed = places.project.get(f"limit-{test.id}")
    own = f"=IF(ISNUMBER({allowed}),{allowed},{_decimal(limit)})" if allowed else f"={_decimal(limit)}"
    surplus = f"ROUND(B{at}-E{at}*C{at},6)" if is_minimum else f"ROUND(E{at}*C{at}-B{at},6)"
    above = result.numerator_cents if result else 0
    below = result.denominator_cents if result else 0
    share = float(result.share) if result and result.share is not None else ""
    fails = result is not None and not result.passes
    said = ("fails" if fails else "passes") if below else "nothing to weigh"
    sheet.write_string(row, 0, test.label, formats["wrapped"])
    sheet.write_formula(row, 1, f"={_above(scheme, test, places)}", formats["money"], above / 100)
    sheet.write_formula(row, 2, f"={_side(scheme, test.denominator, places)}", formats["money"], below / 100)
    sheet.write_formula(row, 3, f'=IF(C{at}=0,"",B{at}/C{at})', formats["share"], share)
    sheet.write_formula(row, 4, own, formats["share"], float(result.limit if result else limit))
    sheet.write_string(row, 5, "at least" if is_minimum else "at most")
    sheet.write_formula(
        row, 6, f'=IF(C{at}=0,"nothing to weigh",IF({surplus}>=0,"passes","fails"))', formats["bold"], said
    )
    excess = (result.excess_cents if result else 0) / 100
    net = f"/(1-E{at})" if test.base_reading == "net" else ""
    over = "=0" if is_minimum else f"=MAX(0,ROUNDUP(ROUND(-{surplus}{net},6),2))"
    sheet.write_formula(row, 7, over, formats["money"], excess)
    for column, what, slope in _slopes(scheme, test, is_minimum, at):
        # Of several kinds the one that takes the most: so much of any of them passes.
        cents = max((one.cents for one in result.remedies if one.what == what), default=0) if result else 0
        formula = f"=IF({surplus}<0,ROUNDUP(ROUND(-{surplus}/({slope}),6),2),0)"
        sheet.write_formula(row, column, formula, formats["money"], cents / 100)
    sheet.write_string(row, 10, test.level)
    figure = scheme.figure(f"share_tests.{test.id}.{'minimum' if is_minimum else 'maximum'}")
    sheet.write_string(row, 11, result.limit_source if result else figure.source if figure else "")


def _slopes(scheme: Scheme, test: ShareTest, is_minimum: bool, at: int) -> list[tuple[int, str, str]]:
    """By how much a cent of each change lifts a share over its minimum, as a formula over the limit; nothing for a maximum."""
    found = []
    kinds = [term for term in test.numerator if any(kind.code == term.kind for kind in scheme.kinds)]
    if is_minimum and kinds:
        giver = kinds[0].role or scheme.kind(kinds[0].kind).given_by[0]
        unit = Basis((Amount(kinds[0].kind, giver, "eu", 1),))
        found.append((8, ADD, f"1-E{at}*{total(scheme, test.denominator, unit)}"))
    public = total(scheme, test.denominator, Basis((), 1))
    if is_minimum and public:
        found.append((9, ASK_LESS, f"E{at}*{public}"))
    return found


def _above(scheme: Scheme, test: ShareTest, places: Places) -> str:
    """The numerator, less what a limit of the topic leaves out of its kinds."""
    formula = _side(scheme, test.numerator, places)
    kinds = {term.kind for term in test.numerator}
    if test.excess == "not_counted":
        return formula
    for other in scheme.share_tests:
        allowed, excess = places.project.get(f"limit-{other.id}"), places.excess.get(other.id)
        if other.excess == "not_counted" and other.numerator[0].kind in kinds and allowed and excess:
            formula += f"-IF(ISNUMBER({allowed}),{excess},0)"
    return formula


def _side(scheme: Scheme, terms: tuple[Term, ...], places: Places) -> str:
    """One side of a fraction as a formula over the cells of the amounts."""
    cells = []
    for term in terms:
        if term.kind in places.measures:
            cells.append(places.measures[term.kind])
            continue
        place = "third" if term.place == "third" else ""
        cells += [
            cell
            for (kind, role, where), cell in places.amounts.items()
            if kind == term.kind and where == place and term.role in (None, role)
        ]
    return "+".join(cells) or "0"


def _findings(sheet: Any, formats: Mapping[str, Any], scheme: Scheme, report: Report | None, row: int) -> None:
    """What the check said in words; this part does not compute."""
    if report is None:
        return
    headings = ("What was found when it was checked", "How serious", "Participant", "Article", "What to do")
    for column, heading in enumerate(headings):
        sheet.write_string(row, column, heading, formats["heading"])
    names = {one.number: one.name for one in report.plan.participants}
    lines = [
        (one.words, one.severity, names.get(one.participant, ""), one.article, one.remedy) for one in report.findings
    ]
    for check in report.checks:
        if not check.result.passes:
            words = f"{check.result.test.label}: {share_words.verdict(scheme, check.result)}"
            lines.append(
                (words, check.severity, "", check.result.limit_source, share_words.remedy(scheme, check.result))
            )
    for line in lines or [("Nothing was found.", "", "", "", "")]:
        row += 1
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, formats["wrapped"])


def _decimal(limit: Fraction) -> str:
    """A limit in a formula, exact."""
    return f"{limit.numerator}/{limit.denominator}"


def _quoted(text: str) -> str:
    """A text within a formula."""
    return text.replace('"', '""')
