"""Groups that advise or decide, with their seats; and what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from cofund.records.directory.models import Certainty, Organisation, User
from cofund.records.programme.models.schemes import Scheme


class Group(models.Model):
    """A body of a scheme: its board, an advisory or strategic group, a group of states, or a panel."""

    class Kind(models.TextChoices):
        BOARD = "board", "Governing board"
        STRATEGIC = "strategic", "Strategic governing group"
        ADVISORY = "advisory", "Advisory body"
        STATES = "states", "Group of states"
        PANEL = "panel", "Panel"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="groups")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    remit = models.TextField("what it is for", blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)

    class Meta:
        ordering = ["scheme", "name"]
        constraints = [models.UniqueConstraint(fields=["scheme", "slug"], name="group_slug")]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A place in a group that an organisation or a person holds, from a day, until a day or still."""

    class Capacity(models.TextChoices):
        CHAIR = "chair", "Chair"
        MEMBER = "member", "Member"
        OBSERVER = "observer", "Observer without a vote"

    group = models.ForeignKey(Group, models.PROTECT, related_name="seats")
    capacity = models.CharField(max_length=10, choices=Capacity, default=Capacity.MEMBER)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="seats")
    # Whom the seat speaks for where that is no organisation of the directory: a state, the Union.
    holder = models.CharField("whom it speaks for", max_length=200, blank=True)
    person = models.CharField("who sits in it", max_length=200, blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="seats")
    # Bloc of the scheme's decision rule and weight within the whole, as a fraction in text; empty: no vote.
    bloc = models.CharField(max_length=40, blank=True)
    weight = models.CharField("votes of the seat in points of 100, as a fraction", max_length=20, blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["group", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="seat_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(holder="") | ~Q(person=""), name="seat_is_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder or self.organisation or self.person} in {self.group}"

    @property
    def last_on(self) -> date | None:
        """The last day on which it is held: its own, or that of its group, which ends every seat; None where it is held still."""
        days = [day for day in (self.until_on, self.group.until_on) if day is not None]
        return min(days, default=None)


# What is said of a decision that was not taken on a point of an agenda of the site.
TAKEN_ELSEWHERE = "Taken elsewhere, not recorded here"

# So begins the key that stands in place of a number which no source tells; it is never shown as one.
NO_NUMBER = ("number-not-known-", "assumed-")
NUMBER_NOT_KNOWN = "number not known"


class Decision(models.Model):
    """A decision of the scheme's board about a partner, a topic, a grant or the money itself."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=80)
    decided_on = models.DateField()
    title = models.CharField(max_length=300)
    # The group that took it, where it was taken in a meeting of the site.
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="decisions")
    text = models.TextField("what was decided, in public words", blank=True)
    # How it was reached: votes by bloc, quorum, conflicts, the rule and the fraction that decided.
    grounds: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # What partners had said, or owed, when it was taken: in sentences, for the office alone.
    caveats: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    # Of one that was taken elsewhere: why it stood on no agenda here, where that had to be said.
    elsewhere_because = models.TextField("why it was not decided on this site", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # An assumed number or date is marked so on every page (principle: nothing is invented).
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.RECORDED)
    source_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["scheme", "decided_on", "number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="decision_number")]

    def __str__(self) -> str:
        return self.number

    @property
    def number_said(self) -> str:
        """The number as people read it; of a decision whose number no source tells, that it is not known."""
        return NUMBER_NOT_KNOWN if self.number.startswith(NO_NUMBER) else self.number

    @property
    def is_taken_elsewhere(self) -> bool:
        """Whether its number was typed: its votes, attendance and conflicts are not recorded here, and never will be.

        A point that is decided here writes its grounds with the number, and takes no number that is there already.
        """
        return not self.grounds

    @property
    def result(self) -> str:
        """What came of it: `adopted` or `rejected`.

        One that was taken elsewhere stands here because it was adopted: a proposal is turned down only on a point of an agenda.
        """
        return str(self.grounds.get("result", "adopted"))
