"""Forms about ideas, topics, consultations, calls and confirmations, in the words of the people who fill them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as lazy

from cofund.queries import schemes
from cofund.queries.consultations import SECTIONS
from cofund.records.directory.models import User
from cofund.records.ledger.models import Confirmation
from cofund.records.programme.models import Call, Comment, Credit, Group, Idea, Scheme, Seat, Topic
from cofund.rules.consortium_plan import action_types
from cofund.rules.schemes import Scheme as Rules
from cofund.web.fields import DayField, MoneyField
from cofund.web.organisation_field import OrganisationField
from cofund.web.vocabulary import spoken

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Choices = Sequence[tuple[str, str]]


def area(
    label: str | _StrPromise, *, rows: int = 3, required: bool = True, help_text: str | _StrPromise = ""
) -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, widget=widget, required=required, help_text=help_text, max_length=20_000)


class EmptyForm(forms.Form):
    """A step that asks for nothing but its button."""


class IdeaForm(forms.Form):
    """What an idea for a topic needs, whoever has it."""

    scheme = forms.ChoiceField(label=lazy("For which programme"))
    title = forms.CharField(label=lazy("Title of the idea"), max_length=300)
    challenge = area(
        lazy("The need, and why it takes public and private partners together"),
        rows=6,
        help_text=lazy("A few sentences are enough."),
    )
    partners = area(lazy("Who might take part"), required=False)
    wants_credit = forms.BooleanField(
        label=lazy("I may be named as the one who proposed it"), required=False, initial=True
    )
    is_public = forms.BooleanField(label=lazy("The idea may be read by everybody"), required=False)

    def __init__(self, *args: Any, schemes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["scheme"], schemes, gettext("Choose a programme"))


class SeatIdeaForm(IdeaForm):
    """An idea of somebody who is signed in, perhaps from a seat; the seat says which programme it is for."""

    seat = forms.ChoiceField(label="From your seat in", required=False)
    field_order = ("seat", "scheme", "title")

    def __init__(self, *args: Any, seats: Sequence[Seat], schemes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, schemes=schemes, **kwargs)
        offer(
            self.fields["seat"], [(str(one.pk), f"{one.group} ({one.group.scheme.code})") for one in seats], "No seat"
        )
        if seats:
            self.fields["seat"].initial = str(seats[0].pk)
            self.fields["scheme"].required = False
            self.fields["scheme"].help_text = "Needed only without a seat."
        else:
            del self.fields["seat"]

    def clean(self) -> dict[str, Any]:
        """Ask for the programme where no seat says it."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.setdefault("seat", "")
        if not cleaned["seat"] and "scheme" in cleaned and not cleaned["scheme"]:
            self.add_error("scheme", "Choose the programme, or a seat above.")
        return cleaned


class ReasonForm(forms.Form):
    """A step that needs a reason."""

    reason = area("Reason", help_text="The proposer or the reader sees it: plain words.")


class NoteForm(forms.Form):
    """A step that may have a reason."""

    reason = area("A note for the record", required=False)


class ReviewForm(NoteForm):
    """Giving an idea to a group."""

    group = forms.ModelChoiceField(label="Group that reviews it", queryset=Group.objects.none())
    field_order = ("group", "reason")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["group"], Group.objects.filter(scheme=scheme).order_by("name"))


class AcceptForm(ReasonForm):
    """Taking an idea forward: into a topic that there is, or into a new one."""

    topic = forms.ModelChoiceField(
        label="Into this topic", queryset=Topic.objects.none(), required=False, empty_label="A new topic, named below"
    )
    code = forms.CharField(label="Code of the new topic", max_length=80, required=False)
    title = forms.CharField(label="Title of the new topic", max_length=400, required=False)
    field_order = ("topic", "code", "title", "reason")

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["topic"], topics)
        self.fields["topic"].label_from_instance = lambda one: f"{one.code} {one.title}"[:110]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a topic, or for the code and title of a new one; never both."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("topic") is None and not cleaned.get("code"):
            self.add_error("code", "Choose a topic above, or give the new one a code.")
        if cleaned.get("topic") is None and cleaned.get("code") and not cleaned.get("title"):
            self.add_error("title", "Give the new topic a title.")
        if cleaned.get("topic") is not None and cleaned.get("code"):
            self.add_error("code", f"{cleaned['topic'].code} is chosen above. Clear one of the two.")
        return cleaned


