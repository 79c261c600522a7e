"""Webhooks: the list, a new one, its log, sending again, and its end."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import webhooks as actions
from cofund.actions.webhooks import NewWebhook
from cofund.queries import webhooks
from cofund.records.directory.models import User, Webhook, WebhookDelivery
from cofund.rules.webhooks import EVENTS
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse

COOKIE: Final = "new-webhook"
SALT: Final = "cofund.webhook"
_COOKIE_OF_WEBHOOKS: Final[dict[str, Any]] = {"path": "/office/webhooks/", "httponly": True, "samesite": "Strict"}
TONES: Final = {"waiting": c.Tone.WAITING, "taken": c.Tone.GOOD, "given_up": c.Tone.BAD}


class WebhookForm(forms.Form):
    """Where to tell, and of what."""

    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="Begins with https:// and can be reached by everybody. It gets a POST for each event.",
    )
    events = forms.MultipleChoiceField(
        label="What it is told of",
        choices=[(name, f"{words} ({name})") for name, words in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Of what everybody may read, and nothing else.",
    )


class AskForm(forms.Form):
    """A form that only asks whether to go on."""


@opened_by("make webhook")
def listed(request: HttpRequest) -> HttpResponse:
    """`/office/webhooks/`: one's own webhooks; with the right to end others' those of everybody."""
    rows = webhooks.visible(_person(request))
    count = rows.count()
    part, pages = page_of(c.Address.of(request.path, request.GET.items()), count)
    table = c.Table(
        "webhooks",
        "Webhooks",
        tuple(c.Column(name) for name in ("Address", "Made by", "Told of", "Since", "State")),
        tuple(_row(row) for row in rows[part]),
        noun=("webhook", "webhooks"),
        total_count=count,
        empty=c.EmptyState("There is no webhook yet."),
        pages=pages,
    )
    context = navigation.context(request, "Webhooks", crumbs=(_keys(),)) | {"table": table}
    return render(request, "cofund/pages/office/webhooks.html", context)


@opened_by("make webhook")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/webhooks/new/`: a new webhook."""
    form = WebhookForm(request.POST if request.method == "POST" else None)

    made: list[Webhook] = []

    def act(data: dict[str, Any]) -> str:
        made.append(actions.make(actor_of(request), _person(request), NewWebhook(data["url"], tuple(data["events"]))))
        return reverse("office-webhook", args=[made[0].pk])

    page = Editing(
        heading="Make a webhook",
        verb="Make the webhook",
        cancel_href=reverse("office-webhooks"),
        done="It is told of what happens from now on. Copy its secret from this page: it is shown this once.",
        lede="The site tells a program of yours as soon as something happens.",
        crumbs=(_keys(), _all()),
    )
    response = edit(request, page, form, act)
    if made:
        # The page that comes next shows the secret to the browser that made it, this once.
        response.set_signed_cookie(
            COOKIE, str(made[0].pk), SALT, max_age=600, **_COOKIE_OF_WEBHOOKS, secure=settings.BEHIND_TLS
        )
    return response


@opened_by("make webhook")
def one(request: HttpRequest, webhook: int) -> HttpResponse:
    """`/office/webhooks/<webhook>/`: a webhook with its log; where it was just made its owner reads the secret here, once."""
    row = _webhook_or_404(request, webhook)
    deliveries = row.deliveries.order_by("-pk")
    count = deliveries.count()
    part, pages = page_of(c.Address.of(request.path, request.GET.items()), count)
    table = c.Table(
        "deliveries",
        "Log",
        tuple(c.Column(name) for name in ("Event", "Happened", "State", "Tries", "Answer")),
        tuple(_delivery(each, row) for each in deliveries[part]),
        noun=("message", "messages"),
        total_count=count,
        empty=c.EmptyState("Nothing was to be told yet."),
        pages=pages,
    )
    facts = [
        c.Fact("Address", row.url),
        c.Fact("Made by", str(row.owner)),
        c.Fact("Told of", ", ".join(row.events)),
        c.Fact("Since", row.made_at),
        c.Fact("Ended", row.ended_at or "no"),
    ]
    is_new = request.get_signed_cookie(COOKIE, "", SALT, max_age=600) == str(row.pk)
    shows_secret = is_new and row.owner_id == _person(request).pk
    context = navigation.context(request, "Webhook", crumbs=(_keys(), _all())) | {
        "row": row,
        "facts": facts,
        "secret": webhooks.secret_of(row) if shows_secret else "",
        "table": table,
    }
    response = render(request, "cofund/pages/office/webhook.html", context)
    if is_new:
        response.delete_cookie(COOKIE, path=_COOKIE_OF_WEBHOOKS["path"], samesite="Strict")
    return response


