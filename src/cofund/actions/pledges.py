"""A pledge: what somebody promises, what it unlocks, and why; promised in the books in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cofund.actions import books, checks, exchanged, refusals
from cofund.actions.actors import Actor
from cofund.actions.batches import stored
from cofund.actions.books import Grounds, OpenBook
from cofund.actions.days import check_day, refuse_tomorrow
from cofund.actions.errors import Refused, together
from cofund.actions.moves import Booked, Statements, own_move, tranche_move, version_row
from cofund.actions.rematching import settle_others
from cofund.queries import capacities, citations, pools
from cofund.queries.explanations import explain
from cofund.queries.pools import NewClaim, Target
from cofund.queries.seals import contribution_facts
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, ContributionParty, Entry
from cofund.records.programme.models import Topic, Tranche
from cofund.rules import accounts, additionality
from cofund.rules.match import Match
from cofund.rules.money import in_words
from cofund.rules.schemes import Scheme, TrancheRule, UnknownCodeError

# Topics that came to an end without a project take no pledge.
_ENDED = {Topic.Status.DROPPED.value: "was dropped", Topic.Status.NO_AWARD.value: "got no award"}


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge as somebody wants to record it; amounts in cents of the scheme's currency."""

    scheme: str
    target: Target
    role: str
    kind: str
    organisations: tuple[Organisation, ...]
    amount_cents: int
    grounds: Grounds
    statements: Statements = field(default_factory=Statements)
    # Let the part above what the tranche has open stand as unmatched, instead of refusing the pledge.
    accepts_unmatched: bool = False
    # The reference of an existing contribution that it rests on; empty where it is new money.
    cites: str = ""


def pledge(actor: Actor, wanted: Pledge, *, at: datetime | None = None) -> Booked:
    """Record a pledge and promise what it would unlock.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the amount, the kind, the role or the target cannot be taken.
        EnvelopeExhausted: it would unlock more than the tranche has open, and the rest was not accepted as unmatched.
    """
    actor.require("pledge")
    with books.opened(wanted.scheme, actor, at=at, target=wanted.target) as book:
        # Before the match: on a day before the ceiling nothing is open, which would be said instead of what is wrong.
        check_day(book.scheme, Entry.Kind.PLEDGE, wanted.grounds.effective_on, book.at)
        if at is None:
            refuse_tomorrow(wanted.grounds.effective_on, book.at)
        rule = check_pledge(book.scheme, wanted)
        warnings = check_roles(book, wanted)
        tranche = book.end.tranches[rule.code] if rule else None
        found, others = _unlocked(book, wanted, rule)
        contribution = _create(book, wanted, tranche)
        moves = [own_move(contribution, accounts.OUTSIDE, "pledged", wanted.amount_cents)]
        if found is not None and rule is not None:
            moves.append(tranche_move(contribution, rule.code, "open", "promised", found.match_cents))
            moves += settle_others(book, others, wanted.target, wanted.grounds.effective_on, moves)
        stated = exchanged.of_pledge(wanted.statements, book.scheme.currency)
        version = version_row(book.next_entry_id, contribution, 1, wanted.amount_cents, stated, wanted.grounds)
        warned: dict[str, Any] = {"warnings": warnings} if warnings else {}
        warned |= {"cites": wanted.cites} if wanted.cites else {}
        facts = contribution_facts(contribution, [one.slug for one in wanted.organisations])
        entry = book.append(
            Entry.Kind.PLEDGE,
            moves,
            wanted.grounds,
            explanation={**explain(book.scheme, contribution.reference, found), "contribution": facts} | warned,
            versions=[version],
        )
        return Booked(contribution, entry, found)


def check_pledge(scheme: Scheme, wanted: Pledge) -> TrancheRule | None:
    """Check a pledge against the scheme and give the tranche that matches its role, None where none does.

    Raises:
        Refused: with the key of the wrong field in `fields["field"]`.
    """
    asked = f"You asked to pledge {in_words(wanted.amount_cents, scheme.currency)} as {wanted.kind}."
    together(
        lambda: _check_amount(scheme, wanted, asked),
        lambda: _check_end(scheme, wanted, asked),
        lambda: _check_topic(wanted, asked),
        lambda: _check_organisations(wanted, asked),
        lambda: _check_kind(scheme, wanted, asked),
        lambda: check_additional(_tranche(scheme, wanted), wanted),
    )
    checks.check_statements(scheme, wanted.kind, wanted.amount_cents, wanted.statements, asked)
    return scheme.tranche_for_role(wanted.role)


def _tranche(scheme: Scheme, wanted: Pledge) -> TrancheRule | None:
    """The tranche that matches the role, where the scheme has that role."""
    try:
        return scheme.tranche_for_role(wanted.role)
    except UnknownCodeError:
        return None


def _check_amount(scheme: Scheme, wanted: Pledge, asked: str) -> None:
    """Refuse an amount that is nothing, or too large for the books."""
    if wanted.amount_cents <= 0:
        raise Refused(asked=asked, wrong="A pledge is more than nothing.", remedy="Enter the amount.", field="amount")
    checks.check_size(wanted.amount_cents, scheme.currency, asked)


def _check_end(scheme: Scheme, wanted: Pledge, asked: str) -> None:
    """Refuse a day after the end of the scheme."""
    if scheme.ends_on is not None and wanted.grounds.effective_on > scheme.ends_on:
        raise Refused(
            asked=asked,
            wrong=f"{scheme.name} ended on {scheme.ends_on.isoformat()}, before the day that it is about.",
            remedy="Choose an earlier day, or a programme that still runs.",
            field="effective_on",
        )