class MergeForm(ReasonForm):
    """Merging an idea into another one."""

    other = forms.ModelChoiceField(label="Into the idea", queryset=Idea.objects.none())
    field_order = ("other", "reason")

    def __init__(self, *args: Any, ideas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["other"], ideas)
        self.fields["other"].label_from_instance = lambda one: f"{one.reference}: {one.title_said}"[:110]  # type: ignore[attr-defined]


class CreditForm(forms.Form):
    """Who is credited for what."""

    part = forms.ChoiceField(label="For", choices=Credit.Part.choices)
    seat = forms.ModelChoiceField(
        label="From the seat", queryset=Seat.objects.none(), required=False, empty_label="No seat"
    )
    organisation = OrganisationField(
        label="Organisation",
        required=False,
        whole=True,
        help_text="Its name or identifier; nothing where the seat says it.",
    )
    name = forms.CharField(label="Name, where it is no organisation of the directory", max_length=200, required=False)
    on = DayField(label="Day", required=False, help_text="Leave it empty where it is not known.")
    note = forms.CharField(label="Note", required=False, max_length=500)
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = (
            Seat.objects.filter(group__scheme=scheme)
            .select_related("group", "organisation")
            .order_by("group__name", "pk")
        )
        choose(self.fields["seat"], held)


class TextForm(forms.Form):
    """A version of a topic's text, section by section."""

    title = forms.CharField(label="Title", max_length=400)
    challenge = area("Challenge", rows=6, required=False)
    scope = area("Scope", rows=6, required=False)
    impact = area("Expected impact", rows=4, required=False)
    deliverables = area("Deliverables", rows=4, required=False)
    contributions = area("Industry consortium and contributions", rows=4, required=False)
    consortium = area("Applicant consortium", rows=4, required=False)
    reason = area("What changed, and why", rows=2)
    is_material = forms.TypedChoiceField(
        label="Could a partner change its mind about it?",
        choices=(
            ("yes", "Yes: partners with a pledge or a letter are asked to confirm"),
            ("no", "No: wording only; they are told"),
        ),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ConsultationForm(forms.Form):
    """Who is consulted, and until when."""

    group = forms.ModelChoiceField(
        label="Who is consulted", queryset=Group.objects.none(), required=False, empty_label="The public"
    )
    opens_on = DayField(label="First day")
    closes_on = DayField(label="Last day", help_text="Comments are taken on this day too.")
    is_obligatory = forms.BooleanField(label="The topic waits for it", required=False, initial=True)
    decision = forms.CharField(
        label="Decision that makes it shorter",
        max_length=80,
        required=False,
        help_text="Only in a call on the fast track.",
    )
    decided_on = DayField(label="Decided on", required=False)

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["group"], Group.objects.filter(scheme=scheme).order_by("name"))


class CloseForm(forms.Form):
    """Closing a consultation today."""

    decision = forms.CharField(label="Decision that ends it early", max_length=80, required=False)
    decided_on = DayField(label="Decided on", required=False)


class CommentForm(forms.Form):
    """A comment on a part of the text."""

    section = forms.ChoiceField(label=lazy("About"), required=False)
    text = area(lazy("Comment"), rows=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self.fields["section"],
            [(key, spoken(words)) for key, words in SECTIONS.items()],
            gettext("The whole text"),
        )


class ReceivedCommentForm(CommentForm):
    """A comment that came to the office otherwise than through a page."""

    author_name = forms.CharField(label="Who made it", max_length=200)
    organisation = OrganisationField(
        label="Organisation", required=False, whole=True, help_text="Where it is spoken for: its name or identifier."
    )
    received_on = DayField(label="Came on", help_text="A day within the consultation.")
    received_as = forms.CharField(label="How it came", max_length=200, help_text="For example “By e-mail”.")
    field_order = ("author_name", "organisation", "received_on", "received_as", "section", "text")


class AnswerForm(forms.Form):
    """The answer to a comment."""

    answer = forms.ChoiceField(label="Answer", choices=Comment.Answer.choices, widget=forms.RadioSelect)
    answer_text = area("In words", help_text="What was changed, or why not.")


class ConfirmationForm(forms.Form):
    """Whether a contribution stands after the text changed."""

    answer = forms.ChoiceField(label="Your contribution", choices=Confirmation.Answer.choices, widget=forms.RadioSelect)
    answer_text = area("In words", required=False, help_text="Needed unless it stands.")


