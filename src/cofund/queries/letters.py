"""Letters of endorsement as plain values: what they state, the digest of it, and what changed from one version to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from django.db.models import QuerySet

from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.rules import admission

# What a letter states, in the order of the page; with the words for it.
STATED: Final[dict[str, str]] = {
    "subject_matter": "Subject matter",
    "activities": "Activities",
    "from_on": "First day",
    "until_on": "Last day",
    "conditions": "Conditions",
    "is_no_member": "No member, constituent or affiliated entity",
    "no_other_union_funding": "No other Union funding",
    "other_union_funding": "Other Union funds",
    "public_origin_percent": "Part of public origin (%)",
    "conflict_statement": "Conflicts of interest",
    "consents_to_publication": "Consents to publication",
    "confidential_items": "Not to be published",
    "contact_name": "Contact",
    "contact_email": "E-mail of the contact",
    "signatory_name": "Signed by",
    "signatory_function": "Function",
    "signatory_authority": "Right to sign",
    "signed_on": "Signed on",
}
LINE: Final[dict[str, str]] = {
    "kind": "Kind",
    "currency": "Currency",
    "amount_cents": "Amount",
    "scheme_amount_cents": "Amount in the scheme's currency",
    "rate": "Rate",
    "rate_on": "Day of the rate",
    "rate_source": "Source of the rate",
    "place": "Place of cost",
    "country": "Country",
    "years": "By year",
    "recipient": "Recipient",
    "valuation": "Valuation",
    "valuation_note": "How it is valued",
    "cites": "Rests on",
}
# What is said, denied, or not said yet.
TRI_STATE: Final = ("is_no_member", "no_other_union_funding", "consents_to_publication")
# The signed document belongs to what is handed in.
DOCUMENT: Final = ("file_name", "digest")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a version says otherwise than the one before: a field of the letter, or of a line (`line` from 1)."""

    name: str
    label: str
    before: Any
    after: Any
    line: int = 0
    currency: str = ""


def of_application(application: Application) -> QuerySet[Letter]:
    """Give the versions of an application's letter, newest first, with their lines."""
    return application.letters.order_by("-number").prefetch_related("lines__contribution")


def edition_of(letter: Letter) -> str:
    """Give the mark of a draft as it was saved last: its version and the instant. A later save has another one."""
    return f"{letter.number}@{letter.written_at.astimezone(UTC).isoformat()}"


def facts_of(letter: Letter) -> admission.LetterFacts:
    """Give what a letter states as the rules take it."""
    names = {name for name in STATED if name not in ("conditions", "confidential_items")}
    stated = {name: getattr(letter, name) for name in names}
    return admission.LetterFacts(
        **stated, has_file=bool(letter.digest), lines=tuple(map(line_facts, letter.lines.all()))
    )


def line_facts(line: LetterLine) -> admission.LetterLine:
    """Give a line as the rules take it."""
    return admission.LetterLine(
        line.number,
        line.kind,
        line.currency,
        line.amount_cents,
        line.scheme_amount_cents,
        line.rate,
        line.rate_on,
        line.rate_source,
        line.place,
        dict(line.years),
        line.recipient,
        line.valuation,
        line.cites,
    )


def booked_cents(line: LetterLine, currency: str) -> int | None:
    """Give the amount of a line in the scheme's currency, in cents; None where it is not stated."""
    return line_facts(line).booked_cents(currency)


def digest_of(letter: Letter) -> str:
    """Give the SHA-256 of everything that a letter states, its lines and its document among it, hexadecimal."""
    facts: dict[str, Any] = {
        "application": letter.application.reference,
        "number": letter.number,
        **{name: getattr(letter, name) for name in (*STATED, *DOCUMENT)},
        "lines": [_line_stated(one) for one in letter.lines.all()],
    }
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _line_stated(line: LetterLine) -> dict[str, Any]:
    """What a line states; that it rests on nothing is left out, as in letters of before that was asked."""
    stated = {"number": line.number, **{name: getattr(line, name) for name in LINE}}
    if not stated["cites"]:
        del stated["cites"]
    return stated


def differences(before: Letter | None, after: Letter) -> list[Difference]:
    """Tell what a version says otherwise than the one before; nothing where there is none before."""
    if before is None:
        return []
    found = [
        Difference(name, label, getattr(before, name), getattr(after, name))
        for name, label in STATED.items()
        if getattr(before, name) != getattr(after, name)
    ]
    if before.digest != after.digest:
        found.append(Difference("file", "Signed document", before.file_name, after.file_name))
    return found + _line_differences(before.lines.all(), after.lines.all())


def _line_differences(before: Iterable[LetterLine], after: Iterable[LetterLine]) -> list[Difference]:
    """What changed in the lines: those of one number belong together; a new or removed line differs as a whole."""
    old, new = {one.number: one for one in before}, {one.number: one for one in after}
    found = []
    for number in sorted(old.keys() | new.keys()):
        first, second = old.get(number), new.get(number)
        currency = (second or first).currency  # type: ignore[union-attr]
        if first is None or second is None:
            amounts = (first.amount_cents if first else None, second.amount_cents if second else None)
            label = "New line" if first is None else "Line taken out"
            found.append(Difference("line", label, *amounts, number, currency))
            continue
        found += [
            Difference(name, label, getattr(first, name), getattr(second, name), number, currency)
            for name, label in LINE.items()
            if getattr(first, name) != getattr(second, name)
        ]
    return found
