"""What a scheme's rule book says, in words that a partner's lawyer can check, each figure with its source and certainty."""

from __future__ import annotations

from cofund.records.programme.models import SchemeVersion
from cofund.rules.schemes import CalendarRule, Figure, RoleExclusion, Scheme, ShareTest, TrancheRule
from cofund.web import components as c
from cofund.web.formatting import day, money, percent
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet

FIGURE_FIELDS = (
    Field("key", "place of the figure in the rule book"),
    Field("certainty", "how sure it is: verified, article, inferred, recalled or assumed"),
    Field("source", "document, article or address; for an assumed figure, why it was chosen"),
)
BASIS_WORDS = {
    "pledged": "what is pledged",
    "endorsed": "what the board endorsed",
    "committed": "what the grant commits",
    "accepted": "what was delivered and accepted",
}
ALLOCATION_WORDS = {
    "pro_rata": "shared in proportion to what each side gives",
    "member_first": "members first, partners from what is left",
    "partner_first": "partners first, members from what is left",
    "frozen_at_adoption": "shared in proportion when the topic is adopted, and frozen from then on",
}
_SEVERITY = {"inform": "informs", "warn": "warns", "block": "blocks"}


def facts(scheme: Scheme, version: SchemeVersion) -> list[c.Fact]:
    """What the programme is, and which version of its rules counts."""
    return [
        c.Fact("Programme", scheme.name),
        c.Fact("Legal basis", scheme.legal_basis),
        c.Fact("Starts", scheme.starts_on, certainty=_mark(scheme, "starts_on")),
        c.Fact("Last calls", scheme.calls_until, certainty=_mark(scheme, "calls_until")),
        c.Fact("Ends", scheme.ends_on, certainty=_mark(scheme, "ends_on")),
        c.Fact("Currency", scheme.currency),
        *_consortium(scheme),
        c.Fact(
            "Other Union money",
            "A contribution that holds other Union money is not matched."
            if scheme.requires_no_other_union_funding
            else "The rules ask for no statement about it.",
        ),
        c.Fact(
            "Version of the rules",
            version.label,
            note=f"Installed {day(version.recorded_at.date())}. SHA-256 {version.digest[:16]}…",
        ),
    ]


def _consortium(scheme: Scheme) -> list[c.Fact]:
    """What is asked of a consortium as a whole; nothing where the rules ask for nothing."""
    rule = scheme.consortium
    if rule.least_countries is None:
        return []
    words = f"participants from at least {rule.least_countries} countries of the Union or associated ones"
    if rule.least_in_union is not None:
        words += f", {rule.least_in_union} of them in the Union"
    mark = _mark(scheme, "consortium.least_countries")
    return [c.Fact("A consortium", words, note=rule.basis or "", certainty=mark)]


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
    kinds = ", ".join(scheme.kind(code).label for code in rule.kinds) or "all kinds that this role may give"
    rows = [
        fact("Ceiling", "cap", c.Money(rule.cap_cents, currency)),
        c.Fact("Matches", scheme.role(rule.matched_role).label_plural, note=kinds),
        fact("Ratio", "ratio", f"{rule.ratio.numerator} : {rule.ratio.denominator}", "public money to contribution"),
        fact("Counts", "basis", BASIS_WORDS[rule.basis]),
        fact("Where public money is short", "allocation", ALLOCATION_WORDS[rule.allocation]),
        fact("Rounding", "rounding", c.Money(rule.rounding_cents, currency), "always down"),
    ]
    for term, key, cents in (
        ("At most for one partner", "cap_per_partner", rule.cap_per_partner_cents),
        ("At most for one topic", "cap_per_topic", rule.cap_per_topic_cents),
        ("At most for one project", "cap_per_project", rule.cap_per_project_cents),
        ("Smallest contribution", "minimum_contribution", rule.minimum_contribution_cents),
    ):
        if cents is not None:
            rows.append(fact(term, key, c.Money(cents, currency)))
    if rule.concentration_warning is not None:
        said = f"above {percent(rule.concentration_warning, 0)} of the ceiling"
        rows.append(fact("One project is pointed out", "concentration_warning", said))
    if rule.reallocation is not None:
        said = f"at most {money(rule.reallocation.limit_cents, currency)} to tranche {rule.reallocation.to}"
        rows.append(fact("What stays unmatched may go", "reallocation.limit", said))
    return rows


def kinds_table(scheme: Scheme) -> c.Table:
    """The kinds of contribution: who gives them, and what has to be true before they count."""
    rows = []
    for kind in scheme.kinds:
        marks = [
            "through the office" if kind.through_office else "",
            "needs a certificate" if kind.certificate else "",
            f"reported by {kind.report}" if kind.report else "",
            f"place of cost: {', '.join(kind.place)}" if kind.place else "",
        ]
        givers = ", ".join(scheme.role(code).label_plural for code in kind.given_by)
        form = "in kind" if kind.in_kind else "cash, or not told apart"
        rows.append(c.Row.of(c.Cell(kind.label, note=kind.code), form, givers, ", ".join(filter(None, marks)) or "–"))
    columns = (c.Column("Kind"), c.Column("Form"), c.Column("Given by"), c.Column("Before it counts"))
    return c.Table("kinds", "Kinds of contribution", columns, tuple(rows), noun=("kind", "kinds"))