def _check_topic(wanted: Pledge, asked: str) -> None:
    """Refuse a topic that has ended."""
    if wanted.target.topic is not None and wanted.target.topic.status in _ENDED:
        raise Refused(
            asked=asked,
            wrong=f"{wanted.target.topic.code} {_ENDED[wanted.target.topic.status]}.",
            remedy="Choose a topic that is still open.",
            field="target",
        )


def _check_organisations(wanted: Pledge, asked: str) -> None:
    """Refuse a pledge of nobody, of one that was merged into another, and of one twice."""
    if not wanted.organisations:
        raise Refused(asked=asked, wrong="Nobody stands behind it.", remedy="Choose the partner.", field="organisation")
    for one in wanted.organisations:
        if one.merged_into is not None:
            wrong = f"{one.name} was merged into {one.merged_into.name}."
            raise Refused(asked=asked, wrong=wrong, remedy="Choose that one.", field="organisation")
    if len({one.pk for one in wanted.organisations}) < len(wanted.organisations):
        raise Refused(
            asked=asked,
            wrong="The same organisation stands behind it twice.",
            remedy="Name every organisation once.",
            field="organisation",
        )


def _check_kind(scheme: Scheme, wanted: Pledge, asked: str) -> None:
    """Refuse a kind or a role that the scheme does not have, and a kind that the role may not give."""
    try:
        kind, role = scheme.kind(wanted.kind), scheme.role(wanted.role)
    except UnknownCodeError as error:
        raise Refused(asked=asked, wrong=str(error), remedy="Choose one that the scheme has.", field="kind") from error
    if wanted.role not in kind.given_by:
        givers = ", ".join(scheme.label(code) for code in kind.given_by)
        raise Refused(
            asked=asked,
            wrong=f"{scheme.name} takes {kind.label} from {givers} only, not from {role.label}.",
            remedy="Choose a kind that this role may give.",
            field="kind",
        )


def check_additional(rule: TrancheRule | None, wanted: Pledge) -> None:
    """Check that a pledge that rests on an existing contribution may do so (INV-18).

    Raises:
        Refused: the tranche takes new money only, or there is no such contribution; with `field` cites.
    """
    wrong = additionality.wrong_citation(rule, wanted.cites, citations.find(wanted.cites))
    if wrong:
        asked = f"You asked to record a pledge that rests on {wanted.cites}."
        raise Refused(asked=asked, wrong=wrong, remedy=additionality.REMEDY, field="cites")


def check_roles(book: OpenBook, wanted: Pledge) -> list[str]:
    """Check that nobody behind a pledge stands in a role that the scheme does not let stand beside it; give the warnings.

    Raises:
        Refused: an exclusion blocks it; the law that it stands on is named where the scheme names it.
    """
    clashes = capacities.clashes(
        book.scheme, book.id, wanted.role, wanted.organisations, wanted.target, wanted.grounds.effective_on
    )
    for clash in clashes:
        if clash.blocks:
            raise Refused(
                asked=f"You asked to pledge as {book.scheme.label(wanted.role)}.",
                wrong=clash.words,
                remedy=clash.remedy,
                field="organisation",
            )
    return [clash.words for clash in clashes]


def _unlocked(book: OpenBook, wanted: Pledge, rule: TrancheRule | None) -> tuple[Match | None, list[Match]]:
    """What the pledge unlocks; refused where the tranche decides and the rest is not accepted as unmatched."""
    if rule is None:
        return None, []
    claim = NewClaim(
        rule.code, wanted.kind, wanted.amount_cents, wanted.statements.no_other_union_funding, wanted.organisations
    )
    room = book.match_room(rule.code, wanted.grounds.effective_on)
    budget = pools.awarded_cents(book.id, wanted.target) if book.end.is_awarded else None
    found, others = pools.unlocked_by(book.scheme, budget, wanted.target, claim, room)
    if found.decided_by == "tranche" and not wanted.accepts_unmatched:
        asked = min(bound.limit_cents for bound in found.bounds if bound.name != "tranche")
        raise refusals.exhausted(book.scheme, rule.code, asked, room)
    return found, others


def _create(book: OpenBook, wanted: Pledge, tranche: Tranche | None) -> Contribution:
    """Prepare the contribution, who stands behind it and its audit row; the entry takes them with it.

    It is named and numbered after the entry that pledges it.
    """
    target, number = wanted.target, book.next_entry
    topic = target.topic or (target.project.topic if target.project else None)
    columns = {
        "id": book.next_entry_id,
        "book_id": book.id,
        "reference": f"{book.scheme.code}-{number}",
        "role": wanted.role,
        "kind": wanted.kind,
        "tranche_id": tranche.pk if tranche else None,
        "topic_id": topic.pk if topic else None,
        "project_id": target.project.pk if target.project else None,
    }
    contribution = stored(Contribution, columns, tranche=tranche, topic=topic, project=target.project)
    book.batch.insert(Contribution, columns)
    book.batch.insert(
        ContributionParty,
        *({"contribution_id": contribution.pk, "organisation_id": one.pk} for one in wanted.organisations),
    )
    book.record(
        "pledge",
        f"contribution/{contribution.reference}",
        after={"amount_cents": wanted.amount_cents, "entry": number},
        reason=wanted.grounds.reason,
        evidence=wanted.grounds.evidence,
    )
    return contribution
