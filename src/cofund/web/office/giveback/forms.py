"""The forms about cash and give-back: what is asked of a person."""

from __future__ import annotations

from typing import Any

from django import forms

from cofund.queries import clock
from cofund.rules import instalments
from cofund.web.fields import DayField, MoneyField
from cofund.web.office.forms import ActForm, DecisionForm


class InstalmentForm(forms.Form):
    """An instalment: until when, how much."""

    due_on = DayField(label="Due on")
    amount = MoneyField(label="Amount")
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Take the currency of the scheme."""
        super().__init__(*args, **kwargs)
        field = self.fields["amount"]
        assert isinstance(field, MoneyField)
        field.currency = field.widget.currency = currency


class InvoiceForm(forms.Form):
    """A request for payment."""

    invoice_number = forms.CharField(label="Number of the invoice", max_length=60)
    invoiced_on = DayField(label="Sent on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invoiced_on"].initial = clock.today


class ReceiptForm(ActForm):
    """Money that came."""

    amount = MoneyField(label="Amount that came")
    bank_reference = forms.CharField(label="Reference of the bank", required=False, max_length=140)
    field_order = ("amount", "effective_on", "bank_reference")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].label = "Received on"
        self.fields[
            "effective_on"
        ].help_text = "The day on which it stood on the account; today unless you know better."
        self.fields["reason"].initial = "The instalment was paid"


class NoticeForm(forms.Form):
    """A notice: why, and until when it can be mended."""

    reason = forms.CharField(label="Reasons", widget=forms.Textarea({"rows": 4}), max_length=4000)
    given_on = DayField(label="Day of the notice")
    until_on = DayField(
        label="Last day to mend it",
        help_text="The law asks for a reasonable period; 30 days where nothing else is agreed (assumed).",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_on"].initial = clock.today
        self.fields["until_on"].initial = lambda: instalments.period_end(clock.today())


class TerminationForm(DecisionForm):
    """The end of what is missing, by a decision."""


class ReasonForm(forms.Form):
    """A reason alone."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 3}), max_length=2000)


class ConfirmationForm(forms.Form):
    """Nothing to fill in: the button is enough."""
