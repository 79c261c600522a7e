"""The last sheet of a plan: what can be chosen on the other sheets, and the countries that are no third countries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cofund.rules.consortium_columns import LISTS_SHEET, of_participant, of_project
from cofund.rules.places import COUNTRIES, OTHER_LETTERS, place_of
from cofund.rules.schemes import Scheme
from cofund.rules.workbook import letters

# The list of the countries in the Union or associated to it.
INSIDE: Final = "inside"


def write_lists(sheet: Any, formats: Mapping[str, Any], scheme: Scheme) -> dict[str, str]:
    """Write each list in a column of its own. Gives its cells by the key of what is asked, those of the countries by `INSIDE`."""
    asked = [one for one in (*of_project(scheme), *of_participant(scheme)) if one.form == "choice"]
    columns = [(one.key, one.label, [label for _, label in one.choices]) for one in asked]
    columns.append((INSIDE, "Countries in the Union or associated to it", sorted(_inside(scheme))))
    found = {}
    for column, (key, heading, words) in enumerate(columns):
        sheet.set_column(column, column, 32)
        sheet.write_string(0, column, heading, formats["heading"])
        for row, text in enumerate(words, start=1):
            sheet.write_string(row, column, text, formats["text"])
        found[key] = f"{LISTS_SHEET}!${letters(column)}$2:${letters(column)}${len(words) + 1}"
    return found


def _inside(scheme: Scheme) -> Iterable[str]:
    """The letters of the countries whose costs do not arise in a third country, in every way that they are written."""
    return (code for code in (*COUNTRIES, *OTHER_LETTERS) if place_of(scheme, code) != "third")
