"""Signing up for the newsletter, or to follow one topic: one field, one e-mail, one button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from cofund.actions.errors import Refused
from cofund.actions.newsletter import signing_up
from cofund.queries import clock, languages
from cofund.queries.newsletter import links, subscribers
from cofund.records.programme.models import Topic
from cofund.web import components as c
from cofund.web.public import entering
from cofund.web.routes import reverse
from cofund.web.visitors import origin_of
from cofund.web.vocabulary import spoken


class SignUpForm(forms.Form):
    """The one field."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("We send one message there, with a link that you confirm."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """`/newsletter/`: sign up in one field."""
    return _enter(request, None, frame(_("Newsletter")))


@never_cache
def follow(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/newsletter/follow/<scheme>/<code>/`: follow one topic."""
    topic = subscribers.topic_at(scheme, code)
    if topic is None:
        raise Http404
    crumbs = (
        c.Link(topic.scheme.name, reverse("programme", args=[scheme])),
        c.Link(_("Topics"), reverse("topics", args=[scheme])),
        c.Link(topic.code, reverse("topic", args=[scheme, code])),
    )
    return _enter(request, topic, frame(_("Follow"), *crumbs))


def sent(request: HttpRequest) -> HttpResponse:
    """`/newsletter/sent/`: to look into the mail. It says the same to everybody, whoever is known here."""
    context = frame(_("Look into your mail"), newsletter_crumb()) | {"days": subscribers.confirm_within().days}
    return render(request, "cofund/pages/public/newsletter/sent.html", context)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/newsletter/confirm/<token>/`: a page with a button, which alone confirms; a link that is followed changes nothing."""
    if request.method == "POST":
        try:
            subscriber = signing_up.confirm(token)
        except Refused as error:
            return spent(request, spoken(error.remedy))
        return redirect("newsletter-preferences", links.own_token(subscriber))
    row = subscribers.find_sign_up(token)
    if row is None or subscribers.has_lapsed(row, clock.now()):
        return spent(request, _("Please ask once more; that sends you a new link."))
    if row.confirmed_at is not None and row.subscriber is not None:
        return redirect("newsletter-preferences", links.own_token(row.subscriber))
    context = frame(_("Confirm"), newsletter_crumb()) | {"row": row, "topic": row.topic}
    return render(request, "cofund/pages/public/newsletter/confirm.html", context)


def spent(request: HttpRequest, remedy: str) -> HttpResponse:
    """The answer to every link that does not work, whatever the reason."""
    context = frame(_("This link does not work"), newsletter_crumb()) | {"remedy": remedy}
    return render(request, "cofund/pages/public/newsletter/spent.html", context, status=404)


def frame(here: str, *crumbs: c.Link) -> dict[str, Any]:
    """What every page of the newsletter needs."""
    return {"here": here, "crumbs": (c.Link(_("Start"), reverse("home")), *crumbs)}


def newsletter_crumb() -> c.Link:
    """The way back to the sign-up."""
    return c.Link(_("Newsletter"), reverse("newsletter"))


def _enter(request: HttpRequest, topic: Topic | None, context: dict[str, Any]) -> HttpResponse:
    """The page with the field, and what it does."""

    def act(data: dict[str, Any]) -> str:
        signing_up.sign_up(data["email"], topic, origin=origin_of(request), language=languages.spoken_now())
        return reverse("newsletter-sent")

    form = SignUpForm(request.POST if request.method == "POST" else None)
    context |= {"topic": topic, "days": subscribers.confirm_within().days}
    done = _("We have sent a message to the address that you wrote.")
    return entering.enter(request, "cofund/pages/public/newsletter/sign_up.html", form, act, context, done)
