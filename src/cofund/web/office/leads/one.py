"""The page of one lead: where it stands, what comes next, what was said, what it would unlock, and when a letter is late."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cofund.queries import access, clock, duplicates, leads, prospects
from cofund.queries.explanations import explain
from cofund.records.ledger.models import Application
from cofund.records.programme.models import ExpressionOfInterest, Lead
from cofund.rules import timing
from cofund.rules.lifecycle_applications import APPLICATION, LIVING
from cofund.rules.lifecycles import LEAD
from cofund.rules.pipeline import OPEN_STAGES
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office import navigation, showing
from cofund.web.office.access import opened_by
from cofund.web.office.leads import presenting
from cofund.web.routes import reverse

WAY = ("new", "contacted", "exploring", "fit_found", "applying", "converted")


@opened_by("read leads")
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/leads/<reference>/`: one lead."""
    lead = lead_or_404(request, reference)
    today = clock.today()
    applied = leads.applications(lead)
    acts = _acts(request, lead, applied)
    following = _next(lead, acts)
    knock = ExpressionOfInterest.objects.filter(lead=lead).first()
    context = navigation.context(request, reference, lead.scheme.code, (leads_crumb(),)) | {
        "lead": lead,
        "status": c.Status(LEAD.states[lead.stage], presenting.TONES[lead.stage]),
        "way": _way(lead),
        "next": following,
        "acts": [c.Link(act.verb, presenting.step_href(lead, act)) for act in (acts[1:] if following else acts)],
        "may_edit": access.may(request.user, "edit lead"),
        "may_log": access.may(request.user, "log exchange with lead"),
        "facts": _facts(lead, knock),
        "plan": _plan(lead, today),
        "notices": (*_assumed(lead), *_lateness(lead, today), *_strangers(lead, knock)),
        "timeline": _timeline(lead),
        "unlock": _unlock(lead),
        "applications": _applications(applied),
        "outcome": _outcome(lead),
        "closed": "" if lead.stage in OPEN_STAGES else "This lead is closed or rests: it counts in no projection.",
    }
    return render(request, "cofund/pages/office/leads/lead.html", context)


def lead_or_404(request: HttpRequest, reference: str) -> Lead:
    """The lead of an address. Raises Http404 where there is none, and where this person may not read it."""
    found = leads.find(request.user, reference)
    if found is None:
        raise Http404
    return found


def leads_crumb() -> c.Link:
    """The way back to the board."""
    return c.Link("Leads", reverse("office-leads"))


def _way(lead: Lead) -> tuple[c.Step, ...]:
    """The way of a lead with the days on which it reached its stages; stages that it passed over are shown as left out."""
    days = {step.stage: step.on for step in leads.steps(lead)}
    if lead.stage not in WAY:
        reached = [stage for stage in WAY if stage in days]
        return (
            *(c.Step(LEAD.states[stage], "done", days[stage]) for stage in reached),
            c.Step(LEAD.states[lead.stage], "current", lead.stage_since_on),
        )
    place = WAY.index(lead.stage)
    found = []
    for number, stage in enumerate(WAY):
        if number == place:
            found.append(c.Step(LEAD.states[stage], "current", lead.stage_since_on))
        elif number < place:
            found.append(c.Step(LEAD.states[stage], "done" if stage in days else "skipped", days.get(stage)))
        else:
            found.append(c.Step(LEAD.states[stage]))
    return tuple(found)


def _acts(request: HttpRequest, lead: Lead, applied: list[Application]) -> tuple[presenting.Act, ...]:
    """What this person can do with a lead; no further application while one of it has not come to nothing."""
    is_living = any(row.status in LIVING for row in applied)
    acts = presenting.acts_on(lead.stage, access.role_of(request.user))
    return tuple(act for act in acts if not (is_living and act.code == presenting.APPLY))


def _next(lead: Lead, acts: tuple[presenting.Act, ...]) -> c.Link | None:
    """What usually comes next, where this person may do it."""
    if not acts or acts[0].code != presenting.USUAL.get(lead.stage):
        return None
    return c.Link(acts[0].title, presenting.step_href(lead, acts[0]))


