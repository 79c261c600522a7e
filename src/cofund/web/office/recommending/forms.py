"""The forms of candidates: a note or a reason, and an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from cofund.queries.duplicates import Candidate
from cofund.records.directory.models import Organisation
from cofund.web.fields import DayField

NEW: Final = "new"


class NoteForm(forms.Form):
    """A note, or a reason."""

    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, label: str, is_required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label, self.fields["note"].required = label, is_required


class InviteForm(forms.Form):
    """An invitation: which organisation it is where several may be, what comes next, and who looks after it."""

    organisation = forms.ChoiceField(label="Which organisation it is", widget=forms.RadioSelect)
    is_another_lead = forms.BooleanField(label="I have looked at it: this is another lead", required=False)
    next_step = forms.CharField(
        label="Next step", required=False, max_length=300, help_text="For example: write to its research director."
    )
    next_step_on = DayField(label="Next step due on", required=False)
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea({"rows": 2}))
    is_mine = forms.BooleanField(label="I look after this lead", required=False, initial=True)

    def __init__(self, *args: Any, similar: Sequence[Candidate], asks: bool, **kwargs: Any) -> None:
        """Ask who it is only where somebody in the directory looks like it."""
        super().__init__(*args, **kwargs)
        self._similar = {str(one.organisation.pk): one.organisation for one in similar}
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        if similar:
            known = [(key, f"{row.name} ({row.country or 'country not known'})") for key, row in self._similar.items()]
            field.choices = [*known, (NEW, "None of them: add it to the directory")]
        else:
            del self.fields["organisation"]
        if not asks:
            del self.fields["is_another_lead"]

    def chosen(self) -> Organisation | None:
        """The organisation of the directory that was chosen; None where it is added."""
        return self._similar.get(self.cleaned_data.get("organisation", ""))
