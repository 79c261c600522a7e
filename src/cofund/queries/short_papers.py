"""The short paper of a point of the agenda: who gives what, how much, what it does to the envelope, and what could go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from cofund.queries import applications, clock, funding, objections, schemes, unlocks
from cofund.queries.contributions import ContributionState
from cofund.queries.envelope import TrancheStatement, statement
from cofund.queries.pools import Target
from cofund.queries.unlocks import Unlock, Wish
from cofund.records.ledger.models import Application, Letter, LetterLine
from cofund.records.programme.models import AgendaItem, Comment, Consultation, Topic
from cofund.rules.admission import INFO
from cofund.rules.money import in_words, share_of
from cofund.rules.schemes import Scheme
from cofund.rules.voting_words import share_in_words


@dataclass(frozen=True, slots=True)
class Offer:
    """One contribution that a point is about. Amounts in cents of the scheme's currency; None where it is not known.

    `match_cents` is the public money that stands beside it by the rule, promised or decided; `reserves_cents` what of it the point
    would reserve, None where the point reserves nothing itself.
    """

    who: str
    what: str
    state: str
    amount_cents: int | None
    match_cents: int | None
    reserves_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the point would do to one tranche, in cents: free before and after."""

    label: str
    cap_cents: int
    free_cents: int
    taken_cents: int

    @property
    def after_cents(self) -> int:
        """What no decision would have taken afterwards."""
        return self.free_cents - self.taken_cents


@dataclass(frozen=True, slots=True)
class ShortPaper:
    """What somebody who decides should know at a glance. `risks` are sentences, those that the site finds itself.

    Of a topic also what stands behind it in all and its public money, in cents.
    """

    currency: str
    subject: str = ""
    offers: tuple[Offer, ...] = ()
    effects: tuple[Effect, ...] = ()
    risks: tuple[str, ...] = ()
    words: str = field(default="", kw_only=True)
    total_cents: int | None = field(default=None, kw_only=True)
    public_cents: int | None = field(default=None, kw_only=True)
    public_is_fixed: bool = field(default=False, kw_only=True)


def of_item(item: AgendaItem) -> ShortPaper:
    """Give the short paper of a point; nothing but its currency where it is about neither a topic nor an application."""
    scheme, _ = schemes.current(item.meeting.group.scheme.code)
    if item.kind == AgendaItem.Kind.TOPIC and item.topic is not None:
        return _of_topic(scheme, item.topic)
    if item.kind == AgendaItem.Kind.APPLICATION:
        return _of_applications(scheme, item)
    if item.kind == AgendaItem.Kind.IDEA and item.idea is not None:
        return ShortPaper(scheme.currency, f"{item.idea.reference}: {item.idea.title}", words=item.idea.challenge)
    return ShortPaper(scheme.currency)


def _of_topic(scheme: Scheme, topic: Topic) -> ShortPaper:
    """A topic before its adoption: what is endorsed would be reserved, what is only pledged would not."""
    money = funding.of_target(scheme.code, Target(topic=topic))
    offers: list[Offer] = []
    taken: dict[str, int] = {}
    for state in money.states:
        is_endorsed = bool(state.amounts.get("endorsed"))
        match = state.matches.get("promised", 0) if is_endorsed else 0
        offers.append(_offer(scheme, state, match))
        if state.contribution.tranche is not None and match:
            code = state.contribution.tranche.code
            taken[code] = taken.get(code, 0) + match
    effects = [_effect(row, taken[row.tranche]) for row in statement(scheme.code) if taken.get(row.tranche)]
    risks = [
        *objections.words(objections.of_topic(topic)),
        *_unready(topic),
        *(_only_pledged(state) for state in money.states if not state.amounts.get("endorsed")),
        *_concentrations(scheme, effects),
    ]
    return ShortPaper(
        scheme.currency,
        f"{topic.code}: {topic.title}",
        tuple(offers),
        tuple(effects),
        tuple(filter(None, risks)),
        total_cents=money.total_cents,
        public_cents=money.public_cents,
        public_is_fixed=money.public_is_fixed,
    )


def _offer(scheme: Scheme, state: ContributionState, reserves_cents: int) -> Offer:
    """A contribution of the books as a line."""
    row = state.contribution
    who = ", ".join(str(one) for one in state.organisations)
    what = f"{scheme.kind(row.kind).label} as {scheme.role(row.role).label}"
    matched, reserved = (state.match_cents, reserves_cents) if row.tranche_id else (None, None)
    return Offer(who, what, state.stage, state.live_cents, matched, reserved)


def _only_pledged(state: ContributionState) -> str:
    """The sentence on a contribution that nobody endorsed yet; empty where it is past that."""
    if state.stage != "pledged":
        return ""
    who = ", ".join(str(one) for one in state.organisations)
    return f"{who} only pledged so far: its match is not reserved until its letter is endorsed."


def _unready(topic: Topic) -> list[str]:
    """What of the topic's consultations is not finished."""
    rows = Consultation.objects.filter(topic=topic, is_obligatory=True).select_related("group")
    still = [row for row in rows if row.closes_on >= clock.today()]
    found = [f"The consultation of {row.group or 'the public'} is open until {row.closes_on}." for row in still]
    unanswered = Comment.objects.filter(consultation__topic=topic, answer="").count()
    if unanswered:
        found.append(f"{unanswered} {'comment has' if unanswered == 1 else 'comments have'} no answer yet.")
    if topic.adopted_on is not None:
        found.append("It was adopted before: what is decided now amends the work plan.")
    return found


