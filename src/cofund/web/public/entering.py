"""Forms that anybody may send: shown again with what was typed, and done once however often they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.once import once
from cofund.records.directory.models import User
from cofund.rules import roles
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.office import editing, tokens


def visitor(request: HttpRequest, name: str = "") -> Actor:
    """In whose name a visitor acts: its own where it is signed in, else the public's."""
    if isinstance(request.user, User):
        return Actor.of(request.user)
    return Actor(name.strip()[:200] or _("A visitor"), roles.PUBLIC)


def enter(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    context: Mapping[str, object],
    done: str,
) -> HttpResponse:
    """Show a form, or do what it asks for once and lead to the page that `act` names. A flood is answered with 429."""
    refused: c.Callout | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                href = once(tokens.required(request), lambda: act(form.cleaned_data))
            except Refused as error:
                refused = editing.refuse(form, error)
                status = 429 if error.fields.get("is_flood") else 403 if isinstance(error, NotAllowed) else 422
            else:
                messages.success(request, done)
                return redirect(href)
    found = {**context, "form": form, "refused": refused, "token": tokens.kept(request)}
    return render(request, template, found, status=status)
