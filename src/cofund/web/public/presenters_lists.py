"""Lists of projects, partners and topics as tables and as rows of data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.utils.translation import gettext_noop as marked

from cofund.queries.programmes import PartnerLine, ProjectLine
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Topic
from cofund.rules.leverage import FORMULAS, NAMES, Leverage
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.countries import country_name
from cofund.web.languages import gettext as _
from cofund.web.lists import page_of
from cofund.web.public import held_back
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.topic_states import topic_cell
from cofund.web.vocabulary import spoken

PROJECT_FIELDS = (
    Field("project", "acronym"),
    Field("title", "title"),
    Field("grant_agreement", "number of the grant agreement"),
    Field("topic", "code of the topic"),
    Field("partners", "partners whose contributions are known, by name"),
    Field("public_money", "public money, awarded or matched", is_money=True),
    Field("partners_contributed", "contributions of partners; empty where not known", is_money=True),
    Field("members_contributed", "contributions of members; empty where not known", is_money=True),
    Field("others_contributed", "contributions of others; empty where not known", is_money=True),
    Field("total", "everything, each euro once; empty where contributions are not known", is_money=True),
    Field("match", "public money matched to partners' contributions", is_money=True),
)
PARTNER_FIELDS = (
    Field("partner", "name"),
    Field("kind", "kind of organisation"),
    Field("country", "ISO 3166-1 alpha-2"),
    Field("contributed_alone", "contributions that it stands behind alone", is_money=True),
    Field("contributed_jointly", "contributions with others, whose split is not published, in full", is_money=True),
    Field("match", "match on all of these contributions, in full", is_money=True),
    Field("projects", "projects and topics that it gives to"),
)
TOPIC_FIELDS = (
    Field("scheme", "code of the programme"),
    Field("topic", "code"),
    Field("title", "title"),
    Field("call", "code of the call"),
    Field("status", "where it stands"),
    Field("adopted_on", "the day on which its money was decided"),
    Field("status_certainty", "how sure it is where it stands"),
    Field("status_note", "why it is said to stand there"),
)
_LEVERAGE_WORDS = {
    "L1": marked("What one euro of a partner becomes with its match."),
    "L2": marked("What one euro of a partner stands beside, everything counted."),
    "L3": marked("What one euro of match moves together with the partner's own."),
    "L4": marked("What is not public for each euro that is."),
}


def projects_table(
    lines: Sequence[ProjectLine],
    scheme: Scheme,
    audience: Audience,
    moment: Moment,
    exports: tuple[c.Link, ...],
    address: c.Address,
) -> c.Table:
    """One page of the projects with their money, of the list at an address; those with known contributions of partners first."""
    partner, member = _side_label(scheme, "partner"), _side_label(scheme, "member")
    columns = (
        c.Column(spoken(scheme.label("project"))),
        c.Column(_("Partners")),
        c.Column(spoken(scheme.label("public_money")), numeric=True, hint=_("Awarded, or the sum of the matches.")),
        c.Column(partner, numeric=True),
        c.Column(member, numeric=True),
        c.Column(_("Total"), numeric=True, hint=_("Everything, each euro once.")),
        c.Column(_("Partner share"), numeric=True, hint=_("Partners' contributions as a part of the total.")),
    )
    part, pages = page_of(address, len(lines))
    rows = [_project_row(line, scheme, audience, moment) for line in ordered(lines, scheme)[part]]
    return c.Table(
        "projects",
        _("{label}s with their money ({currency}), {moment}").format(
            label=spoken(scheme.label("project")), currency=scheme.currency, moment=moment.said
        ),
        columns,
        tuple(rows),
        noun=(_("project"), _("projects")),
        total_count=len(lines),
        empty=c.EmptyState(_("No project is known of this programme yet.")),
        exports=exports,
        pages=pages,
        note=_("“Not known” means that no source was found, not that nothing was given.") + _left_out(lines),
    )


def ordered(lines: Sequence[ProjectLine], scheme: Scheme) -> list[ProjectLine]:
    """Projects by what partners give, then those without a known amount by name."""
    return sorted(
        lines,
        key=lambda line: (
            -(line.funding.given_by_side(scheme, "partner") if line.funding else 0),
            not (line.funding and line.funding.states),
            line.project.acronym.lower(),
        ),
    )


def _project_row(line: ProjectLine, scheme: Scheme, audience: Audience, moment: Moment) -> c.Row:
    """One project; contributions that nobody knows are not shown as nothing."""
    money = line.funding
    is_known = money is not None and bool(money.states)
    partner = money.given_by_side(scheme, "partner") if money is not None else 0
    member = money.given_by_side(scheme, "member") if money is not None else 0
    total = money.total_cents if money is not None and is_known else None
    partners = visible_partners(line, scheme, audience)
    return c.Row.of(
        c.Cell(line.project.acronym, href=p.project_href(scheme.code, line.project, moment)),
        partners or "",
        c.Money(money.public_cents if money else None, scheme.currency, bare=True),
        c.Money(partner if is_known and partner else None, scheme.currency, bare=True),
        c.Money(member if is_known and member else None, scheme.currency, bare=True),
        c.Money(total, scheme.currency, bare=True),
        c.Percent(_share(partner, total)) if partner else None,
        kind="" if is_known else "muted",
    )


def visible_partners(line: ProjectLine, scheme: Scheme, audience: Audience) -> str:
    """The partners of a project, by name as far as they are public."""
    if line.funding is None:
        return ""
    every = (*line.funding.states, *line.funding.held_back)
    states = [state for state in every if scheme.role(state.contribution.role).side == "partner"]
    return ", ".join(dict.fromkeys(p.giver(state, scheme, audience) for state in states))


def _left_out(lines: Sequence[ProjectLine]) -> str:
    """That sums leave out what is held back, where anything is."""
    count = sum(len(line.funding.held_back) for line in lines if line.funding is not None)
    return f" {held_back.left_out(count)}" if count else ""


def projects_sheet(
    lines: Sequence[ProjectLine], scheme: Scheme, version: str, audience: Audience, moment: Moment, *, low: bool
) -> Sheet:
    """Projects as rows, in the order of the table."""
    rows = []
    for line in ordered(lines, scheme):
        money = line.funding
        known = money if money is not None and money.states else None
        partners = [s for s in known.states if scheme.role(s.contribution.role).side == "partner"] if known else []
        rows.append(
            (
                line.project.acronym,
                line.project.title,
                line.project.grant_agreement,
                line.project.topic.code if line.project.topic else None,
                visible_partners(line, scheme, audience),
                money.public_cents if money else None,
                *(
                    (known.given_by_side(scheme, side) or None if known else None)
                    for side in ("partner", "member", "other")
                ),
                known.total_cents if known else None,
                sum(state.match_cents for state in partners) if known and partners and not known.held_back else None,
            )
        )
    low = low or any(line.funding is not None and line.funding.held_back for line in lines)
    stated = p.stated(scheme, version, moment, lower_bound=low)
    return Sheet(p.file_name(scheme.code, "projects", on=moment.on), PROJECT_FIELDS, tuple(rows), stated)


def partners_table(
    lines: Sequence[PartnerLine],
    scheme: Scheme,
    moment: Moment,
    exports: tuple[c.Link, ...],
    address: c.Address,
) -> c.Table:
    """One page of the partners with what they gave, of the list at an address.

    Joint contributions stand apart, because nobody publishes who gave which part.
    """
    columns = (
        c.Column(_("Partner")),
        c.Column(_("Kind")),
        c.Column(_("Alone"), numeric=True, hint=_("Contributions that it stands behind alone.")),
        c.Column(
            _("Jointly with others"), numeric=True, hint=_("In full: the split between the partners is not published.")
        ),
        c.Column(_("Match on these"), numeric=True, hint=_("Promised or booked against these contributions, in full.")),
        c.Column(_("Gives to")),
    )
    part, pages = page_of(address, len(lines))
    rows = tuple(_partner_row(line, scheme, moment) for line in lines[part])
    return c.Table(
        "partners",
        f"{_side_label(scheme, 'partner')} ({scheme.currency}), {moment.said}",
        columns,
        rows,
        noun=(_("partner"), _("partners")),
        total_count=len(lines),
        empty=c.EmptyState(_("No partner is known of this programme yet.")),
        exports=exports,
        pages=pages,
        note=_("Do not add the joint amounts up: each stands in full beside every partner that shares in it."),
    )


def _partner_row(line: PartnerLine, scheme: Scheme, moment: Moment) -> c.Row:
    """One partner of a programme."""
    organisation, currency = line.organisation, scheme.currency
    is_known = bool(line.alone_cents or line.joint_cents)
    return c.Row.of(
        c.Cell(str(organisation), href=moment.href(reverse("partner", args=[organisation.slug]))),
        c.Cell(kind(organisation), note=country_name(organisation.country)),
        _part(line.alone_cents, is_known, currency),
        _part(line.joint_cents, is_known, currency),
        c.Money(line.match_cents if is_known else None, currency, bare=True),
        ", ".join(line.projects),
        kind="" if is_known else "muted",
    )


def _part(cents: int, is_known: bool, currency: str) -> c.Value:
    """An amount of a partner: a dash where it gives only in the other way, not known where nothing is known."""
    if not is_known:
        return None
    return c.Money(cents, currency, bare=True) if cents else "–"


def partners_sheet(lines: Sequence[PartnerLine], scheme: Scheme, version: str, moment: Moment, *, low: bool) -> Sheet:
    """Partners as rows."""
    rows = tuple(
        (
            line.organisation.name,
            line.organisation.kind,
            line.organisation.country,
            line.alone_cents if line.projects else None,
            line.joint_cents if line.projects else None,
            line.match_cents if line.projects else None,
            "; ".join(line.projects),
        )
        for line in lines
    )
    stated = p.stated(scheme, version, moment, lower_bound=low)
    return Sheet(p.file_name(scheme.code, "partners", on=moment.on), PARTNER_FIELDS, rows, stated)


def topics_table(
    topics: Iterable[Topic],
    exports: tuple[c.Link, ...],
    caption: str = "",
    *,
    total: int | None = None,
    pages: c.Pages | None = None,
    names_programme: bool = False,
) -> c.Table:
    """Topics with where they stand, those of one page; a pledge to one before its adoption can be matched."""
    programme = (c.Column(_("Programme")),) if names_programme else ()
    columns = (c.Column(_("Topic")), *programme, c.Column(_("Call")), c.Column(_("Stands at")))
    rows = tuple(
        c.Row.of(
            c.Cell(topic.title, href=reverse("topic", args=[topic.scheme.code, topic.code]), note=topic.code),
            *(c.Cell(topic.scheme.name, href=reverse("programme", args=[topic.scheme.code])) for _one in programme),
            topic.call.code if topic.call else "",
            topic_cell(topic),
        )
        for topic in topics
    )
    return c.Table(
        "topics",
        caption or _("Open topics"),
        columns,
        rows,
        noun=(_("topic"), _("topics")),
        total_count=total,
        empty=c.EmptyState(_("No topic is open."), _("A topic is open until it is adopted.")),
        exports=exports,
        pages=pages,
    )


def topics_sheet(topics: Iterable[Topic], name: str, moment: Moment) -> Sheet:
    """Topics as rows."""
    rows = tuple(
        (
            topic.scheme.code,
            topic.code,
            topic.title,
            topic.call.code if topic.call else None,
            topic.status,
            topic.adopted_on,
            topic.status_certainty,
            topic.status_note,
        )
        for topic in topics
    )
    return Sheet(p.file_name(name, "topics", on=moment.on), TOPIC_FIELDS, rows, {"as_of": moment.on})


def leverage_table(figures: Leverage, name: str, over: str) -> c.Table:
    """The four named figures with their formulas; they are never shown as one."""
    values = {"L1": figures.l1, "L2": figures.l2, "L3": figures.l3, "L4": figures.l4}
    rows = [
        c.Row.of(
            c.Cell(f"{key} {spoken(NAMES[key])}", note=_(_LEVERAGE_WORDS[key])),
            c.Ratio(values[key], 2),
            spoken(FORMULAS[key]),
        )
        for key in NAMES
    ]
    if figures.l4_by_origin is not None and figures.l4_by_origin != figures.l4:
        label = c.Cell(
            _("L4 by origin of the money"),
            note=_("Counts as public also what a contributor gives from a public budget."),
        )
        rows.append(c.Row.of(label, c.Ratio(figures.l4_by_origin, 2), spoken(FORMULAS["L4"])))
    columns = (c.Column(_("Figure")), c.Column(_("Value"), numeric=True), c.Column(_("How it is made")))
    return c.Table(name, _("Leverage {over}").format(over=over), columns, tuple(rows), counted=False)


def kind(organisation: Organisation) -> str:
    """The kind of an organisation in words; empty (shown as not known) where it is not known."""
    return "" if organisation.kind == Organisation.Kind.UNKNOWN else spoken(str(organisation.get_kind_display()))


def _share(part: int, whole: int | None) -> Fraction | None:
    """A part of a whole, None where there is none."""
    return Fraction(part, whole) if whole else None


def _side_label(scheme: Scheme, side: str) -> str:
    """The word for the givers of one side, as the scheme says it."""
    return ", ".join(spoken(role.label_plural) for role in scheme.roles if role.side == side) or side.capitalize() + "s"
