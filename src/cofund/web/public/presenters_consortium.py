"""The result of a consortium check as people read and print it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as marked

from cofund.rules import share_words
from cofund.rules.consortium import Check, Report
from cofund.rules.consortium_columns import BENEFICIARY
from cofund.rules.consortium_plan import Participant
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import share_tables
from cofund.web.formatting import counted, money
from cofund.web.languages import gettext as _
from cofund.web.share_tables import ShareLine
from cofund.web.vocabulary import spoken

_SEVERITIES = {
    "block": c.Status(marked("Blocks"), c.Tone.BAD),
    "warn": c.Status(marked("Take care"), c.Tone.WARNING),
    "info": c.Status(marked("To know"), c.Tone.NEUTRAL),
    "inform": c.Status(marked("To know"), c.Tone.NEUTRAL),
}


def verdict(scheme: Scheme, report: Report) -> c.Callout:
    """The answer in one sentence, with what is not kept and the smallest change that would help."""
    points = [_point(scheme, one) for one in report.checks if one.blocks]
    points += [
        f"{spoken(one.words)} {spoken(one.remedy)}".rstrip() for one in report.findings if one.severity == "block"
    ]
    if points:
        title = _("This plan cannot be handed in like this: {count} not kept").format(
            count=counted(len(points), _("rule is"), _("rules are"))
        )
        return c.Callout(title, "", "error", tuple(points))
    if report.warns:
        points = [_point(scheme, one) for one in report.checks if not one.result.passes]
        points += [spoken(one.words) for one in report.findings if one.severity == "warn"]
        return c.Callout(_("Nothing blocks this plan; take care of what is marked"), "", "warning", tuple(points))
    return c.Callout(
        _("This plan keeps every rule that was checked"),
        _("What counts is what the topic and the office say."),
        "success",
    )


def _point(scheme: Scheme, one: Check) -> str:
    """A share that fails, and what would help."""
    label = _("{row}: {segment}").format(
        row=spoken(one.result.test.label), segment=spoken(share_words.verdict(scheme, one.result))
    )
    return label if one.result.excess_cents else f"{label} {share_tables.advice(scheme, one.result)}"


def shares_table(scheme: Scheme, report: Report) -> c.Table:
    """Each share with its terms, its limit, and what would pass or what is left."""
    programme = _("It holds for the programme as a whole.")
    lines = (ShareLine(one.result, one.severity, "" if one.is_own else programme) for one in report.checks)
    return share_tables.table(scheme, lines)


def findings_table(scheme: Scheme, report: Report) -> c.Table:
    """Everything else that was found."""
    names = {one.number: one.name for one in report.plan.participants}
    rows = tuple(
        c.Row.of(
            c.Cell(spoken(one.words), note="" if one.article in one.words else one.article),
            _SEVERITIES[one.severity].here,
            names.get(one.participant, _("The consortium")),
            spoken(one.remedy) or "–",
        )
        for one in sorted(report.findings, key=lambda one: ("block", "warn", "info").index(one.severity))
    )
    columns = (
        c.Column(_("What was found")),
        c.Column(_("How serious")),
        c.Column(_("About")),
        c.Column(_("What to do")),
    )
    empty = c.EmptyState(_("Nothing was found."), _("Kinds, roles, turnover, countries and sums fit the rules."))
    return c.Table(
        "findings",
        _("Who takes part, and what each gives"),
        columns,
        rows,
        noun=(_("finding"), _("findings")),
        empty=empty,
    )


def amounts_table(scheme: Scheme, report: Report) -> c.Table:
    """The plan that was checked, row by row, with what counts."""
    currency = scheme.currency
    kinds = [kind.code for kind in scheme.kinds if any(one.given.get(kind.code) for one in report.plan.participants)]
    columns = (
        c.Column(_("Participant")),
        c.Column(_("Takes part as")),
        *(c.Column(f"{name} ({currency})", numeric=True) for name in (spoken(scheme.label("public_money")), *kinds)),
    )
    rows = [
        c.Row.of(
            c.Cell(one.name, note=one.country),
            _capacity(scheme, one),
            c.Money(one.public_cents, currency, bare=True),
            *(c.Money(one.given.get(kind, 0), currency, bare=True) for kind in kinds),
        )
        for one in report.plan.participants
    ]
    counts = (report.basis.public_cents, *(report.given[kind] for kind in kinds))
    total = c.Row.of(
        _("What counts"), _("All together"), *(c.Money(cents, currency, bare=True) for cents in counts), kind="total"
    )
    note = _("Eligible costs, {part}: ").format(
        part=_("as stated") if report.basis.costs_cents is not None else _("taken as the money that pays for them")
    )
    note += f"{money(report.costs_cents, currency)}."
    return c.Table(
        "plan",
        _("The plan that was checked"),
        columns,
        (*rows, total),
        noun=(_("participant"), _("participants")),
        note=note,
    )


def _capacity(scheme: Scheme, one: Participant) -> str:
    """As what a participant takes part."""
    return spoken(scheme.role(one.capacity).label) if one.capacity else spoken(BENEFICIARY.partition(" (")[0])
