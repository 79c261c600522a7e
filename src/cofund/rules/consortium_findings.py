"""What is wrong with the composition of a consortium: kinds, roles, turnover, countries and sums that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from cofund.rules import eligibility
from cofund.rules.admission import BLOCK, INFO, WARN
from cofund.rules.consortium_plan import Finding, Participant, Plan, action_types, columns_with_places, gives_allowed
from cofund.rules.eligibility import Capacity
from cofund.rules.identifiers import WrongIdentifierError, read_pic
from cofund.rules.money import in_words
from cofund.rules.places import country_code, place_of
from cofund.rules.relations import MEMBER_CATEGORY_OF
from cofund.rules.schemes import Scheme

# Organisations that seek profit; a large one gets no public money where a call says so.
FOR_PROFIT = ("company", "small_company")


def find(scheme: Scheme, plan: Plan) -> Iterator[Finding]:
    """Everything that was found, the consortium as a whole first, then each participant in turn."""
    yield from _countries(scheme, plan)
    yield from _sums(scheme, plan)
    for one in plan.participants:
        yield from _code(one)
        yield from _kinds(scheme, one)
        yield from _roles(scheme, plan, one)
        yield from _money(scheme, plan, one)
        yield from _place(scheme, one)


def _countries(scheme: Scheme, plan: Plan) -> Iterator[Finding]:
    """From how many countries the participants come."""
    rule = scheme.consortium
    counted = {country_code(one.country): place_of(scheme, one.country) for one in plan.participants}
    counted = {code: place for code, place in counted.items() if place != "third"}
    listed = ", ".join(sorted(counted)) or "none"
    if rule.least_countries is not None and len(counted) < rule.least_countries:
        words = f"Participants come from {len(counted)} countries of the Union or associated ones ({listed})"
        words += f", and at least {rule.least_countries} are needed."
        yield Finding("countries", BLOCK, words, 0, rule.basis or "", "Add participants of other countries.")
    union = [code for code, place in counted.items() if place == "eu"]
    if rule.least_in_union is not None and len(union) < rule.least_in_union:
        words = (
            f"Participants come from {len(union)} countries of the Union, and at least {rule.least_in_union} is needed."
        )
        yield Finding("union", BLOCK, words, 0, rule.basis or "", "Add a participant of a country of the Union.")


def _sums(scheme: Scheme, plan: Plan) -> Iterator[Finding]:
    """What the topic offers, the type of action, and costs that only some state."""
    label = scheme.label("public_money")
    public = sum(one.public_cents for one in plan.participants)
    most = plan.most_public_cents
    if most is not None and public > most:
        words = f"{in_words(public, scheme.currency)} of {label} is asked for; the topic offers {in_words(most, scheme.currency)}"
        words += " at most."
        remedy = f"Ask for {in_words(public - most, scheme.currency)} less."
        yield Finding("topic_budget", BLOCK, words, 0, "", remedy)
    types = action_types(scheme)
    if types and plan.action_type not in types:
        words = "The type of action is not stated, so the tests that depend on it were not made."
        yield Finding("action_type", WARN, words, 0, "", f"State one of: {', '.join(types)}.")
    silent = [one.number for one in plan.participants if one.costs_cents is None]
    if silent and len(silent) < len(plan.participants):
        words = (
            "Eligible costs are stated for some participants only, so they were taken as the money that pays for them."
        )
        yield Finding("costs", WARN, words, 0, "", "State them for all participants, or for none.")


def _kinds(scheme: Scheme, one: Participant) -> Iterator[Finding]:
    """Kinds of contribution that a participant may not give."""
    for code, cents in one.given.items():
        if not cents or gives_allowed(scheme, one.capacity, code):
            continue
        kind, who = scheme.kind(code), scheme.role(one.capacity).label if one.capacity else "a beneficiary"
        figure = scheme.figure(f"kinds.{code}.given_by")
        others = [other.code for other in scheme.kinds if gives_allowed(scheme, one.capacity, other.code)]
        givers = " and ".join(scheme.role(giver).label_plural for giver in kind.given_by)
        words = f"{one.name} gives {in_words(cents, scheme.currency)} of {code} as {who}. Only {givers} may, so it counts nowhere."
        remedy = f"Give it as {' or '.join(others)}." if others else "State in which role it contributes."
        yield Finding("kind", BLOCK, words, one.number, figure.source if figure else "", remedy)


def _roles(scheme: Scheme, plan: Plan, one: Participant) -> Iterator[Finding]:
    """Roles that exclude each other: of the same organisation in two rows, and by a category of membership."""
    held = [
        Capacity(other.name, scheme.giving_role(other.capacity), same_target=True)
        for other in plan.participants
        if other.number < one.number and other.capacity and is_same(one, other)
    ]
    counts_as = eligibility.counts_as(scheme, one.membership)
    if counts_as and one.capacity:
        words = f"is {one.membership} of an association of the members, which counts as {scheme.label(counts_as)}"
        held.append(
            Capacity(one.name, counts_as, via=words, through=frozenset({MEMBER_CATEGORY_OF}), category=one.membership)
        )
    for clash in eligibility.clashes(scheme, one.capacity, held) if one.capacity else ():
        severity = BLOCK if clash.blocks else WARN
        yield Finding("roles", severity, clash.words, one.number, clash.legal_basis, clash.remedy)
    twice = [other.number for other in plan.participants if other.number < one.number and is_same(one, other)]
    if twice and not held:
        yield Finding("twice", WARN, f"{one.name} stands in the plan twice, in row {twice[0]} too.", one.number)


def _money(scheme: Scheme, plan: Plan, one: Participant) -> Iterator[Finding]:
    """Public money that a participant may not have, and costs that do not hold what pays for them."""
    label, public = scheme.label("public_money"), in_words(one.public_cents, scheme.currency)
    most = scheme.application.turnover_without_funding_cents
    is_asked = (
        bool(one.public_cents) and plan.excludes_large and most is not None and one.organisation_kind in FOR_PROFIT
    )
    if is_asked and one.turnover_cents is None and one.organisation_kind == "company":
        words = f"{one.name} asks for {public}, and its turnover is not stated."
        yield Finding("turnover_unknown", WARN, words, one.number, "", "State the yearly turnover.")
    if is_asked and most is not None and one.turnover_cents is not None and one.turnover_cents >= most:
        figure = scheme.figure("application.turnover_without_funding")
        turnover = in_words(one.turnover_cents, scheme.currency)
        words = (
            f"{one.name} asks for {public}. Its turnover of {turnover} is not below {in_words(most, scheme.currency)}."
        )
        remedy = f"Let it take part without {label}."
        yield Finding("turnover", BLOCK, words, one.number, figure.source if figure else "", remedy)
    if one.public_cents and one.capacity:
        words = f"{one.name} takes part as {scheme.role(one.capacity).label} and asks for {public} of {label}."
        remedy = "Whoever contributes usually gets none in that capacity; ask the office."
        yield Finding("gives_and_asks", WARN, words, one.number, "", remedy)
    in_kind = sum(
        cents
        for code, cents in one.given.items()
        if scheme.kind(code).in_kind and not scheme.kind(code).outside_project
    )
    if one.costs_cents is not None and one.public_cents + in_kind > one.costs_cents:
        over = in_words(one.public_cents + in_kind - one.costs_cents, scheme.currency)
        words = (
            f"{one.name} has costs of {in_words(one.costs_cents, scheme.currency)}; what pays for them is {over} more."
        )
        remedy = "An in-kind contribution is the costs less what is paid back: lower it, or correct the costs."
        yield Finding("costs_below", BLOCK, words, one.number, "", remedy)


def _place(scheme: Scheme, one: Participant) -> Iterator[Finding]:
    """Participants of third countries."""
    if not columns_with_places(scheme) or place_of(scheme, one.country) != "third":
        return
    words = f"{one.name} is established in a third country ({one.country})."
    silent = [kind for kind in columns_with_places(scheme) if one.given.get(kind) and kind not in one.third]
    if silent:
        words += f" Nobody said where its {' and '.join(silent)} arises: all of it is taken as arising there."
    remedy = "Say in the proposal why its part is essential; costs that arise elsewhere are to be stated as such."
    yield Finding("third_country", INFO, words, one.number, "", remedy)


def _code(one: Participant) -> Iterator[Finding]:
    """Whether its PIC can be one: it says who takes part twice."""
    try:
        read_pic(one.pic)
    except WrongIdentifierError as error:
        words = f"{one.name}: {error}"
        yield Finding(
            "pic", WARN, words, one.number, "", "Look it up in the Funding & Tenders Portal, or leave it empty."
        )


def is_same(one: Participant, other: Participant) -> bool:
    """Whether two rows are about one organisation: by the PIC where both state it, else by the name."""
    if one.pic and other.pic:
        return one.pic == other.pic
    return " ".join(one.name.casefold().split()) == " ".join(other.name.casefold().split())
