"""Where a country lies for a scheme: in the Union, associated to its research programme, or a third country."""

from __future__ import annotations

from typing import Final

from cofund.rules.schemes import Scheme

# The members of the Union since 1 February 2020, by their two letters (ISO 3166; Greece is GR, not EL).
UNION: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT"),
        *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
# Letters that the Union's own sheets use for two countries.
OTHER_LETTERS: Final = {"EL": "GR", "UK": "GB"}


def country_code(written: str) -> str:
    """A country as two capital letters of ISO 3166: `EL` and `UK` are taken as Greece and the United Kingdom."""
    letters = written.strip().upper()
    return OTHER_LETTERS.get(letters, letters)


def place_of(scheme: Scheme, country: str) -> str:
    """Give `eu`, `associated` or `third` for a country of two letters, by the scheme's own list of associated ones."""
    code = country_code(country)
    return "eu" if code in UNION else "associated" if code in scheme.consortium.associated else "third"
