"""Topics and projects as the office works with them, a new topic, and the envelope with its tranches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cofund.actions import topics
from cofund.actions.errors import Refused
from cofund.queries import (
    access,
    envelope,
    funding,
    programmes,
    schemes,
    share_levels,
    shares,
    shares_at_stake,
    topic_lists,
    worklists,
)
from cofund.queries.funding import Funding
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.programme.models import Project, Topic
from cofund.rules import roles
from cofund.rules.leverage import NAMES
from cofund.rules.lifecycle_topics import TOPIC
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import share_tables
from cofund.web.formatting import over_delivered
from cofund.web.lists import page_of
from cofund.web.office import acts, navigation, proof_links, showing
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.forms import TopicForm
from cofund.web.office.giveback import closing
from cofund.web.office.leads import projecting
from cofund.web.office.publishing.records import previews_for
from cofund.web.routes import reverse
from cofund.web.topic_states import mark, topic_cell


@opened_by("read the books")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/topics/`: the programme comes first; with a status, the topics of all programmes that stand there."""
    if request.GET.get("status") in TOPIC.states:
        return _of_all(request, request.GET["status"])
    context = navigation.context(request, "Topics") | {
        "links": [c.Link(row.name, reverse("office-topics", args=[row.code])) for row in programmes.installed()],
        "question": "Topics of which programme?",
    }
    return render(request, "cofund/pages/office/choose.html", context)


def _of_all(request: HttpRequest, status: str) -> HttpResponse:
    """The topics of all programmes at one status, as a tile of the desk counts them."""
    address = c.Address.of(request.path, request.GET.items())
    found = topic_lists.of_all(status)
    count = found.count()
    part, pages = page_of(address, count)
    states = tuple(c.Choice(state, label) for state, label in TOPIC.states.items())
    rows = tuple(
        c.Row.of(
            c.Cell(topic.code, href=reverse("office-topic", args=[topic.scheme.code, topic.code]), note=topic.title),
            topic.scheme.name,
            topic_cell(topic),
            _adopted(topic),
        )
        for topic in found[part]
    )
    table = c.Table(
        "topics",
        "Topics of all programmes",
        (c.Column("Topic"), c.Column("Programme"), c.Column("Status"), c.Column("Adopted")),
        rows,
        noun=("topic", "topics"),
        total_count=count,
        empty=c.EmptyState("No topic stands there."),
        filters=c.FilterBar((c.Filter("status", "Stands at", status, states),), address),
        pages=pages,
    )
    context = navigation.context(request, "Topics") | {
        "table": table,
        "faces": (),
        "lede": "Of all programmes; the topics of one, with the money behind them, are a page each.",
        "actions": [
            c.Link(row.name, reverse("office-topics", args=[row.code])) for row in navigation.installed(request)
        ],
    }
    return render(request, "cofund/pages/office/governance/list.html", context)