def _of_applications(scheme: Scheme, item: AgendaItem) -> ShortPaper:
    """The applications behind a point, line by line of their newest letters."""
    offers: list[Offer] = []
    risks: list[str] = []
    effects: dict[str, Effect] = {}
    subjects = []
    rows = applications.of_point(item).select_related("organisation", "topic", "project__topic")
    for row in rows:
        subjects.append(f"{row.organisation} as {scheme.role(row.role).label} ({row.reference})")
        risks += found_by_check(row)
        for line in _lines(row):
            unlock = _unlock(scheme, row, line)
            offers.append(_offered(scheme, row, line, unlock))
            if unlock is not None:
                risks += _risks_of(row, unlock)
                _add(effects, unlock)
    found = tuple(effects.values())
    risks = [*objections.words(objections.of_application(rows)), *risks]
    risks += _concentrations(scheme, list(found))
    return ShortPaper(scheme.currency, "; ".join(subjects), tuple(offers), found, tuple(dict.fromkeys(risks)))


def found_by_check(application: Application) -> list[str]:
    """What the last check found against an application, as sentences with the article; of an accepted warning also why."""
    said = []
    for one, is_accepted in applications.stored(application):
        if one.severity == INFO:
            continue
        # The letter itself has to be there: to go on without it is an exception, which the board should know of.
        exception = "Exception: " if one.code == "no-file" and is_accepted else ""
        words = f"{exception}{one.words.rstrip('.')}{f' ({one.article})' if one.article else ''}."
        if is_accepted:
            words = f"{words} This warning was accepted: {application.warning_accepted_because.rstrip('.')}."
        said.append(words)
    return said


def effects_of(scheme: Scheme, application: Application) -> tuple[Effect, ...]:
    """What the newest letter of an application would do to the tranches, as things stand now."""
    effects: dict[str, Effect] = {}
    for line in _lines(application):
        unlock = _unlock(scheme, application, line)
        if unlock is not None:
            _add(effects, unlock)
    return tuple(effects.values())


def _lines(application: Application) -> list[LetterLine]:
    """The lines of the newest letter that was not replaced."""
    letter = application.letters.exclude(status=Letter.Status.SUPERSEDED).order_by("-number").first()
    return list(letter.lines.select_related("letter")) if letter is not None else []


def _cents(scheme: Scheme, line: LetterLine) -> int | None:
    """A line in the scheme's currency; None where the letter states no amount in it."""
    return line.amount_cents if line.currency == scheme.currency else line.scheme_amount_cents


def _unlock(scheme: Scheme, application: Application, line: LetterLine) -> Unlock | None:
    """What a line would unlock today; None where it has no target or no amount in the scheme's currency."""
    cents = _cents(scheme, line)
    if cents is None or (application.topic is None and application.project is None):
        return None
    target = Target(project=application.project) if application.project else Target(topic=application.topic)
    stated = line.letter.no_other_union_funding
    wish = Wish(
        *(scheme.code, target, application.role, line.kind, cents, clock.today(), stated),
        organisations=(application.organisation,),
    )
    return unlocks.preview(wish)


def _offered(scheme: Scheme, application: Application, line: LetterLine, unlock: Unlock | None) -> Offer:
    """A line of a letter as a line of the paper."""
    what = scheme.kind(line.kind).label
    if line.currency != scheme.currency and line.amount_cents is not None:
        what = f"{what}, stated as {in_words(line.amount_cents, line.currency)}"
    match = unlock.match_cents if unlock is not None else None
    return Offer(str(application.organisation), what, line.letter.status, _cents(scheme, line), match)


def _risks_of(application: Application, unlock: Unlock) -> list[str]:
    """What could go wrong with one line."""
    found = [f"{clash.words}" for clash in unlock.clashes]
    if unlock.is_bounded_by_tranche:
        found.append("The tranche has less open than this would unlock; a part stays unmatched.")
    if unlock.wish.no_other_union_funding is None and unlock.scheme.requires_no_other_union_funding:
        found.append(f"{application.organisation} has not stated that no other Union funds pay for it.")
    return found


def _add(effects: dict[str, Effect], unlock: Unlock) -> None:
    """Add what a line would take from its tranche."""
    if unlock.envelope is None:
        return
    row = unlock.envelope
    before = effects.get(row.tranche) or _effect(row, 0)
    effects[row.tranche] = Effect(
        before.label, before.cap_cents, before.free_cents, before.taken_cents + unlock.match_cents
    )


def _effect(row: TrancheStatement, taken_cents: int) -> Effect:
    """What would be taken from one tranche."""
    return Effect(row.label, row.standing.cap_cents, row.standing.free_cents, taken_cents)


def _concentrations(scheme: Scheme, effects: list[Effect]) -> list[str]:
    """Tranches of which this one point takes more than the scheme wants to be warned of, or more than is free."""
    found = []
    limits = {rule.label: rule.concentration_warning for rule in scheme.tranches}
    for effect in effects:
        share, limit = share_of(effect.taken_cents, effect.cap_cents), limits.get(effect.label)
        if limit is not None and share is not None and share > limit:
            words = (
                f"It takes {share_in_words(share)} of “{effect.label}”; the scheme warns above {share_in_words(limit)}."
            )
            found.append(words)
        if effect.after_cents < 0:
            found.append(
                f"“{effect.label}” has {in_words(effect.free_cents, scheme.currency)} free, less than this takes."
            )
    return found
