"""What a scheme's rule book says, in words that a partner's lawyer can check, each figure with its source and certainty."""

from __future__ import annotations

from django.utils.translation import gettext_noop as marked

from cofund.records.programme.models import SchemeVersion
from cofund.rules.schemes import CalendarRule, Figure, RoleExclusion, Scheme, ShareTest, TrancheRule
from cofund.web import components as c
from cofund.web.formatting import day, money, percent
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.vocabulary import spoken

FIGURE_FIELDS = (
    Field("key", "place of the figure in the rule book"),
    Field("certainty", "how sure it is: verified, article, inferred, recalled or assumed"),
    Field("source", "document, article or address; for an assumed figure, why it was chosen"),
)
BASIS_WORDS = {
    "pledged": marked("what is pledged"),
    "endorsed": marked("what the board endorsed"),
    "committed": marked("what the grant commits"),
    "accepted": marked("what was delivered and accepted"),
}
ALLOCATION_WORDS = {
    "pro_rata": marked("shared in proportion to what each side gives"),
    "member_first": marked("members first, partners from what is left"),
    "partner_first": marked("partners first, members from what is left"),
    "frozen_at_adoption": marked("shared in proportion when the topic is adopted, and frozen from then on"),
}
_SEVERITY = {"inform": marked("informs"), "warn": marked("warns"), "block": marked("blocks")}


def facts(scheme: Scheme, version: SchemeVersion) -> list[c.Fact]:
    """What the programme is, and which version of its rules counts."""
    return [
        c.Fact(_("Programme"), scheme.name),
        c.Fact(_("Legal basis"), scheme.legal_basis),
        c.Fact(_("Starts"), scheme.starts_on, certainty=_mark(scheme, "starts_on")),
        c.Fact(_("Last calls"), scheme.calls_until, certainty=_mark(scheme, "calls_until")),
        c.Fact(_("Ends"), scheme.ends_on, certainty=_mark(scheme, "ends_on")),
        c.Fact(_("Currency"), scheme.currency),
        *_consortium(scheme),
        c.Fact(
            _("Other Union money"),
            _("A contribution that holds other Union money is not matched.")
            if scheme.requires_no_other_union_funding
            else _("The rules ask for no statement about it."),
        ),
        c.Fact(
            _("Version of the rules"),
            version.label,
            note=_("Installed {day}. SHA-256 {digest}…").format(
                day=day(version.recorded_at.date()), digest=version.digest[:16]
            ),
        ),
    ]


def _consortium(scheme: Scheme) -> list[c.Fact]:
    """What is asked of a consortium as a whole; nothing where the rules ask for nothing."""
    rule = scheme.consortium
    if rule.least_countries is None:
        return []
    words = _("participants from at least {least_countries} countries of the Union or associated ones").format(
        least_countries=rule.least_countries
    )
    if rule.least_in_union is not None:
        words += _(", {least_in_union} of them in the Union").format(least_in_union=rule.least_in_union)
    mark = _mark(scheme, "consortium.least_countries")
    return [c.Fact(_("A consortium"), words, note=rule.basis or "", certainty=mark)]


def tranche_facts(scheme: Scheme, rule: TrancheRule) -> list[c.Fact]:
    """How one tranche matches."""

    def fact(term: str, key: str, value: c.Value, note: str = "") -> c.Fact:
        figure = scheme.figure(f"tranches.{rule.code}.{key}")
        source = p.source_link(figure.source) if figure else None
        said = figure.source if figure and source is None else ""
        return c.Fact(
            term, value, note=". ".join(filter(None, [note, said])), certainty=p.figure_mark(figure), source=source
        )

    currency = scheme.currency
    kinds = ", ".join(spoken(scheme.kind(code).label) for code in rule.kinds) or _("all kinds that this role may give")
    rows = [
        fact(_("Ceiling"), "cap", c.Money(rule.cap_cents, currency)),
        c.Fact(_("Matches"), spoken(scheme.role(rule.matched_role).label_plural), note=kinds),
        fact(
            _("Ratio"), "ratio", f"{rule.ratio.numerator} : {rule.ratio.denominator}", _("public money to contribution")
        ),
        fact(_("Counts"), "basis", _(BASIS_WORDS[rule.basis])),
        fact(_("Where public money is short"), "allocation", _(ALLOCATION_WORDS[rule.allocation])),
        fact(_("Rounding"), "rounding", c.Money(rule.rounding_cents, currency), _("always down")),
    ]
    for term, key, cents in (
        (_("At most for one partner"), "cap_per_partner", rule.cap_per_partner_cents),
        (_("At most for one topic"), "cap_per_topic", rule.cap_per_topic_cents),
        (_("At most for one project"), "cap_per_project", rule.cap_per_project_cents),
        (_("Smallest contribution"), "minimum_contribution", rule.minimum_contribution_cents),
    ):
        if cents is not None:
            rows.append(fact(term, key, c.Money(cents, currency)))
    if rule.concentration_warning is not None:
        said = _("above {share} of the ceiling").format(share=percent(rule.concentration_warning, 0))
        rows.append(fact(_("One project is pointed out"), "concentration_warning", said))
    if rule.reallocation is not None:
        said = _("at most {amount} to tranche {to}").format(
            amount=money(rule.reallocation.limit_cents, currency), to=rule.reallocation.to
        )
        rows.append(fact(_("What stays unmatched may go"), "reallocation.limit", said))
    return rows