@opened_by("read the books")
def listed(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/topics/`: a page of the topics with what stands behind each, those on their way first."""
    rules, _ = scheme_or_404(scheme)
    table = _table(scheme, c.Address.of(request.path, request.GET.items()))
    may_open = access.may(request.user, "open topic")
    context = navigation.context(request, "Topics", scheme) | {"table": table, "scheme": rules, "may_open": may_open}
    return render(request, "cofund/pages/office/topics.html", context)


@kept(64)
def _table(scheme: str, address: c.Address) -> c.Table:
    """A page of the topics of a programme."""
    rules, _ = schemes.current(scheme)
    status, words = address.get("status"), address.get("words")
    found = topic_lists.selected(scheme, status, words)
    count = found.count()
    part, pages = page_of(address, count)
    states = tuple(c.Choice(state, label) for state, label in TOPIC.states.items())
    return c.Table(
        "topics",
        f"Topics of {rules.name}",
        (
            c.Column("Topic"),
            c.Column("Status"),
            c.Column("Adopted"),
            c.Column("Behind it", numeric=True, hint="Public and contributed money together, each euro once."),
            c.Column("Project"),
        ),
        tuple(_topic_row(line, rules) for line in topic_lists.lines(scheme, list(found[part]))),
        noun=("topic", "topics"),
        total_count=count,
        empty=c.EmptyState("No topic here.", "Partners pledge to topics: open the first one."),
        filters=c.FilterBar(
            (c.Filter("words", "Words", words), c.Filter("status", "Stands at", status, states)), address
        ),
        pages=pages,
    )


def _topic_row(line: topic_lists.TopicLine, rules: Scheme) -> c.Row:
    """A topic as a row."""
    topic, project, scheme = line.topic, line.project, rules.code
    return c.Row.of(
        c.Cell(topic.code, href=reverse("office-topic", args=[scheme, topic.code]), note=topic.title),
        topic_cell(topic),
        _adopted(topic),
        c.Money(line.total_cents, rules.currency),
        c.Cell(project.acronym, href=reverse("office-project", args=[scheme, project.slug])) if project else "–",
        kind="muted" if topic.status in (Topic.Status.DROPPED, Topic.Status.NO_AWARD) else "",
    )


def _adopted(topic: Topic) -> c.Cell:
    """The day of the adoption with its mark; not known where the topic is past it, and nothing where it is not."""
    is_past = topic.status in (Topic.Status.ADOPTED, Topic.Status.GRANTED, Topic.Status.NO_AWARD)
    if topic.adopted_on is None:
        return c.Cell(None if is_past else "–")
    return c.Cell(topic.adopted_on, certainty=mark(topic.adopted_certainty))


@opened_by("open topic")
def new(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/topics/new/`: open a topic, so that partners can pledge to it."""
    rules, _ = scheme_or_404(scheme)
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = topics.NewTopic(scheme, data["code"], data["title"], data["call"], data["source_url"], data["reason"])
        try:
            made = topics.open_topic(actor_of(request), wanted)
        except Refused as error:
            form.add_error(str(error.fields.get("field", "code")), f"{error.wrong} {error.remedy}")
        else:
            messages.success(request, f"{made.code} is open: partners can pledge to it.")
            return redirect("office-topic", scheme, made.code)
    crumbs = (c.Link("Topics", reverse("office-topics", args=[scheme])),)
    context = navigation.context(request, "Open a topic", scheme, crumbs) | {"form": form, "scheme": rules}
    return render(request, "cofund/pages/office/new_topic.html", context, status=422 if form.errors else 200)


@opened_by("read the books")
def project(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/<scheme>/projects/<slug>/`: what stands behind a project, and what can be done with it."""
    row = get_object_or_404(Project.objects.select_related("topic", "call"), scheme__code=scheme, slug=slug)
    topic_link = reverse("office-topic", args=[scheme, row.topic.code]) if row.topic else ""
    lacks = c.Fact("Consortium", "What it lacks, and who would fill it", href=f"{topic_link}candidates/#missing")
    facts = (
        c.Fact("Grant agreement", row.grant_agreement),
        c.Fact("Topic", row.topic.code if row.topic else None, href=topic_link),
        c.Fact("Participants", "Who takes part by the grant", href=reverse("office-participants", args=[scheme, slug])),
        *((lacks,) if row.topic else ()),
        c.Fact("Runs from", row.starts_on),
        c.Fact("Runs until", row.ends_on),
        c.Fact("Source", c.Link(row.source_url, row.source_url) if row.source_url else None),
        c.Fact(
            "Close-out", "What closing it gives back", href=reverse("office-project-close-out", args=[scheme, slug])
        ),
    )
    may_pledge = access.may(request.user, "pledge")
    rules, _ = scheme_or_404(scheme)
    target = Target(project=row)
    looked_into = proof_links.of_project(request, scheme, row)
    money = funding.of_target(scheme, target, scheme=rules)
    context = {
        "heading": row.acronym,
        "lede": row.title,
        "status": None,
        "participants": share_tables.of_participants(rules, share_levels.of_participants(rules, row, money.states)),
        "facts": facts,
        "note": row.note,
        "act_base": reverse("office-project", args=[scheme, slug]),
        "pledge_href": f"{reverse('office-pledge', args=[scheme])}?target=project:{slug}" if may_pledge else "",
        "previews": previews_for(request, reverse("project", args=[scheme, slug])),
    }
    shown = figures(access.role_of(request.user), rules, target, money) | {"looked_into": looked_into}
    return target_page(request, scheme, context | shown)


@opened_by("read the books")
def tranches(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/envelope/`: the tranches with what can be done with them, and the movements behind them."""
    rules, _ = scheme_or_404(scheme)
    rows = envelope.today()[scheme]
    found = shares.of_programme(scheme)
    allowed = [act for act in acts.ON_TRANCHE if access.may(request.user, act.permission)]
    context = navigation.context(request, "Envelope", scheme) | {
        "scheme": rules,
        "bar": showing.envelope_bar(rows, "envelope", f"{rules.name}, today"),
        "tranches": [
            (
                row,
                [
                    *((act, reverse("office-tranche-act", args=[scheme, row.tranche, act.code])) for act in allowed),
                    *closing.reallocation_link(request, scheme, row.tranche),
                ],
            )
            for row in rows
        ],
        "projections": projecting.of_scheme(scheme),
        "shares": share_tables.of_results(rules, found, "Shares of the programme, today", _beside(rules))
        if found
        else None,
    }
    return render(request, "cofund/pages/office/envelope.html", context)


def _beside(rules: Scheme) -> str:
    """What the shares of a programme count that does not stand in its book."""
    codes = [kind.code for kind in rules.kinds if kind.outside_project]
    if not codes:
        return ""
    return (
        f"{' and '.join(codes)}: also what members report beside the book. Of each year counts what was accepted, before that what "
        "was certified or reported, and what is planned as long as its report is not overdue."
    )


def target_page(
    request: HttpRequest,
    scheme: str,
    context: dict[str, Any],
    template: str = "cofund/pages/office/target.html",
) -> HttpResponse:
    """The page of a topic or project, from what it says and `figures`."""
    crumbs = (c.Link("Topics", reverse("office-topics", args=[scheme])),)
    context = navigation.context(request, context["heading"], scheme, crumbs) | context
    return render(request, template, context)


def figures(role: str, rules: Scheme, target: Target, money: Funding) -> dict[str, Any]:
    """Figures, matrix and contributions of a topic or project, and what a role can do with it."""
    allowed = [act for act in acts.on_target(target) if roles.may(role, act.permission)]
    # A grant is signed, and a topic adopted, for what is endorsed; where nothing is, neither comes next.
    is_endorsed = any(state.amounts.get("endorsed") for state in money.states)
    allowed = [act for act in allowed if is_endorsed or act.code != "commit"]
    ready = [act for act in allowed if is_endorsed and act.code in ("commit", "reserve")]
    return {
        "scheme": rules,
        "tiles": _tiles(rules, money),
        "matrix": _matrix(rules, money),
        "table": _contributions(rules, money),
        "shares": _shares(rules, target, money),
        "next": ready[0] if ready else None,
        "other": [act for act in allowed if act not in ready[:1]],
    }


def _shares(rules: Scheme, target: Target, money: Funding) -> c.Table | None:
    """The shares that the rules watch in a project, over what stands in the books; None where they watch none."""
    found = shares.of_funding(rules, money, action_type=target.action_type)
    note = "What is not booked here is not counted."
    types = shares_at_stake.unasked_types(rules, target)
    if types:
        note += (
            f" No share of a type of action is asked: the plan of the topic does not say if it is {' or '.join(types)}."
        )
    is_pledged = any(state.live_cents for state in money.states)
    return share_tables.of_results(rules, found, "Shares", note, is_pledged=is_pledged) if found or types else None


def _tiles(rules: Scheme, money: Funding) -> tuple[c.Tile, ...]:
    """Total, public money, and leverage by name."""
    partners = money.given_by_side(rules, "partner")
    public = "fixed" if money.public_is_fixed else "what the contributions unlock"
    return (
        c.Tile("Behind it in all", c.Money(money.total_cents, money.currency, short=True)),
        c.Tile(rules.label("public_funder"), c.Money(money.public_cents, money.currency, short=True), note=public),
        c.Tile("Partners", c.Money(partners, money.currency, short=True)),
        c.Tile(
            f"L1 {NAMES['L1']}",
            c.Ratio(money.leverage.l1, 2),
            formula="Partners' contributions and their match, over the contributions.",
        ),
        c.Tile(
            f"L2 {NAMES['L2']}",
            c.Ratio(money.leverage.l2, 2),
            formula="Everything behind it, over the partners' contributions.",
        ),
    )


def _matrix(rules: Scheme, money: Funding) -> c.Table:
    """Where the money comes from, and the way it is paid."""
    rows = [
        c.Row.of(
            row.label,
            c.Money(row.through_office_cents, money.currency),
            c.Money(row.brought_cents, money.currency),
            c.Money(row.total_cents, money.currency),
        )
        for row in money.rows
    ]
    total = c.Row.of(
        "All sources",
        c.Money(money.through_office_cents, money.currency),
        c.Money(money.brought_cents, money.currency),
        c.Money(money.total_cents, money.currency),
        kind="total",
    )
    return c.Table(
        "matrix",
        "Sources and ways of payment",
        (
            c.Column("Source"),
            c.Column(f"Paid by the {rules.label('office')}", numeric=True),
            c.Column("Brought by contributors", numeric=True),
            c.Column("Total", numeric=True),
        ),
        (*rows, total),
        counted=False,
        note=over_delivered(money.over_cents, money.currency),
    )


def _contributions(rules: Scheme, money: Funding) -> c.Table:
    """The contributions behind a topic or project."""
    return c.Table(
        "contributions",
        "Contributions",
        showing.CONTRIBUTION_COLUMNS,
        tuple(showing.contribution_row(state, rules, worklists.waits_for(state)) for state in money.states),
        noun=("contribution", "contributions"),
        empty=c.EmptyState("Nobody has pledged yet.", "A pledge to it shows here with what it unlocks."),
    )