@opened_by("end webhook", "end another's webhook")
def end(request: HttpRequest, webhook: int) -> HttpResponse:
    """`/office/webhooks/<webhook>/end/`: the end of a webhook, at once."""
    row = _webhook_or_404(request, webhook)

    def act(_: dict[str, Any]) -> str:
        actions.end(actor_of(request), row)
        return reverse("office-webhooks")

    page = Editing(
        heading="End the webhook",
        verb="End",
        cancel_href=reverse("office-webhook", args=[row.pk]),
        done="The address is told nothing any more.",
        lede="What still waits is not told. This cannot be undone.",
        crumbs=(_keys(), _all()),
        facts=(c.Fact("Address", row.url), c.Fact("Made by", str(row.owner))),
        is_grave=True,
    )
    return edit(request, page, AskForm(request.POST if request.method == "POST" else None), act)


@opened_by("send webhook again", "end another's webhook")
def again(request: HttpRequest, webhook: int, delivery: int) -> HttpResponse:
    """`/office/webhooks/<webhook>/<delivery>/again/`: tell something once more."""
    row = _webhook_or_404(request, webhook)
    found = row.deliveries.select_related("webhook").filter(pk=delivery).first()
    if found is None:
        raise Http404
    told: WebhookDelivery = found

    def act(_: dict[str, Any]) -> str:
        actions.send_again(actor_of(request), told)
        return reverse("office-webhook", args=[row.pk])

    page = Editing(
        heading="Send it again",
        verb="Send again",
        cancel_href=reverse("office-webhook", args=[row.pk]),
        done="It waits to be sent.",
        lede="The message has the same number as before, so that the program can know it.",
        crumbs=(_keys(), _all()),
        facts=(c.Fact("Event", told.event), c.Fact("Address", row.url), c.Fact("Last answer", told.answer or "none")),
    )
    return edit(request, page, AskForm(request.POST if request.method == "POST" else None), act)


def _person(request: HttpRequest) -> User:
    """Who is signed in; the page asks for that."""
    assert isinstance(request.user, User)
    return request.user


def _webhook_or_404(request: HttpRequest, key: int) -> Webhook:
    """A webhook that this person may see. Raises Http404 where there is none."""
    row = webhooks.visible(_person(request)).filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _keys() -> c.Link:
    """The way to the keys."""
    return c.Link("Keys for programs", reverse("office-keys"))


def _all() -> c.Link:
    """The way to all webhooks."""
    return c.Link("Webhooks", reverse("office-webhooks"))


def _row(row: Webhook) -> c.Row:
    """A webhook in the list."""
    is_open = row.ended_at is None
    return c.Row.of(
        c.Cell(row.url, href=reverse("office-webhook", args=[row.pk])),
        str(row.owner),
        ", ".join(row.events),
        row.made_at,
        c.Status("Is told", c.Tone.GOOD) if is_open else c.Status("Ended", c.Tone.CLOSED),
        kind="" if is_open else "muted",
    )


def _delivery(each: WebhookDelivery, row: Webhook) -> c.Row:
    """A message in the log; it can be sent again while the webhook is told."""
    href = reverse("office-webhook-again", args=[row.pk, each.pk]) if row.ended_at is None else ""
    return c.Row.of(
        c.Cell(each.event, href=href, note=each.href),
        each.occurred_at,
        c.Status(each.get_status_display(), TONES[each.status]),
        str(each.attempts),
        each.answer or "none yet",
    )
