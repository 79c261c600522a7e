"""The page that shows every component in all its states, for those who build pages and for the tests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.web import components as c
from cofund.web.fields import DayField, MoneyField
from cofund.web.organisation_field import OrganisationField
from cofund.web.public import design_samples as samples


class SampleOrganisationField(OrganisationField):
    """Finds two organisations that are in no directory, whatever is typed."""

    def clean(self, value: Any) -> Any:
        """Ask which of the two is meant."""
        if value:
            raise self.several(samples.organisations(), is_more=True)
        return super().clean(value)


class SampleForm(forms.Form):
    """A form with one field of each kind."""

    partner = SampleOrganisationField(help_text="Its name or identifier, for example its PIC.")
    name = forms.CharField(max_length=80, help_text="The legal name, as in the letter of endorsement.")
    amount = MoneyField(label="Contribution", help_text="Whole euros or with cents: 7,000,000 or 1250.50.")
    on = DayField(label="Day of the letter", required=False)
    kind = forms.ChoiceField(
        label="Kind of contribution",
        choices=[("cash", "Financial contribution"), ("in_kind", "In-kind contribution")],
        widget=forms.RadioSelect,
    )
    topic = forms.ChoiceField(choices=[("", "Choose a topic"), ("1", "Pertussis"), ("2", "Type 1 diabetes")])
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="Kept with the entry.")
    sure = forms.BooleanField(label="The letter is signed and on file")


def page(request: HttpRequest) -> HttpResponse:
    """Every component, normal and in its corner cases. The figures are samples and say so."""
    address = c.Address.of(request.path, request.GET.items())
    context: dict[str, Any] = {
        "here": "Design",
        "crumbs": (c.Link("Start", "/"),),
        "statuses": [c.Status(tone.value.capitalize(), tone) for tone in c.Tone],
        "stages": [c.stage_status(stage) for stage in ("pledged", "endorsed", "committed", "certified", "withdrawn")],
        "certainties": list(c.Certainty),
        "visibilities": list(c.Visibility),
        "tiles": samples.tiles(),
        "facts": samples.facts(),
        "amounts": samples.amounts(),
        "envelope": samples.envelope(),
        "over": samples.over_the_ceiling(),
        "sources": samples.sources(),
        "chart": samples.chart(),
        "ranking": samples.ranking(),
        "table": samples.partners(address),
        "empty_table": samples.empty_table(address),
        "timeline": samples.timeline(),
        "steps": samples.steps(),
        "tabs": samples.tabs(),
        "callouts": samples.callouts(),
        "refusal": samples.refusal(),
        "explanation": samples.explanation(),
        "changes": samples.changes(),
        "as_of": samples.as_of(address),
        "empty": c.EmptyState(
            "No pledge waits for you.",
            "New pledges appear here when a partner sends one.",
            c.Link("Record a pledge", "#"),
        ),
        "form": SampleForm(prefix="blank"),
        "wrong_form": SampleForm(
            {"wrong-partner": "Sample", "wrong-amount": "7.000.000,00", "wrong-on": "soon"}, prefix="wrong"
        ),
    }
    return render(request, "cofund/pages/design.html", context)