def _facts(lead: Lead, knock: ExpressionOfInterest | None) -> tuple[c.Fact, ...]:
    """What is known of a lead."""
    topic, mark = lead.topic, presenting.mark(lead.certainty)
    office = reverse("office-partner", args=[lead.organisation.slug])
    listed = f"{reverse('office-leads-table')}?organisation={lead.organisation.slug}"
    found = [
        c.Fact("Organisation", lead.organisation.name, href=office, note=lead.organisation.get_kind_display()),
        c.Fact("Its leads", "All leads of this organisation", href=listed),
        c.Fact("How it came", lead.get_route_display(), note=str(lead.seat) if lead.seat else ""),
        c.Fact(
            "Topic",
            topic.code if topic else "None yet",
            href=reverse("office-topic", args=[lead.scheme.code, topic.code]) if topic else "",
            note=topic.title if topic else "",
        ),
        c.Fact("Kind", presenting.kind_label(lead)),
        c.Fact("May bring", c.Money(lead.amount_cents, lead.scheme.currency)),
        c.Fact("How likely", f"{lead.probability_percent} %" if lead.probability_percent is not None else None),
        c.Fact("Wants", lead.interest),
        c.Fact("Since", lead.opened_on, certainty=mark),
        c.Fact("Source", c.Link(lead.source_url, lead.source_url) if lead.source_url else "Recorded here"),
    ]
    if lead.idea:
        found.insert(3, c.Fact("Idea", lead.idea.reference, note=lead.idea.title))
    if knock is not None:
        found.append(c.Fact("Knocked", knock.person, note=f"{knock.email}, as {knock.organisation_name}"))
    if lead.lost_reason:
        found.append(c.Fact("Why it was lost", lead.lost_reason))
    if lead.note and lead.certainty != c.Certainty.ASSUMED:
        found.append(c.Fact("Note", lead.note))
    return tuple(found)


def _plan(lead: Lead, today: Any) -> tuple[c.Fact, ...]:
    """What is to be done next, by whom and until when."""
    due: c.Value = lead.next_step_on or "No day is set"
    late = "overdue" if presenting.is_overdue(lead, today) else ""
    return (
        c.Fact("Next step", lead.next_step or "None is planned"),
        c.Fact("Due", due, note=late),
        c.Fact("Looked after by", str(lead.owner) if lead.owner else "Nobody yet"),
    )


def _assumed(lead: Lead) -> tuple[c.Callout, ...]:
    """Say it where days, amounts or probabilities are made up for the example."""
    if lead.certainty != c.Certainty.ASSUMED:
        return ()
    return (c.Callout("Not everything here is known: some of it is assumed.", lead.note, "warning"),)


def _lateness(lead: Lead, today: Any) -> tuple[c.Callout, ...]:
    """Until when a letter comes in comfortable time for the topic; nothing where the lead is closed or no day is known."""
    time = prospects.letter_time(lead.topic)
    if lead.stage not in OPEN_STAGES or lead.topic is None:
        return ()
    topic = lead.topic
    if topic.adopted_on is not None:
        words = "What is pledged now is matched only if the board amends the work plan."
        return (c.Callout(f"{topic.code} was adopted on {day(topic.adopted_on)}.", words, "warning"),)
    if time is None:
        return (
            c.Callout(
                "It is not known until when a letter is in time.",
                "Neither the launch of its call nor the day of its adoption is known.",
            ),
        )
    planned = f" Adoption is planned for {day(topic.adoption_planned_on)}." if topic.adoption_planned_on else ""
    if time.rests_on == timing.PAPERS_OF_THE_MEETING:
        words = f"It is {time.rests_on}.{planned}"
    else:
        words = f"A rule of thumb: 60 days before the launch, reckoned from {time.rests_on}.{planned}"
    if time.is_late(today):
        return (c.Callout(f"The latest comfortable day for a letter was {day(time.latest_on)}.", words, "warning"),)
    return (c.Callout(f"The latest comfortable day for a letter is {day(time.latest_on)}.", words),)