def kinds_table(scheme: Scheme) -> c.Table:
    """The kinds of contribution: who gives them, and what has to be true before they count."""
    rows = []
    for kind in scheme.kinds:
        marks = [
            _("through the office") if kind.through_office else "",
            _("needs a certificate") if kind.certificate else "",
            _("reported by {report}").format(report=kind.report) if kind.report else "",
            _("place of cost: {names}").format(names=", ".join(kind.place)) if kind.place else "",
        ]
        givers = ", ".join(spoken(scheme.role(code).label_plural) for code in kind.given_by)
        form = _("in kind") if kind.in_kind else _("cash, or not told apart")
        rows.append(
            c.Row.of(c.Cell(spoken(kind.label), note=kind.code), form, givers, ", ".join(filter(None, marks)) or "–")
        )
    columns = (c.Column(_("Kind")), c.Column(_("Form")), c.Column(_("Given by")), c.Column(_("Before it counts")))
    return c.Table("kinds", _("Kinds of contribution"), columns, tuple(rows), noun=(_("kind"), _("kinds")))


def tests_table(scheme: Scheme) -> c.Table:
    """Shares that are watched, and roles that exclude each other."""
    rows = [_test(test, scheme) for test in scheme.share_tests] + [
        _exclusion(exclusion, scheme) for exclusion in scheme.role_exclusions
    ]
    columns = (
        c.Column(_("What is watched")),
        c.Column(_("Limit")),
        c.Column(_("Level")),
        c.Column(_("If it is not met")),
    )
    return c.Table(
        "tests",
        _("Share tests and exclusions"),
        columns,
        tuple(rows),
        noun=(_("rule"), _("rules")),
        empty=c.EmptyState(_("The rule book states none.")),
    )


def _test(test: ShareTest, scheme: Scheme) -> c.Row:
    """One share test."""
    limits = [
        _("at least {share}").format(share=percent(test.minimum)) if test.minimum is not None else "",
        _("at most {share}").format(share=percent(test.maximum)) if test.maximum is not None else "",
    ]
    key = "minimum" if test.minimum is not None else "maximum"
    what = _("{names} of {names_2}").format(
        names=" + ".join(map(str, test.numerator)), names_2=" + ".join(map(str, test.denominator))
    )
    after = _(_SEVERITY.get(test.severity, test.severity))
    if test.excess == "not_counted":
        after += _("; the excess is not counted")
    if test.excess == "reject":
        after += _("; the excess is refused")
    mark = _mark(scheme, f"share_tests.{test.id}.{key}")
    return c.Row.of(
        c.Cell(spoken(test.label), note=what),
        c.Cell(", ".join(filter(None, limits)), certainty=mark),
        spoken(test.level),
        after,
    )


def _exclusion(exclusion: RoleExclusion, scheme: Scheme) -> c.Row:
    """One exclusion of roles."""
    others = ", ".join(spoken(scheme.role(code).label) for code in exclusion.excludes)
    label = c.Cell(
        _("{label} is not also {others}").format(label=spoken(scheme.role(exclusion.role).label), others=others),
        note=exclusion.legal_basis or "",
    )
    if exclusion.through:
        categories = [
            _("{label} counts as {label_2}").format(
                label=spoken(one.label), label_2=spoken(scheme.label(one.counts_as))
            )
            for one in scheme.member_categories
        ]
        through = "; ".join([_("also through control, affiliation or as a constituent entity"), *categories])
        label = c.Cell(label.value, note=f"{through}. {label.note}".strip())
    return c.Row.of(
        label, _("not both"), spoken(exclusion.scope), _(_SEVERITY.get(exclusion.severity, exclusion.severity))
    )


