"""A subscriber's own page by the link of an e-mail: what to get and how often, what is kept, leaving, and being forgotten."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from cofund.actions import fit_alerts
from cofund.actions.errors import Refused
from cofund.actions.newsletter import subscriptions
from cofund.actions.newsletter.subscriptions import Wanted
from cofund.queries import programmes
from cofund.queries.newsletter import links, subscribers
from cofund.records.programme.models import Subscriber, Topic
from cofund.rules.newsletter import THEMES
from cofund.web.office import editing
from cofund.web.public.newsletter import frame, newsletter_crumb, spent
from cofund.web.vocabulary import spoken

ONE_CLICK = "List-Unsubscribe"
_CHOICES: Final[dict[str, list[tuple[str, Any]]]] = {
    "frequency": Subscriber.Frequency.choices, "themes": list(THEMES.items()), "language": Subscriber.Language.choices,
}  # fmt: skip


class PreferencesForm(forms.Form):
    """What a subscriber wants."""

    frequency = forms.ChoiceField(label=gettext_lazy("The newsletter"), widget=forms.RadioSelect)
    schemes = forms.MultipleChoiceField(
        label=gettext_lazy("Programmes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All of them where none is chosen."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All of them where none is chosen."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the words around the news"),
        widget=forms.RadioSelect,
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that you follow"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Take the mark away to follow one no longer."),
    )  # fmt: skip
    is_told_at_once = forms.BooleanField(
        label=gettext_lazy("Tell me at once what is new in topics that I follow"), required=False
    )

    def __init__(self, *args: Any, topics: list[Topic], **kwargs: Any) -> None:
        """Offer the programmes of the site, and the topics that are followed."""
        super().__init__(*args, **kwargs)
        for name, choices in _CHOICES.items():
            self.fields[name].choices = [(value, spoken(str(label))) for value, label in choices]  # type: ignore[attr-defined]
        self.fields["schemes"].choices = [(row.code, row.name) for row in programmes.installed()]  # type: ignore[attr-defined]
        self.fields["topics"].choices = [(str(row.pk), f"{row.code}: {row.title}") for row in topics]  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topics"]


@never_cache
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """`/newsletter/preferences/<token>/`: what to get, and how often; what is sent changes it."""
    subscriber = links.subscriber_of(token)
    if subscriber is None:
        return spent(request, _("Sign up once more; that sends you a new link."))
    topics = subscribers.followed(subscriber)
    initial = {
        name: getattr(subscriber, name) for name in ("frequency", "schemes", "themes", "language", "is_told_at_once")
    }
    initial["topics"] = [str(row.pk) for row in topics]
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial, topics=topics)
    refused = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            subscriptions.change(token, Wanted(**{**said, "topics": [int(key) for key in said.get("topics", ())]}))
        except Refused as error:
            refused = editing.refuse(form, error)
        else:
            messages.success(request, _("Your choice is kept."))
            return redirect("newsletter-preferences", token)
    context = frame(_("What you get"), newsletter_crumb()) | {
        "form": form, "refused": refused, "subscriber": subscriber, "token": token,
    }  # fmt: skip
    status = 422 if refused or form.errors else 200
    return render(request, "cofund/pages/public/newsletter/preferences.html", context, status=status)


@never_cache
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """`…/kept.json`: everything that is kept of a subscriber, as a file."""
    subscriber = links.subscriber_of(token)
    if subscriber is None:
        raise Http404
    answer = JsonResponse(subscribers.kept(subscriber), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return answer


@never_cache
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """`…/erase/`: forget a subscriber; who only follows the address is led to the page with the button."""
    if request.method != "POST":
        return redirect("newsletter-preferences", token)
    try:
        subscriptions.erase(token)
    except Refused as error:
        return spent(request, spoken(error.remedy))
    return redirect("newsletter-left")


@csrf_exempt
@never_cache
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """`/newsletter/leave/<token>/`: a page with a button; a POST leaves, without a session: the signed word is the only key.

    Source: RFC 8058; its one click is answered at once, without leading elsewhere.
    """
    if request.method == "POST":
        try:
            subscriptions.leave(token)
        except Refused as error:
            return spent(request, spoken(error.remedy))
        return left(request) if ONE_CLICK in request.POST else redirect("newsletter-left")
    if not links.is_leaving(token):
        return spent(request, _("Use the link in the last e-mail."))
    context = frame(_("Leave the newsletter"), newsletter_crumb()) | {"is_gone": links.leaver_of(token) is None}
    return render(request, "cofund/pages/public/newsletter/leave.html", context)


def left(request: HttpRequest) -> HttpResponse:
    """`/newsletter/left/`: that nothing is sent any more."""
    return render(
        request, "cofund/pages/public/newsletter/left.html", frame(_("You get nothing any more"), newsletter_crumb())
    )


@csrf_exempt
@never_cache
def stop_alerts(request: HttpRequest, token: str) -> HttpResponse:
    """`/alerts/stop/<token>/`: stop the alerts of a partner's person, the same way."""
    if request.method == "POST":
        try:
            fit_alerts.stop(token)
        except Refused as error:
            return spent(request, spoken(error.remedy))
        return left(request) if ONE_CLICK in request.POST else redirect("newsletter-left")
    found = links.alert_of(token)
    if found is None:
        return spent(request, _("Use the link in the last e-mail."))
    context = frame(_("Be told no more")) | {"is_gone": not found.is_on, "is_alert": True}
    return render(request, "cofund/pages/public/newsletter/leave.html", context)
