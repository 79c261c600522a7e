"""What is done with a topic or project as a whole: open, award, reserve at adoption, commit with the grant, drop."""

from __future__ import annotations

from datetime import datetime

from cofund.actions import books, checks, confirmations, decided, share_checks, topic_states
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds, Move, OpenBook
from cofund.actions.errors import Refused
from cofund.actions.moves import own_move, tranche_move
from cofund.actions.rematching import evaluate, settle_promises
from cofund.actions.share_exceptions import NO_EXCEPTION, ShareException
from cofund.queries import consultations, flows, objections, points, pools
from cofund.queries.explanations import explain_all
from cofund.queries.pools import Member, Target
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Project, Topic
from cofund.rules import accounts, match, stages
from cofund.rules.lifecycle_topics import TOPIC
from cofund.rules.match import Match
from cofund.rules.position import Position


def award(
    actor: Actor, scheme: str, target: Target, amount_cents: int, grounds: Grounds, *, at: datetime | None = None
) -> Entry:
    """Fix the public money of a topic or project; from then on its claims share exactly this much.

    What was promised follows at once; what was decided stands until the work plan is amended. Nothing takes the award back.

    Raises:
        Refused: the amount is negative or the same as before.
    """
    actor.require("award")
    with books.opened(scheme, actor, at=at, target=target) as book:
        checks.check_size(amount_cents, book.scheme.currency, f"You asked to award {target.code} public money.")
        if amount_cents < 0:
            raise Refused(
                asked=f"You asked to award {amount_cents} cents.",
                wrong="Public money cannot be less than nothing.",
                remedy="Enter the amount of the grant.",
                field="amount",
            )
        code = accounts.of_grant(target.code)
        decided.check(
            grounds.decision, points.of_target(target), f"You asked to fix the public money of {target.code}."
        )
        books.open_accounts(book.id, [code], {})
        before = flows.position_of_grant(book.id, code).balance(code)
        difference = amount_cents - before
        source, sink = (accounts.OUTSIDE, code) if difference > 0 else (code, accounts.OUTSIDE)
        moves = [Move(source, sink, abs(difference))]
        moves += settle_promises(book, target, grounds.effective_on, moves, budget_cents=amount_cents)
        _audit(book, "award", target, grounds, {"awarded_cents": before}, {"awarded_cents": amount_cents})
        return book.append(Entry.Kind.AWARD, moves, grounds)


def reserve(
    actor: Actor,
    scheme: str,
    target: Target,
    grounds: Grounds,
    *,
    amends_work_plan: bool = False,
    at: datetime | None = None,
) -> tuple[Entry, tuple[Match, ...]]:
    """Adopt a topic: decide the match of every endorsed contribution to it and reserve it.

    Raises:
        Refused: no decision, the person has a conflict of interest on its point, nothing endorsed, or already adopted; then the
            work plan has to be amended.
    """
    actor.require("reserve")
    with books.opened(scheme, actor, at=at, target=target) as book:
        _check_reservation(actor, target, grounds, amends_work_plan)
        rows = pools.members(target)
        found = evaluate(book, target, rows, estimate=False, amends_work_plan=amends_work_plan)
        decided = _within_tranches(book, rows, found, grounds)
        moves = [move for row in rows for move in _to_reserved(row, decided[row.contribution.reference])]
        # That the promises to what is only pledged lapse makes no adoption.
        lapses = (":promised", ":open")
        if not any(one.amount_cents for one in moves if (one.from_code[-9:], one.to_code[-5:]) != lapses):
            raise Refused(
                asked=f"You asked to reserve for {target.code}.",
                wrong="No endorsed contribution to it unlocks anything that is not reserved yet.",
                remedy="Endorse the contributions first; what is only pledged is not reserved.",
            )
        explanation = explain_all(book.scheme, list(decided.items()))
        after: dict[str, object] = {"adopted_on": grounds.effective_on.isoformat()}
        # Beside the entry, not in it: what one partner answered is no business of another who reads the same entry.
        if target.topic is not None and grounds.decision is not None:
            said = confirmations.keep_with(grounds.decision, objections.of_topic(target.topic))
            after |= {"not confirmed": said} if said else {}
        _audit(book, "reserve", target, grounds, None, after)
        entry = book.append(Entry.Kind.RESERVE, moves, grounds, explanation=explanation)
        _mark_adopted(target, grounds)
        return entry, tuple(decided.values())


