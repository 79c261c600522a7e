"""The letter of an application as people type it in a browser, with the keyboard alone."""

from __future__ import annotations

import re

from tests.browser.keys import Keys

# What a letter has to state beside its lines, by the label of the field.
TEXTS = {
    "Subject matter": "Pertussis vaccination research",
    "Activities": "Pays for studies of correlates of protection",
    "First day of the partnership": "2016-01-01",
    "Last day of the partnership": "2021-12-31",
    "Part that finally comes from a public budget": "0",
    "Conflicts of interest": "None",
    "Contact required": "Ada Contact",
    "E-mail of the contact": "ada@example.org",
    "Who signs": "Bo Signatory",
    "On what the right to sign rests": "Statutes, article 7",
    "Day of the signature": "2015-10-01",
}


def type_line(keys: Keys, number: int, amount: str, kind: str = "FC_JU", year: int = 2016) -> None:
    """Enter one contribution."""
    group = keys.page.get_by_role("group", name=f"Line {number}", exact=True)
    for label, choice in (("Kind of", kind), ("Place of cost", "eu"), ("Valuation of", "none")):
        keys.choose(group.get_by_label(re.compile(f"^{label}")), value=choice)
    keys.write(group.get_by_label(re.compile("^Amount of")), amount)
    keys.write(group.get_by_label(re.compile("^Amount by year")), f"{year}: {amount}")


def type_letter(keys: Keys, **changes: str) -> None:
    """Enter everything that a letter has to state beside its lines; `changes` are labels in small letters with underscores."""
    for label, text in TEXTS.items():
        keys.write(label, changes.get(label.lower().replace(" ", "_"), text))
    for group in ("The organisation is no member", "No other Union funds pay", "Consents to publication"):
        keys.pick(keys.page.get_by_role("group", name=group).get_by_label("Yes"))
