"""Knocking at a topic: the public form, the page that says to look into the mail, and the page that confirms."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache

from cofund.actions import interest as acting
from cofund.actions.errors import Refused
from cofund.actions.interest import Knock
from cofund.actions.once import once
from cofund.queries import clock, interest, languages, schemes
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import ExpressionOfInterest, Topic
from cofund.rules.knocking import CONFIRM_WITHIN
from cofund.web import components as c
from cofund.web import topic_states
from cofund.web.countries import country_name
from cofund.web.fields import CountryField, MoneyField
from cofund.web.languages import gettext as _
from cofund.web.office import editing, tokens
from cofund.web.routes import reverse
from cofund.web.visitors import origin_of
from cofund.web.vocabulary import spoken


class KnockForm(forms.Form):
    """What somebody says who would like to contribute to a topic."""

    organisation_name = forms.CharField(
        label=lazy("Your organisation"), max_length=300, help_text=lazy("Its legal name.")
    )
    country = CountryField(
        label=lazy("Country where it is established"),
        widget=forms.TextInput({"autocomplete": "country", "maxlength": 2}),
    )
    kind = forms.ChoiceField(
        label=lazy("What it is"),
        choices=[(value, words) for value, words in Organisation.Kind.choices if value != "unknown"],
    )
    person = forms.CharField(label=lazy("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=lazy("Your e-mail address"),
        help_text=lazy("We send one message there, with a link that you confirm."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    form = forms.ChoiceField(
        label=lazy("What you think of giving"),
        required=False,
        choices=[("", lazy("Not known yet")), *acting.FORMS.items()],
        widget=forms.RadioSelect,
    )
    amount_cents = MoneyField(
        label=lazy("Amount, if you can say one"), required=False, help_text=lazy("It binds nobody.")
    )
    text = forms.CharField(
        label=lazy("What you would like to do"), max_length=4000, min_length=10, widget=forms.Textarea({"rows": 6})
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Take the currency of the programme; "not known yet" is chosen at first."""
        super().__init__(*args, **kwargs)
        for name in ("kind", "form"):
            chosen = cast(Any, self.fields[name])
            chosen.choices = [(value, spoken(str(words))) for value, words in chosen.choices]
        self.fields["kind"].choices = [("", _("Choose")), *self.fields["kind"].choices]  # type: ignore[attr-defined]
        self.fields["form"].initial = ""
        amount = self.fields["amount_cents"]
        assert isinstance(amount, MoneyField)
        amount.currency = amount.widget.currency = currency


@never_cache
def express(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/programmes/<scheme>/topics/<code>/contribute/`: the form of somebody who knocks at an open topic."""
    topic = interest.open_topic(scheme, code)
    if topic is None:
        raise Http404
    posted = request.method == "POST"
    form = KnockForm(request.POST if posted else None, currency=topic.scheme.currency)
    refused: c.Callout | None = None
    if posted and form.is_valid():
        try:
            return redirect(once(tokens.required(request), lambda: _keep(request, topic, form.cleaned_data)))
        except Refused as error:
            refused = editing.refuse(form, error)
    context = _frame(topic, _("Contribute to this topic")) | {
        "topic": topic,
        "form": form,
        "refused": refused,
        "token": tokens.kept(request),
        "days": CONFIRM_WITHIN.days,
        # Where the state that lets somebody knock is made up, whoever knocks is told before.
        "doubt": topic_states.doubt(topic),
    }
    return render(
        request, "cofund/pages/public/interest/express.html", context, status=422 if refused or form.errors else 200
    )


def sent(request: HttpRequest) -> HttpResponse:
    """`/contribute/sent/`: to look into the mail. It says the same to everybody, whoever is known here."""
    context = {"here": _("Look into your mail"), "crumbs": (_start(),), "days": CONFIRM_WITHIN.days}
    return render(request, "cofund/pages/public/interest/sent.html", context)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/contribute/confirm/<token>/`: a page with a button, which alone confirms; a link that is followed changes nothing."""
    row = interest.find(token)
    if request.method == "POST":
        try:
            acting.confirm(token, lead_address=_lead_address)
        except Refused as error:
            return _spent(request, spoken(error.remedy))
        return redirect("contribute-thanks")
    if row is None or interest.has_lapsed(row, clock.now()):
        return _spent(
            request,
            _("A link holds for {days} days. Please fill in the form once more.").format(days=CONFIRM_WITHIN.days),
        )
    if row.confirmed_at is not None:
        return redirect("contribute-thanks")
    context = _frame(row.topic, _("Confirm")) | {"row": row, "topic": row.topic, "facts": _facts(row)}
    return render(request, "cofund/pages/public/interest/confirm.html", context)


def thanks(request: HttpRequest) -> HttpResponse:
    """`/contribute/thanks/`: what happens next."""
    context = {"here": _("Thank you"), "crumbs": (_start(),)}
    return render(request, "cofund/pages/public/interest/thanks.html", context)


def _keep(request: HttpRequest, topic: Topic, data: dict[str, Any]) -> str:
    """Keep what was written, and give the page that follows."""
    names = ("organisation_name", "person", "email", "text", "country", "kind", "form", "amount_cents")
    origin, language = origin_of(request), languages.spoken_now()
    knock = Knock(**{name: data[name] for name in names}, origin=origin, language=language)
    acting.express(topic, knock, _confirm_address)
    return reverse("contribute-sent")


def _confirm_address(token: str) -> str:
    """The address that confirms, for an e-mail."""
    return f"{settings.COFUND_SITE_URL}{reverse('contribute-confirm', args=[token])}"


def _lead_address(reference: str) -> str:
    """The office's page of a lead, for an e-mail; the office has one language."""
    return languages.page("office-lead", [reference], languages.ENGLISH)


def _spent(request: HttpRequest, remedy: str) -> HttpResponse:
    """The answer to every link that does not work, whatever the reason."""
    context = {"here": _("This link does not work"), "crumbs": (_start(),), "remedy": remedy}
    return render(request, "cofund/pages/public/interest/spent.html", context, status=404)


def _facts(row: ExpressionOfInterest) -> tuple[c.Fact, ...]:
    """What was written, to be looked at once more before it is confirmed."""
    return (
        c.Fact(_("Organisation"), row.organisation_name, note=country_name(row.country)),
        c.Fact(_("What it is"), spoken(row.get_kind_display())),
        c.Fact(_("Name"), row.person, note=row.email),
        c.Fact(
            _("Thinks of giving"), spoken(acting.FORMS[row.form]) if row.form in acting.FORMS else _("Not known yet")
        ),
        c.Fact(_("Amount"), c.Money(row.amount_cents, row.topic.scheme.currency)),
        c.Fact(_("Would like to"), row.text),
    )


def _start() -> c.Link:
    """The way back to the first page."""
    return c.Link(_("Start"), reverse("home"))


def _frame(topic: Topic, here: str) -> dict[str, Any]:
    """What every page about a topic needs."""
    code = topic.scheme.code
    rules = schemes.current(code)[0]
    crumbs = (
        _start(),
        c.Link(rules.name, reverse("programme", args=[code])),
        c.Link(_("Topics"), reverse("topics", args=[code])),
        c.Link(topic.code, reverse("topic", args=[code, topic.code])),
    )
    return {"here": here, "crumbs": crumbs, "scheme": rules}
