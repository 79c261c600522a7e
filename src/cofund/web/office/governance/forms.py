"""The forms of these pages, in the words of the people who fill them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from cofund.queries import clock, groups, points
from cofund.queries.ballots import ItemState, MeetingState
from cofund.records.directory.models import User
from cofund.records.programme.models import AgendaItem, Group, Idea, Meeting, Scheme, Seat, Topic, Vote
from cofund.rules.schemes import DecisionRule
from cofund.web.fields import DayField
from cofund.web.organisation_field import OrganisationField

LONG = {"rows": 3}


class GroupForm(forms.Form):
    """A group."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=Group.Kind, help_text="Only a governing board decides by votes.")
    remit = forms.CharField(label="What it is for", required=False, widget=forms.Textarea(LONG))
    from_on = DayField(label="There since", required=False)
    until_on = DayField(label="Last day", required=False)
    source_url = forms.URLField(label="Source", required=False, assume_scheme="https")


class NewGroupForm(GroupForm):
    """A group that is not there yet: of a programme."""

    scheme = forms.ModelChoiceField(Scheme.objects.none(), label="Programme", to_field_name="code")
    field_order = ("scheme", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scheme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Scheme.objects.order_by("code")


class SeatForm(forms.Form):
    """A seat: who holds it, in which capacity, and with which votes."""

    capacity = forms.ChoiceField(label="Capacity", choices=Seat.Capacity, initial=Seat.Capacity.MEMBER)
    organisation = OrganisationField(
        label="Organisation", required=False, whole=True, help_text="Its name or identifier."
    )
    holder = forms.CharField(
        label="Or: whom it speaks for", required=False, max_length=200, help_text="A state, the Union, a committee."
    )
    person = forms.CharField(label="Who sits in it", required=False, max_length=200)
    user = forms.ModelChoiceField(
        User.objects.none(), label="Log-in of that person", required=False, help_text="Reads the papers, and votes."
    )
    bloc = forms.ChoiceField(label="Bloc", required=False)
    weight = forms.CharField(
        label="Points of its votes",
        required=False,
        max_length=20,
        help_text="As a number or fraction, such as 12.5 or 100/3. Empty: an equal part of what the bloc has left.",
    )
    from_on = DayField(label="From", required=False)
    until_on = DayField(label="Last day", required=False)
    source_url = forms.URLField(label="Source", required=False, assume_scheme="https")
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(LONG), help_text="Everybody can read it beside the seat."
    )

    def __init__(self, *args: Any, rule: DecisionRule | None, **kwargs: Any) -> None:
        """Take the decision rule of the group, for its blocs."""
        super().__init__(*args, **kwargs)
        people = self.fields["user"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = User.objects.filter(is_active=True).exclude(role="").order_by("last_name", "username")
        bloc = self.fields["bloc"]
        assert isinstance(bloc, forms.ChoiceField)
        blocs = rule.blocs if rule else {}
        bloc.choices = [("", "None: no vote"), *((code, f"{code} ({votes} points)") for code, votes in blocs.items())]


class EndSeatForm(forms.Form):
    """The last day of a seat."""

    until_on = DayField(label="Last day")
    reason = forms.CharField(label="Reason", max_length=500)


class MeetingForm(forms.Form):
    """A meeting, or a written procedure."""

    title = forms.CharField(label="Title", max_length=200, help_text="For example: 12th meeting.")
    procedure = forms.ChoiceField(label="How", choices=Meeting.Procedure, widget=forms.RadioSelect, initial="ordinary")
    held_on = DayField(label="Day", help_text="In writing: the last day on which votes are taken.")
    opens_on = DayField(label="In writing: first day on which votes are taken", required=False)
    papers_due_on = DayField(label="Papers due", required=False, help_text="Later papers are taken and marked late.")
    place = forms.CharField(label="Place", required=False, max_length=200)
    source_url = forms.URLField(
        label="Source",
        required=False,
        assume_scheme="https",
        help_text="Of a meeting whose day is over: the public page that tells of it. Without one it takes no points.",
    )


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(LONG),
        max_length=2000,
        help_text="The group reads it; the public does not.",
    )


class ItemForm(forms.Form):
    """The words of a point."""

    title = forms.CharField(label="Title", max_length=300)
    proposal = forms.CharField(
        label="What the group is asked",
        required=False,
        widget=forms.Textarea(LONG),
        help_text="In public words: it is published with the agenda where the programme publishes agendas.",
    )
    risks = forms.CharField(
        label="What could go wrong",
        required=False,
        widget=forms.Textarea(LONG),
        help_text="For the group alone. Whoever has a conflict of interest does not see it.",
    )


