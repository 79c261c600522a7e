"""The day of an entry as a reader sees it: marked wherever it stands, where the entry says that something of it is assumed.

An amount can be published while the day on which it was decided is not; the mark of the one never stands for the other.
"""

from __future__ import annotations

from cofund.records.ledger.models import Entry
from cofund.web.components import Certainty
from cofund.web.formatting import day
from cofund.web.languages import gettext as _


def mark(entry: Entry) -> Certainty | None:
    """How sure the day of an entry is; what was recorded here needs no mark."""
    stated = Certainty(entry.day_certainty)
    return None if stated is Certainty.RECORDED else stated


def day_said(entry: Entry) -> str:
    """The day of an entry inside a sentence."""
    said = day(entry.effective_on)
    return _("{day} (assumed)").format(day=said) if entry.assumption else said
