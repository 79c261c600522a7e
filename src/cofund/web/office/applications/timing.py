"""The what-if of a late partner: which meeting of the board would still be in time, and with how many days of slack."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, adoptions, applications, clock
from cofund.queries.adoptions import Adoption, Possibility
from cofund.records.ledger.models import Application
from cofund.rules.schemes import Scheme
from cofund.rules.timing import LETTER_RULE, slack_days
from cofund.web import components as c
from cofund.web.formatting import counted, day
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.applications.reaching import application_or_404, crumbs_of, scheme_of
from cofund.web.routes import reverse


@opened_by("read applications")
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/applications/<reference>/in-time/`: every planned meeting, for a letter that is there on `?on=` (today)."""
    row = application_or_404(request, reference)
    scheme = scheme_of(row)
    ready_on = _asked(request)
    adoption = adoptions.adoption_of(row)
    found = adoptions.possibilities(scheme, row, ready_on)
    address = c.Address.of(request.path, request.GET.items())
    context = navigation.context(request, "In time?", scheme.code, crumbs_of(row)) | {
        "row": row,
        "heading": f"In time for {applications.target_name(row) or 'its topic'}?",
        "facts": _facts(request, scheme, row, adoption, ready_on),
        "bar": c.FilterBar((c.Filter("on", "Letter handed in on", ready_on.isoformat(), kind="date"),), address),
        "table": _table(scheme, found),
        "callout": _verdict(request, scheme, row, adoption, found),
    }
    return render(request, "cofund/pages/office/applications/timing.html", context)


def _asked(request: HttpRequest) -> dt.date:
    """The day that the address asks for; today where it asks for none that can be read."""
    try:
        return dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()


def _facts(
    request: HttpRequest, scheme: Scheme, row: Application, adoption: Adoption, ready_on: dt.date
) -> tuple[c.Fact, ...]:
    """The days that everything hangs on."""
    plan = adoptions.plan_of(scheme, adoption, row.topic.call.opened_on if row.topic and row.topic.call else None)
    needed = plan.papers_on
    papers = scheme.application.papers_days
    figure = scheme.figure("application.papers_days")
    is_assumed = figure is not None and figure.certainty == "assumed"
    slack = slack_days(needed, ready_on) if needed else None
    return (
        c.Fact(
            "Adoption of the topic",
            adoption.on,
            href=_everybody(request, row),
            note="done" if adoption.is_done else "planned" if adoption.on else "",
        ),
        c.Fact(
            "Comfortable until, for a letter",
            plan.letter_on,
            note=LETTER_RULE if plan.letter_on else "",
            certainty=c.Certainty.ASSUMED if plan.letter_on else None,
        ),
        c.Fact("Letter needed by", needed, note="the day on which papers for that meeting are due" if needed else ""),
        c.Fact("Days of slack", _signed(slack), note="needed by, less the day on which it is handed in"),
        c.Fact(
            "Papers are due",
            f"{papers} days before a meeting" if papers else None,
            note="where a meeting does not state its own day",
            certainty=c.Certainty.ASSUMED if is_assumed else None,
        ),
    )


def _everybody(request: HttpRequest, row: Application) -> str:
    """The page that tells of everybody who aims at the topic, where this person may see it."""
    if row.topic is None or not access.may(request.user, "see what is in time"):
        return ""
    return reverse("office-topic-in-time", args=[row.scheme.code, row.topic.code])


def _table(scheme: Scheme, found: list[Possibility]) -> c.Table:
    """Every planned meeting with what it means."""
    return c.Table(
        "meetings",
        f"Planned meetings of the {scheme.label('board')}",
        (
            c.Column("Meeting"),
            c.Column("In time"),
            c.Column("Papers due"),
            c.Column("Days for the papers", numeric=True, hint="From the day on which the letter is handed in."),
            c.Column("Days before the adoption", numeric=True, hint="Below nothing: so many days after it."),
        ),
        tuple(
            c.Row.of(
                c.Cell(one.meeting.held_on, note=one.meeting.title),
                _status(one),
                one.chance.papers_due_on,
                _signed(one.chance.days_for_papers),
                _signed(one.chance.slack_days),
            )
            for one in found
        ),
        noun=("meeting", "meetings"),
        empty=c.EmptyState("No meeting is planned on or after that day."),
    )


def _status(one: Possibility) -> c.Status:
    """What a meeting means, in words."""
    if one.chance.is_in_time:
        words = "In time" if one.chance.slack_days is not None else "The adoption has no day yet"
        return c.Status(words, c.Tone.GOOD if one.chance.slack_days is not None else c.Tone.WAITING)
    if not one.chance.takes_papers:
        return c.Status("Papers are too late", c.Tone.BAD)
    return c.Status("After the adoption", c.Tone.BAD)


def _verdict(
    request: HttpRequest, scheme: Scheme, row: Application, adoption: Adoption, found: list[Possibility]
) -> c.Callout:
    """What follows: the meeting to take, or that the work plan has to be amended."""
    good = [one for one in found if one.chance.is_in_time]
    if adoption.on is None:
        text = "Every meeting that still takes papers may be in time; nobody can say before the day is planned."
        return c.Callout("The adoption of the topic has no day yet", text)
    if good:
        one = good[-1]
        slack = counted(one.chance.slack_days or 0, "day")
        words = f"The meeting of {day(one.meeting.held_on)} is the last one in time, with {slack} before the adoption"
        return c.Callout(words, "An approval there is decided together with the topic.", "success")
    text = (
        "An approval after the adoption is not matched: the reservation is refused. "
        "Amend the work plan: a new decision of the board decides the match anew."
    )
    action = None
    if access.may(request.user, "schedule application") and row.status in ("eligible", "scheduled"):
        href = reverse("office-application-step", args=[row.reference, "schedule"])
        action = c.Link("Put it on an agenda that amends the work plan", href)
    elif access.may(request.user, "reserve") and row.status == "approved" and row.topic is not None:
        href = reverse("office-topic-act", args=[scheme.code, row.topic.code, "reserve"])
        action = c.Link("Amend the work plan", href)
    return c.Callout("No planned meeting is in time", text, "warning", action=action)


def _signed(days: int | None) -> str | None:
    """A number of days, below nothing in words."""
    if days is None:
        return None
    return f"{days:,}" if days >= 0 else f"minus {-days:,}"