if TYPE_CHECKING:
    OnePoint = forms.ModelChoiceField[AgendaItem]
else:
    OnePoint = forms.ModelChoiceField


class ContinuedField(OnePoint):
    """A deferred point, by its meeting and title."""

    def label_from_instance(self, obj: Any) -> str:
        """The words for one point."""
        return f"{obj.meeting}, point {obj.number}: {obj.title}"[:110]


class NewItemForm(ItemForm):
    """A point that is put on an agenda."""

    # An application is put on by whoever schedules it, from its own page.
    KINDS = [(value, label) for value, label in AgendaItem.Kind.choices if value != AgendaItem.Kind.APPLICATION]

    kind = forms.ChoiceField(label="About", choices=KINDS)
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label="Topic",
        required=False,
        to_field_name="code",
        help_text="One that was proposed to the board; of an adopted one the work plan is amended.",
    )
    idea = forms.ModelChoiceField(Idea.objects.none(), label="Idea", required=False, to_field_name="reference")
    continues = ContinuedField(
        AgendaItem.objects.none(),
        label="Takes up the deferred point",
        required=False,
        empty_label="None: it is new",
        help_text="Of one about something else. Conflicts of interest that stand there stand here too.",
    )
    needs_decision = forms.BooleanField(label="It needs a decision with a number and a majority", required=False)
    field_order = ("kind", "topic", "idea", "continues", "title", "proposal", "needs_decision", "risks")

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        """Take the group, for the topics and ideas of its programme and for whether it decides."""
        super().__init__(*args, **kwargs)
        topic, idea = self.fields["topic"], self.fields["idea"]
        assert isinstance(topic, forms.ModelChoiceField)
        assert isinstance(idea, forms.ModelChoiceField)
        over = (Topic.Status.GRANTED, Topic.Status.NO_AWARD, Topic.Status.DROPPED)
        topic.queryset = Topic.objects.filter(scheme=group.scheme_id).exclude(status__in=over).order_by("code")
        continues = self.fields["continues"]
        assert isinstance(continues, forms.ModelChoiceField)
        continues.queryset = points.deferred(group)
        if not continues.queryset.exists():
            del self.fields["continues"]
        waiting = (Idea.Status.SUBMITTED, Idea.Status.IN_REVIEW)
        idea.queryset = Idea.objects.filter(scheme=group.scheme_id, status__in=waiting).order_by("reference")
        decides = groups.decision_rule(group) is not None
        self.fields["needs_decision"].initial = decides
        if not decides:
            self.fields["needs_decision"].help_text = "This group does not decide by votes; leave it empty."


class PaperForm(forms.Form):
    """A paper: a text, a file, or both."""

    title = forms.CharField(label="Title", max_length=200)
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea({"rows": 8}))
    file = forms.FileField(label="File", required=False, help_text="PDF, PNG, JPEG, DOCX, XLSX or ODT, at most 20 MB.")
    is_confidential = forms.BooleanField(
        label="Confidential",
        required=False,
        initial=True,
        help_text="Never published, and hidden from whoever has a conflict of interest. A paper that is not is published "
        "with the agenda.",
    )


class SeatChoiceForm(forms.Form):
    """What concerns one seat of the group."""

    seat = forms.TypedChoiceField(label="Seat", coerce=int)

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        """Take the seats to choose from."""
        super().__init__(*args, **kwargs)
        field = self.fields["seat"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(seat.pk, groups.name_of(seat)) for seat in seats]
        if len(seats) == 1:
            field.initial = seats[0].pk


class ConflictForm(SeatChoiceForm):
    """A conflict of interest."""

    nature = forms.CharField(
        label="What the conflict is",
        widget=forms.Textarea(LONG),
        max_length=2000,
        help_text="Kept in the log of the office. It is published that there was a conflict, never what it was.",
    )


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(LONG), max_length=2000)


class VoteForm(SeatChoiceForm):
    """The vote of one seat."""

    choice = forms.ChoiceField(label="Your vote", choices=Vote.Choice, widget=forms.RadioSelect)
    confirmed = forms.BooleanField(
        label="I have read what is asked, and vote for my seat",
        help_text="You can change your vote until the point is decided. Every vote that you cast stays in the log.",
    )


