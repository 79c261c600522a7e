"""The forms about organisations: what is asked of a person of the office."""

from __future__ import annotations

from typing import Any

from django import forms

from cofund.actions import organisations as actions
from cofund.queries import clock, organisations
from cofund.records.directory.models import Certainty, Interest, Organisation, OrganisationRelation
from cofund.records.programme.models import Exchange
from cofund.web.fields import DayField, MoneyField, SeenField
from cofund.web.organisation_field import OrganisationField

_LONG = forms.Textarea({"rows": 3})
_SURE = (Certainty.RECORDED, Certainty.VERIFIED, Certainty.INFERRED, Certainty.RECALLED, Certainty.ASSUMED)


class EmptyForm(forms.Form):
    """A form that asks for nothing but to go on."""


class OtherForm(forms.Form):
    """A form that may find that the site has the organisation already, and then asks whether it is another one."""

    is_another = forms.BooleanField(
        label="I have looked at them: this is another organisation",
        required=False,
    )

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        """Ask only where there is something to look at."""
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["is_another"]


class OrganisationForm(OtherForm):
    """What is known of an organisation."""

    name = forms.CharField(label="Legal name", max_length=300)
    short_name = forms.CharField(label="Short name", max_length=80, required=False)
    kind = forms.ChoiceField(label="What it is", choices=Organisation.Kind.choices, initial=Organisation.Kind.UNKNOWN)
    country = forms.CharField(label="Country", max_length=2, required=False, help_text="Two letters, for example US.")
    pic = forms.CharField(
        label="PIC",
        required=False,
        max_length=20,
        help_text="Participant identification code of the Funding &amp; Tenders Portal: 9 digits.",
    )
    ror = forms.CharField(
        label="ROR identifier", required=False, max_length=60, help_text="Or its address, https://ror.org/029chgv08."
    )
    vat_number = forms.CharField(
        label="VAT number", required=False, max_length=30, help_text="With the two letters of its country in front."
    )
    lei = forms.CharField(
        label="LEI", required=False, max_length=30, help_text="Legal entity identifier: 20 characters."
    )
    website = forms.URLField(label="Website", max_length=200, required=False, assume_scheme="https")
    funding_origin = forms.ChoiceField(
        label="Where its money finally comes from",
        choices=Organisation.Origin.choices,
        initial=Organisation.Origin.UNKNOWN,
    )
    source_url = forms.URLField(
        label="Source", max_length=500, required=False, assume_scheme="https", help_text="Where these facts stand."
    )
    field_order = ("name", "short_name", "kind", "country")

    def clean(self) -> dict[str, Any]:
        """Name everything that is wrong at once: what the action would refuse stands beside what cannot be read."""
        data = super().clean() or self.cleaned_data
        stated = data | ({"turnover_cents": data["turnover"]} if "turnover" in data else {})
        for name, words in actions.faults(stated).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, words)
        return data


class EditForm(OrganisationForm):
    """What is known of an organisation, to be changed."""

    seen = SeenField()
    turnover = MoneyField(label="Turnover in a year", required=False, min_cents=0)
    turnover_year = forms.IntegerField(label="Year of the turnover", required=False, min_value=1900, max_value=2100)
    keeps_name = forms.BooleanField(
        label="Keep the earlier name as another name of it, where the name changes", required=False, initial=True
    )
    reason = forms.CharField(label="Reason", required=False, max_length=500)


class NameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label="Other name", max_length=300)
    note = forms.CharField(
        label="What name it is", max_length=200, required=False, help_text="For example: until 2015, or in German."
    )


class RelationForm(forms.Form):
    """How one organisation stands to another."""

    direction = forms.ChoiceField(label="Which way")
    kind = forms.ChoiceField(label="Stands to it as", choices=OrganisationRelation.Kind.choices)
    other = OrganisationField(label="The other organisation", help_text="Its name or identifier.")
    category = forms.CharField(
        label="Member category", max_length=120, required=False, help_text="For example Partner in Research."
    )
    from_on = DayField(label="From", required=False)
    until_on = DayField(label="Last day", required=False, help_text="Empty where it still stands.")
    source_url = forms.URLField(label="Source", max_length=500, required=False, assume_scheme="https")
    certainty = forms.ChoiceField(label="How sure", choices=[(one.value, one.label) for one in _SURE])
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=_LONG)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        """Name both directions with the organisation."""
        super().__init__(*args, **kwargs)
        direction = self.fields["direction"]
        assert isinstance(direction, forms.ChoiceField)
        direction.choices = [
            ("from", f"{organisation}: stands to the other"),
            ("to", f"The other: stands to {organisation}"),
        ]


class EndForm(forms.Form):
    """The last day of something, and why."""

    until_on = DayField(label="Last day")
    reason = forms.CharField(label="Reason", required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until_on"].initial = clock.today


class EndInterestForm(forms.Form):
    """The day from which on something no longer holds."""

    ended_on = DayField(label="Ended on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = clock.today


class LeftForm(forms.Form):
    """The day on which a contact left."""

    left_on = DayField(label="Left on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["left_on"].initial = clock.today


class ContactForm(forms.Form):
    """Whom to call."""

    name = forms.CharField(label="Name", max_length=200)
    function = forms.CharField(label="What the person does there", max_length=200, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    is_first = forms.BooleanField(label="The one to call first", required=False)
    note = forms.CharField(label="Note", required=False, max_length=1000, widget=_LONG)


class ContactEditForm(ContactForm):
    """What is known of a contact, to be changed."""

    seen = SeenField()


class InterestForm(forms.Form):
    """What an organisation is interested in, offers or needs."""

    kind = forms.ChoiceField(label="It", choices=Interest.Kind.choices)
    text = forms.CharField(label="In its own words", max_length=300)
    stated_on = DayField(label="Stated on", required=False)
    source_url = forms.URLField(label="Source", max_length=500, required=False, assume_scheme="https")


class PlanForm(forms.Form):
    """Who looks after an organisation, and what comes next."""

    owner = forms.ModelChoiceField(
        label="Who looks after it", queryset=organisations.office(), required=False, empty_label="Nobody yet"
    )
    next_step = forms.CharField(
        label="Next step", max_length=300, required=False, help_text="Empty: nothing is planned."
    )
    next_step_on = DayField(label="By", required=False)


class ExchangeForm(forms.Form):
    """What was said with an organisation."""

    channel = forms.ChoiceField(label="How", choices=Exchange.Channel.choices)
    on = DayField(label="Day")
    summary = forms.CharField(label="What was said", max_length=4000, widget=forms.Textarea({"rows": 5}))
    by_office = forms.TypedChoiceField(
        label="Who approached whom",
        choices=(("yes", "The office approached it"), ("no", "It approached the office")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    lead = forms.ModelChoiceField(
        label="On which lead", queryset=organisations.no_leads(), required=False, empty_label="On none"
    )
    source_url = forms.URLField(label="Source", max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        """Offer the leads of the organisation; ask for none where it has none."""
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ModelChoiceField)
        lead.queryset = organisation.leads.order_by("-opened_on")
        if not organisation.leads.exists():
            del self.fields["lead"]


class PastForm(forms.Form):
    """Why an organisation is a past organisation."""

    reason = forms.CharField(label="How you know that it is the same", required=False, max_length=500)


class MergeChoiceForm(forms.Form):
    """Which organisation is merged into this one."""

    other = OrganisationField(label="The organisation that is the same", help_text="Its name or identifier.")


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="Reason", max_length=2000, widget=_LONG)
