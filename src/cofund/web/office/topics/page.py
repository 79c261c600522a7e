"""A topic as the office works on it: where it stands, its money by source, text, consultations, credits, days, proposals."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cofund.actions.calls import PUBLIC_SOURCE
from cofund.queries import (
    access,
    chains,
    confirmations,
    consultations,
    funding,
    schemes,
    topic_money,
    topic_texts,
    topic_timelines,
)
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.programme.models import Consultation, IndicativeContribution, Topic
from cofund.rules import roles
from cofund.rules.consortium_plan import action_types
from cofund.rules.lifecycle_topics import TOPIC, is_before_adoption
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.formatting import money
from cofund.web.office import objecting, targets
from cofund.web.office.access import opened_by
from cofund.web.office.topics import showing
from cofund.web.office.topics.confirmations import answer_of
from cofund.web.office.topics.steps import STEPS
from cofund.web.routes import reverse
from cofund.web.topic_states import consultation_status, decided, doubt, idea_status, mark, steps, topic_status


@opened_by("read the books")
def topic(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/`: what stands behind a topic, and what can be done with it."""
    content = _content(access.role_of(request.user), scheme, code)
    return targets.target_page(request, scheme, content, "cofund/pages/office/topics/topic.html")


@kept(64)
def _content(role: str, scheme: str, code: str) -> dict[str, Any]:
    """What the page says, which is the same for everybody of a role. Raises Http404 where there is no such topic."""
    row = topic_or_404(scheme, code)
    rules, _ = schemes.current(scheme)
    chain = chains.of_topic(row)
    stated = topic_money.indicative(row)
    project = chain.projects[0] if len(chain.projects) == 1 else None
    found = topic_timelines.of_topic(row, project)
    held = consultations.of_topic(row)
    target = Target(topic=row)
    # What came of the topic is where its money stands, also where partners joined the project later.
    money = funding.of_target(scheme, Target(project=project) if project else target, scheme=rules)
    own = [c.Link(one.acronym, reverse("office-project", args=[scheme, one.slug])) for one in chain.projects]
    href = own[0].href if len(own) == 1 else ""
    may_pledge = is_before_adoption(row.status) and roles.may(role, "pledge")
    return {
        "heading": row.code,
        "lede": row.title,
        "topic": row,
        "status": topic_status(row),
        "doubt": doubt(row),
        "decided": decided(row),
        "steps": steps(row, chain.projects, href, was_consulted=bool(held)),
        "facts": _facts(row),
        "projects": own,
        "act_base": reverse("office-topic", args=[scheme, code]),
        "pledge_href": f"{reverse('office-pledge', args=[scheme])}?target=topic:{row.code}" if may_pledge else "",
        "todo": _todo(role, row, held),
        "sources": _sources(rules, stated, money),
        "reading": topic_texts.read(topic_texts.versions(row)),
        "meant": _meant(role, rules, row, stated),
        "consultations": _consultations(held),
        "credits": showing.credits_table(chain.credits),
        "conflicts": [showing.conflict(note, row) for note in chain.conflicts],
        "objections": objecting.callouts(row),
        "ideas": [
            (
                c.Link(f"{one.reference}: {one.title_said}", reverse("office-idea", args=[one.reference])),
                idea_status(one),
            )
            for one in chain.ideas
        ],
        "days": showing.timeline_table(found),
        "durations": showing.durations_table(found),
        "slack": showing.slack_table(found),
        "confirmations": _confirmations(row),
        "proposals": _proposals(rules, chain),
        "public_href": reverse("topic", args=[scheme, code]),
        "chain_href": reverse("topic-chain", args=[scheme, code]),
        "may_write": roles.may(role, "write topic version") and TOPIC.allows("write topic version", row.status),
        "may_state": roles.may(role, "state contributions") and TOPIC.allows("state contributions", row.status),
        "may_credit": roles.may(role, "credit"),
        **targets.figures(role, rules, target, money),
    }


def topic_or_404(scheme: str, code: str) -> Topic:
    """The topic of an address. Raises Http404 where there is none."""
    related = ("scheme", "call", "scientific_officer")
    return get_object_or_404(Topic.objects.select_related(*related), scheme__code=scheme, code=code)


