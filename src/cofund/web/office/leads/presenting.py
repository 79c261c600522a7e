"""Leads as the components of a page: the acts on them, rows of the table, cards of the board, filters, and rows of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.http import urlencode

from cofund.queries import leads, pipeline, programmes, schemes
from cofund.queries.keeping import kept
from cofund.queries.leads import Column, Selection
from cofund.records.programme.models import Lead
from cofund.rules import roles
from cofund.rules.lifecycles import LEAD
from cofund.rules.pipeline import OPEN_STAGES
from cofund.web import components as c
from cofund.web.formatting import counted, day, short_money
from cofund.web.office import exports
from cofund.web.routes import reverse

TONES = {
    "new": c.Tone.WAITING,
    "contacted": c.Tone.ACTIVE,
    "exploring": c.Tone.ACTIVE,
    "fit_found": c.Tone.ACTIVE,
    "applying": c.Tone.ACTIVE,
    "converted": c.Tone.GOOD,
    "lost": c.Tone.CLOSED,
    "dormant": c.Tone.NEUTRAL,
}
ROUTES = {
    "invited": "Invited",
    "seated": "Seated",
    "knocks": "Knocked",
    "brokerage": "Brokerage",
    "proposal": "Proposal",
}


@dataclass(frozen=True, slots=True)
class Act:
    """A step of a lead's life as a page offers it: its part of the address, and its words."""

    code: str
    action: str
    verb: str
    title: str


# The step that an application takes: its form starts both.
APPLY = "apply"
ACTS = (
    Act("contact", "contact lead", "Contacted", "Record the contact"),
    Act("explore", "explore lead", "Exploring together", "Explore what it could be"),
    Act("find-topic", "find topic for lead", "Topic found", "Record the topic that fits"),
    Act(APPLY, "start application of lead", "Start the application", "Start the application"),
    Act("convert", "convert lead", "Converted", "Record what came of it"),
    Act("rest", "rest lead", "Let it rest", "Let the lead rest"),
    Act("reopen", "reopen lead", "Take up again", "Take the lead up again"),
    Act("lose", "lose lead", "Lost", "Record the lead as lost"),
)
# What usually comes next; the other acts are offered behind it.
USUAL = {
    "new": "contact",
    "contacted": "explore",
    "exploring": "find-topic",
    "fit_found": APPLY,
    "applying": "convert",
}
USUAL |= {"dormant": "reopen", "lost": "reopen", "converted": "reopen"}


