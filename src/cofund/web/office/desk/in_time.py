"""`/office/<scheme>/topics/<code>/in-time/`: who is in time for a topic, and what happens to who is not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, clock, punctuality
from cofund.queries.punctuality import Aiming, InTime
from cofund.rules.timing import IN_TIME, LATE, LETTER_RULE, PAPERS_RULE, TIGHT, UNKNOWN
from cofund.web import components as c
from cofund.web.formatting import counted, day, relative_day
from cofund.web.lists import files_of
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.routes import reverse

TONES = {IN_TIME: c.Tone.GOOD, TIGHT: c.Tone.WARNING, LATE: c.Tone.BAD, UNKNOWN: c.Tone.NEUTRAL}


@opened_by("see what is in time")
def page(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """The days of a topic, the meetings of the board, and each lead and application with its slack."""
    rules, _ = scheme_or_404(scheme)
    topic = punctuality.find(scheme, code)
    if topic is None:
        raise Http404
    found = punctuality.of_topic(topic)
    file = exports.answer(request.GET.get("format", ""), f"in-time-{code}", [_plain(one) for one in found.aiming])
    if file is not None:
        return file
    back = (
        c.Link("Topics", reverse("office-topics", args=[scheme])),
        c.Link(code, reverse("office-topic", args=[scheme, code])),
    )
    context = navigation.context(request, "In time?", scheme, back) | {
        "scheme": rules,
        "topic": topic,
        "facts": _facts(found),
        "meetings": _meetings(found),
        "table": _table(request, found),
        "otherwise": _otherwise(request, found),
    }
    return render(request, "cofund/pages/office/desk/in_time.html", context)


def _facts(found: InTime) -> tuple[c.Fact, ...]:
    """The days that decide."""
    plan, today = found.plan, clock.today()
    papers_note = PAPERS_RULE if plan.papers_are_reckoned else "as the meeting states"
    assumed = c.Certainty.ASSUMED
    return (
        c.Fact(
            "Adopted" if found.is_adopted else "Adoption planned",
            plan.adoption_on,
            note=relative_day(plan.adoption_on, today) if plan.adoption_on else "Set the planned day on the topic.",
        ),
        c.Fact(
            "Comfortable until, for a letter",
            plan.letter_on,
            note=LETTER_RULE if plan.letter_on else "",
            certainty=assumed if plan.letter_on else None,
        ),
        c.Fact(
            "Last day for a letter: papers due",
            plan.papers_on,
            note=papers_note if plan.papers_on else "",
            certainty=assumed if plan.papers_on and plan.papers_are_reckoned else None,
        ),
    )


def _meetings(found: InTime) -> c.Table:
    """The board's meetings, and whether what is decided there is in time for the topic."""
    adoption = found.plan.adoption_on
    rows = tuple(
        c.Row.of(
            c.Cell(row.held_on, href=reverse("office-meeting", args=[row.pk]), note=row.title),
            row.papers_due_on or "not set",
            c.Status("Not known")
            if adoption is None
            else c.Status("In time", c.Tone.GOOD)
            if row.held_on <= adoption
            else c.Status("After the adoption", c.Tone.BAD),
            "adopts the topic" if row == found.adopting else "–",
        )
        for row in found.meetings
    )
    return c.Table(
        "meetings",
        "Meetings of the board",
        (c.Column("Meets"), c.Column("Papers due"), c.Column("A decision there is"), c.Column("This topic")),
        rows,
        noun=("meeting", "meetings"),
        empty=c.EmptyState("No meeting of the board is recorded.", "The governance officer plans meetings."),
    )


def _table(request: HttpRequest, found: InTime) -> c.Table:
    """Leads and applications with their slack."""
    rows = tuple(
        c.Row.of(
            c.Cell(
                one.name,
                href=reverse("office-application" if one.is_application else "office-lead", args=[one.reference]),
                note=f"{'application' if one.is_application else 'lead'} {one.reference}",
            ),
            one.state,
            c.Status(one.verdict.words, TONES[one.verdict.verdict]),
            c.Cell(one.verdict.planned_on or "not known", note=one.says, href=_what_if(request, one)),
            one.verdict.required_on or "not known",
            _slack(one),
        )
        for one in found.aiming
    )
    return c.Table(
        "aiming",
        "Who aims at this topic",
        (
            c.Column("Partner"),
            c.Column("State"),
            c.Column("In time?"),
            c.Column("Planned"),
            c.Column("Required"),
            c.Column("Slack", numeric=True, hint="Required day less planned day."),
        ),
        rows,
        noun=("partner", "partners"),
        empty=c.EmptyState("No lead or application aims at this topic."),
        exports=files_of(c.Address.of(request.path, request.GET.items())),
    )


def _what_if(request: HttpRequest, one: Aiming) -> str:
    """Of an application: the page with every meeting that it can still reach, where this person reads applications."""
    may = one.is_application and access.may(request.user, "read applications")
    return reverse("office-application-timing", args=[one.reference]) if may else ""


def _slack(one: Aiming) -> str:
    """The slack in words."""
    slack = one.verdict.slack_days
    if slack is None:
        return "not known"
    return counted(slack, "day") if slack >= 0 else f"{counted(-slack, 'day')} too late"


def _otherwise(request: HttpRequest, found: InTime) -> c.Callout:
    """What happens to a partner that is not in time, and the way out."""
    late = sum(one.verdict.verdict == LATE for one in found.aiming)
    text = (
        "The reservation is refused, because the match was decided at the adoption. The way out is to amend the work plan: "
        "the board decides once more, and the match is reserved as amended."
    )
    href = reverse("office-topic-act", args=[found.topic.scheme.code, found.topic.code, "reserve"])
    may = found.is_adopted and access.may(request.user, "reserve")
    on = f" on {day(found.plan.adoption_on)}" if found.plan.adoption_on else ""
    title = f"Whoever the board decides on after the adoption{on} is too late for the match"
    if late:
        title = f"{counted(late, 'partner')} will be too late for the match"
    return c.Callout(
        title, text, "warning" if late else "info", action=c.Link("Amend the work plan", href) if may else None
    )


def _plain(one: Aiming) -> dict[str, exports.Plain]:
    """A lead or application as a row of a file."""
    verdict = one.verdict
    return {
        "reference": one.reference,
        "partner": one.name,
        "is_application": one.is_application,
        "state": one.state,
        "verdict": verdict.verdict,
        "planned_on": verdict.planned_on.isoformat() if verdict.planned_on else "",
        "required_on": verdict.required_on.isoformat() if verdict.required_on else "",
        "slack_days": verdict.slack_days,
        "rests_on": one.says,
    }