def decision_facts(scheme: Scheme) -> list[c.Fact]:
    """How the board decides; empty where the rule book does not say."""
    rule = scheme.decision_rule
    if rule is None:
        return []
    blocs = ", ".join(f"{spoken(name)} {votes}" for name, votes in rule.blocs.items())
    return [
        c.Fact(_("Votes"), blocs, certainty=_mark(scheme, "decision_rule.blocs")),
        c.Fact(_("Votes as one"), ", ".join(spoken(one) for one in rule.indivisible) or _("none")),
        c.Fact(
            _("Majority"),
            _("at least {share} of {replace}").format(
                share=percent(rule.majority, 0), replace=spoken(rule.base.replace("_", " "))
            ),
            certainty=_mark(scheme, "decision_rule.majority"),
        ),
        c.Fact(_("First"), _("consensus is sought") if rule.consensus_first else _("a vote is taken")),
    ]


def calendar_table(scheme: Scheme) -> c.Table:
    """Days that come back."""
    rows = tuple(_date(rule, scheme) for rule in scheme.calendar)
    columns = (c.Column(_("What")), c.Column(_("When")))
    empty = c.EmptyState(_("The rule book states no returning days."))
    return c.Table("calendar", _("Calendar"), columns, rows, noun=(_("day"), _("days")), empty=empty)


def _date(rule: CalendarRule, scheme: Scheme) -> c.Row:
    """One day that comes back."""
    return c.Row.of(spoken(rule.label), c.Cell(rule.rule, certainty=_mark(scheme, f"calendar.{rule.id}.rule")))


def commitments_table(scheme: Scheme) -> c.Table:
    """What is promised to the programme as a whole; shown, never matched."""
    rows = tuple(
        c.Row.of(
            spoken(one.label),
            spoken(one.bound.replace("_", " ")),
            c.Cell(
                c.Money(one.amount_cents, scheme.currency, bare=True),
                certainty=_mark(scheme, f"commitments.{one.code}.amount"),
            ),
        )
        for one in scheme.commitments
    )
    columns = (
        c.Column(_("Promise")),
        c.Column(_("Bound")),
        c.Column(_("Amount ({currency})").format(currency=scheme.currency), numeric=True),
    )
    empty = c.EmptyState(_("The rule book states none."))
    return c.Table(
        "commitments", _("Promises to the programme"), columns, rows, noun=(_("promise"), _("promises")), empty=empty
    )


def publication_facts(scheme: Scheme) -> list[c.Fact]:
    """What is public."""
    policy = scheme.publication
    per = ", ".join(spoken(item.replace("_", " ")) for item in policy.per_participant)
    return [
        c.Fact(_("For each participant"), per or _("nothing beyond totals")),
        c.Fact(
            _("From the stage"),
            spoken(policy.from_stage),
            note=_("Before it, a contribution counts in totals without a name."),
        ),
        c.Fact(_("Of the board"), ", ".join(spoken(one) for one in policy.decisions) or _("nothing")),
    ]


def figures_table(scheme: Scheme, exports: tuple[c.Link, ...]) -> c.Table:
    """Every figure of the rule book with its source and how sure it is."""
    columns = (c.Column(_("Figure")), c.Column(_("How sure")), c.Column(_("Source")))
    return c.Table(
        "figures",
        _("Every figure and its source"),
        columns,
        tuple(_figure(one) for one in scheme.figures),
        noun=(_("figure"), _("figures")),
        exports=exports,
    )


def _figure(figure: Figure) -> c.Row:
    """One figure."""
    link = p.source_link(figure.source)
    return c.Row.of(
        figure.key, p.certainty(figure.certainty), c.Cell(link or figure.source, note=figure.source if link else "")
    )


def sheet(scheme: Scheme, version: SchemeVersion, moment: Moment) -> Sheet:
    """The figures as rows."""
    rows = tuple((one.key, one.certainty, one.source) for one in scheme.figures)
    stated = {"scheme": scheme.code, "scheme_version": version.label}
    return Sheet(p.file_name(scheme.code, "figures", on=moment.on), FIGURE_FIELDS, rows, stated)


def _mark(scheme: Scheme, key: str) -> c.Certainty | None:
    """The mark of one figure."""
    return p.figure_mark(scheme.figure(key))
