"""Writes the draft of a letter of endorsement, which may be incomplete, and the next version of one that was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from cofund.actions import checks, exchanged, files
from cofund.actions.actors import Actor
from cofund.actions.applications import guarding
from cofund.actions.errors import Refused
from cofund.queries import applications
from cofund.queries.letters import LINE, STATED, digest_of, edition_of
from cofund.records.ledger.models import Application, Letter, LetterLine


def save_draft(
    actor: Actor,
    application: Application,
    stated: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    *,
    upload: UploadedFile[bytes] | None = None,
    opened: str | None = None,
    at: datetime | None = None,
) -> Letter:
    """Save the draft of a letter as far as it is written.

    Args:
        actor: who writes.
        application: whose letter.
        stated: fields of the letter by name (`queries.letters.STATED`); one that is not there stays as it is.
        lines: the contributions, each with `number` and fields of `queries.letters.LINE`; a line that is not there is taken out.
        upload: the signed document, where it is added now.
        opened: what the writer had before the eyes (`queries.letters.edition_of`); None where nobody looked at an earlier one.
        at: the instant; now, unless the clock is given.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: there is no draft, the partnership ends before it begins, a line is of nothing, the file is not taken,
            or a newer draft than the one that was opened says something else (`newer`).
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "edit letter") as row:
        letter = draft_of(row)
        edition, saved = edition_of(letter), digest_of(letter)
        newer = _newer(row, letter)
        unknown = set(stated) - set(STATED)
        if unknown:
            raise KeyError(f"A letter has no field {', '.join(sorted(unknown))}.")
        for name, value in stated.items():
            setattr(letter, name, value)
        _check_days(letter)
        if upload is not None:
            kept = files.keep(upload)
            letter.file, letter.file_name, letter.digest = kept.path, kept.name, kept.digest
        letter.written_by, letter.written_at = actor.name, instant
        letter.save()
        _write_lines(letter, lines)
        letter.refresh_from_db()
        # The same form sent twice says the same twice: that is no writing over anybody.
        if opened not in (None, edition) and digest_of(letter) != saved:
            raise newer
        after = {"letter": letter.number, "lines": len(lines)}
        guarding.record(actor, row, "edit letter", instant, after=after)
        return letter


def write_next(actor: Actor, application: Application, reason: str, *, at: datetime | None = None) -> Letter:
    """Begin the next version of a letter that was endorsed, as a copy; what it changes holds once the board has decided.

    Raises:
        NotAllowed: the role or the partner's organisation does not allow it.
        Refused: the application is not approved, or a next version is written already.
    """
    instant = guarding.now(at)
    with guarding.step(actor, application, "write next letter") as row:
        asked = f"You asked for the next letter of {row.reference}."
        words = guarding.said(reason, asked)
        last = applications.newest(row)
        if last is None or last.status != Letter.Status.ENDORSED:
            wrong = "Its newest letter is not endorsed: the next version is written already."
            raise Refused(asked=asked, wrong=wrong, remedy="Go on with that version.")
        made = copy(last, words, actor, instant)
        guarding.record(actor, row, "write next letter", instant, after={"letter": made.number}, reason=words)
        return made


def draft_of(row: Application) -> Letter:
    """Give the draft of an application's letter.

    Raises:
        Refused: the newest version is handed in already.
    """
    last = applications.newest(row)
    if last is None or last.status != Letter.Status.DRAFT:
        raise Refused(
            asked=f"You asked to change the letter of {row.reference}.",
            wrong="It was handed in, and a letter that was handed in is never changed.",
            remedy="Have it returned, or write the next version.",
        )
    return last


def _newer(row: Application, letter: Letter) -> Refused:
    """The refusal to write over a draft that the writer has not seen; asked for before anything of it is changed."""
    at = timezone.localtime(letter.written_at)
    return Refused(
        asked=f"You asked to save the letter of {row.reference}.",
        wrong=f"{letter.written_by} saved a newer one on {at:%Y-%m-%d} at {at:%H:%M}, after you opened this page.",
        remedy="What you typed is still below, and is not saved. Look at the newer one, and write into that what is to change.",
        newer=True,
    )


def copy(letter: Letter, reason: str, actor: Actor, at: datetime) -> Letter:
    """Copy a version into the next one, a draft; the signature and the signed document are not taken along."""
    kept = {name: getattr(letter, name) for name in STATED if name != "signed_on"}
    made = Letter.objects.create(
        application_id=letter.application_id,
        number=letter.number + 1,
        reason=reason,
        written_by=actor.name,
        written_at=at,
        **kept,
    )
    LetterLine.objects.bulk_create(
        LetterLine(
            letter=made,
            number=line.number,
            contribution_id=line.contribution_id,
            **{name: getattr(line, name) for name in LINE},
        )
        for line in letter.lines.all()
    )
    return made


def _write_lines(letter: Letter, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write the lines anew; one of a number that was there keeps the contribution that it became."""
    booked = dict(letter.lines.exclude(contribution=None).values_list("number", "contribution"))
    letter.lines.all().delete()
    taken = {int(line["number"]) for line in lines if line.get("number")}
    free = max([0, *taken, *booked, *_numbers_before(letter)])
    rows: list[LetterLine] = []
    for line in lines:
        number = line.get("number")
        if not number:
            free += 1
            number = free
        stated = {name: line[name] for name in LINE if name in line}
        if stated.get("amount_cents") is not None and stated["amount_cents"] <= 0:
            raise Refused(
                asked=f"You asked to save line {number} of the letter.",
                wrong="Its amount is not more than nothing.",
                remedy="Enter the amount, or take the line out.",
                field=f"line-{len(rows)}-amount_cents",
            )
        asked = f"You asked to save line {number} of the letter."
        stated |= {"country": checks.country(stated.get("country", ""), asked, f"line-{len(rows)}-country")}
        stated |= exchanged.of_line(stated, letter.application.scheme.currency)
        rows.append(LetterLine(letter=letter, number=number, contribution_id=booked.get(number), **stated))
    LetterLine.objects.bulk_create(rows)


def _numbers_before(letter: Letter) -> list[int]:
    """The numbers that lines of earlier versions had: a new line does not take one of them over."""
    earlier = LetterLine.objects.filter(letter__application=letter.application_id, letter__number__lt=letter.number)
    return list(earlier.values_list("number", flat=True))


def _check_days(letter: Letter) -> None:
    """Refuse a partnership that ends before it begins."""
    if letter.from_on and letter.until_on and letter.until_on < letter.from_on:
        raise Refused(
            asked="You asked to save the letter.",
            wrong=f"The partnership ends on {letter.until_on.isoformat()}, before it begins.",
            remedy="Correct one of the two days.",
            field="until_on",
        )
