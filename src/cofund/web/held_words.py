"""What stands instead of something that is held back, in the language that is spoken; the reason stays as the office wrote it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from cofund.rules.scheme_readers import MONTHS
from cofund.web.formatting import day
from cofund.web.languages import gettext as _
from cofund.web.languages import is_french

# As `rules.publication.held_words` has them.
_HELD: Final = re.compile(
    r"not published(?: until (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>\d{4}))?(?P<reason>: .+)?", re.DOTALL
)


def said(told: str) -> str:
    """The words of `queries.publication`, as “not published until 1 March 2027: a trial runs”, in the language that is spoken."""
    found = _HELD.fullmatch(told) if is_french() else None
    if found is None:
        return told
    until = found["day"] and date(int(found["year"]), MONTHS.index(found["month"]) + 1, int(found["day"]))
    words = _("not published until {day}").format(day=day(until)) if until else _("not published")
    return words + (f"\u00a0{found['reason']}" if found["reason"] else "")
