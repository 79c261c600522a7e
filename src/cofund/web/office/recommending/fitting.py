"""For a partner's person: the open topics and ideas that fit its organisation, why, and what to be told of by e-mail."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import fit_alerts
from cofund.actions.fit_alerts import Wanted
from cofund.queries import access, fits
from cofund.queries.fits import Fit, Fits, Near
from cofund.queries.nearness import CLOSE, LEVELS, NEAR, WIDE
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.programme.models import FitAlert
from cofund.web import components as c
from cofund.web.formatting import counted
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse

HEADINGS: Final = {CLOSE: "Close", NEAR: "Near", WIDE: "Has something to do with you"}
ON_DESK: Final = 3


class AlertForm(forms.Form):
    """What somebody wants to be told of."""

    is_on = forms.BooleanField(
        label="Tell me by e-mail", required=False, help_text="Without it, nothing is sent. At most one e-mail a day."
    )
    level = forms.ChoiceField(label="How close", choices=FitAlert.Level.choices, widget=forms.RadioSelect)
    schemes = forms.MultipleChoiceField(
        label="Programmes", required=False, widget=forms.CheckboxSelectMultiple, help_text="All of them where none is chosen."
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["schemes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


@opened_by("read what fits")
def page(request: HttpRequest) -> HttpResponse:
    """`/office/fits/`: the open topics and ideas that fit one's organisation, the closest first."""
    organisation = own_or_404(request)
    found = fits.of_organisation(organisation)
    alert = fits.alert_of(request.user)
    context = navigation.context(request, "Topics that fit you") | {
        "organisation": organisation,
        "callouts": callouts(found),
        "tables": [table for level in LEVELS if (table := _table(found, level))],
        "nothing": nothing(found) if not found.found and not found.problem else None,
        "found": found,
        "projects": f"{found.facts.projects:,}" if found.facts else "",
        "counted": f"Known of you: {counted(found.past_projects, 'past project')}, {counted(found.interests, 'interest')}.",
        "alerts": _alerts(alert),
    }
    return render(request, "cofund/pages/office/recommending/fits.html", context)


@opened_by("choose alerts")
def alerts(request: HttpRequest) -> HttpResponse:
    """`/office/fits/alerts/`: what to be told of by e-mail, or to be told nothing any more."""
    organisation = own_or_404(request)
    user = request.user
    assert isinstance(user, User)
    row = fits.alert_of(user)
    level = row.level if row else FitAlert.Level.CLOSE
    initial = {"is_on": bool(row and row.is_on), "level": level, "schemes": row.schemes if row else []}
    choices = [(one.code, one.name) for one in navigation.installed(request)]
    form = AlertForm(request.POST if request.method == "POST" else None, initial=initial, choices=choices)
    here = reverse("office-fits")
    page = Editing(
        "Alerts", "Keep", here, "What you are told of is kept.",
        f"New topics and ideas that fit {organisation}, by e-mail to {user.email or 'you; your account has no address yet'}.",
        crumbs=(c.Link("Topics that fit you", here),), visibility="partners",
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        fit_alerts.choose(actor_of(request), user, Wanted(data["is_on"], data["level"], tuple(data["schemes"])))
        return here

    return edit(request, page, form, act)


def own_or_404(request: HttpRequest) -> Organisation:
    """The organisation of a partner's person. Raises Http404 where there is none, or without the right to read its pages."""
    user = request.user
    organisation = user.organisation if isinstance(user, User) else None
    if organisation is None or not access.may_for_organisation(user, PartnerRight.Right.READ, organisation):
        raise Http404
    return organisation


def on_desk(organisation: Organisation) -> dict[str, Any]:
    """The first fits of an organisation for its desk."""
    found = fits.of_organisation(organisation)
    rows = tuple(_row(found, one) for one in found.found[:ON_DESK])
    return {"fits": _shown("fits", "Topics and ideas that fit you", rows, len(found.found), nothing(found))}


def callouts(found: Fits) -> list[c.Callout]:
    """What stands against relying on it."""
    if found.problem:
        text = "What fits you cannot be worked out at present. The programme office has been given what to do on its own page."
        return [c.Callout("There is no index of past projects in use.", text, "warning")]
    if found.facts is not None and found.facts.is_small:
        title = f"This site knows only {counted(found.facts.projects, 'past project')}."
        return [
            c.Callout(
                title, "Much of what you did before is likely missing here, and so may be topics that fit.", "warning"
            )
        ]
    return []


def nothing(found: Fits) -> c.EmptyState:
    """Why nothing fits, and what would help."""
    if found.problem:
        return c.EmptyState("It cannot be worked out at present.", "There is no index of past projects in use.")
    if not found.past_projects and not found.interests:
        text = (
            "No past project of yours is known, and no interest. Tell the programme office what you are interested in."
        )
        return c.EmptyState("Nothing can be compared yet.", text)
    looked = counted(found.asked, "open topic or idea", "open topics and ideas")
    return c.EmptyState("Nothing fits at present.", f"{looked} of all programmes were looked at.")


def _table(found: Fits, level: str) -> c.Table | None:
    """What fits at one level; None where nothing does."""
    rows = tuple(_row(found, one) for one in found.found if one.level == level)
    return _shown(level, HEADINGS[level], rows, len(rows), c.EmptyState("Nothing here.")) if rows else None


def _shown(name: str, caption: str, rows: tuple[c.Row, ...], count: int, empty: c.EmptyState) -> c.Table:
    """A table of fits."""
    columns = (c.Column("Topic or idea"), c.Column("How close"), c.Column("Why"), c.Column("And"), c.Column("And"))
    noun = ("topic or idea", "topics and ideas")
    return c.Table(name, caption, columns, rows, noun=noun, total_count=count, empty=empty)


def _row(found: Fits, one: Fit) -> c.Row:
    """One topic or idea with up to three reasons."""
    subject = one.subject
    if subject.topic is not None:
        href = reverse("topic", args=[subject.scheme.code, subject.code])
    else:
        href = reverse("idea", args=[subject.code])
    cells = [_because(found, why) for why in one.why]
    cells += [c.Cell("–")] * (fits.MOST_REASONS - len(cells))
    name = c.Cell(subject.title, href=href, note=f"{subject.scheme.name}, {subject.code}")
    return c.Row.of(name, HEADINGS[one.level], *cells)


def _because(found: Fits, why: Near) -> c.Cell:
    """A reason: what it rests on, and its place among all past projects."""
    projects = found.facts.projects if found.facts else 0
    if why.interest:
        nearer = counted(why.place - 1, "past project is nearer", "past projects are nearer")
        return c.Cell(f"Your interest “{why.interest}”", note=f"{nearer} to the topic, of {projects:,}")
    href = reverse("office-past-project", args=[why.project])
    return c.Cell(
        f"Your project {why.name}", href=href, note=f"of {why.year}: number {why.place} of {projects:,} past projects"
    )


def _alerts(row: FitAlert | None) -> str:
    """What is chosen, in a sentence."""
    if row is None or not row.is_on:
        return "You are told nothing by e-mail."
    where = f" in {', '.join(row.schemes)}" if row.schemes else ""
    return f"You are told by e-mail: {row.get_level_display().lower()}{where}."
