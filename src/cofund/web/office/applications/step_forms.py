"""The forms of the steps of an application."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from cofund.actions.applications.deciding import Ruling
from cofund.queries import clock
from cofund.records.programme.models import Decision, Meeting
from cofund.web.fields import DayField, LongSelect
from cofund.web.formatting import day


class NothingForm(forms.Form):
    """A step that asks nothing but to be confirmed."""


class SubmitForm(forms.Form):
    """Handing in, with the day on which a letter on paper came: for the office alone."""

    received_on = DayField(
        label="Came to the office on", required=False, help_text="Only of a letter on paper that came before today."
    )

    def __init__(self, *args: Any, is_office: bool, **kwargs: Any) -> None:
        """Take whether the office hands it in: a partner's person does it today."""
        super().__init__(*args, **kwargs)
        if not is_office:
            del self.fields["received_on"]


class CheckForm(forms.Form):
    """As of which day it is checked."""

    on = DayField(label="Day it is about", help_text="The roles, relations and rules of this day count.")

    def __init__(self, *args: Any, ends_on: date | None, **kwargs: Any) -> None:
        """Take the last day of the scheme: what is recorded later was decided before it."""
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["on"].initial = min(today, ends_on) if ends_on else today


class ReasonForm(forms.Form):
    """A step with a reason."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 3}), max_length=2000)


if TYPE_CHECKING:
    OneMeeting = forms.ModelChoiceField[Meeting]
else:
    OneMeeting = forms.ModelChoiceField


class MeetingField(OneMeeting):
    """A meeting, by its day and its group."""

    def label_from_instance(self, obj: Any) -> str:
        """The words for one meeting."""
        papers = f", papers due {day(obj.papers_due_on)}" if obj.papers_due_on else ""
        return f"{day(obj.held_on)}: {obj.title}{papers}"


class NextMeetingForm(forms.Form):
    """On the agenda of which meeting."""

    meeting = MeetingField(label="Meeting", queryset=Meeting.objects.none(), empty_label="Choose a planned meeting")

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], board: str, **kwargs: Any) -> None:
        """Take the meetings to choose from, and the scheme's word for its board."""
        super().__init__(*args, **kwargs)
        field = self.fields["meeting"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = meetings
        field.label = f"Meeting of the {board}"
        if not meetings:
            field.help_text = "No meeting is planned. Plan one first."


class MeetingForm(NextMeetingForm):
    """On the agenda of which meeting; the amended work plan is offered where it comes too late."""

    amends_work_plan = forms.BooleanField(required=False, widget=forms.HiddenInput)


class TargetForm(forms.Form):
    """For which topic or project it is."""

    target = forms.ChoiceField(label="Topic or project", widget=LongSelect)

    def __init__(self, *args: Any, targets: list[Any], label: str, **kwargs: Any) -> None:
        """Take the choices, and the scheme's words for its topics and projects."""
        super().__init__(*args, **kwargs)
        self.fields["target"] = forms.ChoiceField(label=label, choices=targets, widget=LongSelect)


class RulingForm(forms.Form):
    """What the board decided: number and day are those of its agenda where the subject is on one."""

    decision = forms.CharField(
        label="Number of the decision", max_length=80, required=False, help_text="As the minutes write it."
    )
    decided_on = DayField(label="Decided on", required=False, help_text="A number that is known already keeps its day.")
    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 2}), max_length=2000)
    evidence = forms.CharField(
        label="Evidence", required=False, max_length=500, help_text="The document or address that proves it."
    )
    accepts_unmatched = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, board: str, known: Decision | None, **kwargs: Any) -> None:
        """Take the scheme's word for its board, and the decision that stands on the agenda."""
        super().__init__(*args, **kwargs)
        field = self.fields["decision"]
        field.label = f"Number of the decision of the {board}"
        if known is not None:
            field.initial, self.fields["decided_on"].initial = known.number, known.decided_on
            field.help_text = f"The agenda has it: {known.number} of {day(known.decided_on)}."


class NextRulingForm(RulingForm):
    """What the board decided on a next letter; of one that is on no agenda here, why it was decided elsewhere."""

    elsewhere_because = forms.CharField(
        label="Why the board decided it elsewhere",
        widget=forms.Textarea({"rows": 2}),
        max_length=2000,
        help_text="This letter is on no agenda here: give number, day and reason. They are kept, and stand beside the decision.",
    )
    field_order = ("decision", "decided_on", "elsewhere_because", "reason", "evidence")

    def __init__(self, *args: Any, on_agenda: bool, **kwargs: Any) -> None:
        """Take whether the board has it on an agenda here: then nothing was decided elsewhere."""
        super().__init__(*args, **kwargs)
        if on_agenda:
            del self.fields["elsewhere_because"]
        else:
            # Needed only where the decision is none of an agenda here, which the number tells.
            self.fields["elsewhere_because"].required = False


class ConditionsForm(RulingForm):
    """An approval that hangs on something."""

    conditions = forms.CharField(
        label="Conditions", widget=forms.Textarea({"rows": 3}), max_length=2000, help_text="What has to happen first."
    )
    field_order = ("conditions", "decision", "decided_on", "reason", "evidence")


class MetForm(forms.Form):
    """That conditions are met, from a day on."""

    met_on = DayField(label="Met on", initial=clock.today, help_text="Money stands as of this day.")
    reason = forms.CharField(label="How it is known", widget=forms.Textarea({"rows": 2}), max_length=2000)
    evidence = forms.CharField(label="Evidence", required=False, max_length=500)
    accepts_unmatched = forms.BooleanField(required=False, widget=forms.HiddenInput)


def ruling_of(data: dict[str, Any]) -> Ruling:
    """The ruling that such a form states."""
    because = data.get("elsewhere_because", "")
    return Ruling(data["reason"], data["decision"], data["decided_on"], data["evidence"], because)
