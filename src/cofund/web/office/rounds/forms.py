"""The forms of the yearly round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from cofund.queries import clock
from cofund.queries.rates import PERIOD_RULE
from cofund.queries.rounds import About
from cofund.records.ledger.models import Activity, Certificate, Contribution, InKindLine, Report, ReportLine
from cofund.records.programme.models import Project
from cofund.rules.schemes import Scheme
from cofund.web.fields import CountryField, DayField, LongSelect, MoneyField
from cofund.web.formatting import amount
from cofund.web.office.forms import PLACES
from cofund.web.organisation_field import OrganisationField

Choices = Sequence[tuple[str, str]]


class WhoseForm(forms.Form):
    """Something of an organisation; a partner's person is not asked which."""

    organisation = OrganisationField(label="Organisation", whole=True, help_text="Its name or an identifier.")

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        """Ask for the organisation, unless it is the person's own."""
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["organisation"]


class NewPlanForm(WhoseForm):
    """The plan of which year."""

    year = forms.IntegerField(label="Year that it is about", min_value=1950, max_value=2200)


class NewReportForm(WhoseForm):
    """A report: its year and period, and where its figures come from."""

    year = forms.IntegerField(label="Year that it is about", min_value=1950, max_value=2200)
    from_on = DayField(label="First day of the period", required=False, help_text="Empty: 1 January of the year.")
    until_on = DayField(label="Last day of the period", required=False, help_text="Empty: 31 December of the year.")
    source = forms.ChoiceField(label="Where the figures come from", choices=Report.Source.choices, initial="giver")

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        """A giver reports by itself; the office may take over what the grant's report says."""
        super().__init__(*args, is_own=is_own, **kwargs)
        if is_own:
            del self.fields["source"]

    def period(self) -> tuple[date, date]:
        """The days of the period; the whole year where none is stated."""
        year = self.cleaned_data["year"]
        first, last = self.cleaned_data["from_on"], self.cleaned_data["until_on"]
        return first or date(year, 1, 1), last or date(year, 12, 31)


class ActivityForm(WhoseForm):
    """An additional activity."""

    role = forms.ChoiceField(label="Given as")
    kind = forms.ChoiceField(label="Kind")
    title = forms.CharField(label="What is done", max_length=300)
    description = forms.CharField(
        label="What it adds", widget=forms.Textarea({"rows": 3}), max_length=4000, required=False
    )
    project = forms.ChoiceField(label="Project", required=False, widget=LongSelect)
    place = forms.ChoiceField(label="Place of cost", choices=PLACES, initial="unknown")
    country = CountryField(label="Country")
    from_on = DayField(label="First day of its cost", required=False)
    until_on = DayField(label="Last day of its cost", required=False)

    def __init__(self, *args: Any, is_own: bool, scheme: Scheme, projects: Sequence[Project], **kwargs: Any) -> None:
        """Take the scheme's roles and kinds, and its projects."""
        super().__init__(*args, is_own=is_own, **kwargs)
        _choose(self, "role", [(rule.code, rule.label) for rule in scheme.roles if rule.side != "other"])
        # Every kind: whoever asks for one that the role may not give reads why, with the article.
        kinds = sorted((rule for rule in scheme.kinds if rule.plan), key=lambda rule: rule.code)
        _choose(self, "kind", [(rule.code, rule.label) for rule in kinds])
        _choose(
            self, "project", [("", "None: of the programme as a whole"), *((one.slug, one.acronym) for one in projects)]
        )


class AboutForm(forms.Form):
    """What a line is about: an activity or a contribution of the organisation."""

    about = forms.ChoiceField(label="What it is about")

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        """Take what there is to choose from."""
        super().__init__(*args, **kwargs)
        self.rows: dict[str, Activity | Contribution] = {}
        for activity in about.activities:
            self.rows[activity.reference] = activity
        for contribution in about.contributions:
            self.rows[contribution.reference] = contribution
        words = [(key, _about_words(row)) for key, row in self.rows.items()]
        _choose(self, "about", words)
        if not words:
            self.fields["about"].help_text = "Nothing is recorded yet: record an additional activity first."

    def chosen(self) -> dict[str, Any]:
        """The activity or the contribution, by its name in the line."""
        row = self.rows[self.cleaned_data["about"]]
        return {"activity": row} if isinstance(row, Activity) else {"contribution": row}


