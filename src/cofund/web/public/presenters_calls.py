"""What the public reads of calls: the list with its days and amounts, and what became of the proposals."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as marked

from cofund.queries import call_money
from cofund.queries.call_money import Behind
from cofund.queries.calls import CallLine, CallTopic
from cofund.queries.chains import Chain
from cofund.records.programme.models import Call, CallResult
from cofund.rules import timeline
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import held_back
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.presenters_topic import segments_of
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.topic_states import mark, topic_cell
from cofund.web.vocabulary import spoken

CALL_FIELDS = (
    Field("call", "code of the call"),
    Field("name", "its name"),
    Field("procedure", "single_stage, two_stage or unknown"),
    Field("fast_track", "whether a decision shortened its times"),
    Field("drafts_published_on", "day on which drafts of its topics were published"),
    Field("launched_on", "day of the launch"),
    Field("short_proposals_until", "deadline of the first stage"),
    Field("deadline_on", "deadline of full proposals"),
    Field("results_on", "day on which results were told"),
    Field("budget", "public money of the call", is_money=True),
    Field("members", "what members are to bring, with partners where the source adds them in", is_money=True),
    Field("amounts_certainty", "how sure the amounts are"),
    Field("certainty", "how sure the days are"),
    Field("note", "what else is known, and what is not"),
)
TOPIC_FIELDS = (
    Field("call", "code of the call"),
    Field("topic", "code of a topic that was in it"),
    Field("title", "its title"),
    Field("status", "where it stands"),
    Field("project", "key of the first project that came of it; empty where none has"),
    Field("acronym", "what that project is called"),
)
MEMBERS_HINT = marked("As announced for the whole call; partners are in it where the source adds them in.")


def past(moment: Moment) -> str:
    """What of a past day is as it stands today, because nothing of it is recorded; empty on a page of today."""
    if moment.is_of_now:
        return ""
    return _(
        "As recorded by then: days and amounts of calls, which topics were in them, and where these stood. As it stands today: "
        "titles, what projects are called, counted results from the deadline of their stage on, and the state of a topic of which "
        "no step is recorded here. A call of which it is not recorded when it was entered is there from the first of its days on, "
        "and on every day where none of them is known."
    )


def bar(call: Call, behind: Sequence[Behind], scheme: Scheme, moment: Moment) -> c.StackedBar | None:
    """The money that a call set in motion, each euro once; None where none is known on the day."""
    segments = segments_of(call_money.parts(scheme, behind))
    if not segments:
        return None
    title = _("{name}: the money, {moment}").format(name=call.name or call.code, moment=moment.said)
    left_out = held_back.left_out(sum(len(one.funding.held_back) for one in behind))
    note = " ".join(filter(None, (_("Each euro stands in one part."), left_out)))
    return c.StackedBar("call-money", title, (c.BarRow(segments),), currency=scheme.currency, note=note)


def results_table(chain: Chain, scheme: Scheme) -> c.Table | None:
    """The counted results of the call; None where none are known."""
    return results_of_call(list(chain.call.results.all()), scheme) if chain.call else None


def results_of_call(rows: Sequence[CallResult], scheme: Scheme) -> c.Table | None:
    """The counted results of a call; None where none are known."""
    return _results("call-results", _("Proposals to the whole call"), rows, scheme, names=False) if rows else None


def all_results(lines: Sequence[CallLine], scheme: Scheme) -> c.Table | None:
    """The counted results of every call; None where none are known."""
    rows = [one for line in lines for one in line.results]
    return _results("results", _("What became of the proposals"), rows, scheme, names=True) if rows else None


def calls_table(lines: Sequence[CallLine], scheme: Scheme, moment: Moment, exports: tuple[c.Link, ...]) -> c.Table:
    """The calls of a programme."""
    return c.Table(
        "calls",
        _("Calls of {scheme}").format(scheme=scheme.name),
        (
            c.Column(_("Call")),
            c.Column(_("Procedure")),
            c.Column(_("Launched")),
            c.Column(_("Short proposals")),
            c.Column(_("Deadline")),
            c.Column(_("Public money ({currency})").format(currency=scheme.currency), numeric=True),
            c.Column(_("Members ({currency})").format(currency=scheme.currency), numeric=True, hint=_(MEMBERS_HINT)),
            c.Column(_("Took, in days")),
        ),
        tuple(_call_row(line, scheme, moment) for line in lines),
        noun=(_("call"), _("calls")),
        empty=c.EmptyState(_("No call is recorded yet.")),
        exports=exports,
        note=_("A day that no source tells is shown as not known."),
    )


def topics_table(found: Sequence[CallTopic], rules: Scheme, moment: Moment, exports: tuple[c.Link, ...]) -> c.Table:
    """The topics of a call, each with its way to the project."""
    rows = tuple(
        c.Row.of(
            c.Cell(one.topic.code, href=p.topic_href(rules.code, one.topic, moment), note=one.topic.title),
            topic_cell(one.topic),
            c.Cell(_("From idea to project"), href=reverse("topic-chain", args=[rules.code, one.topic.code])),
            c.Cell(one.project.acronym, href=p.project_href(rules.code, one.project, moment)) if one.project else "–",
        )
        for one in found
    )
    return c.Table(
        "topics",
        _("Topics of the call"),
        (c.Column(_("Topic")), c.Column(_("Status")), c.Column(_("Way")), c.Column(_("Project"))),
        rows,
        noun=(_("topic"), _("topics")),
        empty=c.EmptyState(_("No topic of this call is recorded.")),
        exports=exports,
    )


def calls_sheet(lines: Sequence[CallLine], scheme: Scheme, version: str, moment: Moment) -> Sheet:
    """Calls as rows."""
    rows = tuple(
        (
            line.call.code,
            line.call.name,
            line.call.procedure,
            line.call.is_fast_track,
            line.call.drafts_published_on,
            line.call.opened_on,
            line.call.stage1_closed_on,
            line.call.closed_on,
            line.call.results_on,
            line.call.budget_cents,
            line.call.members_cents,
            line.call.amounts_certainty,
            line.call.certainty,
            line.call.note,
        )
        for line in lines
    )
    return Sheet(p.file_name(scheme.code, "calls", on=moment.on), CALL_FIELDS, rows, p.stated(scheme, version, moment))


def topics_sheet(call: Call, found: Sequence[CallTopic], scheme: Scheme, version: str, moment: Moment) -> Sheet:
    """The topics of a call as rows."""
    rows = tuple(
        (
            call.code,
            one.topic.code,
            one.topic.title,
            one.topic.status,
            one.project.slug if one.project else "",
            one.project.acronym if one.project else "",
        )
        for one in found
    )
    name = p.file_name(scheme.code, "call", call.code, on=moment.on)
    return Sheet(name, TOPIC_FIELDS, rows, p.stated(scheme, version, moment))


def _call_row(line: CallLine, scheme: Scheme, moment: Moment) -> c.Row:
    """One call."""
    call = line.call
    took = "; ".join(
        _("{words} to {words_2}: {days}").format(
            words=spoken(timeline.LABELS[one.start]).lower(),
            words_2=spoken(timeline.LABELS[one.end]).lower(),
            days=one.days,
        )
        for one in line.durations
    )
    notes = [
        call.code if call.name else "",
        _("fast track") if call.is_fast_track else "",
        _("only for {restricted_to}").format(restricted_to=call.restricted_to) if call.restricted_to else "",
    ]
    return c.Row.of(
        c.Cell(
            call.name or call.code,
            href=moment.href(reverse("call", args=[scheme.code, call.code])),
            note=", ".join(filter(None, notes)),
            certainty=mark(call.certainty),
        ),
        spoken(call.get_procedure_display()),
        call.opened_on,
        call.stage1_closed_on or ("–" if call.procedure == call.Procedure.SINGLE_STAGE else None),
        call.closed_on,
        c.Cell(c.Money(call.budget_cents, scheme.currency, bare=True), certainty=mark(call.amounts_certainty)),
        c.Cell(c.Money(call.members_cents, scheme.currency, bare=True), certainty=mark(call.amounts_certainty)),
        took or "–",
    )


def _results(name: str, caption: str, rows: Sequence[CallResult], scheme: Scheme, *, names: bool) -> c.Table:
    """Counted results, stage by stage."""
    columns = (
        c.Column(_("Stage"), numeric=not names),
        c.Column(_("Submitted"), numeric=True),
        c.Column(_("Not eligible"), numeric=True),
        c.Column(_("Above the threshold"), numeric=True),
        c.Column(_("Selected"), numeric=True),
        c.Column(_("Asked for ({currency})").format(currency=scheme.currency), numeric=True),
        c.Column(_("Recommended ({currency})").format(currency=scheme.currency), numeric=True),
    )

    def first(one: CallResult) -> c.Cell:
        said = (
            _("{part}, stage {stage}").format(part=one.call.name or one.call.code, stage=one.stage)
            if names
            else str(one.stage)
        )
        return c.Cell(said, href=one.source_url, note=one.note, certainty=mark(one.certainty))

    return c.Table(
        name,
        caption,
        columns,
        tuple(
            c.Row.of(
                first(one),
                one.submitted_count,
                one.ineligible_count,
                one.above_threshold_count,
                one.selected_count,
                c.Money(one.asked_cents, scheme.currency, bare=True),
                c.Money(one.recommended_cents, scheme.currency, bare=True),
            )
            for one in rows
        ),
        noun=(_("stage"), _("stages")),
        note=_("Counts as published; single proposals are not."),
    )