def _strangers(lead: Lead, knock: ExpressionOfInterest | None) -> tuple[c.Callout, ...]:
    """Of a lead that came by itself: whether its organisation was added with it, and which others it may be."""
    if knock is None:
        return ()
    return (*_elsewhere(lead, knock), *_taken_for(lead, knock))


def _elsewhere(lead: Lead, knock: ExpressionOfInterest) -> tuple[c.Callout, ...]:
    """Say it where an e-mail comes from another domain than the organisation's own; where its website is known."""
    host = (urlsplit(lead.organisation.website).hostname or "").removeprefix("www.")
    domain = knock.email.rpartition("@")[2].casefold()
    if not host or domain == host or domain.endswith(f".{host}"):
        return ()
    title = f"Writes from {domain}; the website of {lead.organisation.name} is {host}."
    return (c.Callout(title, "Ask the organisation itself before you go on.", "warning"),)


def _taken_for(lead: Lead, knock: ExpressionOfInterest) -> tuple[c.Callout, ...]:
    """Whether the organisation was added with a lead that came by itself, and which others it may be."""
    others = duplicates.of_stranger(lead.organisation, knock.email) if leads.is_added_by_interest(lead) else []
    if others:
        points = tuple(f"{one.name} ({one.get_kind_display()}, {one.country or 'country not known'})" for one in others)
        title = "This organisation was added by an expression of interest, and may be one that is known."
        return (c.Callout(title, "If it is, merge the two on the page of the organisation.", "warning", points),)
    if leads.is_added_by_interest(lead):
        return (c.Callout("This organisation was added by an expression of interest.", "No other one looks like it."),)
    if knock.organisation_name != lead.organisation.name:
        return (
            c.Callout(f"Written as “{knock.organisation_name}”.", "Taken for this organisation by its name on record."),
        )
    return ()


def _timeline(lead: Lead) -> c.Timeline:
    """Steps and exchanges, oldest first."""
    events = [
        c.Event(
            step.on,
            LEAD.states[step.stage],
            "Steps",
            f"{step.reason.rstrip('.')}. Recorded by {step.recorded_by}.".removeprefix(". "),
            certainty=presenting.mark(lead.certainty),
        )
        for step in leads.steps(lead)
    ]
    events += [
        c.Event(
            one.on,
            f"{one.get_channel_display()}: {'the office approached' if one.by_office else 'the organisation approached us'}",
            "Exchanges",
            f"{one.summary} Recorded by {one.recorded_by}.",
            one.source_url,
            certainty=presenting.mark(one.certainty),
        )
        for one in leads.exchanges(lead)
    ]
    in_order = tuple(sorted(events, key=lambda event: event.on or lead.opened_on))
    return c.Timeline("history", "Steps and exchanges, oldest first", in_order)


def _unlock(lead: Lead) -> dict[str, Any]:
    """What a pledge of the lead would unlock today, or what is missing to tell; nothing of a lead that is closed."""
    if lead.stage not in OPEN_STAGES:
        return {}
    found = prospects.unlock(lead)
    if found is None:
        return {"missing": prospects.missing(lead) or ("a kind that a partner may give",)}
    headline = "Matched from the fixed public money" if found.is_shared_out else "Pledged today, it would unlock"
    return {
        "explanations": showing.explanation(explain(found.scheme, "new", found.match), headline),
        "notices": (*showing.unlock_notices(found), *showing.clashes(found.clashes)),
    }


def _applications(applied: list[Application]) -> tuple[c.Fact, ...]:
    """The applications that came of a lead, each with where it stands."""
    return tuple(
        c.Fact(
            APPLICATION.states[row.status],
            row.reference,
            href=reverse("office-application", args=[row.reference]),
            note=f"since {day(timezone.localdate(row.status_since_at))}",
        )
        for row in applied
    )


def _outcome(lead: Lead) -> tuple[c.Link, ...]:
    """What came of a lead in the books."""
    return tuple(
        c.Link(row.reference, reverse("office-contribution", args=[row.reference])) for row in leads.contributions(lead)
    )
