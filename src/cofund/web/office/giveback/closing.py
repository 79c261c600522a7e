"""The close-out of a project: what becomes of each committed match, shown before it happens; and ceiling that passes on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cofund.actions import close_outs, reallocations
from cofund.queries import access, shortfalls
from cofund.queries import reallocations as rooms
from cofund.queries.pools import Target
from cofund.queries.shortfalls import Closing
from cofund.records.programme.models import Project, Tranche
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.office import navigation, showing
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.office.acting import act_page
from cofund.web.office.acts import Act, Subject
from cofund.web.office.forms import ActForm, MoneyWithDecisionForm
from cofund.web.office.giveback.reaching import project_or_404
from cofund.web.routes import reverse

BASES = {
    "accepted": "matched on what is accepted: the rest was never paid, and is released",
    "committed": "matched on what was committed: the rest was due, and is recovered",
    "endorsed": "matched on what was endorsed: the rest was due, and is recovered",
    "pledged": "matched on what was pledged: the rest was due, and is recovered",
    "": "no tranche matches it",
}
COLUMNS = (
    c.Column("Contribution"),
    c.Column("Committed", numeric=True),
    c.Column("Validated", numeric=True),
    c.Column("Lapses", numeric=True, hint="What was promised and not delivered."),
    c.Column("Match", numeric=True, hint="Committed or consumed for it."),
    c.Column("Consumed", numeric=True),
    c.Column("Released", numeric=True),
    c.Column("Recovered", numeric=True),
    c.Column("Unmatched", numeric=True, hint="Delivered beyond what is matched; it counts for the project."),
)
REALLOCATE = Act(
    "reallocate",
    "reallocate",
    "Pass on",
    "Pass ceiling to the other tranche",
    "",
    MoneyWithDecisionForm,
    lambda actor, subject, data: (
        lambda grounds: reallocations.reallocate(actor, subject.scheme, _tranche(subject), data["amount"], grounds)
    ),
    is_grave=True,
)
CLOSE = Act(
    "close",
    "close project",
    "Close the project",
    "Close the project",
    "All its contributions are closed at once: what was not delivered lapses, and its match is open again.",
    ActForm,
    lambda actor, subject, data: lambda grounds: close_outs.close_project(actor, _project(subject), grounds),
    is_grave=True,
)


@opened_by("read close-out")
def overview(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/<scheme>/projects/<slug>/close-out/`: what closing the project does, contribution by contribution."""
    rules, _ = scheme_or_404(scheme)
    project = project_or_404(scheme, slug)
    found = shortfalls.of_project(project)
    waiting = [one for one in found if one.in_check_cents]
    is_open = any(one.is_open for one in found)
    crumbs = (c.Link(project.acronym, reverse("office-project", args=[scheme, slug])),)
    context = navigation.context(request, f"Close-out of {project.acronym}", scheme, crumbs) | {
        "project": project,
        "tiles": _tiles(rules, found),
        "table": _table(rules, found),
        "callout": _callout(rules, project, waiting, is_open=is_open, has_any=bool(found)),
        "close_href": reverse("office-project-close", args=[scheme, slug])
        if is_open and not waiting and access.may(request.user, "close project")
        else "",
        "is_over": shortfalls.is_over(project),
    }
    return render(request, "cofund/pages/office/giveback/close_out.html", context)