def _facts(row: Topic) -> tuple[c.Fact, ...]:
    """What a topic is."""
    call = c.Link(row.call.code, reverse("office-calls", args=[row.scheme.code])) if row.call else None
    is_open = is_before_adoption(row.status) or row.status == Topic.Status.DROPPED
    types = action_types(schemes.current(row.scheme.code)[0])
    return (
        c.Fact("About", row.summary, note="in our own words" if row.summary else ""),
        c.Fact("Call", call),
        *((c.Fact("Type of action", row.action_type or None),) if types else ()),
        c.Fact("Board is to adopt it on", row.adoption_planned_on if is_open else "Done"),
        c.Fact("Adopted", "Not yet" if is_open else row.adopted_on, certainty=mark(row.adopted_certainty)),
        c.Fact("Duration", f"{row.duration_months} months" if row.duration_months else None),
        c.Fact("Looked after by", str(row.scientific_officer) if row.scientific_officer else "Nobody yet"),
        c.Fact("Source", c.Link(row.source_url, row.source_url) if row.source_url else None),
    )


def _todo(role: str, row: Topic, held: list[Consultation]) -> dict[str, Any]:
    """What comes next, what stands against it, and what else can be done."""
    base = reverse("office-topic", args=[row.scheme.code, row.code])
    allowed = [step for step in STEPS if TOPIC.allows(step.action, row.status) and roles.may(role, step.action)]
    missing = consultations.missing(row, held) if TOPIC.allows("propose topic", row.status) else []
    links = [(step.verb, f"{base}steps/{step.code}/", step.is_grave) for step in allowed]
    if TOPIC.allows("start consultation", row.status) and roles.may(role, "start consultation"):
        links.insert(0, ("Start a consultation", f"{base}consultations/new/", False))
    return {"links": links, "missing": missing}


def _sources(rules: Scheme, stated: list[IndicativeContribution], money: Funding) -> c.Table:
    """The contribution table by source: what is meant, pledged, endorsed, matched."""
    lines = topic_money.by_source(rules, money, stated)

    def cell(cents: int | None, missing: str = "–") -> c.Cell:
        return c.Cell(c.Money(cents, rules.currency, bare=True) if cents is not None else missing)

    rows = tuple(
        c.Row.of(
            c.Cell(line.label, note=line.kind),
            cell(line.indicative_cents, "not stated"),
            cell(line.pledged_cents),
            cell(line.endorsed_cents),
            cell(line.matched_cents),
        )
        for line in lines
    )
    return c.Table(
        "by-source",
        f"Contributions by source ({rules.currency})",
        (
            c.Column("Source"),
            c.Column("Meant", numeric=True, hint="As the text of the topic states it. It is no money of the books."),
            c.Column("Pledged", numeric=True, hint="Everything that was promised and stands."),
            c.Column("Endorsed", numeric=True, hint="What of it stands in an endorsed letter, or later."),
            c.Column("Matched", numeric=True, hint="Public money beside it; for the funder, its money in all."),
        ),
        rows,
        note="Cash and in kind stand apart, and the columns are never added to each other.",
        counted=False,
    )


def _meant(role: str, rules: Scheme, row: Topic, stated: list[IndicativeContribution]) -> c.Table | None:
    """What each source is meant to give, one by one, with the way to take it back; nothing where nothing is stated."""
    may = roles.may(role, "state contributions") and TOPIC.allows("state contributions", row.status)
    if not stated:
        return None
    labels = {PUBLIC_SOURCE: rules.label("public_funder"), **{role.code: role.label for role in rules.roles}}

    def cells(one: IndicativeContribution) -> list[c.Cell | c.Value]:
        giver = c.Cell(labels.get(one.source, one.source), note=str(one.organisation) if one.organisation else "")
        amount = c.Money(one.amount_cents, rules.currency, bare=True)
        kind = "In kind" if one.is_in_kind else "Cash"
        href = reverse("office-indicative-remove", args=[row.scheme.code, row.code, one.pk])
        words = f"Take back {money(one.amount_cents, rules.currency)}"
        shown = c.Cell(kind, certainty=mark(one.certainty))
        stated_on = one.stated_on or "not said"
        return [giver, shown, amount, stated_on, *([c.Link(words, href)] if may else [])]

    columns = (c.Column("Source"), c.Column("How"), c.Column("Amount", numeric=True), c.Column("Stated"))
    return c.Table(
        "meant",
        f"What each source is meant to give ({rules.currency})",
        (*columns, c.Column("Change")) if may else columns,
        tuple(c.Row.of(*cells(one)) for one in stated),
        noun=("statement", "statements"),
    )


