"""Where a country lies for a scheme: in the Union, associated to its research programme, or a third country."""

from __future__ import annotations

from datetime import date
from typing import Final

from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.schemes import Scheme

# The members of the Union since 1 February 2020, by their two letters (ISO 3166; Greece is GR, not EL).
UNION: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT"),
        *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
# Every country by ISO 3166-1, and Kosovo by the letters that the Union uses.
_LETTERS: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
    "XK"
)
COUNTRIES: Final = frozenset(_LETTERS.split())
LEFT_THE_UNION: Final = date(2020, 2, 1)
# Letters that the Union's own sheets use for two countries.
OTHER_LETTERS: Final = {"EL": "GR", "UK": "GB"}


def country_code(written: str) -> str:
    """A country as two capital letters of ISO 3166: `EL` and `UK` are taken as Greece and the United Kingdom."""
    letters = written.strip().upper()
    return OTHER_LETTERS.get(letters, letters)


def contradiction(place: str, country: str, on: date | None = None) -> str:
    """Say in words that a stated place of cost and its country do not fit; nothing where they do, or one of them is not stated.

    Which countries are associated changes from year to year, so that only the Union is held against what lies outside of it. Until
    31 January 2020 the United Kingdom was in the Union; `on` is the first day of the cost, None where it is not known.
    """
    if not country:
        return ""
    code = country_code(country)
    if code not in COUNTRIES:
        return f"{country.upper()} is no country."
    if place == UNKNOWN_PLACE or (code == "GB" and (on is None or on < LEFT_THE_UNION)):
        return ""
    if (place == "eu") == (code in UNION):
        return ""
    return f"{code} {'is' if code in UNION else 'is not'} in the Union, and the place of cost says otherwise."


def country_fault(written: str) -> str:
    """What is wrong with a country and what to do, in words; empty where it is one, or nothing is written."""
    code = country_code(written)
    return f"“{code}” is no country in two letters. Write it as in DE or US." if code and code not in COUNTRIES else ""


def place_of(scheme: Scheme, country: str) -> str:
    """Give `eu`, `associated` or `third` for a country of two letters, by the scheme's own list of associated ones."""
    code = country_code(country)
    return "eu" if code in UNION else "associated" if code in scheme.consortium.associated else "third"
