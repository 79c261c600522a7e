"""Identifiers of organisations that can be checked by themselves: the PIC of the Union's portal and the ROR identifier.

Source of the ROR identifier: https://ror.readme.io/docs/identifier. VAT numbers and legal entity identifiers have rules of many
countries; the actions check them with a library.
"""

from __future__ import annotations

import re
from typing import Final

# Crockford's base 32 without the letters that are taken for others: i, l, o, u.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR_ADDRESS: Final = re.compile(r"^(?:https?://)?(?:www\.)?ror\.org/", re.IGNORECASE)
_PIC: Final = re.compile(r"^[0-9]{9}$")
_ROR_LENGTH: Final = 9


class WrongIdentifierError(ValueError):
    """A text that is no such identifier; the message says what is wrong with it, in a sentence."""


def read_pic(text: str) -> str:
    """Give a participant identification code as its nine digits; nothing for nothing.

    A PIC has no check digits, so a wrong digit cannot be seen.

    Raises:
        WrongIdentifierError: it has other characters than digits, or not nine of them.
    """
    code = "".join(text.split())
    if not code or _PIC.match(code):
        return code
    digits = sum(character.isdecimal() for character in code)
    if digits != len(code):
        raise WrongIdentifierError(f"A PIC has digits only; “{text.strip()}” has other characters.")
    raise WrongIdentifierError(f"A PIC has 9 digits; “{text.strip()}” has {digits}.")


def read_ror(text: str) -> str:
    """Give a ROR identifier as its nine characters, from these or from its address `https://ror.org/…`; nothing for nothing.

    Raises:
        WrongIdentifierError: its form or its check digits are wrong.
    """
    code = _ROR_ADDRESS.sub("", text.strip()).strip("/").lower()
    if not code:
        if text.strip():
            raise WrongIdentifierError(
                "The address of a ROR record ends in its identifier; nothing stands after ror.org/."
            )
        return ""
    if len(code) != _ROR_LENGTH:
        raise WrongIdentifierError(f"A ROR identifier has 9 characters, such as 029chgv08; “{code}” has {len(code)}.")
    if not code.startswith("0"):
        raise WrongIdentifierError(f"A ROR identifier begins with 0; “{code}” does not.")
    wrong = sorted({character for character in code[1:7] if character not in _ALPHABET})
    if wrong or not re.match(r"^[0-9]{2}$", code[7:]):
        said = f"“{wrong[0]}” is never part of one" if wrong else "its last two characters are digits"
        raise WrongIdentifierError(f"“{code}” is no ROR identifier: {said}.")
    if code[7:] != ror_check_digits(code[:7]):
        raise WrongIdentifierError(
            f"The check digits of “{code}” are wrong: it ends in {code[7:]} and would have to end in "
            f"{ror_check_digits(code[:7])}. A character was mistyped."
        )
    return code


def ror_check_digits(stem: str) -> str:
    """Give the two check digits of the first seven characters of a ROR identifier: 98 less a hundred times their number, mod 97.

    Raises:
        ValueError: a character is not of the alphabet.
    """
    number = 0
    for character in stem:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    return f"{98 - number * 100 % 97:02d}"


def ror_address(code: str) -> str:
    """The address at which the registry shows a record."""
    return f"https://ror.org/{code}"


def pic_address(code: str) -> str:
    """The address at which the Funding & Tenders Portal shows an organisation."""
    portal = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/how-to-participate"
    return f"{portal}/org-details/{code}"


def lei_address(code: str) -> str:
    """The address at which the Global Legal Entity Identifier Foundation shows an organisation."""
    return f"https://search.gleif.org/#/record/{code}"
