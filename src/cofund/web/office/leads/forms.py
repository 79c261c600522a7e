"""The forms of leads: a new one, its facts, a step, and an exchange."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from cofund.queries import clock, leads
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import Exchange, Idea, Lead, Scheme, Seat, Topic
from cofund.rules.schemes import Scheme as Rules
from cofund.web.fields import CountryField, DayField, MoneyField, RowField, SeenField
from cofund.web.office.leads.presenting import Act
from cofund.web.organisation_field import OrganisationField


class SeatField(RowField):
    """A seat of an organisation, as `Seat` names itself."""

    def said(self, *parts: str) -> str:
        """Who holds it, and in which group."""
        holder, short_name, name, group = parts
        return f"{holder or short_name or name} in {group}"


class FactsForm(forms.Form):
    """What is said of a lead; everything may be unknown."""

    topic = RowField(
        Topic.objects.none(),
        columns=("code", "title"),
        label="Topic",
        required=False,
        empty_label="None yet",
        help_text="Those that are not adopted yet come first: only a pledge to one of them can be matched.",
    )
    idea = RowField(Idea.objects.none(), columns=("reference",), label="Idea", required=False, empty_label="None")
    seat = SeatField(
        Seat.objects.none(),
        columns=("holder", "organisation__short_name", "organisation__name", "group__name"),
        label="Seat",
        required=False,
        empty_label="None",
        help_text="Only of a lead that came by a seat.",
    )
    kind = forms.ChoiceField(label="Kind", required=False)
    amount_cents = MoneyField(label="Amount that it may bring", required=False)
    probability_percent = forms.IntegerField(
        label="How likely, in percent",
        required=False,
        min_value=0,
        max_value=100,
        help_text="As you judge it today: 0 to 100.",
    )
    interest = forms.CharField(
        label="What the organisation wants", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    owner = forms.ModelChoiceField(
        Organisation.objects.none(), label="Who looks after it", required=False, empty_label="Nobody yet"
    )
    next_step = forms.CharField(label="Next step", required=False, max_length=300)
    next_step_on = DayField(label="Next step due on", required=False)
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")
    note = forms.CharField(label="Note", required=False, max_length=4000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, scheme: Scheme, rules: Rules, **kwargs: Any) -> None:
        """Take the scheme, for its topics, kinds and currency."""
        super().__init__(*args, **kwargs)
        people = [user.pk for user in leads.owners()]
        _choose_from(self.fields["topic"], leads.topics_of(scheme))
        _choose_from(self.fields["idea"], Idea.objects.filter(scheme=scheme))
        seats = Seat.objects.filter(group__scheme=scheme, organisation__isnull=False)
        _choose_from(self.fields["seat"], seats)
        _choose_from(self.fields["owner"], User.objects.filter(pk__in=people))
        for name in ("idea", "seat"):
            if not _queryset(self.fields[name]).exists():
                del self.fields[name]
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "Not known yet"), *((one.code, one.label) for one in rules.kinds)]
        amount = self.fields["amount_cents"]
        if isinstance(amount, MoneyField):
            amount.currency = amount.widget.currency = rules.currency


class EditForm(FactsForm):
    """What is said of a lead that is there."""

    seen = SeenField()


class NewLeadForm(FactsForm):
    """A lead that is opened: whose, and how it came."""

    organisation = OrganisationField(label="Organisation", help_text="Its name or identifier, or a part of the name.")
    new_name = forms.CharField(
        label="Not known here yet: its legal name",
        required=False,
        max_length=300,
        help_text="Leave it empty where it is.",
    )
    new_kind = forms.ChoiceField(
        label="What the new organisation is", required=False, choices=[("", "Not known"), *Organisation.Kind.choices]
    )
    new_country = CountryField(label="Country of the new organisation")
    route = forms.ChoiceField(label="How it came", choices=[("", "Choose"), *Lead.Route.choices])
    opened_on = DayField(label="First contact on", help_text="Today, unless you know better.")
    is_another = forms.BooleanField(label="I have looked at them: this is another lead", required=False)
    is_new = forms.BooleanField(label="I have looked at them: this is another organisation", required=False)
    field_order = ("is_another", "is_new", "organisation", "new_name", "new_kind", "new_country", "route", "opened_on")

    def __init__(self, *args: Any, may_add: bool, asks: Collection[str] = (), **kwargs: Any) -> None:
        """Leave out the new organisation where the person may not add one, and each question that nothing makes one ask."""
        super().__init__(*args, **kwargs)
        for name in {"is_another", "is_new"}.difference(asks):
            del self.fields[name]
        self.fields["opened_on"].initial = clock.today
        # One organisation is needed: one that is known, or a new one.
        self.fields["organisation"].required = not self.data.get("new_name")
        if not may_add:
            for name in ("new_name", "new_kind", "new_country"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one organisation."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen, new = cleaned.get("organisation"), cleaned.get("new_name")
        if chosen and new:
            self.add_error("new_name", f"{chosen} is named above. Clear one of the two.")
        return cleaned


class StepForm(forms.Form):
    """A step of a lead: the day, why, and what is to be done after it."""

    topic = RowField(
        Topic.objects.none(), columns=("code", "title"), label="Topic that fits", required=False, empty_label="Choose"
    )
    on = DayField(label="Day of it", help_text="Today, unless you know better.")
    reason = forms.CharField(label="What happened", required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))
    next_step = forms.CharField(
        label="Next step",
        required=False,
        max_length=300,
        help_text="What was planned stays where you leave this empty.",
    )
    next_step_on = DayField(label="Next step due on", required=False)

    def __init__(self, *args: Any, lead: Lead, act: Act, **kwargs: Any) -> None:
        """Ask only what this step needs."""
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today
        self.fields["reason"].required = act.code in ("lose", "rest", "reopen")
        if act.code in ("lose", "rest", "reopen"):
            self.fields["reason"].label = "Why"
        if act.code == "convert":
            self.fields["reason"].label = "What came of it"
        if act.code == "find-topic":
            _choose_from(self.fields["topic"], leads.topics_of(lead.scheme))
            self.fields["topic"].initial = lead.topic_id
        else:
            del self.fields["topic"]
        if act.code in ("lose", "convert"):
            del self.fields["next_step"], self.fields["next_step_on"]


class ExchangeForm(forms.Form):
    """An exchange with a lead."""

    channel = forms.ChoiceField(label="How", choices=Exchange.Channel.choices)
    on = DayField(label="Day", help_text="Today, unless you know better.")
    by_office = forms.TypedChoiceField(
        label="Who approached whom",
        choices=[("yes", "The office approached the organisation"), ("no", "The organisation approached the office")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
        help_text="It shows in the log of whom the office approached for a topic.",
    )
    summary = forms.CharField(label="What it was about", max_length=4000, widget=forms.Textarea({"rows": 4}))
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


def _queryset(field: forms.Field) -> Any:
    """What a field chooses from."""
    assert isinstance(field, forms.ModelChoiceField)
    return field.queryset


def _choose_from(field: forms.Field, rows: Any) -> None:
    """Let a field choose from these rows."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
