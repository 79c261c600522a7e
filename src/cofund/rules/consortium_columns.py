"""What a plan asks, of the project and of each participant: one list for the form, the Excel file and its reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cofund.rules.consortium_plan import action_types, columns_with_places
from cofund.rules.schemes import ORGANISATION_KINDS, Scheme

PROJECT_SHEET: Final = "Project"
PARTICIPANTS_SHEET: Final = "Participants"
# What can be chosen, for the lists of the other sheets; it is not read.
LISTS_SHEET: Final = "Lists"
BENEFICIARY: Final = "Beneficiary (gives nothing of its own)"
# What else people write for it: the word alone, and what earlier templates said.
OTHER_BENEFICIARY: Final = ("Beneficiary", "Beneficiary, gives nothing of its own")
MOST_PARTICIPANTS: Final = 500
YES_NO: Final = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked. `form` is `text`, `country`, `choice`, `money` or `share`; `choices` are codes with their words.

    `others` are codes with other words that are taken for them, and not offered.
    """

    key: str
    label: str
    form: str = "text"
    is_needed: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    longest: int = 200
    others: tuple[tuple[str, str], ...] = ()

    def heading(self, currency: str) -> str:
        """The label as it heads a column: amounts say their currency."""
        return f"{self.label} ({currency})" if self.form == "money" else self.label


def of_project(scheme: Scheme) -> tuple[Asked, ...]:
    """What is asked of the project as a whole."""
    found = [
        Asked("title", "Short name of the proposal", longest=80),
        Asked("topic", "Topic", longest=120),
        Asked(
            "most_public",
            f"{_public(scheme)} that the topic offers at most",
            "money",
            hint="As the text of the topic says.",
        ),
    ]
    types = action_types(scheme)
    if types:
        found.append(Asked("action_type", "Type of action", "choice", choices=tuple((one, one) for one in types)))
    if scheme.application.turnover_without_funding_cents is not None:
        words = "The call excludes large companies from funding"
        found.append(Asked("excludes_large", words, "choice", choices=YES_NO, hint="Yes where nothing is stated."))
    for test in scheme.share_tests:
        if test.level in ("project", "programme") and test.action_type is None:
            label = f"Limit of the topic: {test.label[:1].lower()}{test.label[1:]}"
            found.append(Asked(f"limit-{test.id}", label, "share", hint="In per cent, only where the topic says so."))
    return tuple(found)


def of_participant(scheme: Scheme) -> tuple[Asked, ...]:
    """What is asked of each participant."""
    placed = columns_with_places(scheme)
    found = [
        Asked("name", "Participant", is_needed=True),
        Asked("pic", "PIC", longest=9, hint="Nine digits, where it has one."),
        Asked("country", "Country", "country", is_needed=True, hint="Two letters, for example DE.", longest=2),
        Asked(
            "capacity",
            "Takes part as",
            "choice",
            choices=_capacities(scheme),
            others=tuple(("", words) for words in OTHER_BENEFICIARY),
        ),
        Asked("organisation_kind", "Kind of organisation", "choice", choices=_kinds()),
    ]
    if scheme.application.turnover_without_funding_cents is not None:
        found.append(Asked("turnover", "Yearly turnover", "money", hint="Of companies."))
    if scheme.member_categories:
        categories = tuple((one.label, one.label) for one in scheme.member_categories)
        found.append(Asked("membership", "Membership in an association of the members", "choice", choices=categories))
    found.append(Asked("costs", "Eligible costs", "money", hint="For all participants, or for none."))
    found.append(Asked("public", f"{_public(scheme)} asked for", "money"))
    for kind in scheme.kinds:
        found.append(Asked(f"given-{kind.code}", f"{kind.code} given", "money", hint=f"{kind.label}."))
        if kind.code in placed:
            found.append(Asked(f"third-{kind.code}", f"of which {kind.code} in third countries", "money"))
    return tuple(found)


def _public(scheme: Scheme) -> str:
    """The scheme's word for its public money."""
    return scheme.label("public_money")


def _capacities(scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """As what one takes part; who gives nothing is a beneficiary."""
    return (("", BENEFICIARY), *((role.code, role.label) for role in scheme.roles))


def _kinds() -> tuple[tuple[str, str], ...]:
    """Kinds of organisation in words."""
    return tuple((code, code.replace("_", " ").capitalize()) for code in ORGANISATION_KINDS if code != "unknown")
