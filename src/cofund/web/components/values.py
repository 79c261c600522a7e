"""The single values that pages show: money, states, how sure we are, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from django.utils.translation import gettext_noop as marked

from cofund.web.languages import gettext as _


class Tone(StrEnum):
    """What a state means for the reader. Each tone has its own shape, so that colour is never alone."""

    NEUTRAL = "neutral"
    WAITING = "waiting"
    ACTIVE = "active"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    CLOSED = "closed"


class Certainty(StrEnum):
    """How sure we are of a figure, a date or a rule."""

    VERIFIED = "verified"
    RECORDED = "recorded"
    INFERRED = "inferred"
    RECALLED = "recalled"
    ASSUMED = "assumed"

    @property
    def meaning(self) -> str:
        """One sentence that a stranger understands."""
        return _(CERTAINTY_MEANINGS[self])


CERTAINTY_MEANINGS = {
    Certainty.VERIFIED: marked("Verified in a public source, which is named."),
    Certainty.RECORDED: marked("Recorded in these books by a person in the office or at the partner."),
    Certainty.INFERRED: marked("Worked out from other figures, which are named."),
    Certainty.RECALLED: marked("Professional knowledge that nobody has checked against a source yet."),
    Certainty.ASSUMED: marked("Assumed, so that the books can be complete. Do not quote it as a fact."),
}


class Visibility(StrEnum):
    """Who may see a page or a field."""

    PUBLIC = "public"
    PARTNERS = "partners"
    GROUP = "group"
    INTERNAL = "internal"

    @property
    def meaning(self) -> str:
        """One sentence that says who can read it."""
        return _(VISIBILITY_MEANINGS[self])


VISIBILITY_MEANINGS = {
    Visibility.PUBLIC: marked("Anybody can read this."),
    Visibility.PARTNERS: marked("Only the partners it concerns and the office can read this."),
    Visibility.GROUP: marked("Only the group, the office and auditors can read this."),
    Visibility.INTERNAL: marked("Only the office and auditors can read this."),
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole cents of a stated currency; `cents` None is an amount that is not known.

    `short` writes `EUR 213.0 m` and keeps the exact amount behind it; `bare` leaves the currency out, for a column
    whose heading states it; `with_cents` None shows cents only where they are not zero.
    """

    cents: int | None
    currency: str = "EUR"
    short: bool = False
    bare: bool = False
    with_cents: bool | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A state in a word or two, with the tone that gives its shape and colour."""

    label: str
    tone: Tone = Tone.NEUTRAL

    @property
    def here(self) -> Status:
        """A state that was named before anybody asked, in the language that is spoken."""
        return Status(_(self.label), self.tone)


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address. `download` is for a file of the same rows; `current` marks where the reader is."""

    text: str
    href: str
    download: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Percent:
    """A share of a whole, shown in hundredths with `places` decimals; None where there is no whole."""

    value: Fraction | None
    places: int = 1


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio such as leverage, shown with `places` decimals; None where there is nothing to divide by."""

    value: Fraction | None
    places: int = 3


@dataclass(frozen=True, slots=True)
class Seal:
    """A hash in full: one long word, which breaks wherever its place ends."""

    text: str


Value: TypeAlias = (
    str | int | date | datetime | Money | Percent | Ratio | Seal | Status | Certainty | Visibility | Link | None
)

STAGES = {
    "draft": Tone.NEUTRAL,
    "submitted": Tone.WAITING,
    "pledged": Tone.WAITING,
    "promised": Tone.WAITING,
    "endorsed": Tone.ACTIVE,
    "reserved": Tone.ACTIVE,
    "committed": Tone.ACTIVE,
    "reported": Tone.ACTIVE,
    "certified": Tone.GOOD,
    "validated": Tone.GOOD,
    "consumed": Tone.GOOD,
    "released": Tone.CLOSED,
    "withdrawn": Tone.CLOSED,
    "overdelivery": Tone.NEUTRAL,
    "closed": Tone.CLOSED,
    "refused": Tone.BAD,
    "overdue": Tone.BAD,
    "awarded": Tone.GOOD,
    "free": Tone.NEUTRAL,
    "open": Tone.NEUTRAL,
}


def stage_status(stage: str, *, in_part: bool = False) -> Status:
    """The badge of a stage of the books; a stage that is not in the list is neutral, one that is reached in part is under way."""
    words = stage.replace("_", " ")
    if in_part:
        return Status(_("Partly {words}").format(words=_(words)), Tone.ACTIVE)
    return Status(_(words.capitalize()), STAGES.get(stage, Tone.NEUTRAL))
