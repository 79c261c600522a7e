"""The page to which an invitation leads: GET only shows it, so that a mail scanner uses nothing up; POST sets the password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cofund.actions import invitations as actions
from cofund.actions.errors import Refused
from cofund.queries import invitations
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=lazy("New password"),
        strip=False,
        max_length=200,
        help_text=lazy("At least 8 characters, and nothing that is easy to guess."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=lazy("The same once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask that both are the same."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same. Enter both once more."))
        return cleaned


@never_cache
@sensitive_post_parameters()
def page(request: HttpRequest, token: str) -> HttpResponse:
    """`/invitation/<token>/`: set a password. A link that no longer works answers as one that never did."""
    person = invitations.person_of(token)
    if person is None:
        return render(
            request, "cofund/pages/public/invitation.html", {"here": _("Invitation"), "ended": True}, status=404
        )
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(token, form.cleaned_data["password"])
        except Refused as error:
            form.add_error(
                "password" if "field" in error.fields else None, f"{spoken(error.wrong)} {spoken(error.remedy)}"
            )
        else:
            messages.success(
                request, _("Your password is set. Sign in as {username}.").format(username=person.username)
            )
            return redirect("sign-in")
    context = {"here": _("Set your password"), "person": person, "form": form}
    return render(request, "cofund/pages/public/invitation.html", context, status=422 if form.errors else 200)
