"""The forms about sheets: the file with how it is to be read, and the reason of an undoing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from cofund.importers.workbooks import MOST_BYTES
from cofund.records.programme.models import Project
from cofund.rules.grant_columns import GRANTS, HE_ASSOCIATED, PARTICIPANTS


class SheetForm(forms.Form):
    """A file from the grant system."""

    file = forms.FileField(
        label="File", help_text=f"Excel (.xlsx) or CSV UTF-8, at most {MOST_BYTES // 1024 // 1024} MB."
    )
    kind = forms.ChoiceField(
        label="Its rows are",
        choices=((PARTICIPANTS, "Participants of grants"), (GRANTS, "Grants")),
        widget=forms.RadioSelect,
        initial=PARTICIPANTS,
    )
    project = forms.ModelChoiceField(
        label="All participants are of one project",
        queryset=Project.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="No: each row names its grant",
        help_text="Only for a sheet of participants.",
    )
    is_he = forms.BooleanField(
        label=f"“Associated partner” in it means “{HE_ASSOCIATED}”",
        required=False,
        help_text="In some programmes the same words name a contributor. Without this such a sheet is not taken.",
    )
    are_others = forms.BooleanField(
        label="Organisations with nearly the name of one of ours are other ones",
        required=False,
        help_text="Tick it only once you have looked at those that the import named.",
    )

    def __init__(self, *args: Any, projects: QuerySet[Project], **kwargs: Any) -> None:
        """Take the projects of the programme."""
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = projects

    def clean(self) -> dict[str, Any]:
        """A sheet of grants is about no single project."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == GRANTS:
            data["project"] = None
        return data


class ReasonForm(forms.Form):
    """Why a sheet is undone."""

    reason = forms.CharField(label="Why", widget=forms.Textarea({"rows": 3}), max_length=2_000)