class PlanLineForm(AboutForm):
    """A line of a plan."""

    amount = MoneyField(label="Planned to be worth in the year", min_cents=0)
    note = forms.CharField(label="Note", widget=forms.Textarea({"rows": 2}), max_length=2000, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Take the scheme's currency."""
        super().__init__(*args, **kwargs)
        _in_currency(self, currency, "amount")


class ReportLineForm(AboutForm):
    """A line of a report."""

    amount = MoneyField(
        label="Amount", required=False, min_cents=0,
        help_text="Leave it empty where in-kind lines say it; state it for cash, and for what the report of a grant says.",
    )  # fmt: skip
    note = forms.CharField(label="Note", widget=forms.Textarea({"rows": 2}), max_length=2000, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Take the scheme's currency."""
        super().__init__(*args, **kwargs)
        _in_currency(self, currency, "amount")


class InKindForm(forms.Form):
    """What an in-kind amount consists of."""

    category = forms.ChoiceField(label="Category", choices=InKindLine.Category.choices)
    description = forms.CharField(label="What was given", max_length=300)
    quantity = forms.DecimalField(
        label="Quantity", max_digits=16, decimal_places=4, min_value=Decimal("0.0001"), help_text="For example 120."
    )
    unit = forms.CharField(label="Unit", max_length=40, help_text="What is counted: hour, sample, licence.")
    currency = forms.ChoiceField(label="Currency of the rate")
    rate = MoneyField(label="Rate", help_text="The price of one unit, in that currency.")
    from_on = DayField(label="First day")
    until_on = DayField(label="Last day")
    place = forms.ChoiceField(label="Place of cost", choices=PLACES, initial="unknown")
    country = CountryField(label="Country")
    valuation = forms.ChoiceField(label="How it is valued", choices=InKindLine.Valuation.choices)
    valuation_basis = forms.CharField(
        label="What the valuation rests on",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        help_text="For example the pay roll, a price list, or the decision that allows a unit cost.",
    )

    def __init__(self, *args: Any, currencies: Sequence[str], scheme: Scheme, report: Report, **kwargs: Any) -> None:
        """Take the currencies of which rates are known, and the period."""
        super().__init__(*args, **kwargs)
        known = [scheme.currency, *(code for code in currencies if code != scheme.currency)]
        _choose(self, "currency", [(code, code) for code in known])
        said = f"Another one than {scheme.currency} counts by {PERIOD_RULE}."
        if len(known) == 1:
            said += " No rates were imported here yet, so that there is no other one to choose: ask the office to import them."
        self.fields["currency"].help_text = said
        rate = self.fields["rate"]
        if isinstance(rate, MoneyField):
            rate.currency = rate.widget.currency = ""
        self.fields["from_on"].initial, self.fields["until_on"].initial = report.from_on, report.until_on


class EvidenceForm(forms.Form):
    """A file that proves a line."""

    title = forms.CharField(label="What it is", max_length=300)
    file = forms.FileField(label="File", help_text="PDF, PNG, JPEG, DOCX, XLSX or ODT, at most 20 MB.")
    in_kind = forms.ChoiceField(label="Proves", required=False)

    def __init__(self, *args: Any, line: ReportLine, **kwargs: Any) -> None:
        """Take the in-kind lines of the line."""
        super().__init__(*args, **kwargs)
        inside = [(str(one.number), f"{one.number}: {one.description}") for one in line.in_kind.all()]
        _choose(self, "in_kind", [("", "The line as a whole"), *inside])


class NothingForm(forms.Form):
    """A step that asks nothing but to be confirmed."""


class ReasonForm(forms.Form):
    """A step with a reason."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 3}), max_length=2000)


class DecisionForm(forms.Form):
    """The decision by which a plan is approved."""

    decision = forms.CharField(label="Number of the decision", max_length=80, help_text="As the minutes write it.")
    decided_on = DayField(label="Decided on", required=False, help_text="A number that is known already keeps its day.")


class SubmitForm(forms.Form):
    """Handing a report in: who declares it; the office may say when it came."""

    declared_by = forms.CharField(
        label="Declared by",
        max_length=300,
        help_text="Name and function of the person who declares that the figures follow the usual accounts of the organisation.",
    )
    submitted_on = DayField(label="It reached the office on", required=False, initial=clock.today)

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        """A partner hands in today."""
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["submitted_on"]


class CertificateForm(forms.Form):
    """What an independent auditor says of a report."""

    auditor = forms.CharField(label="Name of the audit body", max_length=300)
    is_independent = forms.BooleanField(
        label="The audit body is independent of the organisation", required=False,
        help_text="External, and appointed by the organisation; for programmes under Regulation (EU) 2021/2085 by its Article 11.",
    )  # fmt: skip
    scope = forms.CharField(
        label="What was audited, by which standard", widget=forms.Textarea({"rows": 2}), max_length=2000
    )
    opinion = forms.ChoiceField(label="Opinion", choices=Certificate.Opinion.choices)
    qualification = forms.CharField(
        label="What the opinion is subject to", widget=forms.Textarea({"rows": 2}), max_length=2000, required=False
    )
    signed_on = DayField(label="Signed on")
    file = forms.FileField(label="The certificate", required=False, help_text="PDF, at most 20 MB.")

    def __init__(
        self, *args: Any, lines: Sequence[ReportLine], names: Sequence[str], currency: str, **kwargs: Any
    ) -> None:
        """Add an amount and a reason for each line."""
        super().__init__(*args, **kwargs)
        for line, name in zip(lines, names, strict=True):
            self.fields[f"certified_{line.number}"] = MoneyField(
                label=f"Certified of line {line.number}",
                currency=currency,
                min_cents=0,
                initial=line.reported_cents,
                help_text=f"{name}: {currency} {amount(line.reported_cents)} reported.",
            )
            self.fields[f"reason_{line.number}"] = _why_not_all(line.number, "certified")


class ValidationForm(forms.Form):
    """What the office accepts of each line, and why not all of it."""

    def __init__(
        self, *args: Any, lines: Sequence[ReportLine], names: Sequence[str], currency: str, **kwargs: Any
    ) -> None:
        """Add an amount, a reason and its basis for each line."""
        super().__init__(*args, **kwargs)
        for line, name in zip(lines, names, strict=True):
            most = line.reported_cents if line.certified_cents is None else line.certified_cents
            stage = "reported" if line.certified_cents is None else "certified"
            number = line.number
            self.fields[f"accepted_{number}"] = MoneyField(
                label=f"Accepted of line {number}",
                currency=currency,
                min_cents=0,
                initial=most,
                help_text=f"{name}: {currency} {amount(most)} {stage}.",
            )
            self.fields[f"reason_{number}"] = _why_not_all(number, "accepted")
            self.fields[f"basis_{number}"] = forms.CharField(
                label=f"Article or rule behind it, line {number}", max_length=300, required=False
            )


def _why_not_all(number: int, stage: str) -> forms.CharField:
    """The field for the reason why not all of a line is certified or accepted."""
    return forms.CharField(
        label=f"Why not all of line {number}",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        required=False,
        help_text=f"Needed where less is {stage}; the organisation reads it.",
    )


def _about_words(row: Activity | Contribution) -> str:
    """One thing to choose, in words."""
    if isinstance(row, Activity):
        return f"{row.title} ({row.kind}{', ' + row.project.acronym if row.project else ''})"
    return f"{row.reference}, {row.kind} to {row.target_name}"


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _in_currency(form: forms.Form, currency: str, name: str) -> None:
    """Give a field of money its currency."""
    field = form.fields[name]
    if isinstance(field, MoneyField):
        field.currency = field.widget.currency = currency
