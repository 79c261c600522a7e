"""The people who sign in for a partner: the list, an invitation, rights, and who no longer signs in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import colleagues as actions
from cofund.queries import colleagues
from cofund.queries.colleagues import Colleague
from cofund.records.directory.models import Organisation, PartnerRight
from cofund.rules.lifecycle_people import COLLEAGUE
from cofund.web import components as c
from cofund.web.lists import files_of
from cofund.web.office import exports, navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.desk.reaching import colleague_or_404, crumbs, may_manage, partner_or_404, tabs
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.routes import reverse

TONES = {"invited": c.Tone.WAITING, "active": c.Tone.GOOD, "deactivated": c.Tone.CLOSED}


class InvitationForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label="Name", max_length=150, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(
        label="E-mail address",
        max_length=150,
        help_text="A link to set a password goes there. It is also the user name.",
    )
    rights = forms.MultipleChoiceField(
        label="Rights",
        choices=PartnerRight.Right.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Without the right to read, a person sees only the own profile.",
    )


class RightsForm(forms.Form):
    """What a person may do."""

    rights = forms.MultipleChoiceField(
        label="Rights",
        choices=PartnerRight.Right.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What is ticked is granted, what is not is revoked.",
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 2}), max_length=2000)


class NoFieldsForm(forms.Form):
    """A form that only asks whether to go on."""


@opened_by("read a partner's pages")
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/people/`: who signs in for a partner, and with which rights."""
    organisation = partner_or_404(request, slug)
    found = colleagues.of_organisation(organisation)
    file = exports.answer(request.GET.get("format", ""), f"people-{slug}", [_plain(one) for one in found])
    if file is not None:
        return file
    manages = may_manage(request, organisation)
    context = navigation.context(request, "People", crumbs=crumbs(request, organisation)) | {
        "organisation": organisation,
        "tabs": tabs(organisation, "office-people"),
        "table": _table(request, organisation, found, manages),
        "manages": manages,
    }
    return render(request, "cofund/pages/office/desk/people.html", context)


