"""Advice which way in fits an organisation: as partner, or through the members; each with its reasons, and what is not known.

It advises and decides nothing: what the law excludes is said by `cofund.rules.eligibility`, and the organisation chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cofund.rules.eligibility import Clash
from cofund.rules.money import in_words
from cofund.rules.schemes import RoleRule, Scheme

PARTNER: Final = "partner"
MEMBER: Final = "member"
EITHER: Final = "either"
UNKNOWN: Final = "unknown"
# Kinds of organisation that seek profit; only of them the law asks for a turnover.
SEEK_PROFIT: Final = ("company", "small_company")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of an organisation; None and empty mean not known. `kind` is a code, `kind_words` how people say it."""

    kind: str = UNKNOWN
    kind_words: str = ""
    turnover_cents: int | None = None
    offers: tuple[str, ...] = ()
    wants_direct: bool | None = None
    clashes: tuple[Clash, ...] = ()
    relations_known: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for one way in, in words, with the article where it is a rule. `decides`: nothing outweighs it."""

    track: str
    words: str
    article: str = ""
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """Which way in fits: `partner`, `member`, `either` or `unknown`; why; and what was not known when it was given."""

    track: str
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = field(default=())

    def of(self, track: str) -> tuple[Reason, ...]:
        """Give the reasons for one way in."""
        return tuple(one for one in self.reasons if one.track == track)


def has_two_ways(scheme: Scheme) -> bool:
    """Tell whether a scheme has a way in as partner and one through the members, so that there is something to choose."""
    return _role(scheme, PARTNER) is not None and _role(scheme, MEMBER) is not None


def advise(scheme: Scheme, profile: Profile) -> Advice | None:
    """Give the advice; None where the scheme has only one way in.

    Source: the two ways of IMI2 and of its successor, Associated or Contributing Partner and the members' side.
    """
    partner, member = _role(scheme, PARTNER), _role(scheme, MEMBER)
    if partner is None or member is None:
        return None
    reasons = [
        *_of_relations(scheme, profile),
        *_of_offers(scheme, partner, member, profile.offers),
        *_of_kind(scheme, profile),
        *_of_wish(scheme, partner, member, profile),
    ]
    return Advice(_weighed(reasons), tuple(reasons), tuple(_not_known(scheme, profile)))


def consequences(scheme: Scheme) -> list[tuple[str, str, str]]:
    """Tell what each way in means: what is asked, as partner, and through the members."""
    partner, member = _role(scheme, PARTNER), _role(scheme, MEMBER)
    if partner is None or member is None:
        return []
    board, letter = scheme.label("board"), scheme.label("letter").lower()
    envelopes = [scheme.tranche_for_role(one.code) for one in (partner, member)]
    names = [rule.label if rule else "no envelope" for rule in envelopes]
    gives = [", ".join(kind.label for kind in scheme.kinds if one.code in kind.given_by) for one in (partner, member)]
    return [
        ("Admission", f"{letter} and a decision of the {board}", "the rules of the member, outside of this office"),
        ("Matched from", names[0], names[1]),
        ("May give", gives[0], gives[1]),
        (f"Vote in the {board}", "none", "through the member"),
    ]


def _role(scheme: Scheme, side: str) -> RoleRule | None:
    """The first role of a side that a tranche matches."""
    return next((role for role in scheme.roles if role.side == side and role.matched), None)


def _of_relations(scheme: Scheme, profile: Profile) -> list[Reason]:
    """What the organisation's relations and roles mean."""
    return [
        Reason(MEMBER, clash.words, clash.legal_basis or scheme.application.partner_basis or "", clash.blocks)
        for clash in profile.clashes
    ]


def _of_offers(scheme: Scheme, partner: RoleRule, member: RoleRule, offers: Sequence[str]) -> list[Reason]:
    """What only one of the two may give."""
    found = []
    for kind in scheme.kinds:
        if kind.code not in offers or (partner.code in kind.given_by) == (member.code in kind.given_by):
            continue
        track, role = (PARTNER, partner) if partner.code in kind.given_by else (MEMBER, member)
        figure = scheme.figure(f"kinds.{kind.code}.given_by")
        words = f"It offers {kind.label}, which only {role.label_plural} may give."
        found.append(Reason(track, words, figure.source if figure else "", True))
    return found


def _of_kind(scheme: Scheme, profile: Profile) -> list[Reason]:
    """What kind of organisation it is, and how large."""
    found = []
    rule = scheme.application
    for track, typical, where in (
        (PARTNER, rule.typical_partners, "come as partner"),
        (MEMBER, rule.typical_members, "come through the members"),
    ):
        if profile.kind in typical:
            found.append(Reason(track, f"Organisations of its kind ({profile.kind_words.lower()}) usually {where}."))
    limit = rule.turnover_without_funding_cents
    if limit is not None and profile.kind in SEEK_PROFIT and profile.turnover_cents is not None:
        figure = scheme.figure("application.turnover_without_funding")
        is_above = profile.turnover_cents >= limit
        amount = in_words(limit, scheme.currency)
        words = f"Its turnover is {amount} or more" if is_above else f"Its turnover is below {amount}"
        more = (
            "; it gets no public money itself, as members do not." if is_above else "; it can get public money itself."
        )
        found.append(Reason(MEMBER if is_above else PARTNER, words + more, figure.source if figure else ""))
    return found


def _of_wish(scheme: Scheme, partner: RoleRule, member: RoleRule, profile: Profile) -> list[Reason]:
    """With whom it would rather deal."""
    if profile.wants_direct is None:
        return []
    office = scheme.label("office")
    if profile.wants_direct:
        return [Reason(PARTNER, f"It wants to deal with the {office} directly, as a {partner.label} does.")]
    return [Reason(MEMBER, f"It would rather stand beside its industry partners, as a {member.label} does.")]


def _weighed(reasons: Sequence[Reason]) -> str:
    """The way in that the reasons speak for: what decides comes before what is usual; a draw is either of them."""
    for weight in (True, False):
        sides = [one.track for one in reasons if one.decides is weight]
        if sides and (weight or PARTNER in sides or MEMBER in sides):
            difference = sides.count(PARTNER) - sides.count(MEMBER)
            if difference == 0:
                return EITHER
            return PARTNER if difference > 0 else MEMBER
    return UNKNOWN


def _not_known(scheme: Scheme, profile: Profile) -> list[str]:
    """What the advice had to do without."""
    found = []
    if profile.kind == UNKNOWN:
        found.append("what kind of organisation it is")
    if not profile.relations_known:
        found.append(
            "whether it is a member, a constituent or affiliated to one: no relation is recorded, which proves nothing"
        )
    if not profile.offers:
        found.append("what kinds of contribution it offers")
    asks_turnover = scheme.application.turnover_without_funding_cents is not None and profile.kind in SEEK_PROFIT
    if asks_turnover and profile.turnover_cents is None:
        found.append("its annual turnover")
    if profile.wants_direct is None:
        found.append("whether it wants to deal with the office directly")
    return found