def _consultations(held: list[Consultation]) -> c.Table:
    """The consultations on a topic with how many comments wait."""
    return c.Table(
        "consultations",
        "Consultations",
        (
            c.Column("Who"),
            c.Column("From"),
            c.Column("Until"),
            c.Column("Stands at"),
            c.Column("Comments", numeric=True),
            c.Column("Unanswered", numeric=True),
        ),
        tuple(consultation_row(one) for one in held),
        noun=("consultation", "consultations"),
        empty=c.EmptyState("Nobody was consulted yet.", "A topic goes before the board after its consultation."),
    )


def consultation_row(one: Consultation, *, names_topic: bool = False) -> c.Row:
    """One consultation as a row."""
    note = "" if one.is_obligatory else "the topic does not wait for it"
    if one.shortened_by:
        note = reasoning.noted(one.shortened_by, f"shortened by decision {one.shortened_by.number}")
    who = c.Cell(str(one.group or "The public"), href=reverse("office-consultation", args=[one.pk]), note=note)
    first = (c.Cell(one.topic.code, note=one.topic.title[:80]), who) if names_topic else (who,)
    return c.Row.of(
        *first,
        one.opens_on,
        one.closes_on,
        consultation_status(consultations.state_of(one)),
        getattr(one, "comments_count", 0),
        getattr(one, "unanswered_count", 0),
    )


def _confirmations(row: Topic) -> c.Table:
    """What partners were asked and told after the text changed, and what they answered."""
    rows = [
        c.Row.of(
            c.Cell(
                ", ".join(str(one) for one in confirmations.givers(found)),
                href=reverse("office-confirmation", args=[found.pk]),
                note=found.reference,
            ),
            found.topic_version.number,
            found.asked_at,
            found.answer_by_on or "–",
            answer_of(found),
            found.answer_text or "–",
        )
        for found in confirmations.of_topic(row)
    ]
    return c.Table(
        "confirmations",
        "Does what partners give stand after the text changed?",
        (
            c.Column("Partner"),
            c.Column("Version", numeric=True),
            c.Column("Sent"),
            c.Column("Answer by"),
            c.Column("Answer"),
            c.Column("In words"),
        ),
        tuple(rows),
        noun=("question or notice", "questions and notices"),
        empty=c.EmptyState(
            "Nobody had to be asked.", "Partners are asked or told when the text changes after a pledge or a letter."
        ),
    )


def _proposals(rules: Scheme, chain: chains.Chain) -> c.Table:
    """The results of proposals, as imported."""
    tones = {"selected": c.Tone.GOOD, "invited": c.Tone.ACTIVE, "ineligible": c.Tone.BAD, "below": c.Tone.CLOSED}
    return c.Table(
        "proposals",
        "Results of proposals",
        (
            c.Column("Proposal"),
            c.Column("Stage", numeric=True),
            c.Column("Result"),
            c.Column("Rank", numeric=True),
            c.Column("Score"),
            c.Column(f"Asked for ({rules.currency})", numeric=True),
            c.Column("Project"),
        ),
        tuple(
            c.Row.of(
                c.Cell(one.acronym or one.code, note=one.code),
                one.stage,
                c.Status(one.get_result_display(), tones.get(one.result, c.Tone.NEUTRAL)),
                one.rank,
                one.score,
                c.Money(one.requested_cents, rules.currency, bare=True),
                c.Cell(one.project.acronym, href=reverse("office-project", args=[rules.code, one.project.slug]))
                if one.project
                else "–",
            )
            for one in chain.proposals
        ),
        noun=("result", "results"),
        empty=c.EmptyState(
            "No results are recorded.", "Results of an evaluation are imported as a file, all of it or nothing."
        ),
    )
