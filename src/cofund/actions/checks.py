"""Checks that several actions make once the lock of the book is held, before anything is written."""

from __future__ import annotations

from cofund.actions.books import OpenBook
from cofund.actions.errors import Refused
from cofund.actions.moves import Statements
from cofund.rules import eligibility
from cofund.rules.money import MOST_CENTS, in_words
from cofund.rules.places import country_code, country_fault
from cofund.rules.schemes import Scheme


def check_positive(book: OpenBook, amount_cents: int, what: str) -> None:
    """Refuse an amount that is not more than nothing.

    Raises:
        Refused: with `field` amount.
    """
    if amount_cents <= 0:
        raise Refused(
            asked=f"You asked to {what}: {in_words(amount_cents, book.scheme.currency)}.",
            wrong="That is not more than nothing.",
            remedy="Enter the amount, more than nothing; to take something back, correct the entry or withdraw.",
            field="amount",
        )


def country(written: str, asked: str, field: str = "country") -> str:
    """Give a country as two letters of ISO 3166, or nothing for nothing.

    Raises:
        Refused: there is no such country; for the named field of the form.
    """
    if fault := country_fault(written):
        wrong, _, remedy = fault.partition(". ")
        raise Refused(asked=asked, wrong=f"{wrong}.", remedy=remedy, field=field)
    return country_code(written)


def check_size(amount_cents: int, currency: str, asked: str, field: str = "amount") -> None:
    """Refuse an amount that is larger than the books take.

    Raises:
        Refused: for the named field of the form.
    """
    if amount_cents > MOST_CENTS:
        raise Refused(
            asked=asked,
            wrong=f"The books take at most {in_words(MOST_CENTS, currency)} at once.",
            remedy="Check the amount: there may be digits too many.",
            field=field,
        )


def check_statements(scheme: Scheme, kind: str, amount_cents: int, stated: Statements, asked: str) -> None:
    """Refuse what a contributor states about the money where it cannot be, or the scheme does not take it.

    Raises:
        Refused: with `field` public_origin, place, or amount.
    """
    if stated.public_origin_cents > amount_cents:
        raise Refused(
            asked=asked,
            wrong="More of it is said to come from public budgets than there is.",
            remedy="Lower the part of public origin.",
            field="public_origin",
        )
    if stated.public_origin_cents < 0:
        raise Refused(
            asked=asked,
            wrong="What comes from public budgets cannot be less than nothing.",
            remedy="Enter the part of public origin, or nothing.",
            field="public_origin",
        )
    check_size(stated.original_amount_cents or 0, stated.original_currency or scheme.currency, asked)
    if wrong := eligibility.wrong_place(scheme, kind, stated.place):
        raise Refused(
            asked=asked,
            wrong=wrong,
            remedy="State another place, contribute as another kind, or leave the place unknown until it is.",
            field="place",
        )
