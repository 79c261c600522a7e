"""Forms about stories, in the words of the people who fill them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cofund.actions.stories import checks
from cofund.actions.stories.pictures import IN_WORDS, MOST_BYTES
from cofund.queries import naming
from cofund.queries.stories import lists
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project, Scheme, Story
from cofund.web.fields import DayField

Choices = Sequence[tuple[str, str]]


class LinesField(forms.CharField):
    """Several things, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.Textarea({"rows": 3}), "required": False, "max_length": 3_000, **kwargs})

    def lines(self, value: Any) -> list[str]:
        """The lines that say something, each once."""
        text: str = super().clean(value)
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class PartnersField(LinesField):
    """Organisations by a whole name or identifier, one a line; cleans to the rows."""

    def clean(self, value: Any) -> Any:
        """The organisations. Raises ValidationError where a line names none, or several."""
        found: list[Organisation] = []
        for line in self.lines(value):
            meant = naming.meant(line)
            if meant.only is None:
                raise forms.ValidationError(
                    f"“{line}” names no organisation of the directory for certain. Write its whole name or its identifier.",
                    code="unknown",
                )
            found.append(meant.only)
        return found


class ProjectsField(LinesField):
    """Projects by acronym, one a line, or `programme/acronym` where several have it; cleans to the rows."""

    def clean(self, value: Any) -> Any:
        """The projects. Raises ValidationError where a line names none, or several."""
        found: list[Project] = []
        for line in self.lines(value):
            code, _, acronym = line.rpartition("/")
            named = lists.projects_called(acronym.strip(), code.strip())
            if len(named) != 1:
                which = (
                    "several projects; write the code of the programme before it, as imi2/PERISCOPE"
                    if named
                    else "no project here"
                )
                raise forms.ValidationError(f"“{line}” names {which}.", code="unknown")
            found += named
        return found


class ProgrammeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the class takes its argument for type checkers only
    """One of the programmes of the site, or none."""

    def __init__(self) -> None:
        super().__init__(label="Programme", queryset=Scheme.objects.none(), required=False, empty_label="None")

    def label_from_instance(self, obj: Any) -> str:
        """What a programme is called."""
        return str(obj.name)


class InstantFields(forms.Form):
    """Nothing by itself: how a form reads a day and a time of the day as one instant."""

    def instant(self, name: str) -> datetime | None:
        """The instant of `<name>_on` and `<name>_time`; None where no day is named."""
        on, at = self.cleaned_data.get(f"{name}_on"), self.cleaned_data.get(f"{name}_time")
        if on is None:
            if at is not None:
                self.add_error(f"{name}_on", "Name the day too.")
            return None
        return timezone.make_aware(datetime.combine(on, at or datetime.min.time()))


def time_field(label: str) -> forms.TimeField:
    """A time of the day."""
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write hours and minutes, for example 09:30."},
    )


class TextForm(forms.Form):
    """The text of a version."""

    title = forms.CharField(label="Title", max_length=checks.MOST_TITLE)
    summary = forms.CharField(
        label="Summary",
        max_length=checks.MOST_SUMMARY,
        widget=forms.Textarea({"rows": 2}),
        help_text="A sentence or two: they stand in lists and feeds.",
    )
    body = forms.CharField(
        label="Text",
        widget=forms.Textarea({"rows": 18, "class": "input-long"}),
        help_text=(
            "Markdown: an empty line begins a paragraph, ## a heading, - a list, [words](https://…) a link. "
            "The figures and pictures that it can show stand below."
        ),
    )
    author = forms.CharField(label="Author, as readers see it", max_length=checks.MOST_AUTHOR, required=False)


class VersionForm(TextForm):
    """The next version of a text."""

    reason = forms.CharField(label="What changed", max_length=500, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CorrectionForm(VersionForm):
    """A correction that readers see at once."""

    reason = forms.CharField(label="What is corrected, and why", max_length=500)


class OwnStoryForm(TextForm):
    """A new story of a partner about itself."""

    projects = ProjectsField(
        label="Projects that it is about", help_text="Their acronyms, one a line. Your organisation is named by itself."
    )
    field_order = ("title", "summary", "projects", "body", "author")


class NewStoryForm(TextForm):
    """A new story of the office."""

    kind = forms.ChoiceField(
        label="Kind", choices=Story.Kind.choices, widget=forms.RadioSelect, initial=Story.Kind.PARTNER
    )
    scheme = ProgrammeField()
    partners = PartnersField(label="Partners that it is about", help_text="Whole names or identifiers, one a line.")
    projects = ProjectsField(label="Projects that it is about", help_text="Their acronyms, one a line.")
    field_order = ("kind", "title", "summary", "scheme", "partners", "projects", "body", "author")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_schemes(self)


class TiesForm(InstantFields):
    """What a story is about, and until when it waits."""

    scheme = ProgrammeField()
    partners = PartnersField(label="Partners that it is about", help_text="Whole names or identifiers, one a line.")
    projects = ProjectsField(label="Projects that it is about", help_text="Their acronyms, one a line.")
    embargo_on = DayField(label="Embargo until", required=False, help_text="Nobody outside reads it before.")
    embargo_time = time_field("At")
    origin_note = forms.CharField(
        label="What readers should know of where it comes from", max_length=300, required=False
    )
    source_url = forms.URLField(label="Address of a source", max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_schemes(self)

    def clean(self) -> dict[str, Any]:
        """Read day and time as one instant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["embargo_at"] = self.instant("embargo")
        return cleaned


class PublishForm(InstantFields):
    """When a story comes out."""

    comes_out_on = DayField(label="Comes out on", required=False, help_text="Leave it empty to publish it now.")
    comes_out_time = time_field("At")

    def clean(self) -> dict[str, Any]:
        """Read day and time as one instant; a refusal about it belongs to the day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["comes_out_at"] = self.instant("comes_out")
        return cleaned


class DescriptionForm(forms.Form):
    """What a picture shows, and who made it."""

    alternative = forms.CharField(
        label="What it shows, in words",
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="For who does not see it. Say what matters of it for this story.",
    )
    is_decorative = forms.BooleanField(
        label="It is decorative: it says nothing that the text does not say", required=False
    )
    credit = forms.CharField(
        label="Credit", max_length=200, help_text="Who made it, and under which terms it may be shown. Readers see it."
    )


class PictureForm(DescriptionForm):
    """A new picture."""

    file = forms.FileField(
        label="Picture",
        help_text=f"{IN_WORDS}, at most {MOST_BYTES // 1024 // 1024} MB. Place and camera are taken out of it.",
    )
    field_order = ("file", "alternative", "is_decorative", "credit")


class ReasonForm(forms.Form):
    """A step that says why."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 3}), max_length=5_000)


class EmptyForm(forms.Form):
    """A step that asks for nothing but its button."""


def _offer_schemes(form: forms.Form) -> None:
    """Offer the programmes of the site."""
    field = form.fields["scheme"]
    assert isinstance(field, ProgrammeField)
    field.queryset = Scheme.objects.filter(book__isnull=False).order_by("name")