def commit(
    actor: Actor,
    scheme: str,
    target: Target,
    project: Project,
    grounds: Grounds,
    *,
    share_exception: ShareException = NO_EXCEPTION,
    at: datetime | None = None,
) -> Entry:
    """Sign the grant: endorsed contributions and reserved matches of the target are committed, to the project.

    `share_exception` says what allows a share below or above its limit, and why contributions that fall short of the public money
    are accepted; the warning is kept with the entry. What the cap per project does not bear is open again, as the explanation says.

    Raises:
        Refused: no decision or signature behind it, nothing endorsed, an endorsed contribution whose match is not decided,
            a share that blocks, or a shortfall beyond the tolerance that nobody accepts.
    """
    actor.require("commit")
    with books.opened(scheme, actor, at=at, target=target) as book:
        books.check_target(book, Target(project=project))
        if grounds.decision is None:
            raise _no_decision(target, "commit")
        decided.check(grounds.decision, points.of_target(target), f"You asked to commit for {target.code}.")
        moves: list[Move] = []
        contributions = list(target.contributions().select_related("tranche"))
        positions = flows.positions_of_contributions([one.pk for one in contributions])
        capped = _within_project(book, target, project)
        for one in contributions:
            endorsed = positions[one.pk].balance(accounts.of_contribution(one.group, "endorsed"))
            moves.append(own_move(one, "endorsed", "committed", endorsed))
            if one.tranche is not None:
                _refuse_undecided(target, one, endorsed, positions[one.pk])
                code = one.tranche.code
                held = positions[one.pk].balance(accounts.of_tranche(code, "reserved"))
                over = capped[one.reference][1] if one.reference in capped else 0
                moves.append(tranche_move(one, code, "reserved", "committed", held - over))
                moves.append(tranche_move(one, code, "reserved", "open", over))
        warnings = share_checks.check_grant(book, target, grounds, share_exception)
        warnings += share_checks.check_balance(book.scheme, target, grounds, share_exception.reason)
        signed: dict[str, object] = (
            explain_all(book.scheme, [(reference, found) for reference, (found, _) in capped.items()]) if capped else {}
        )
        signed |= {"warnings": warnings} if warnings else {}
        signed |= {"project": project.slug, "contributions": sorted(one.reference for one in contributions)}
        _audit(book, "commit", target, grounds, None, {"project": project.slug})
        entry = book.append(Entry.Kind.COMMIT, moves, grounds, explanation=signed)
        Contribution.objects.filter(pk__in=[one.pk for one in contributions]).update(project=project)
        if target.topic is not None:
            _enter(target.topic.pk, Topic.Status.GRANTED)
        return entry


def drop(actor: Actor, scheme: str, topic: Topic, grounds: Grounds, *, at: datetime | None = None) -> Entry:
    """Drop a topic, or record that it got no award: what was promised to it lapses, and its match is open again."""
    actor.require("release")
    target = Target(topic=topic)
    with books.opened(scheme, actor, at=at, target=target) as book:
        decided.check(grounds.decision, points.of_target(target), f"You asked to drop {target.code}.")
        moves: list[Move] = []
        contributions = list(target.contributions().select_related("tranche"))
        positions = flows.positions_of_contributions([one.pk for one in contributions])
        for one in contributions:
            for stage in ("pledged", "endorsed"):
                held = positions[one.pk].balance(accounts.of_contribution(one.group, stage))
                moves.append(own_move(one, stage, "withdrawn", held))
            for stage in ("promised", "reserved"):
                if one.tranche is not None:
                    held = positions[one.pk].balance(accounts.of_tranche(one.tranche.code, stage))
                    moves.append(tranche_move(one, one.tranche.code, stage, "open", held))
        _audit(book, "drop", target, grounds, None, {"status": Topic.Status.DROPPED.value})
        entry = book.append(Entry.Kind.RELEASE, moves, grounds)
        _enter(topic.pk, Topic.Status.DROPPED)
        return entry