@opened_by("close project")
def close(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """`/office/<scheme>/projects/<slug>/close/`: the form, what will happen, and the booking for all of them at once."""
    project = project_or_404(scheme, slug)
    href = reverse("office-project-close-out", args=[scheme, slug])
    return act_page(request, Subject(scheme, project.acronym, href, target=Target(project=project)), CLOSE)


@opened_by("reallocate")
def reallocate(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/tranches/<code>/reallocate/`: what a tranche cannot match raises the one that the scheme names."""
    rules, _ = scheme_or_404(scheme)
    row = get_object_or_404(Tranche, scheme__code=scheme, code=code)
    if rooms.passing(scheme, code) is None:
        raise Http404
    room = rooms.room(scheme, code)
    lede = (
        f"{money(room.may_pass_cents, rules.currency)} may pass to “{rules.tranche(room.to).label}”: the ceiling of "
        f"{money(room.cap_cents, rules.currency)} less what is given to it, {money(room.contributed_cents, rules.currency)}, "
        f"less what passed before, {money(room.passed_cents, rules.currency)}, and no more than the "
        f"{money(room.open_cents, rules.currency)} that it has open."
    )
    act = Act(
        REALLOCATE.code,
        REALLOCATE.permission,
        REALLOCATE.verb,
        REALLOCATE.title,
        lede,
        REALLOCATE.form,
        REALLOCATE.perform,
        REALLOCATE.is_grave,
    )
    href = reverse("office-envelope", args=[scheme])
    return act_page(request, Subject(scheme, row.name, href, tranche=row), act)


def reallocation_link(request: HttpRequest, scheme: str, tranche: str) -> list[tuple[Act, str]]:
    """The act by which a tranche passes money on, with its page; nothing where it may not."""
    if not access.may(request.user, "reallocate") or rooms.passing(scheme, tranche) is None:
        return []
    return [(REALLOCATE, reverse("office-tranche-reallocate", args=[scheme, tranche]))]


def of_entry(rules: Scheme, explanation: dict[str, Any]) -> c.Table | None:
    """What an entry states of the contributions that it closed; None where it closed none."""
    stated = explanation.get("close_outs", ())
    if not stated:
        return None
    names = ("committed_cents", "validated_cents", "lapses_cents")
    parts = ("match_cents", "consumed_cents", "released_cents", "recovered_cents", "unmatched_cents")

    def amount(one: dict[str, Any], name: str) -> c.Value:
        return c.Money(one[name], rules.currency) if name in one else "–"

    rows = tuple(
        c.Row.of(
            c.Cell(
                one["reference"],
                href=reverse("office-contribution", args=[one["reference"]]),
                note=BASES[one.get("basis", "")],
            ),
            *(amount(one, name) for name in (*names, *parts)),
        )
        for one in stated
    )
    return c.Table("close-outs", "What it closed", COLUMNS, rows, noun=("contribution", "contributions"))


def _tranche(subject: Subject) -> str:
    """The code of a subject's tranche."""
    assert subject.tranche is not None
    return subject.tranche.code


def _project(subject: Subject) -> Project:
    """The project of a subject that has one."""
    assert subject.target is not None and subject.target.project is not None
    return subject.target.project


def _callout(
    rules: Scheme, project: Project, waiting: list[Closing], *, is_open: bool, has_any: bool
) -> c.Callout | None:
    """Why the project cannot be closed now, or what to know before; None where there is nothing to say."""
    if waiting:
        points = tuple(
            f"{one.state.contribution.reference}: {money(one.in_check_cents, rules.currency)}" for one in waiting
        )
        words = "Something of it is reported and not validated yet"
        return c.Callout(words, "Validate it or refuse it first; then the project can be closed.", "warning", points)
    if not has_any:
        return c.Callout("Nobody has given to this project.", "There is nothing to close.")
    if not is_open:
        return c.Callout("The project is closed", "Everything was delivered or has lapsed.", "success")
    return untold(project)


def untold(project: Project | None) -> c.Callout | None:
    """That nobody knows here what came; None of a project that is run on this site."""
    if project is None or not project.is_historical:
        return None
    return c.Callout(
        f"What {project.acronym} received is not known here",
        "It was taken from public sources, which tell what was promised and not what came. What is not recorded here counts as not "
        "delivered: record first what came, else money is booked back that was never missing.",
        "warning",
    )


def _tiles(rules: Scheme, found: list[Closing]) -> tuple[c.Tile, ...]:
    """The project in figures."""
    parts = [one.parts for one in found if one.parts is not None]
    currency = rules.currency
    return (
        c.Tile("Committed match", c.Money(sum(one.match_cents for one in found), currency, short=True)),
        c.Tile("Consumed", c.Money(sum(one.consumed_cents for one in parts), currency, short=True), note="it stays"),
        c.Tile(
            "Released",
            c.Money(sum(one.released_cents for one in parts), currency, short=True),
            note="it was never paid",
        ),
        c.Tile(
            "Recovered", c.Money(sum(one.recovered_cents for one in parts), currency, short=True), note="it was due"
        ),
    )


def _table(rules: Scheme, found: list[Closing]) -> c.Table:
    """Each contribution with what becomes of it and of its match."""
    return c.Table(
        "close-out",
        "What closing the project does",
        COLUMNS,
        tuple(_row(rules, one) for one in found),
        noun=("contribution", "contributions"),
        empty=c.EmptyState("There is no contribution."),
    )


def _row(rules: Scheme, one: Closing) -> c.Row:
    """A contribution as a row."""
    row, currency, parts = one.state.contribution, rules.currency, one.parts
    return c.Row.of(
        c.Cell(
            row.reference,
            href=reverse("office-contribution", args=[row.reference]),
            note=f"{showing.givers(one.state)}; {BASES[one.basis]}",
        ),
        c.Money(one.committed_cents, currency),
        c.Money(one.validated_cents, currency),
        c.Money(one.lapses_cents, currency),
        c.Money(one.match_cents, currency) if parts else "–",
        c.Money(parts.consumed_cents, currency) if parts else "–",
        c.Money(parts.released_cents, currency) if parts else "–",
        c.Money(parts.recovered_cents, currency) if parts else "–",
        c.Money(one.unmatched_cents, currency) if parts else "–",
        kind="" if one.is_open else "muted",
    )
