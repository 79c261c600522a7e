"""The letter of endorsement and the board's paper on it as tagged PDF; each amount is the one of the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from cofund.exporters.documents import letter_words as words
from cofund.exporters.documents.typesetting import pdf
from cofund.queries import applications, clock, letters, short_papers
from cofund.queries.letter_unlocks import LineUnlock
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.rules.eligibility import PLACE_WORDS
from cofund.rules.money import in_words
from cofund.rules.schemes import Scheme

SEVERITIES: Final = {"block": "Blocks", "warn": "Warning", "info": "To know"}
Facts = list[tuple[str, str]]


def letter_pdf(scheme: Scheme, application: Application, letter: Letter) -> bytes:
    """Set one version of a letter; a draft says so in words, a version that was handed in shows its SHA-256."""
    rows = list(letter.lines.order_by("number"))
    name, total = scheme.label("letter"), _total(scheme, rows)
    return pdf(
        "letter.typ",
        {
            "title": f"{name} of {application.organisation.name}",
            "foot": f"{application.reference}, version {letter.number}" + _draft(letter),
            "is_draft": letter.status == Letter.Status.DRAFT,
            "sender": application.organisation.name,
            "sender_facts": words.sender_facts(application),
            "addressee": words.addressee(scheme),
            "date": words.day(letter.signed_on),
            "subject": words.subject(scheme, application),
            "opening": words.opening(scheme, application),
            "scope": words.scope(letter),
            "promise": words.promise(application, total, len(rows)),
            "lines": [_line(scheme, row) for row in rows],
            "total": total,
            "conditions": words.conditions(letter),
            "statements": words.statements(application, letter),
            "contact": words.contact(letter),
            "signatory": letter.signatory_name,
            "function": letter.signatory_function,
            "authority": letter.signatory_authority,
            "version": _version(letter),
        },
    )


def board_paper_pdf(scheme: Scheme, application: Application, letter: Letter, unlocks: Sequence[LineUnlock]) -> bytes:
    """Set the paper for the board: what is asked, what it would unlock by itself, and the checklist of the last check."""
    item = application.agenda_item
    name = applications.target_name(application)
    asked = f"To approve {application.organisation.name} as {scheme.label(application.role)} for {name}."
    at = application.checked_at
    return pdf(
        "board_paper.typ",
        {
            "title": f"Application of {application.organisation.name}",
            "subtitle": f"Paper for the {scheme.label('board')} of {scheme.name}",
            "stated": f"Amounts as of {_instant(clock.now())}, by the rules of version {scheme.version}.",
            "foot": f"{application.reference}, letter version {letter.number}",
            "proposal": item.proposal if item else asked,
            "who": [*_who(scheme, application), ("Meeting", str(item.meeting) if item else "")],
            "scope": _scope(letter),
            "lines": [_offer(scheme, one) for one in unlocks],
            "envelope": [
                {
                    "tranche": one.label,
                    "free": in_words(one.free_cents, scheme.currency),
                    "takes": in_words(one.taken_cents, scheme.currency),
                    "left": in_words(one.after_cents, scheme.currency),
                }
                for one in short_papers.effects_of(scheme, application)
            ],
            "checked": f"Checked on {_instant(at)}." if at else "It was not checked yet.",
            "findings": [
                {
                    "severity": SEVERITIES[one.severity] + (", accepted" if is_accepted else ""),
                    "words": one.words,
                    "article": one.article or "No article is named",
                    "remedy": one.remedy,
                }
                for one, is_accepted in applications.stored(application)
            ],
            "accepted": application.warning_accepted_because,
        },
    )


def _draft(letter: Letter) -> str:
    """What the foot of a draft says on every page."""
    return ", Draft" if letter.status == Letter.Status.DRAFT else ""


def _who(scheme: Scheme, application: Application) -> Facts:
    """Who applies, and for what."""
    organisation = application.organisation
    return [
        ("Organisation", organisation.name),
        ("Country", organisation.country),
        ("Participant identification code (PIC)", organisation.pic),
        ("Programme", scheme.name),
        ("Applies as", scheme.label(application.role)),
        (scheme.label("topic"), application.topic.code if application.topic else ""),
        (scheme.label("project"), application.project.acronym if application.project else ""),
        ("Proposal", application.proposal),
    ]


def _scope(letter: Letter) -> Facts:
    """Subject matter, activities and duration."""
    return [
        ("Subject matter", letter.subject_matter),
        ("Activities", letter.activities),
        ("First day", words.day(letter.from_on)),
        ("Last day", words.day(letter.until_on)),
        ("Conditions", letter.conditions),
    ]


def _line(scheme: Scheme, line: LetterLine) -> dict[str, Any]:
    """One contribution, each amount as it stands in the record."""
    known = {kind.code: kind.label for kind in scheme.kinds}
    place = PLACE_WORDS.get(line.place, "")
    details = [
        f"Costs arise {place}" + (f" ({line.country})" if line.country else "") if place else "",
        f"For {line.recipient}" if line.recipient else "",
        f"Valued by: {line.get_valuation_display()}. {line.valuation_note}".strip(),
    ]
    if line.cites:
        details.append(f"Rests on {line.cites}")
    if line.rate:
        details.append(f"Rate {line.rate} of {words.day(line.rate_on)}, {line.rate_source}")
    other = line.scheme_amount_cents
    return {
        "number": str(line.number),
        "kind": known.get(line.kind, "Kind not stated"),
        "details": [part for part in details if part],
        "years": [f"{year}: {in_words(cents, line.currency)}" for year, cents in sorted(line.years.items())],
        "amount": _amount(line.amount_cents, line.currency or scheme.currency),
        "scheme_amount": in_words(other, scheme.currency) if other is not None else "",
    }


def _offer(scheme: Scheme, one: LineUnlock) -> dict[str, str]:
    """One contribution in the board's paper, with what it would unlock."""
    known = {kind.code: kind.label for kind in scheme.kinds}
    return {
        "number": str(one.line.number),
        "kind": known.get(one.line.kind, "Kind not stated"),
        "amount": _amount(one.line.booked_cents(scheme.currency), scheme.currency),
        "unlocks": in_words(one.unlock.match_cents, scheme.currency) if one.unlock else "not known",
    }


def _total(scheme: Scheme, lines: Iterable[LetterLine]) -> str:
    """What all lines give in the scheme's currency; empty where one does not say."""
    amounts = [letters.booked_cents(line, scheme.currency) for line in lines]
    known = [cents for cents in amounts if cents is not None]
    return in_words(sum(known), scheme.currency) if known and len(known) == len(amounts) else ""


def _version(letter: Letter) -> Facts:
    """Which version this is, and the digest by which it can be checked."""
    return [
        ("Version", f"{letter.number}, {letter.get_status_display().lower()}"),
        ("Why it was written", letter.reason),
        ("Written", f"{_instant(letter.written_at)} by {letter.written_by}"),
        ("Handed in", _instant(letter.submitted_at)),
        ("Signed document", letter.file_name),
        ("SHA-256 of what it states", letter.facts_digest),
        ("SHA-256 of the signed document", letter.digest),
    ]


def _amount(cents: int | None, currency: str) -> str:
    """An amount, or that it is not stated."""
    return "not stated" if cents is None else in_words(cents, currency)


def _instant(at: datetime | None) -> str:
    """An instant in the site's time zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{words.day(local.date())}, {local:%H:%M} {local.tzname()}"
