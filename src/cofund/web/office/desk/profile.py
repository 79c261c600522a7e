"""A person's own profile: who they are here, what they may do, and the address of their calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import calendars as actions
from cofund.queries import access, calendars
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse


class RenewForm(forms.Form):
    """A form that only asks whether to go on."""


@opened_by("open desk")
def page(request: HttpRequest) -> HttpResponse:
    """`/office/profile/`: open to everybody who signs in."""
    user = request.user
    assert isinstance(user, User)
    token = calendars.token_of(user)
    address = request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else ""
    context = navigation.context(request, "Your profile") | {"facts": _facts(user), "address": address}
    return render(request, "cofund/pages/office/desk/profile.html", context)


@opened_by("renew calendar address")
def renew(request: HttpRequest) -> HttpResponse:
    """`/office/profile/calendar/`: a first calendar address, or a new one in place of the one before."""
    user = request.user
    assert isinstance(user, User)
    has_one = bool(calendars.token_of(user))
    profile = reverse("office-profile")

    def act(_: dict[str, Any]) -> str:
        actions.renew(actor_of(request), user)
        return profile

    page = Editing(
        heading="New calendar address" if has_one else "Make a calendar address",
        verb="Make a new address" if has_one else "Make the address",
        cancel_href=profile,
        done="The address is on this page.",
        lede="The address before ends at once." if has_one else "Your calendar program reads it without a sign-in.",
        crumbs=(c.Link("Your profile", profile),),
        visibility="partners",
    )
    return edit(request, page, RenewForm(request.POST if request.method == "POST" else None), act)


def _facts(user: User) -> list[c.Fact]:
    """Who the person is here."""
    found = [
        c.Fact("Name", str(user)),
        c.Fact("User name", user.username),
        c.Fact("E-mail", user.email),
        c.Fact("Role", user.get_role_display()),
    ]
    if access.role_of(user) == roles.PARTNER:
        found.append(c.Fact("Organisation", str(user.organisation or "")))
        rights = access.rights_of(user)
        names = dict(Organisation.objects.filter(pk__in=rights).values_list("pk", "name"))
        for key, held in rights.items():
            words = "; ".join(str(right.label) for right in PartnerRight.Right if right.value in held)
            found.append(c.Fact("Rights", words, note=f"for {names[key]}"))
        if not rights:
            found.append(
                c.Fact("Rights", "None yet", note="A colleague who may grant rights, or the office, can give you some.")
            )
    return found
