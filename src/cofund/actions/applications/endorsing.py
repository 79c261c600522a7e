"""Brings the lines of a letter into the books: pledged and endorsed once it is approved, amended by a later version."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from django.db.models import Q

from cofund.actions import contributions, pledges
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.actions.moves import Statements
from cofund.actions.pledges import Pledge
from cofund.queries import applications, clock, letters
from cofund.queries.contributions import states
from cofund.records.ledger.models import Application, Contribution, Letter, LetterLine
from cofund.records.programme.models import RoleHolding
from cofund.rules.schemes import Scheme


def enter(
    actor: Actor,
    row: Application,
    scheme: Scheme,
    letter: Letter,
    grounds: Grounds,
    *,
    accepts_unmatched: bool = False,
    at: datetime | None = None,
) -> list[Contribution]:
    """Pledge and endorse every line of a letter on one decision, and record the role that the organisation now holds.

    A pledge that was recorded before and says the same is endorsed and not booked a second time.

    Raises:
        Refused: what pledging and endorsing refuse.
        EnvelopeExhausted: a line would unlock more than is open, and the rest was not accepted as unmatched.
    """
    made = [
        _enter_line(actor, row, scheme, letter, line, grounds, accepts_unmatched, at)
        for line in letter.lines.order_by("number")
    ]
    letter.status = Letter.Status.ENDORSED
    letter.save(update_fields=["status"])
    _hold_role(row, letter, grounds, at)
    return made


def change(
    actor: Actor,
    row: Application,
    scheme: Scheme,
    before: Letter,
    letter: Letter,
    grounds: Grounds,
    *,
    at: datetime | None = None,
) -> list[Contribution]:
    """Amend the contributions of an endorsed letter to what its next version says: changed, added, or withdrawn.

    Raises:
        Refused: a line changes its kind, or what amending, pledging and withdrawing refuse.
    """
    touched = []
    for line in letter.lines.order_by("number"):
        if line.contribution is None:
            touched.append(_enter_line(actor, row, scheme, letter, line, grounds, True, at))
        elif _amend_line(actor, scheme, letter, line, line.contribution, grounds, at):
            touched.append(line.contribution)
    kept = set(letter.lines.exclude(contribution=None).values_list("contribution", flat=True))
    for line in before.lines.exclude(contribution__in=kept).exclude(contribution=None):
        assert line.contribution is not None
        contributions.withdraw(actor, line.contribution, grounds, at=at)
        touched.append(line.contribution)
    before.status, letter.status = Letter.Status.SUPERSEDED, Letter.Status.ENDORSED
    before.save(update_fields=["status"])
    letter.save(update_fields=["status"])
    return touched


def statements_of(letter: Letter, line: LetterLine, scheme: Scheme) -> Statements:
    """What a letter states about the money of one line, as the books keep it; part of a cent of public origin is left out."""
    amount = _amount(line, scheme)
    is_foreign = line.currency != scheme.currency
    return Statements(
        letter.no_other_union_funding,
        amount * (letter.public_origin_percent or 0) // 100,
        line.place,
        line.currency if is_foreign else "",
        line.amount_cents if is_foreign else None,
        line.rate if is_foreign else "",
        line.rate_on if is_foreign else None,
        line.rate_source if is_foreign else "",
    )


def _enter_line(
    actor: Actor,
    row: Application,
    scheme: Scheme,
    letter: Letter,
    line: LetterLine,
    grounds: Grounds,
    accepts_unmatched: bool,
    at: datetime | None,
) -> Contribution:
    """Pledge and endorse one line, or endorse the pledge that there is."""
    amount = _amount(line, scheme)
    contribution = applications.same_pledge(row, line.kind, amount)
    if contribution is None:
        target = applications.target_of(row)
        if target is None:
            raise Refused(
                asked=f"You asked to endorse the letter of {row.reference}.",
                wrong="It names no topic or project that the books know.",
                remedy="Name the topic, or the project of the selected proposal.",
                field="target",
            )
        wanted = Pledge(
            scheme.code,
            target,
            row.role,
            line.kind,
            (row.organisation,),
            amount,
            grounds,
            statements_of(letter, line, scheme),
            accepts_unmatched,
            line.cites,
        )
        contribution = pledges.pledge(actor, wanted, at=at).contribution
    contributions.endorse(actor, contribution, grounds, at=at)
    line.contribution = contribution
    line.save(update_fields=["contribution"])
    return contribution


def _amend_line(
    actor: Actor,
    scheme: Scheme,
    letter: Letter,
    line: LetterLine,
    contribution: Contribution,
    grounds: Grounds,
    at: datetime | None,
) -> bool:
    """Amend what one line became, where its amount or what it states changed; tell whether it did.

    A line that keeps its amount changes nothing of what stands: what was withdrawn meanwhile does not come back with it.
    """
    if line.kind != contribution.kind:
        raise Refused(
            asked=f"You asked to change line {line.number}, {contribution.reference}.",
            wrong="A contribution in the books does not change its kind.",
            remedy="Take the line out and add one of the other kind.",
        )
    amount = _amount(line, scheme)
    last = contribution.versions.order_by("-number")[0]
    stated = statements_of(letter, line, scheme)
    if last.amount_cents == amount:
        amount = states(Contribution.objects.filter(pk=contribution.pk))[0].live_cents
        if amount == 0 or all(getattr(last, one.name) == getattr(stated, one.name) for one in fields(stated)):
            return False
        stated = replace(stated, public_origin_cents=min(stated.public_origin_cents, amount))
    contributions.amend(actor, contribution, amount, grounds, statements=stated, at=at)
    return True


def _amount(line: LetterLine, scheme: Scheme) -> int:
    """The amount of a line in the scheme's currency."""
    amount = letters.booked_cents(line, scheme.currency)
    if amount is None:
        raise Refused(
            asked=f"You asked to book line {line.number} of the letter.",
            wrong=f"It does not state its amount in {scheme.currency}.",
            remedy="Have the letter completed.",
        )
    return amount


def _hold_role(row: Application, letter: Letter, grounds: Grounds, at: datetime | None) -> None:
    """Record that the organisation holds the role from the decision on, unless it does already."""
    on = grounds.effective_on
    held = RoleHolding.objects.filter(
        Q(from_on__isnull=True) | Q(from_on__lte=on),
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        scheme=row.scheme,
        organisation=row.organisation,
        role=row.role,
    )
    if held.exists() or grounds.decision is None:
        return
    until = letter.until_on if letter.until_on and letter.until_on >= on else None
    RoleHolding.objects.create(
        scheme=row.scheme,
        organisation=row.organisation,
        role=row.role,
        from_on=on,
        until_on=until,
        certainty=grounds.decision.certainty,
        note=f"Decision {grounds.decision.number} on application {row.reference}",
        recorded_at=at or clock.now(),
    )
