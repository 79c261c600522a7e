"""Reads the identifiers that somebody types for an organisation, and refuses wrong ones in words."""

from __future__ import annotations

from stdnum import get_cc_module, lei
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from cofund.actions.errors import all_of
from cofund.rules import identifiers
from cofund.rules.identifiers import WrongIdentifierError

# Countries that VAT numbers write with other letters than ISO does.
_VAT_COUNTRIES = {"EL": "gr", "XI": "gb"}


def read_all(asked: str, stated: dict[str, str]) -> dict[str, str]:
    """Give the identifiers that are among `stated` in their one form; anything else is left out.

    Raises:
        Refused: some of them are wrong; `faults` says of each field what is.
    """
    readers = {"pic": identifiers.read_pic, "ror": identifiers.read_ror, "vat_number": read_vat, "lei": read_lei}
    found, faults = {}, {}
    for name, read in readers.items():
        if name in stated:
            try:
                found[name] = read(stated[name])
            except WrongIdentifierError as error:
                faults[name] = f"{error} Compare it with its source, or leave it empty."
    if faults:
        raise all_of(asked, faults)
    return found


def read_vat(text: str) -> str:
    """Give a VAT number with the two letters of its country in front; nothing for nothing.

    Where the rule of a country is not known here, only the form is checked.

    Raises:
        WrongIdentifierError: it has no country, or is none of that country.
    """
    number = "".join(character for character in text.upper() if character.isalnum())
    if not number:
        return ""
    country = number[:2]
    if not (country.isascii() and country.isalpha()):
        raise WrongIdentifierError(
            f"A VAT number begins with the two letters of its country; “{text.strip()}” does not."
        )
    if not 4 <= len(number) <= 20 or not number.isascii():
        raise WrongIdentifierError(f"“{text.strip()}” is no VAT number: it has {len(number)} letters and digits.")
    rule = get_cc_module(_VAT_COUNTRIES.get(country, country.lower()), "vat")
    if rule is None:
        return number
    try:
        rule.validate(number[2:] if country in _VAT_COUNTRIES else number)
    except ValidationError as error:
        raise WrongIdentifierError(f"“{text.strip()}” is no VAT number of {country}: {_why(error)}.") from error
    return number


def read_lei(text: str) -> str:
    """Give a legal entity identifier as its twenty characters; nothing for nothing.

    Raises:
        WrongIdentifierError: its length or its check digits are wrong.
    """
    code = "".join(text.upper().split()).replace("-", "")
    if not code:
        return ""
    if len(code) != 20:
        raise WrongIdentifierError(f"An LEI has 20 characters; “{text.strip()}” has {len(code)}.")
    try:
        lei.validate(code)
    except ValidationError as error:
        raise WrongIdentifierError(f"“{code}” is no LEI: {_why(error)}.") from error
    return code


def _why(error: ValidationError) -> str:
    """What is wrong with a number, in words."""
    if isinstance(error, InvalidLength):
        return "it has too many or too few characters"
    if isinstance(error, InvalidChecksum):
        return "its check digits do not fit, so a character was mistyped"
    return "its form is another one"
