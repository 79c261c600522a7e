"""The way from every figure of a public page to the rows behind it, for the office and for auditors.

A page hands over what it shows; here it becomes a table at its end, each figure with a link to the contributions or entries that
add up to it. Figures that are worked out from others, such as a ratio, lead to the rows of the amount that they rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop as marked

from cofund.queries import access, envelope, figures
from cofund.queries.call_money import Behind
from cofund.queries.contributions import ContributionState
from cofund.queries.documents import given
from cofund.queries.documents.given import Given
from cofund.queries.envelope import TrancheStatement
from cofund.queries.figures import Asked
from cofund.queries.funding import PUBLIC, Funding
from cofund.queries.overview import Overview
from cofund.queries.pools import Target
from cofund.queries.programmes import PartnerLine, ProjectLine
from cofund.queries.trajectories import Overview as Way
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.rules import figures as named
from cofund.rules.leverage import NAMES
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

MOST: Final = 25
COLUMNS: Final = (
    c.Column(marked("Figure")),
    c.Column(marked("On this page"), numeric=True),
    c.Column(marked("Rows behind it")),
)
ADDS_UP: Final = marked("add up to it")


class Figures:
    """The figures of one page about a programme, each with its way to the rows behind it."""

    def __init__(self, scheme: str, currency: str, moment: Moment) -> None:
        self._scheme, self._currency, self._moment = scheme, currency, moment
        self.rows: list[c.Row] = []
        self._given: tuple[Given, ...] | None = None

    def sum(self, label: str, cents: int, figure: str, **parts: str) -> None:
        """A figure that the rows behind it add up to; behind nothing there is nothing to show."""
        if cents:
            self._add(label, c.Money(cents, self._currency), _(ADDS_UP), figure, parts)

    def rests(self, label: str, value: c.Value, figure: str, **parts: str) -> None:
        """A figure that is worked out from the rows behind it."""
        self._add(label, value, _("it rests on these"), figure, parts)

    def published(self, label: str, cents: int, figure: str, **parts: str) -> None:
        """A figure of what anybody may read: the rows add up to it, but where some of them are not published."""
        asked = Asked(self._scheme, figure, **parts, as_of=self._moment.on, known_at=self._moment.known_at)
        rows = figures.entries_behind(asked) if figure in named.OF_ENTRIES else figures.behind(asked)
        self._published(label, cents, figures.total(rows), figure, parts)

    def stated(self, label: str, cents: int, step: str, **parts: str) -> None:
        """The same of what documents state; however many figures there are, the rows are read once."""
        self._published(label, cents, self.total_of(step, **parts), f"stated-{step}", parts)

    def total_of(self, step: str, **parts: str) -> int:
        """What the rows behind a step of documents add up to."""
        if self._given is None:
            self._given = given.of_scheme(self._scheme, given.Moment.of(self._moment.on, self._moment.known_at))
        target, role, year = next(iter(parts.items()), ("", "")), parts.get("role"), parts.get("year")
        own = "/".join(target) if target[0] in ("project", "topic") else ""
        rows = [row for row in self._given if (not own or row.target == own) and (not role or row.role == role)]
        return sum(getattr(row.in_year(int(year)) if year else row.steps, step) for row in rows)

    def _published(self, label: str, cents: int, behind: int, figure: str, parts: dict[str, str]) -> None:
        """A figure that the rows add up to, or that rests on them; none where nothing is behind it."""
        if behind == cents:
            self.sum(label, cents, figure, **parts)
        elif behind:
            self.rests(label, c.Money(cents, self._currency), figure, **parts)

    def _add(self, label: str, value: c.Value, how: str, figure: str, parts: dict[str, str]) -> None:
        """One row of the table."""
        asked = {"programme": self._scheme, "figure": figure, **{name: part for name, part in parts.items() if part}}
        self.rows.append(c.Row.of(label, value, c.Cell(how, href=self._moment.href(reverse("office-proof"), **asked))))


def table(request: HttpRequest, make: Callable[[], Iterable[c.Row]]) -> c.Table | None:
    """Give the table for whoever may read what is behind figures; None for everybody else, for whom nothing is asked."""
    if not access.may(request.user, "read proof"):
        return None
    rows = tuple(make())
    if not rows:
        return None
    columns, nouns = tuple(one.here for one in COLUMNS), (_("figure"), _("figures"))
    return c.Table("proof", _("Each figure with the rows behind it"), columns, rows, noun=nouns)


def of_tranches(statements: Iterable[TrancheStatement], moment: Moment) -> list[c.Row]:
    """The parts of the envelope, tranche by tranche."""
    rows: list[c.Row] = []
    for one in statements:
        found, standing = Figures(one.scheme, one.currency, moment), one.standing
        found.sum(
            _("{label}: ceiling").format(label=spoken(one.label)), standing.cap_cents, "ceiling", tranche=one.tranche
        )
        for stage in ("reserved", "committed", "consumed", "promised"):
            found.sum(
                spoken(f"{one.label}: {stage}"),
                getattr(standing, f"{stage}_cents"),
                f"match-{stage}",
                tranche=one.tranche,
            )
        found.sum(
            _("{label}: put against it").format(label=spoken(one.label)),
            one.contributed_cents,
            "contributed",
            tranche=one.tranche,
        )
        free = c.Money(standing.free_cents, one.currency)
        found.rests(
            _("{label}: free, the ceiling less what is decided").format(label=spoken(one.label)),
            free,
            "used",
            tranche=one.tranche,
        )
        rows += found.rows
    return rows


def of_site(moment: Moment) -> list[c.Row]:
    """The envelopes of all programmes."""
    return [row for statements in envelope.today().values() for row in of_tranches(statements, moment)]


def of_programme(found: Overview, moment: Moment) -> list[c.Row]:
    """Everything on the page of a programme: its envelope, its projects, its partners, and the leverage over them."""
    code = found.scheme.code
    rows = of_tranches(found.tranches, moment)
    leverage = Figures(code, found.scheme.currency, moment)
    for name, words in NAMES.items():
        leverage.rests(
            f"{name} {words}", c.Ratio(getattr(found.leverage, name.lower())), "given", role=partner_role(found.scheme)
        )
    rows += leverage.rows
    rows += of_projects(code, found.scheme, found.projects, moment)
    return rows + of_partners(code, found.scheme.currency, found.partners, moment)


def of_projects(code: str, scheme: Scheme, lines: Iterable[ProjectLine], moment: Moment) -> list[c.Row]:
    """What contributors give to each project of a list."""
    found = Figures(code, scheme.currency, moment)
    known = [line for line in lines if line.funding is not None and line.funding.states]
    for line in known[:MOST]:
        assert line.funding is not None
        given = sum(state.live_cents for state in line.funding.states)
        found.sum(_("{acronym}: given").format(acronym=line.project.acronym), given, "given", project=line.project.slug)
    everything = sum(part.cents for part in figures.behind(Asked(code, as_of=moment.on, known_at=moment.known_at)))
    found.sum(_("{scheme}: given in all").format(scheme=scheme.name), everything, "given")
    return found.rows


def of_partners(code: str, currency: str, lines: Iterable[PartnerLine], moment: Moment) -> list[c.Row]:
    """What each partner of a list gives, alone and jointly, and its match."""
    found = Figures(code, currency, moment)
    for line in list(lines)[:MOST]:
        slug, name = line.organisation.slug, str(line.organisation)
        found.sum(
            _("{name}: given, alone and jointly").format(name=name),
            line.alone_cents + line.joint_cents,
            "given",
            partner=slug,
        )
    return found.rows


def of_target(scheme: Scheme, target: Target, money: Funding, moment: Moment) -> list[c.Row]:
    """The cells of a topic's or project's matrix, its totals, its shares and its leverage."""
    found = Figures(scheme.code, money.currency, moment)
    part = {"project": target.project.slug} if target.project else {"topic": target.topic.code if target.topic else ""}
    for row in money.rows:
        if row.source == PUBLIC:
            figure = "awarded" if money.public_is_fixed else "match"
            found.sum(spoken(row.label), money.public_cents, figure, **part)
            continue
        role = {**part, "role": row.source}
        office = _("{row}, through the {label}").format(row=spoken(row.label), label=spoken(scheme.label("office")))
        found.sum(office, row.through_office_cents, "given", **role, channel="office")
        found.sum(
            _("{row}, brought").format(row=spoken(row.label)), row.brought_cents, "given", **role, channel="brought"
        )
    found.sum(_("Given by all contributors"), sum(state.live_cents for state in money.states), "given", **part)
    found.sum(_("Match against it"), sum(state.match_cents for state in money.states), "match", **part)
    found.rests(
        _("Everything behind it, public money included"), c.Money(money.total_cents, money.currency), "given", **part
    )
    for name, words in NAMES.items():
        found.rests(f"{name} {words}", c.Ratio(getattr(money.leverage, name.lower())), "given", **part)
    if money.balance is not None:
        found.rests(_("Balance of public money and contributions"), _("see above"), "given", **part)
    if scheme.share_tests:
        found.rests(_("Shares that the rules watch"), _("see the rules"), "given", **part)
    return found.rows


def of_call(scheme: Scheme, behind: Iterable[Behind], moment: Moment) -> list[c.Row]:
    """What is given to each topic and project of a call, and the public money behind it."""
    found = Figures(scheme.code, scheme.currency, moment)
    for one in behind:
        money, target = one.funding, one.target
        part = (
            {"project": target.project.slug} if target.project else {"topic": target.topic.code if target.topic else ""}
        )
        name = target.project.acronym if target.project else part["topic"]
        given = sum(state.live_cents for state in money.states)
        found.published(_("{acronym}: given").format(acronym=name), given, "given", **part)
        figure = "awarded" if money.public_is_fixed else "match"
        found.published(_("{name}: public money").format(name=name), money.public_cents, figure, **part)
    return found.rows


def of_partner(organisation: Organisation, states: Iterable[ContributionState], moment: Moment) -> list[c.Row]:
    """What a partner gives to each programme, and its match."""
    by_scheme: dict[str, list[ContributionState]] = {}
    for state in states:
        by_scheme.setdefault(state.contribution.book.scheme.code, []).append(state)
    rows: list[c.Row] = []
    for code, own in by_scheme.items():
        scheme = own[0].contribution.book.scheme
        found = Figures(code, scheme.currency, moment)
        slug = organisation.slug
        found.sum(
            _("{scheme}: given").format(scheme=scheme.name),
            sum(state.live_cents for state in own),
            "given",
            partner=slug,
        )
        found.sum(
            _("{scheme}: match").format(scheme=scheme.name),
            sum(state.match_cents for state in own),
            "match",
            partner=slug,
        )
        found.sum(
            _("{scheme}: unmatched").format(scheme=scheme.name),
            sum(state.unmatched_cents for state in own),
            "unmatched",
            partner=slug,
        )
        rows += found.rows
    return rows


def of_contribution(row: Contribution) -> list[c.Row]:
    """The proof of one contribution."""
    link = c.Cell(_("the whole chain on one page"), href=reverse("office-proof-of", args=[row.reference]))
    return [c.Row.of(_("Everything on this page"), row.reference, link)]


def of_way(found: Way, moment: Moment) -> list[c.Row]:
    """The trajectory and the funnel, in all and year by year."""
    rows = Figures(found.scheme.code, found.scheme.currency, moment)
    years = sorted({part.year for part in found.parts}, reverse=True)
    for step in ("committed", "reported", "certified", "validated"):
        name = f"{step}_cents"
        rows.sum(
            _("{capitalize} in all").format(capitalize=spoken(step.capitalize())),
            getattr(found.funnel, name),
            f"funnel-{step}",
        )
        for year in years[:MOST]:
            cents = sum(getattr(part.funnel, name) for part in found.parts if part.year == year)
            rows.sum(
                _("{capitalize} in {year}").format(capitalize=spoken(step.capitalize()), year=year),
                cents,
                f"funnel-{step}",
                year=str(year),
            )
    rows.rests(_("What is required, on the way and missing"), _("see above"), "funnel-committed")
    return rows.rows


def of_decision(scheme: Scheme, number: str, moment: Moment) -> list[c.Row]:
    """The contributions that a decision moved."""
    found = Figures(scheme.code, scheme.currency, moment)
    asked = Asked(scheme.code, "given", decision=number, as_of=moment.on, known_at=moment.known_at)
    found.sum(
        _("Contributions that rest on this decision"), figures.total(figures.behind(asked)), "given", decision=number
    )
    return found.rows


def of_given(schemes: Iterable[Scheme], moment: Moment) -> list[c.Row]:
    """What is given to each programme in all."""
    rows: list[c.Row] = []
    for scheme in schemes:
        found = Figures(scheme.code, scheme.currency, moment)
        asked = Asked(scheme.code, as_of=moment.on, known_at=moment.known_at)
        found.sum(_("{scheme}: given in all").format(scheme=scheme.name), figures.total(figures.behind(asked)), "given")
        rows += found.rows
    return rows


def of_contributions(states: Sequence[ContributionState], currency: str) -> list[c.Row]:
    """The proof of each contribution of a page."""
    link = _("the whole chain on one page")
    return [
        c.Row.of(
            state.contribution.reference,
            c.Money(state.live_cents, currency),
            c.Cell(link, href=reverse("office-proof-of", args=[state.contribution.reference])),
        )
        for state in states
    ]


def partner_role(scheme: Scheme) -> str:
    """The role of partners, where the scheme has one alone."""
    found = [role.code for role in scheme.roles if role.side == "partner"]
    return found[0] if len(found) == 1 else ""
