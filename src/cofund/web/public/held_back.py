"""What public pages say where something is held back: in place of an amount or a name, and beside sums that leave it out."""

from __future__ import annotations

from cofund.queries import leaving_out
from cofund.queries.publication import AMOUNT, GIVER, Audience
from cofund.records.ledger.models import Contribution
from cofund.web import components as c
from cofund.web import held_words
from cofund.web.formatting import number
from cofund.web.languages import gettext as _


def words(reader: Audience, code: str, key: int) -> str:
    """What stands instead of a field, as “not published until 1 March 2027: a trial runs”; empty where it is not held back.

    The reason is said as the office wrote it.
    """
    return held_words.said(reader.why_not(code, key))


def left_out(count: int) -> str:
    """That sums leave out so many contributions; nothing where none is."""
    if not count:
        return ""
    if count == 1:
        return _("One contribution is in no sum here, because its amount is not published.")
    return _("{number} contributions are in no sum here, because their amounts are not published.").format(
        number=number(count)
    )


def notice(reader: Audience, scheme_code: str) -> c.Callout | None:
    """The notice of a programme that its sums leave something out; None where they leave out nothing."""
    count = leaving_out.number_of(scheme_code, reader.without)
    if not count:
        return None
    text = f"{left_out(count)} {_('More is given than these figures say, and less is free.')}"
    return c.Callout(_("Not every amount is published"), text, "warning")


def of_contribution(reader: Audience, row: Contribution) -> c.Callout | None:
    """The notice of a contribution of which something is held back; None where only its stage keeps it from being public."""
    what = ((GIVER, _("Who gives it")), (AMOUNT, _("How much it is")))
    told = [
        _("{label}: {said}.").format(label=label, said=words(reader, code, row.pk))
        for code, label in what
        if reader.why_not(code, row.pk)
    ]
    if not told:
        return None
    text = _("It counts in no sum that would tell it.") if reader.why_not(AMOUNT, row.pk) else ""
    return c.Callout(_("Something of this contribution is not published"), text, points=tuple(told))


def shares_its_pool(reader: Audience, row: Contribution) -> bool:
    """Whether something that is held back went into the match of a contribution, whose explanation would tell of it."""
    return leaving_out.shares_its_pool(row, reader.without)
