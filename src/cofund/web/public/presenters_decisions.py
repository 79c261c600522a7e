"""The published decisions as everybody sees them: the register, one decision, and both as data."""

from __future__ import annotations

from collections.abc import Iterable

from cofund.queries import decisions
from cofund.queries.consent import Titles
from cofund.records.programme.models import TAKEN_ELSEWHERE, AgendaItem, Certainty, Decision
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.languages import gettext as _
from cofund.web.public import presenters
from cofund.web.public.moments import Moment
from cofund.web.public.presenters_governance import group_link, mark
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken, spoken_title

DECISION_FIELDS = (
    Field("number", "The number of the decision"),
    Field("decided_on", "The day on which it was decided"),
    Field("title", "What it is about"),
    Field("text", "What was decided, in public words"),
    Field("group", "The group that decided"),
    Field("result", "adopted or rejected, empty where it is not recorded how it was reached"),
    Field("taken", "That it was taken elsewhere and is not recorded here; empty where it was taken on an agenda here"),
    Field("yes_share", "The share of the votes that said yes, as a fraction; empty for a consensus"),
    Field("certainty", "How sure the number and the day are"),
    Field("source", "Where it comes from"),
)


def decisions_link(scheme: Scheme, moment: Moment) -> c.Link:
    """The way to the published decisions."""
    return c.Link(_("Decisions"), moment.href(reverse("public-decisions", args=[scheme.code])))


def decisions_table(
    scheme: Scheme,
    rows: Iterable[Decision],
    titles: Titles,
    moment: Moment,
    count: int,
    pages: c.Pages,
    exports: tuple[c.Link, ...],
) -> c.Table:
    """The published decisions; a partner that may not be named is not."""
    shown = tuple(
        c.Row.of(
            c.Cell(
                spoken(row.number_said),
                href=moment.href(reverse("public-decision", args=[scheme.code, row.number])),
                certainty=mark(row.certainty) if row.grounds else None,
            ),
            # Of a decision that was not reached here the number is known; what may be assumed is its day.
            c.Cell(row.decided_on, certainty=None if row.grounds else mark(row.certainty)),
            spoken_title(titles.of_decision(row)),
            row.group.name if row.group else None,
            reasoning.result_cell(row),
        )
        for row in rows
    )
    is_public = "decision" in scheme.publication.decisions
    words = (
        _("They appear here as soon as the office publishes them.")
        if is_public
        else _("Its rules publish no decisions.")
    )
    return c.Table(
        "decisions",
        _("Decisions of {scheme}").format(scheme=scheme.name),
        (
            c.Column(_("Number")),
            c.Column(_("Decided on")),
            c.Column(_("What")),
            c.Column(_("By")),
            c.Column(_("Result")),
        ),
        shown,
        noun=(_("decision"), _("decisions")),
        total_count=count,
        empty=c.EmptyState(_("No decision is published."), words),
        exports=exports,
        pages=pages,
    )


def decision_table(scheme: Scheme, rows: Iterable[Decision], titles: Titles, moment: Moment) -> c.Table:
    """One decision: what was decided, when, by whom, and of what votes; without a row where it was not there yet."""
    shown = tuple(
        c.Row.of(
            c.Cell(
                spoken(row.number_said),
                href=moment.href(reverse("public-decision", args=[scheme.code, row.number])),
                certainty=mark(row.certainty),
            ),
            row.decided_on,
            spoken_title(titles.of_decision(row)),
            row.group.name if row.group else None,
            reasoning.result_cell(row),
            reasoning.votes_cell(row),
        )
        for row in rows
    )
    heads = (_("Number"), _("Decided on"), _("What"), _("By"), _("Result"), _("Said yes"))
    return c.Table(
        "decision",
        _("A decision of {scheme}, {moment}").format(scheme=scheme.name, moment=moment.said),
        tuple(c.Column(head) for head in heads),
        shown,
        empty=c.EmptyState(_("This decision was not there on this day")),
        counted=False,
    )


def decisions_sheet(scheme: Scheme, version: str, rows: Iterable[Decision], titles: Titles, moment: Moment) -> Sheet:
    """The published decisions as data."""
    return Sheet(
        f"decisions-{scheme.code}",
        DECISION_FIELDS,
        tuple(
            (
                spoken(row.number_said),
                row.decided_on,
                spoken_title(titles.of_decision(row)),
                "" if row.pk in titles.decisions else row.text,
                row.group.slug if row.group else "",
                row.result,
                spoken(TAKEN_ELSEWHERE) if row.is_taken_elsewhere else "",
                decisions.yes_share(row),
                str(row.certainty),
                row.source_url,
            )
            for row in rows
        ),
        presenters.stated(scheme, version, moment),
    )


def decision_facts(row: Decision, moment: Moment) -> tuple[c.Fact, ...]:
    """What is known of a published decision."""
    facts = [
        c.Fact(_("Decided on"), row.decided_on, note=_assumed_day(row)),
        c.Fact(_("By"), row.group.name if row.group else None, href=group_link(row.group).href if row.group else ""),
        c.Fact(_("Published here"), row.published_at),
        c.Fact(
            _("Source"),
            presenters.source(row.source_url) or (None if row.is_taken_elsewhere else _("recorded by the office")),
        ),
    ]
    item: AgendaItem | None = getattr(row, "agenda_item", None)
    if item is not None and item.topic is not None:
        href = presenters.topic_href(row.scheme.code, item.topic, moment)
        facts.insert(2, c.Fact(_("About"), item.topic.code, href=href, note=item.topic.title))
    return tuple(facts)


def _assumed_day(row: Decision) -> str:
    """That the day of a decision is assumed."""
    return "assumed" if row.certainty == Certainty.ASSUMED else ""