@dataclass(frozen=True, slots=True)
class Card:
    """A lead on the board: what it is, how long it stands there, and where it can go from here."""

    lead: Lead
    href: str
    amount: c.Money
    route: str
    age: str
    is_overdue: bool
    moves: tuple[c.Link, ...]


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of the board; its heading opens exactly the list that it counts."""

    stage: str
    label: str
    count: int
    href: str
    sums: str
    cards: tuple[Card, ...]
    left_out: int


@lru_cache(maxsize=256)
def acts_on(stage: str, role: str) -> tuple[Act, ...]:
    """What a role can do with leads of a stage; what usually comes next stands first.

    It is kept: the tables of both do not change while the program runs.
    """
    possible = LEAD.actions(stage)
    allowed = [act for act in ACTS if act.action in possible and roles.may(role, act.action)]
    return tuple(sorted(allowed, key=lambda act: act.code != USUAL.get(stage)))


def step_href(lead: Lead, act: Act) -> str:
    """The page of a step; an application is started with its own form."""
    if act.code == APPLY:
        return f"{reverse('office-application-new', args=[lead.scheme.code])}?{urlencode({'lead': lead.reference})}"
    return reverse("office-lead-step", args=[lead.reference, act.code])


def is_overdue(lead: Lead, today: date) -> bool:
    """Whether the next step of an open lead should have been done."""
    return lead.next_step_on is not None and lead.next_step_on < today and lead.stage in OPEN_STAGES


def columns(role: str, found: list[Column], address: c.Address, today: date) -> tuple[BoardColumn, ...]:
    """The board, each heading with the address of its own list."""
    listed = c.Address(reverse("office-leads-table"), address.pairs)
    return tuple(
        BoardColumn(
            one.stage,
            LEAD.states[one.stage],
            one.count,
            listed.with_changes(stage=one.stage),
            _sums(one),
            tuple(_card(role, lead, today) for lead in one.leads),
            one.count - len(one.leads),
        )
        for one in found
    )


def _sums(column: Column) -> str:
    """What the leads of a column may bring, in words."""
    if not column.count:
        return "nothing here"
    known = " and ".join(short_money(cents, currency) for currency, cents in sorted(column.sums.items()))
    without = f"{column.without_amount} without an amount" if column.without_amount else ""
    return ", ".join(words for words in (known, without) if words)


def _card(role: str, lead: Lead, today: date) -> Card:
    """One lead as a card."""
    return Card(
        lead,
        reverse("office-lead", args=[lead.reference]),
        c.Money(lead.amount_cents, lead.scheme.currency, short=True),
        ROUTES[lead.route],
        _age(lead, today),
        is_overdue(lead, today),
        tuple(
            c.Link(act.verb, step_href(lead, act))
            for act in acts_on(lead.stage, role)
            # Another application, after one that came to nothing, starts from the page of the lead.
            if act.code != APPLY or lead.stage != "applying"
        ),
    )


def _age(lead: Lead, today: date) -> str:
    """How long a lead has stood in its stage."""
    days = (today - lead.stage_since_on).days
    return f"{counted(days, 'day')} in this stage" if days > 0 else "in this stage since today"


@kept(64)
def filters(address: c.Address, selection: Selection) -> c.FilterBar:
    """What leads can be narrowed by."""
    choice = c.Choice
    stages = (choice(leads.OPEN, "All open stages"), *(choice(*pair) for pair in LEAD.states.items()))
    people = (choice(leads.NOBODY, "Nobody"), *(choice(str(user.pk), str(user)) for user in leads.owners()))
    topics = tuple(choice(code, f"{code} {title}"[:70]) for code, title in leads.topics_with_leads())
    fields: tuple[c.Filter, ...] = (
        c.Filter("q", "Words", selection.words),
        c.Filter(
            "programme",
            "Programme",
            selection.scheme,
            tuple(choice(row.code, row.name) for row in programmes.installed()),
        ),
        c.Filter("stage", "Stage", selection.stage, stages),
        c.Filter("route", "Route", selection.route, tuple(choice(*pair) for pair in Lead.Route.choices)),
        c.Filter("owner", "Looked after by", selection.owner, people),
        c.Filter("topic", "Topic", selection.topic, topics),
        c.Filter("overdue", "Next step", "yes" if selection.is_overdue else "", (choice("yes", "Overdue"),)),
        c.Filter(
            "counted",
            "In the projection",
            selection.counted,
            (choice(leads.COUNTED, "Counted"), choice(leads.NOT_COUNTED, "Not counted: no amount or probability")),
        ),
    )
    known = pipeline.tranches(selection.scheme)
    if known:
        tranches = (*(choice(*pair) for pair in known), choice(pipeline.NO_TRANCHE, "In no tranche"))
        fields = (*fields, c.Filter("tranche", "Matched by", selection.tranche, tranches))
    return c.FilterBar(fields, address)


def table_columns(address: c.Address) -> tuple[c.Column, ...]:
    """The columns of the table, with headings that sort."""
    sortable = c.Column.sortable
    return (
        c.Column("Lead"),
        sortable("organisation", "Organisation", address),
        sortable("topic", "Topic", address),
        sortable("stage", "Stage", address, hint="Sorted by the day since when it stands in its stage."),
        sortable("amount", "Amount", address, numeric=True),
        sortable("probability", "Probability", address, numeric=True),
        sortable("next", "Next step", address),
        c.Column("Looked after by"),
    )


def row(lead: Lead, today: date) -> c.Row:
    """A lead as a row of the table."""
    topic = lead.topic
    step: c.Value = lead.next_step or ("not planned" if lead.stage in OPEN_STAGES else "–")
    due = f"due {day(lead.next_step_on)}" if lead.next_step_on else ""
    return c.Row.of(
        c.Cell(lead.reference, href=reverse("office-lead", args=[lead.reference]), certainty=mark(lead.certainty)),
        c.Cell(str(lead.organisation), note=ROUTES[lead.route]),
        c.Cell(topic.code if topic else "none yet", note=topic.title[:80] if topic else ""),
        c.Cell(c.Status(LEAD.states[lead.stage], TONES[lead.stage]), note=f"since {day(lead.stage_since_on)}"),
        c.Money(lead.amount_cents, lead.scheme.currency),
        f"{lead.probability_percent} %" if lead.probability_percent is not None else None,
        c.Cell(step, note=f"{'Overdue: ' if is_overdue(lead, today) else ''}{due}"),
        str(lead.owner) if lead.owner else "nobody",
        kind="" if lead.stage in OPEN_STAGES else "muted",
    )


def mark(stated: str) -> c.Certainty | None:
    """The mark of how sure it is; what the office itself recorded needs none."""
    return c.Certainty(stated) if stated != c.Certainty.RECORDED else None


def plain(lead: Lead) -> dict[str, exports.Plain]:
    """A lead as a row of a file; amounts in whole cents."""
    return {
        "reference": lead.reference,
        "programme": lead.scheme.code,
        "organisation": lead.organisation.name,
        "organisation_slug": lead.organisation.slug,
        "route": str(lead.route),
        "topic": lead.topic.code if lead.topic else "",
        "stage": str(lead.stage),
        "stage_since": lead.stage_since_on.isoformat(),
        "opened": lead.opened_on.isoformat(),
        "kind": lead.kind,
        "currency": lead.scheme.currency,
        "amount_cents": lead.amount_cents,
        "probability_percent": lead.probability_percent,
        "owner": str(lead.owner) if lead.owner else "",
        "next_step": lead.next_step,
        "next_step_on": lead.next_step_on.isoformat() if lead.next_step_on else "",
        "interest": lead.interest,
        "lost_reason": lead.lost_reason,
        "certainty": str(lead.certainty),
        "source": lead.source_url,
    }


def kind_label(lead: Lead) -> str:
    """The words of a lead's kind in its scheme, empty where it has none."""
    scheme, _ = schemes.current(lead.scheme.code)
    return next((kind.label for kind in scheme.kinds if kind.code == lead.kind), lead.kind)