class VotesForm(forms.Form):
    """The votes of all seats, as the minutes have them; a bloc that votes as one has one field."""

    def __init__(self, *args: Any, meeting: MeetingState, state: ItemState, **kwargs: Any) -> None:
        """Take the meeting and the point, for the seats that may vote on it."""
        super().__init__(*args, **kwargs)
        asked: set[str] = set()
        for seat in meeting.voting:
            is_one = meeting.rule is not None and seat.bloc in meeting.rule.indivisible
            was_there = meeting.attendance.get(seat.pk)
            is_absent = was_there is not None and not was_there.is_present
            if state.conflict_of(seat) is not None or is_absent or (is_one and seat.bloc in asked):
                continue
            asked |= {seat.bloc} if is_one else set()
            vote = state.votes.get(seat.pk)
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=f"{groups.name_of(seat)}{f' (the one vote of {seat.bloc})' if is_one else ''}",
                choices=[("", "No vote"), *Vote.Choice.choices],
                required=False,
                initial=vote.choice if vote else "",
                help_text=f"Cast by {vote.cast_by}." if vote and not vote.is_recorded else "",
            )
        is_written = meeting.meeting.procedure == Meeting.Procedure.WRITTEN
        self.fields["reason"] = forms.CharField(
            label="Evidence" if is_written else "Reason",
            required=False,
            max_length=2000,
            widget=forms.Textarea(LONG),
            help_text=("The letter or e-mail in which each answered, with its day. " if is_written else "")
            + "Needed where you change what somebody voted: everybody who reads the votes reads it, and the person is told.",
        )

    @property
    def choices(self) -> dict[int, str]:
        """The votes that are new or changed, by seat."""
        return {
            int(name.removeprefix("seat_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("seat_") and value and value != self.fields[name].initial
        }


class AttendanceForm(forms.Form):
    """Who was there, seat by seat."""

    def __init__(self, *args: Any, meeting: MeetingState, **kwargs: Any) -> None:
        """Take the meeting, for its seats."""
        super().__init__(*args, **kwargs)
        for seat in meeting.seats:
            row = meeting.attendance.get(seat.pk)
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=groups.name_of(seat),
                choices=[("", "Not recorded"), ("yes", "Present"), ("no", "Absent")],
                required=False,
                initial="" if row is None else "yes" if row.is_present else "no",
                help_text="" if seat in meeting.voting else "Has no vote.",
            )

    @property
    def present(self) -> dict[int, bool]:
        """Who was there, by seat, as far as it is said."""
        return {int(name.removeprefix("seat_")): value == "yes" for name, value in self.cleaned_data.items() if value}


class DecideForm(forms.Form):
    """A decision as the secretary records it."""

    number = forms.CharField(label="Number", max_length=80, required=False)
    decided_on = DayField(label="Decided on")
    title = forms.CharField(label="Title in the register", max_length=300)
    text = forms.CharField(
        label="What was decided", required=False, widget=forms.Textarea(LONG), help_text="In public words."
    )
    minutes = forms.CharField(
        label="From the minutes", required=False, widget=forms.Textarea(LONG), help_text="For the office and the group."
    )
    by_consensus = forms.BooleanField(label="Nobody objected: decided by consensus, votes not counted", required=False)
    conflicts_asked = forms.BooleanField(label="Conflicts of interest were asked for before this point", required=False)

    def __init__(self, *args: Any, meeting: MeetingState, item: AgendaItem, number: str, **kwargs: Any) -> None:
        """Take the meeting for its day and rule, the point for its words, and the number that comes next."""
        super().__init__(*args, **kwargs)
        self.fields["number"].initial = number
        self.fields["number"].help_text = "The next one of the register; change it where the minutes have another."
        self.fields["decided_on"].initial = min(meeting.meeting.held_on, clock.today())
        self.fields["title"].initial, self.fields["text"].initial = item.title, item.proposal
        if meeting.rule is None or not meeting.rule.consensus_first:
            del self.fields["by_consensus"]


class ConcludeForm(forms.Form):
    """What a group thinks of a point that needs no decision."""

    is_supported = forms.ChoiceField(
        label="Outcome", choices=[("yes", "Supported"), ("no", "Not supported")], widget=forms.RadioSelect
    )
    minutes = forms.CharField(label="In words", widget=forms.Textarea(LONG))


class EmptyForm(forms.Form):
    """Nothing to fill in: the button alone."""