@opened_by("invite colleague")
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/people/invite/`: a new person."""
    organisation = partner_or_404(request, slug, PartnerRight.Right.DELEGATE)
    form = InvitationForm(request.POST if request.method == "POST" else None, initial={"rights": ["read"]})

    def act(data: dict[str, Any]) -> str:
        wanted = actions.Invitation(data["name"], data["email"], tuple(data["rights"]))
        actions.invite(actor_of(request), organisation, wanted)
        return reverse("office-people", args=[slug])

    page = _page(request, organisation, "Invite a colleague", "Invite", "The invitation is on its way by e-mail.")
    return edit(request, page, form, act)


@opened_by("grant right")
def rights(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """`/office/partner/<slug>/people/<key>/`: the rights of one person, and what else can be done."""
    organisation = partner_or_404(request, slug, PartnerRight.Right.DELEGATE)
    one = colleague_or_404(organisation, key)
    form = RightsForm(request.POST if request.method == "POST" else None, initial={"rights": one.rights})
    watched(form, actions.said_rights(one.rights))

    def act(data: dict[str, Any]) -> str:
        actions.change_rights(actor_of(request), organisation, one.person, data["rights"], seen=data["seen"])
        return reverse("office-people", args=[slug])

    page = _page(request, organisation, f"Rights of {one.person}", "Save the rights", "The rights are saved.", one)
    return edit(request, page, form, act)


@opened_by("deactivate colleague")
def deactivate(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """`/office/partner/<slug>/people/<key>/deactivate/`: a person who no longer signs in."""
    organisation = partner_or_404(request, slug, PartnerRight.Right.DELEGATE)
    one = colleague_or_404(organisation, key)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> str:
        actions.deactivate(actor_of(request), organisation, one.person, data["reason"])
        return reverse("office-people", args=[slug])

    done = f"{one.person} no longer signs in."
    page = _page(request, organisation, f"Deactivate {one.person}", "Deactivate", done, one, is_grave=True)
    return edit(request, page, form, act)


@opened_by("invite colleague again")
def invite_again(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """`/office/partner/<slug>/people/<key>/invite-again/`: a new link in place of the one before."""
    organisation = partner_or_404(request, slug, PartnerRight.Right.DELEGATE)
    one = colleague_or_404(organisation, key)

    def act(_: dict[str, Any]) -> str:
        actions.invite_again(actor_of(request), organisation, one.person)
        return reverse("office-people", args=[slug])

    page = _page(request, organisation, f"Invite {one.person} again", "Send a new link", "A new link is sent.", one)
    return edit(request, page, NoFieldsForm(request.POST if request.method == "POST" else None), act)


@opened_by("reactivate colleague")
def reactivate(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """`/office/partner/<slug>/people/<key>/reactivate/`: a person who comes back."""
    organisation = partner_or_404(request, slug, PartnerRight.Right.DELEGATE)
    one = colleague_or_404(organisation, key)

    def act(_: dict[str, Any]) -> str:
        actions.reactivate(actor_of(request), organisation, one.person)
        return reverse("office-people", args=[slug])

    done = "A link to set a new password is sent. Grant rights as they are needed."
    page = _page(request, organisation, f"Reactivate {one.person}", "Reactivate", done, one)
    return edit(request, page, NoFieldsForm(request.POST if request.method == "POST" else None), act)


# The pages beside the rights of a person, by the action that each does: what it is about, the link, and the page.
OTHER_ACTS = {
    "invite colleague again": ("Invitation", "Send a new link", "office-person-invite-again"),
    "deactivate colleague": ("Access", "Deactivate", "office-person-deactivate"),
    "reactivate colleague": ("Access", "Reactivate", "office-person-reactivate"),
}


def _page(
    request: HttpRequest,
    organisation: Organisation,
    heading: str,
    verb: str,
    done: str,
    one: Colleague | None = None,
    *,
    is_grave: bool = False,
) -> Editing:
    """What a page about a person says."""
    people = reverse("office-people", args=[organisation.slug])
    return Editing(
        heading=heading,
        verb=verb,
        cancel_href=people,
        done=done,
        lede=f"For {organisation.name}",
        crumbs=(*crumbs(request, organisation), c.Link("People", people)),
        facts=_facts(organisation, one) if one else (),
        is_grave=is_grave,
        visibility="partners",
    )


def _facts(organisation: Organisation, one: Colleague) -> tuple[c.Fact, ...]:
    """Who the person is, and what else can be done."""
    found = [
        c.Fact("Name", str(one.person)),
        c.Fact("E-mail", one.person.email),
        c.Fact("State", c.Status(one.state_in_words, TONES[one.state])),
        c.Fact("Rights", one.rights_in_words),
    ]
    for action in COLLEAGUE.actions(one.state):
        if action in OTHER_ACTS:
            term, text, name = OTHER_ACTS[action]
            found.append(c.Fact(term, c.Link(text, reverse(name, args=[organisation.slug, one.person.pk]))))
    return tuple(found)


def _table(request: HttpRequest, organisation: Organisation, found: list[Colleague], manages: bool) -> c.Table:
    """The people as a table; who may manage them gets to each by the name."""
    rows = tuple(
        c.Row.of(
            c.Cell(
                str(one.person),
                href=reverse("office-person", args=[organisation.slug, one.person.pk]) if manages else "",
                note=one.person.email,
            ),
            c.Status(one.state_in_words, TONES[one.state]),
            one.rights_in_words,
            one.person.last_login or "never",
            kind="muted" if one.state == "deactivated" else "",
        )
        for one in found
    )
    return c.Table(
        "people",
        "People who sign in",
        (c.Column("Name"), c.Column("State"), c.Column("Rights"), c.Column("Signed in last")),
        rows,
        noun=("person", "people"),
        empty=c.EmptyState("Nobody signs in for this organisation yet."),
        exports=files_of(c.Address.of(request.path, request.GET.items())),
    )


def _plain(one: Colleague) -> dict[str, exports.Plain]:
    """A person as a row of a file."""
    return {
        "name": str(one.person),
        "email": one.person.email,
        "state": one.state,
        "rights": " ".join(one.rights),
        "last_signed_in": one.person.last_login.isoformat() if one.person.last_login else "",
    }