def _within_project(book: OpenBook, target: Target, project: Project) -> dict[str, tuple[Match, int]]:
    """Tell which matches of a target the cap per project cuts when its grant is signed, and by how many cents.

    First come first served; what the project is matched with already comes first.
    """
    rules = {rule.code: rule for rule in book.scheme.tranches if rule.cap_per_project_cents is not None}
    if not rules:
        return {}
    coming = [row for row in pools.members(target) if row.tranche in rules]
    known = {row.contribution.pk for row in coming}
    used = dict.fromkeys(rules, 0)
    for row in pools.members(Target(project=project)):
        if row.tranche in rules and row.contribution.pk not in known:
            used[row.tranche] += _held(row)
    cut = {}
    for row in coming:
        rule, held = rules[row.tranche], _held(row)
        assert rule.cap_per_project_cents is not None
        # What is committed to the project already stands.
        room = max(rule.cap_per_project_cents - used[row.tranche], held - row.matched(["reserved"]))
        found = match.signed(rule, row.contribution.reference, row.live("endorsed"), held, room)
        used[row.tranche] += found.match_cents
        if found.match_cents < held:
            cut[row.contribution.reference] = (found, held - found.match_cents)
    return cut


def _refuse_undecided(target: Target, one: Contribution, endorsed_cents: int, position: Position) -> None:
    """Refuse to sign a grant while what an endorsed contribution unlocks is only promised: it would be paid and still look free."""
    if one.tranche is None or not endorsed_cents:
        return
    if position.balance(accounts.of_tranche(one.tranche.code, "promised")):
        raise Refused(
            asked=f"You asked to commit {target.code} with its grant.",
            wrong=f"What {one.reference} unlocks is promised, but no adoption has decided it.",
            remedy="Reserve first: record the adoption of the topic with its decision.",
            offers="reserve",
        )


def _check_reservation(actor: Actor, target: Target, grounds: Grounds, amends_work_plan: bool) -> None:
    """Refuse a reservation without a decision, or after the adoption."""
    if grounds.decision is None:
        raise _no_decision(target, "reserve")
    if target.adopted_on is not None and not amends_work_plan:
        raise Refused(
            asked=f"You asked to reserve for {target.code} on {grounds.effective_on.isoformat()}.",
            wrong=f"It was adopted on {target.adopted_on.isoformat()}, and its match was decided then.",
            remedy="Amend the work plan: a new decision of the board decides the match anew.",
            offers="amend the work plan",
            adopted_on=target.adopted_on,
        )
    about = points.of_work_plan(target) if target.adopted_on is not None else points.of_adoption(target)
    decided.refuse_conflicted(actor, about, f"You asked to reserve for {target.code}.")
    decided.check(grounds.decision, about, f"You asked to reserve for {target.code}.")
    if target.topic is None or target.adopted_on is not None:
        return
    if not TOPIC.allows("reserve", target.topic.status):
        raise Refused(
            asked=f"You asked to adopt {target.code} on {grounds.effective_on.isoformat()}.",
            wrong=f"The topic stands at “{TOPIC.states[target.topic.status].lower()}”.",
            remedy=f"It can be adopted while it is: {TOPIC.in_words(TOPIC.step('reserve').starts_from[:3])}.",
        )
    _check_consulted(target.topic, f"You asked to adopt {target.code} on {grounds.effective_on.isoformat()}.")