class AdoptForm(forms.Form):
    """The adoption of a topic by a decision."""

    decision = forms.CharField(label="Number of the decision", max_length=80, help_text="As the minutes write it.")
    decided_on = DayField(label="Decided on", required=False, help_text="A number that is known already keeps its day.")
    reason = area("A note for the record", required=False)


class PlanForm(forms.Form):
    """What is planned for a topic."""

    call = forms.ModelChoiceField(label="Call", queryset=Call.objects.none(), required=False, empty_label="None yet")
    action_type = forms.ChoiceField(
        label="Type of action", required=False, help_text="It decides which shares of the contributions are asked."
    )
    adoption_planned_on = DayField(label="The board is to adopt it on", required=False)
    duration_months = forms.IntegerField(
        label="Duration of the project in months", required=False, min_value=1, max_value=240
    )
    scientific_officer = forms.ModelChoiceField(
        label="Looked after by", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )
    summary = area("What it is about, in our own words", required=False, rows=2)
    text_note = forms.CharField(
        label="Where its text stands", required=False, max_length=300, help_text="Only where the text is not kept here."
    )
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["call"], Call.objects.filter(scheme=scheme).order_by("code"))
        types = action_types(schemes.current(scheme.code)[0])
        if types:
            offer(self.fields["action_type"], [(one, one) for one in types], "Not stated")
        else:
            del self.fields["action_type"]
        people = User.objects.filter(role=User.Role.SCIENTIFIC_OFFICER, is_active=True).order_by(
            "last_name", "username"
        )
        choose(self.fields["scientific_officer"], people)


class IndicativeForm(forms.Form):
    """What a source is meant to give by the text of a topic."""

    source = forms.ChoiceField(label="Source")
    is_in_kind = forms.TypedChoiceField(
        label="Given as",
        choices=(("no", "Cash"), ("yes", "In kind")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    amount = MoneyField(label="Amount")
    organisation = OrganisationField(
        label="Organisation",
        required=False,
        whole=True,
        help_text="Its name or identifier; nothing where it is not named.",
    )
    stated_on = DayField(label="Stated on", required=False)
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("public", rules.label("public_funder")), *((role.code, role.label_plural) for role in rules.roles)]
        offer(self.fields["source"], choices, "Choose who gives it")
        money = self.fields["amount"]
        if isinstance(money, MoneyField):
            money.currency = money.widget.currency = rules.currency


class CallForm(forms.Form):
    """What is known of a call."""

    code = forms.CharField(label="Code", max_length=80)
    name = forms.CharField(label="Name", max_length=300, required=False)
    procedure = forms.ChoiceField(label="Procedure", choices=Call.Procedure.choices, initial=Call.Procedure.UNKNOWN)
    is_fast_track = forms.BooleanField(
        label="Fast track",
        required=False,
        help_text="A decision shortens times, and lets a project start before its grant is signed.",
    )
    restricted_to = forms.CharField(label="Open only to", max_length=200, required=False)
    budget_cents = MoneyField(label="Public money of the call", required=False)
    members_cents = MoneyField(
        label="What members are to bring", required=False, help_text="As announced for the whole call."
    )
    drafts_published_on = DayField(label="Drafts published", required=False)
    opened_on = DayField(label="Launched", required=False)
    stage1_closed_on = DayField(label="Deadline of short proposals", required=False, help_text="Only with two stages.")
    closed_on = DayField(label="Deadline of full proposals", required=False)
    results_on = DayField(label="Results told", required=False)
    note = forms.CharField(label="What else is known, and what is not", required=False, widget=forms.Textarea)
    source_url = forms.URLField(label="Address of a source", required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for money in (self.fields["budget_cents"], self.fields["members_cents"]):
            if isinstance(money, MoneyField):
                money.currency = money.widget.currency = currency


class ResultsForm(forms.Form):
    """A file of results."""

    file = forms.FileField(label="CSV file", help_text="UTF-8, with the names of the columns in the first line.")


def offer(field: forms.Field, choices: Iterable[tuple[str, str]], empty: str) -> None:
    """Give a field of choices what it offers, with words for no choice."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", empty), *choices]


def choose(field: forms.Field, rows: Any) -> None:
    """Give a field of rows what it offers."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
