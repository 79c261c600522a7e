"""The letter of endorsement in sentences: to whom it goes, what it asks for, what is promised, stated and signed."""

from __future__ import annotations

from datetime import date
from typing import Final

from cofund.queries import applications
from cofund.records.ledger.models import Application, Letter
from cofund.rules.schemes import Scheme

NOT_STATED: Final = "not stated"


def day(on: date | None) -> str:
    """A day in words, `3 May 2026`; empty for none."""
    return f"{on.day} {on:%B} {on.year}" if on else ""


def sender_facts(application: Application) -> list[str]:
    """What stands under the name in the head of the letter."""
    one = application.organisation
    stated = (
        ("", one.get_kind_display() if one.kind != one.Kind.UNKNOWN else ""),
        ("Country: ", one.country or NOT_STATED),
        ("Participant identification code (PIC): ", one.pic or NOT_STATED),
        ("", one.website),
    )
    return [f"{label}{value}" for label, value in stated if value]


def addressee(scheme: Scheme) -> list[str]:
    """To whom it goes: the body that decides, by way of its office. Source: Regulation (EU) 2021/2085, Article 9."""
    return [f"To the {scheme.label('board')} of", scheme.name, f"by way of the {scheme.label('office')}"]


def subject(scheme: Scheme, application: Application) -> str:
    """What the letter is about, in one line."""
    return f"{scheme.label('letter')}, {scheme.label(application.role)} of {scheme.name}, {_for(application)}"


def opening(scheme: Scheme, application: Application) -> list[str]:
    """How the letter begins: who asks for what, and what the letter then says."""
    role = scheme.label(application.role)
    article = "an" if role[:1].upper() in "AEIO" else "a"
    about = [f"for {_for(application)}"]
    if application.topic is not None and application.topic.title not in ("", application.topic.code):
        about.append(f"(“{application.topic.title}”)")
    return [
        f"{application.organisation.name} asks the {scheme.label('board')} to approve it as {article} {role} "
        f"of {scheme.name} {' '.join(about)}.",
        "This letter states what the partnership is about, what we commit to give to it, on which conditions, "
        "and what we state of ourselves and of the money.",
    ]


def scope(letter: Letter) -> list[tuple[str, str]]:
    """Subject matter, activities and duration. Source: Regulation (EU) 2021/2085, Article 9(2)."""
    first, last = day(letter.from_on), day(letter.until_on)
    runs = f"The partnership lasts from {first or NOT_STATED} to {last or NOT_STATED}." if first or last else ""
    return [("Subject matter", letter.subject_matter), ("Activities", letter.activities), ("Duration", runs)]


def promise(application: Application, total: str, lines: int) -> str:
    """What is given in all, before the table of it."""
    if not lines:
        return "No contribution is stated."
    amount = f"contributions of {total} in all" if total else "the following contributions"
    return f"{application.organisation.name} commits {amount}{', as follows' if total else ''}:"


def conditions(letter: Letter) -> str:
    """What the contribution hangs on."""
    return f"It is subject to the following: {letter.conditions}" if letter.conditions else "No condition is stated."


def statements(application: Application, letter: Letter) -> list[str]:
    """What the organisation states of itself and of its money, a sentence each; what it has not said is said to be so."""
    return [
        _membership(application, letter.is_no_member),
        _union_funds(letter),
        _public_origin(letter.public_origin_percent),
        f"Conflicts of interest: {letter.conflict_statement or NOT_STATED}",
        _publication(letter),
    ]


def contact(letter: Letter) -> str:
    """Whom to ask."""
    if not letter.contact_name and not letter.contact_email:
        return f"Contact: {NOT_STATED}"
    reached = f", {letter.contact_email}" if letter.contact_email else ""
    return f"For any question please turn to {letter.contact_name or NOT_STATED}{reached}."


def _for(application: Application) -> str:
    """What the application is for, in the words of its record."""
    return applications.target_name(application) or "no topic or project yet"


def _membership(application: Application, is_none: bool | None) -> str:
    name = application.organisation.name
    if is_none is None:
        return f"Whether {name} is a member, or a constituent or affiliated entity of one: {NOT_STATED}"
    if is_none:
        return f"{name} is no member, and no constituent or affiliated entity of one."
    return f"{name} is a member, or a constituent or affiliated entity of one."


def _union_funds(letter: Letter) -> str:
    if letter.no_other_union_funding is None:
        return f"Whether other Union funds pay for it: {NOT_STATED}"
    if letter.no_other_union_funding:
        return "No other Union funds pay for it."
    return f"Other Union funds pay for a part of it: {letter.other_union_funding or NOT_STATED}"


def _public_origin(percent: int | None) -> str:
    if percent is None:
        return f"Part that finally comes from a public budget: {NOT_STATED}"
    return (
        f"{percent} % of it finally comes from a public budget."
        if percent
        else ("No part of it finally comes from a public budget.")
    )


def _publication(letter: Letter) -> str:
    if letter.consents_to_publication is None:
        said = f"Consent to publication: {NOT_STATED}."
    elif letter.consents_to_publication:
        said = "We consent to the publication of what this letter states."
    else:
        said = "We do not consent to the publication of what this letter states."
    return f"{said} Not to be published: {letter.confidential_items}" if letter.confidential_items else said
