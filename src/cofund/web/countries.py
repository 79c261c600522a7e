"""Countries by name, in the language that is spoken. Files and forms keep the two letters.

The names are the common ones of the Unicode Common Locale Data Repository, as Babel carries them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from cofund.rules.places import country_code
from cofund.web.languages import is_french


def country_name(written: str) -> str:
    """The name of a country that stands in two letters; what is none stays as it is, such as nothing at all."""
    return _names("fr" if is_french() else "en").get(country_code(written), written)


@cache
def _names(language: str) -> Mapping[str, str]:
    """Every name by two letters; read once, for it takes some hundredths of a second."""
    names: Mapping[str, str] = Locale.parse(language).territories
    return {code: name for code, name in names.items() if len(code) == 2}