def tests_table(scheme: Scheme) -> c.Table:
    """Shares that are watched, and roles that exclude each other."""
    rows = [_test(test, scheme) for test in scheme.share_tests] + [
        _exclusion(exclusion, scheme) for exclusion in scheme.role_exclusions
    ]
    columns = (c.Column("What is watched"), c.Column("Limit"), c.Column("Level"), c.Column("If it is not met"))
    return c.Table(
        "tests",
        "Share tests and exclusions",
        columns,
        tuple(rows),
        noun=("rule", "rules"),
        empty=c.EmptyState("The rule book states none."),
    )


def _test(test: ShareTest, scheme: Scheme) -> c.Row:
    """One share test."""
    limits = [
        f"at least {percent(test.minimum)}" if test.minimum is not None else "",
        f"at most {percent(test.maximum)}" if test.maximum is not None else "",
    ]
    key = "minimum" if test.minimum is not None else "maximum"
    what = f"{' + '.join(map(str, test.numerator))} of {' + '.join(map(str, test.denominator))}"
    after = _SEVERITY.get(test.severity, test.severity)
    if test.excess == "not_counted":
        after += "; the excess is not counted"
    mark = _mark(scheme, f"share_tests.{test.id}.{key}")
    return c.Row.of(
        c.Cell(test.label, note=what), c.Cell(", ".join(filter(None, limits)), certainty=mark), test.level, after
    )


def _exclusion(exclusion: RoleExclusion, scheme: Scheme) -> c.Row:
    """One exclusion of roles."""
    others = ", ".join(scheme.role(code).label for code in exclusion.excludes)
    label = c.Cell(f"{scheme.role(exclusion.role).label} is not also {others}", note=exclusion.legal_basis or "")
    if exclusion.through:
        categories = [f"{one.label} counts as {scheme.label(one.counts_as)}" for one in scheme.member_categories]
        through = "; ".join(["also through control, affiliation or as a constituent entity", *categories])
        label = c.Cell(label.value, note=f"{through}. {label.note}".strip())
    return c.Row.of(label, "not both", exclusion.scope, _SEVERITY.get(exclusion.severity, exclusion.severity))


def decision_facts(scheme: Scheme) -> list[c.Fact]:
    """How the board decides; empty where the rule book does not say."""
    rule = scheme.decision_rule
    if rule is None:
        return []
    blocs = ", ".join(f"{name} {votes}" for name, votes in rule.blocs.items())
    return [
        c.Fact("Votes", blocs, certainty=_mark(scheme, "decision_rule.blocs")),
        c.Fact("Votes as one", ", ".join(rule.indivisible) or "none"),
        c.Fact(
            "Majority",
            f"at least {percent(rule.majority, 0)} of {rule.base.replace('_', ' ')}",
            certainty=_mark(scheme, "decision_rule.majority"),
        ),
        c.Fact("First", "consensus is sought" if rule.consensus_first else "a vote is taken"),
    ]


def calendar_table(scheme: Scheme) -> c.Table:
    """Days that come back."""
    rows = tuple(_date(rule, scheme) for rule in scheme.calendar)
    columns = (c.Column("What"), c.Column("When"))
    empty = c.EmptyState("The rule book states no returning days.")
    return c.Table("calendar", "Calendar", columns, rows, noun=("day", "days"), empty=empty)


def _date(rule: CalendarRule, scheme: Scheme) -> c.Row:
    """One day that comes back."""
    return c.Row.of(rule.label, c.Cell(rule.rule, certainty=_mark(scheme, f"calendar.{rule.id}.rule")))


def commitments_table(scheme: Scheme) -> c.Table:
    """What is promised to the programme as a whole; shown, never matched."""
    rows = tuple(
        c.Row.of(
            one.label,
            one.bound.replace("_", " "),
            c.Cell(
                c.Money(one.amount_cents, scheme.currency, bare=True),
                certainty=_mark(scheme, f"commitments.{one.code}.amount"),
            ),
        )
        for one in scheme.commitments
    )
    columns = (c.Column("Promise"), c.Column("Bound"), c.Column(f"Amount ({scheme.currency})", numeric=True))
    empty = c.EmptyState("The rule book states none.")
    return c.Table("commitments", "Promises to the programme", columns, rows, noun=("promise", "promises"), empty=empty)


def publication_facts(scheme: Scheme) -> list[c.Fact]:
    """What is public."""
    policy = scheme.publication
    per = ", ".join(item.replace("_", " ") for item in policy.per_participant)
    return [
        c.Fact("For each participant", per or "nothing beyond totals"),
        c.Fact("From the stage", policy.from_stage, note="Before it, a contribution counts in totals without a name."),
        c.Fact("Of the board", ", ".join(policy.decisions) or "nothing"),
    ]


def figures_table(scheme: Scheme, exports: tuple[c.Link, ...]) -> c.Table:
    """Every figure of the rule book with its source and how sure it is."""
    columns = (c.Column("Figure"), c.Column("How sure"), c.Column("Source"))
    return c.Table(
        "figures",
        "Every figure and its source",
        columns,
        tuple(_figure(one) for one in scheme.figures),
        noun=("figure", "figures"),
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