def _check_consulted(topic: Topic, asked: str) -> None:
    """Refuse to adopt a topic that waits for answers, or whose text was written here and about which nobody was asked."""
    missing = consultations.missing(topic)
    if missing:
        remedy = "Close the consultations and answer every comment first."
        raise Refused(asked=asked, wrong=" ".join(missing), remedy=remedy, missing=missing)
    # Who puts a topic before the board says why nobody needs to be consulted (`topic_steps.propose`).
    is_unasked = topic.versions.exists() and not consultations.was_held(consultations.of_topic(topic))
    if topic.status != Topic.Status.PROPOSED and is_unasked:
        raise Refused(
            asked=asked,
            wrong="Its text was written here, nobody was consulted about it, and it was not put before the board.",
            remedy="Start a consultation, or put it before the board with the reason why none is needed.",
        )


def _no_decision(target: Target, action: str) -> Refused:
    """The refusal of an action that only a decision allows."""
    return Refused(
        asked=f"You asked to {action} for {target.code}.",
        wrong="Nothing is decided without a decision.",
        remedy="Enter the number and the date of the decision.",
        field="decision",
    )


def _within_tranches(book: OpenBook, rows: list[Member], found: dict[str, Match], grounds: Grounds) -> dict[str, Match]:
    """Hold what an adoption decides against what each tranche has open, first come first served.

    What the tranche cannot bear is unmatched, as the explanation says; what was promised fits, since it is held already.
    """
    room: dict[str, int] = {}
    for row in rows:
        if row.tranche not in room:
            room[row.tranche] = book.match_room(row.tranche, grounds.effective_on)
        room[row.tranche] += max(0, _held(row) - found[row.contribution.reference].match_cents)
    decided = {}
    for row in rows:
        rule, wanted = book.scheme.tranche(row.tranche), found[row.contribution.reference]
        most = _held(row) + room[row.tranche]
        decided[row.contribution.reference] = match.within_tranche(wanted, most, rule.rounding_cents, rule.label)
        room[row.tranche] -= max(0, decided[row.contribution.reference].match_cents - _held(row))
    return decided


def _held(row: Member) -> int:
    """What of the tranche is promised to a claim or decided for it."""
    return row.matched(["promised", *stages.DECIDED_STAGES])


def _to_reserved(member: Member, decided: Match) -> list[Move]:
    """Moves that turn a claim's estimate into its reservation; what was decided before and is too much now goes back."""
    promised, before = member.matched(["promised"]), member.matched(stages.DECIDED_STAGES)
    further, over = max(0, decided.match_cents - before), max(0, before - decided.match_cents)
    from_promise = min(promised, further)
    from_reserved = min(over, member.matched(["reserved"]))
    from_committed = min(over - from_reserved, member.matched(["committed"]))
    one, code = member.contribution, member.tranche
    return [
        tranche_move(one, code, "promised", "reserved", from_promise),
        tranche_move(one, code, "promised", "open", promised - from_promise),
        tranche_move(one, code, "open", "reserved", further - from_promise),
        tranche_move(one, code, "reserved", "open", from_reserved),
        tranche_move(one, code, "committed", "open", from_committed),
    ]


def _enter(topic_id: int, status: str) -> None:
    """Put a topic into a state, as it stands in the database now."""
    row = Topic.objects.get(pk=topic_id)
    row.save(update_fields=topic_states.enter(row, status))


def _mark_adopted(target: Target, grounds: Grounds) -> None:
    """Keep the day of the adoption with the topic, or with a project that has none."""
    topic = target.topic or (target.project.topic if target.project else None)
    if topic is not None and topic.adopted_on is None:
        topic.adopted_on, topic.adopted_certainty = grounds.effective_on, grounds.certainty
        fields = topic_states.enter(topic, Topic.Status.ADOPTED)
        topic.save(update_fields=["adopted_on", "adopted_certainty", *fields])
    elif topic is None and target.project is not None and target.project.adopted_on is None:
        target.project.adopted_on = grounds.effective_on
        target.project.save(update_fields=["adopted_on"])


def _audit(
    book: OpenBook,
    action: str,
    target: Target,
    grounds: Grounds,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    """Leave the audit row of the entry about a topic or project that is booked next."""
    book.record(
        action,
        target.code,
        before=before,
        after={**after, "entry": book.next_entry},
        reason=grounds.reason,
        evidence=grounds.evidence,
    )
