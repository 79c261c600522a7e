"""What is decided on pairings: one is accepted, refused, put off or taken back; the certain ones are accepted at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions import pairings as actions
from cofund.queries import pairings
from cofund.records.directory.models import Pairing
from cofund.web.formatting import counted
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit, press
from cofund.web.office.pairings import pieces
from cofund.web.office.pairings.one import pairing_or_404, pairing_page
from cofund.web.routes import reverse


class ReasonForm(forms.Form):
    """Why a pairing is refused or taken back."""

    reason = forms.CharField(label="Why", widget=forms.Textarea({"rows": 3}), max_length=2_000)


class BulkForm(forms.Form):
    """Nothing but the button: what it does is said above it."""


@opened_by("accept pairing")
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/pairings/<key>/accept/`: both are one; the next pairing to be looked at follows."""
    row = pairing_or_404(key)
    return _decided(request, row, lambda: actions.accept(actor_of(request), row), "Accepted")


@opened_by("put pairing off")
def put_off(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/pairings/<key>/later/`: it is decided after all others; the next one follows."""
    row = pairing_or_404(key)
    return _decided(request, row, lambda: actions.put_off(actor_of(request), row), "Put off")


@opened_by("refuse pairing")
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/pairings/<key>/refuse/`: both are not one, with the reason."""
    row = pairing_or_404(key)
    lede = "It is not found again. It can be taken back."
    return _with_reason(request, row, f"Refuse: {row}", "Refuse it", "It is refused.", lede, actions.refuse)


@opened_by("take pairing back")
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/pairings/<key>/take-back/`: the decision no longer stands, with the reason."""
    row = pairing_or_404(key)
    lede = "It is to be looked at again. A link to an organisation that its acceptance made goes."
    return _with_reason(
        request, row, f"Take back: {row}", "Take it back", "It is to be looked at again.", lede, actions.take_back
    )


@opened_by("accept certain pairings")
def accept_certain(request: HttpRequest, kind: str) -> HttpResponse:
    """`/office/pairings/accept-certain/<kind>/`: all certain pairings of a kind, in one transaction."""
    if kind not in pieces.KINDS:
        raise Http404
    count = pairings.certain(kind).count()
    page = Editing(
        f"Accept {counted(count, 'certain pairing', 'certain pairings')} with {pieces.WITH[kind]}",
        "Accept them",
        reverse("office-pairings"),
        "All certain pairings of this kind are accepted.",
        lede="Certain is what an identifier tells, or a website together with a name, or a name that nobody else in the country "
        "has. Each can be taken back by itself.",
        crumbs=pieces.crumbs(),
    )

    def act(data: dict[str, Any]) -> str:
        actions.accept_certain(actor_of(request), kind)
        return reverse("office-pairings")

    return edit(request, page, BulkForm(request.POST if request.method == "POST" else None), act)


def _decided(request: HttpRequest, row: Pairing, act: Callable[[], object], said: str) -> HttpResponse:
    """Decide on a pairing once, and go on to the next one."""

    def acting() -> str:
        following = pairings.following(row)
        act()
        return reverse("office-pairing", args=[following.pk]) if following else reverse("office-pairings")

    href = reverse("office-pairing", args=[row.pk])
    return press(
        request, href, acting, f"{said}: {row}.", lambda refused: pairing_page(request, pairing_or_404(row.pk), refused)
    )


def _with_reason(
    request: HttpRequest, row: Pairing, heading: str, verb: str, done: str, lede: str, action: Callable[..., object]
) -> HttpResponse:
    """The form of a decision that has to be explained."""
    href = reverse("office-pairing", args=[row.pk])
    page = Editing(heading, verb, href, done, lede=lede, crumbs=pieces.crumbs(row), is_grave=True)

    def act(data: dict[str, Any]) -> str:
        action(actor_of(request), row, data["reason"])
        return href

    return edit(request, page, ReasonForm(request.POST if request.method == "POST" else None), act)
