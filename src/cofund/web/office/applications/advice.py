"""Advice which way in fits an organisation: as partner, or through the members, with its reasons and what it does not know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, schemes, ways_in
from cofund.queries import programmes as queries
from cofund.records.directory.models import Organisation, User
from cofund.rules import roles, tracks
from cofund.rules.schemes import Scheme
from cofund.rules.tracks import EITHER, MEMBER, PARTNER, Advice
from cofund.web import components as c
from cofund.web.office import navigation
from cofund.web.office.access import opened_by, scheme_or_404
from cofund.web.organisation_field import OrganisationField
from cofund.web.routes import reverse

DIRECT = (("", "Not known"), ("yes", "Yes, with the office"), ("no", "No, beside its industry partners"))


class AdviceForm(forms.Form):
    """What is asked for the advice; everything may stay empty."""

    organisation = OrganisationField(label="Organisation", required=False, help_text="Its name or identifier.")
    offers = forms.MultipleChoiceField(
        label="Kinds of contribution that it offers", required=False, widget=forms.CheckboxSelectMultiple
    )
    direct = forms.ChoiceField(
        label="Wants to deal with the office directly", choices=DIRECT, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, scheme: Scheme, names_any: bool, **kwargs: Any) -> None:
        """Take the scheme, for its kinds, and whether the person may name any organisation."""
        super().__init__(*args, **kwargs)
        if not names_any:
            del self.fields["organisation"]
        field = self.fields["offers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.code, kind.label) for kind in scheme.kinds]


@opened_by("read applications")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/applications/way-in/`: the programme comes first."""
    context = navigation.context(request, "Which way in?") | {
        "links": [
            c.Link(row.name, reverse("office-way-in", args=[row.code]))
            for row in queries.installed()
            if tracks.has_two_ways(schemes.current(row.code)[0])
        ],
        "question": "In which programme would it take part?",
    }
    return render(request, "cofund/pages/office/choose.html", context)


@opened_by("read applications")
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/applications/way-in/<scheme>/`: what is known of an organisation, and what follows from it; all in the address."""
    rules, _ = scheme_or_404(scheme)
    asked = bool(request.GET)
    own = request.user if access.role_of(request.user) == roles.PARTNER and isinstance(request.user, User) else None
    form = AdviceForm(request.GET if asked else None, scheme=rules, names_any=own is None)
    form.is_valid()
    data = form.cleaned_data if asked else {}
    organisation = own.organisation if own else data.get("organisation")
    profile = ways_in.profile(
        scheme,
        rules,
        organisation,
        offers=tuple(data.get("offers", ())),
        wants_direct={"yes": True, "no": False}.get(data.get("direct", "")),
    )
    advice = tracks.advise(rules, profile)
    if advice is None:
        raise Http404
    context = navigation.context(request, "Which way in?", scheme, (_back(),)) | {
        "form": form,
        "scheme": rules,
        "organisation": organisation,
        "asked": asked and not form.errors,
        "verdict": verdict(rules, advice),
        "reasons": reasons_table(rules, advice),
        "ways": _ways(rules),
        "start_href": _start_href(request, rules, organisation, advice),
    }
    return render(request, "cofund/pages/office/applications/way_in.html", context)


def verdict(scheme: Scheme, advice: Advice) -> c.Callout:
    """The advice in words, with what was not known."""
    labels = {role.side: role.label for role in reversed(scheme.roles) if role.matched}
    words = {
        PARTNER: f"Fits best as {labels[PARTNER]}, directly with the {scheme.label('office')}",
        MEMBER: "Fits best through the member side",
        EITHER: "Both ways in fit: what it wants decides",
    }
    title = words.get(advice.track, "Nothing that is known speaks for one way in")
    text = "This was not known: " + "; ".join(advice.unknown) + "." if advice.unknown else ""
    return c.Callout(title, text, "success" if advice.track in (PARTNER, MEMBER) else "info")


def reasons_table(scheme: Scheme, advice: Advice) -> c.Table:
    """What speaks for which way in."""
    labels = {PARTNER: next(r.label for r in scheme.roles if r.side == PARTNER), MEMBER: "The member side"}
    return c.Table(
        "reasons",
        "What speaks for which way in",
        (c.Column("Reason"), c.Column("Speaks for"), c.Column("Article or source")),
        tuple(
            c.Row.of(
                one.words,
                c.Cell(labels[one.track], note="this decides" if one.decides else ""),
                one.article or "usual practice",
            )
            for one in advice.reasons
        ),
        noun=("reason", "reasons"),
        empty=c.EmptyState("No reason yet.", "Say more about the organisation."),
    )


def _ways(scheme: Scheme) -> c.Table:
    """What each way in means."""
    partner = next(role.label for role in scheme.roles if role.side == PARTNER)
    return c.Table(
        "ways",
        "What each way in means",
        (c.Column("What"), c.Column(partner), c.Column("Through the members")),
        tuple(c.Row.of(*row) for row in tracks.consequences(scheme)),
        counted=False,
    )


def _start_href(request: HttpRequest, scheme: Scheme, organisation: Organisation | None, advice: Advice) -> str:
    """Where an application is started, where that is what fits."""
    if organisation is None or advice.track == MEMBER or not access.may(request.user, "start application"):
        return ""
    return f"{reverse('office-application-new', args=[scheme.code])}?organisation={organisation.slug}"


def _back() -> c.Link:
    """The way to the list."""
    return c.Link("Applications", reverse("office-applications"))
