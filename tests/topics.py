"""Builders for tests of ideas, topics and consultations: groups with who sits in them, people, and a topic in any state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone
from tests.books import Office, shipped

from cofund.actions import consultations, topic_steps, topic_texts
from cofund.actions.actors import Actor
from cofund.actions.consultations import NewConsultation
from cofund.queries import clock
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.programme.models import Call, Comment, Consultation, Decision, Group, Idea, Seat, Topic
from cofund.rules import roles, timeline

SCIENCE = Actor("Scientific officer", roles.SCIENTIFIC_OFFICER)
GOVERNANCE = Actor("Governance officer", roles.GOVERNANCE_OFFICER)
TEXT = {"challenge": "Too little is known.", "scope": "Find out more."}
NEW_TEXT = {**TEXT, "scope": "Find out much more."}


@dataclass
class Topics:
    """A programme with the Diabetes group, in which JDRF holds a seat, and the group of states."""

    office: Office
    diabetes: Group
    states: Group
    seat: Seat
    jdrf: Organisation
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def make(cls, code: str = "imi2") -> Topics:
        """Open the book of a scheme and seat JDRF."""
        office = Office.with_scheme(shipped(code), code)
        diabetes = Group.objects.create(
            scheme=office.row, slug="diabetes", name="Diabetes strategic governing group", kind=Group.Kind.STRATEGIC
        )
        states = Group.objects.create(scheme=office.row, slug="states", name="States' group", kind=Group.Kind.STATES)
        jdrf = office.organisation("JDRF")
        seat = Seat.objects.create(group=diabetes, organisation=jdrf)
        return cls(office, diabetes, states, seat, jdrf)

    def person(self, role: str, name: str = "") -> User:
        """Somebody with a role: the partner is JDRF's and may sign, the delegate sits in the states' group."""
        key = name or role
        if key not in self.people:
            made = User.objects.create_user(key, email=f"{key}@example.org", role="" if role == roles.PUBLIC else role)
            if role == roles.PARTNER:
                made.organisation = self.jdrf
                made.save()
                for right in PartnerRight.Right.values:
                    PartnerRight.objects.create(
                        user=made, organisation=self.jdrf, right=right, granted_at=timezone.now()
                    )
            if role == roles.DELEGATE:
                Seat.objects.create(group=self.states, holder="Belgium", user=made)
            self.people[key] = made
        return self.people[key]

    def call(self, code: str = "call-1", **facts: object) -> Call:
        """A call, made where it is not there."""
        return Call.objects.get_or_create(scheme=self.office.row, code=code, defaults=facts)[0]

    def idea(self, title: str = "Protect the beta cells", status: str = Idea.Status.SUBMITTED, **facts: object) -> Idea:
        """An idea from JDRF's seat in a state."""
        number = Idea.objects.filter(scheme=self.office.row).count() + 1
        stated: dict[str, object] = {"organisation": self.jdrf, "seat": self.seat, "group": self.diabetes} | facts
        if stated.get("is_public"):
            stated.setdefault("shown_at", timezone.now())
        return Idea.objects.create(
            scheme=self.office.row,
            reference=f"{self.office.scheme}-idea-{number}",
            title=title,
            status=status,
            proposer_name="Pat Partner",
            recorded_at=timezone.now(),
            **stated,
        )

    def topic(self, code: str = "T1", status: str = Topic.Status.DRAFTING, **facts: object) -> Topic:
        """A topic in a state, however it got there."""
        made = self.office.topic(code)
        Topic.objects.filter(pk=made.pk).update(status=status, **facts)
        made.refresh_from_db()
        return made

    def written(self, code: str = "T1", at: dt.datetime | None = None) -> Topic:
        """A topic being drafted, with a first version of its text."""
        made = self.topic(code)
        topic_texts.write(SCIENCE, made, f"Title of {code}", TEXT, "First draft", at=at)
        made.refresh_from_db()
        return made

    def consulted(self, topic: Topic, group: Group | None = None, *, days_ago: int = 0) -> Consultation:
        """A consultation of a group, or of the public, that began some days ago and lasts as long as it has to."""
        opens_on = clock.today() - dt.timedelta(days=days_ago)
        closes_on = timeline.shortest_end(opens_on)
        return consultations.start(SCIENCE, topic, NewConsultation(opens_on, closes_on, group))

    def comment(
        self, consultation: Consultation, text: str = "Say more about children.", user: User | None = None
    ) -> Comment:
        """A comment, as if it had been made while the consultation was open."""
        return Comment.objects.create(
            consultation=consultation,
            text=text,
            section="scope",
            author_name=str(user or "Somebody"),
            user=user,
            organisation=user.organisation if user else None,
            made_at=timezone.now(),
        )

    def proposed(self, code: str = "T1") -> Topic:
        """A topic before the board: consulted, answered."""
        made = self.written(code)
        self.consulted(made, self.states, days_ago=timeline.CONSULTATION_DAYS + 1)
        topic_steps.propose(SCIENCE, made)
        made.refresh_from_db()
        return made

    def decision(self) -> Decision:
        """A decision of the board."""
        return self.office.decision(clock.today())
