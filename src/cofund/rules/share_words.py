"""Share tests in words: the fraction with its terms, the limit with its source, what is left, and what would make it pass."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from cofund.rules.money import in_words
from cofund.rules.schemes import DEFAULT_LABELS, MEASURES, Scheme
from cofund.rules.share_changes import ADD, ADD_BASE, ASK_LESS, ASK_MORE, LOWER, MOVE, SPARE, Change
from cofund.rules.share_sums import TermValue, eligible_costs_cents
from cofund.rules.shares import CLOSE, NOTHING, ShareResult

PLACES: Final = {
    "eu": "in the Union",
    "associated": "in associated countries",
    "third": "in third countries",
    "unknown": "at a place that is not known",
}
_ELSEWHERE: Final = "with costs in the Union or an associated country"
_MOST_DIGITS: Final = 12


def percent(value: Fraction, limit: Fraction | None = None) -> str:
    """Write a share in hundredths with two decimals, rounded half up; more of them where rounding would hide the limit."""
    for digits in range(2, _MOST_DIGITS):
        written = _rounded(value, digits)
        if limit is None or value == limit or written != _rounded(limit, digits):
            break
    return f"{written.removesuffix('.00')} %"


def term(scheme: Scheme, code: str) -> str:
    """One term in the words of the scheme: `IKOP in third countries`, `IKAA of Private members`, `eligible costs`."""
    kind, *rest = code.split("@")
    words = [_measure(scheme, kind) if kind in MEASURES else kind]
    for part in rest:
        words.append(PLACES[part] if part in PLACES else f"of {scheme.role(part).label_plural}")
    return " ".join(words)


def fraction(scheme: Scheme, result: ShareResult) -> str:
    """The fraction with its terms: `(IKOP 5,200,000 + FC 1,000,000) / (eligible costs 15,025,000) = 6.2 m / ... = 41.26 %`."""
    above, below = (_sum(scheme, terms) for terms in (result.numerator, result.denominator))
    totals = f"{_number(result.numerator_cents)} / {_number(result.denominator_cents)}"
    share = result.share
    return f"({above}) / ({below}) = {totals} = {'no share' if share is None else percent(share, result.limit)}"


def limit(result: ShareResult) -> str:
    """The limit: `at least 45 %`."""
    return f"at {'least' if result.is_minimum else 'most'} {percent(result.limit)}"


def verdict(scheme: Scheme, result: ShareResult) -> str:
    """What a result means, in one sentence."""
    if result.standing == NOTHING or result.share is None:
        return "There is nothing to weigh yet."
    share = percent(result.share, result.limit)
    if result.is_unsure:
        return f"{between(result)}, and the limit is {limit(result)}: it is not known whether it is kept."
    if not result.passes:
        below = "below" if result.is_minimum else "above"
        left_out = ""
        if result.excess_cents and result.test.excess == "not_counted":
            left_out = f" {in_words(result.excess_cents, scheme.currency)} of it is not counted."
        if result.excess_cents and result.test.excess == "reject":
            left_out = f" {in_words(result.excess_cents, scheme.currency)} of it is refused."
        return f"{share} is {below} the limit of {percent(result.limit)}.{left_out}"
    kept = f"{share} keeps the limit of {limit(result)}"
    return f"{kept}, and is close to it." if result.standing == CLOSE else f"{kept}."


def between(result: ShareResult) -> str:
    """The share where a part of the costs has no known place: `between 0 % and 100 %`."""
    if result.share is None:
        return "not known"
    most = Fraction(result.numerator_cents + result.unknown_cents, result.denominator_cents)
    return f"between {percent(result.share)} and {percent(most)}"


def remedy(scheme: Scheme, result: ShareResult) -> str:
    """The smallest changes that would pass: `add EUR 820,454.55 of contributions, or ask for EUR 7,822,222.22`."""
    return _with_costs(scheme, result, ", or ".join(change(scheme, result, one) for one in result.remedies))


def room(scheme: Scheme, result: ShareResult) -> str:
    """What the limit still bears, as a sentence without its end; empty where it bears nothing, fails, or is not known."""
    if result.is_unsure:
        return ""
    return _with_costs(scheme, result, ", or ".join(change(scheme, result, one, is_room=True) for one in result.room))


def change(scheme: Scheme, result: ShareResult, one: Change, *, is_room: bool = False) -> str:
    """One change in words."""
    amount = in_words(one.cents, scheme.currency)
    left = in_words(one.leaves_cents or 0, scheme.currency)
    what = _what(scheme, result, one)
    public = _measure(scheme, "public_money")
    if is_room:
        return {
            ADD: f"{amount} more of {what} fits",
            ADD_BASE: f"{amount} more of {what} fits",
            SPARE: f"{amount} of {what} may fall away",
            LOWER: f"{amount} of {what} may fall away",
            MOVE: f"{amount} of {what} may move",
            ASK_MORE: f"{amount} more of {public} may be asked for",
            ASK_LESS: f"{amount} less of {public} may be asked for",
        }[one.what]
    return {
        ADD: f"add {amount} of {what}{_inside(one)}",
        ADD_BASE: f"add {amount} of {what}{_outside(result)}",
        SPARE: f"lower {what} by {amount}, to {left}",
        LOWER: f"lower {what} by {amount}, to {left}",
        MOVE: f"let {amount} of {what} arise in the Union or an associated country",
        ASK_MORE: f"ask for {amount} more of {public}",
        ASK_LESS: f"ask for {left}",
    }[one.what]


def unknown(scheme: Scheme, result: ShareResult) -> str:
    """What is not known about the places of cost; empty where all of it is."""
    if not result.unknown_cents or not result.denominator_cents:
        return ""
    most = Fraction(result.numerator_cents + result.unknown_cents, result.denominator_cents)
    amount = in_words(result.unknown_cents, scheme.currency)
    return (
        f"Where {amount} arises is not known. If all of it counted above the line, the share would be {percent(most)}."
    )


def _what(scheme: Scheme, result: ShareResult, one: Change) -> str:
    """What a change is about: `contributions` where every kind above the line does alike, else the terms."""
    every = {str(each) for each in result.test.numerator}
    is_plain = all(each.role is None and each.place is None for each in result.test.numerator)
    if len(every) > 1 and is_plain and set(one.terms) == every:
        return "contributions"
    return " or ".join(term(scheme, each) for each in one.terms)


def _with_costs(scheme: Scheme, result: ShareResult, words: str) -> str:
    """The changes, and that costs which somebody stated have to be changed with the money that pays for them."""
    moves = any(eligible_costs_cents(scheme, one.direction) for one in (*result.remedies, *result.room))
    if not (words and result.costs_are_stated and moves):
        return words
    return f"{words}; change the stated eligible costs with the money that pays for them"


def _inside(one: Change) -> str:
    """Where costs have to arise of what is added above the line, where a limit leaves out those of third countries."""
    if not one.elsewhere:
        return ""
    if {each.partition("@")[0] for each in one.terms} == set(one.elsewhere):
        return f" {_ELSEWHERE}"
    return f" ({' and '.join(one.elsewhere)} only {_ELSEWHERE})"


def _outside(result: ShareResult) -> str:
    """Where costs have to arise that only enlarge the base."""
    return f" {_ELSEWHERE}" if any(each.place == "third" for each in result.test.numerator) else ""


def _measure(scheme: Scheme, code: str) -> str:
    """A measure in words; public money has the scheme's own name."""
    return scheme.labels.get(code, DEFAULT_LABELS[code].lower()) if code == "public_money" else "eligible costs"


def _sum(scheme: Scheme, terms: tuple[TermValue, ...]) -> str:
    """Terms with their amounts, added up."""
    written = ""
    for one in terms:
        name = f"{term(scheme, one.term)} {_number(abs(one.cents))}"
        if one.cents < 0:
            written += f" − not counted {name}"
        else:
            written += f" + {name}" if written else name
    return written


def _number(cents: int) -> str:
    """An amount without its currency."""
    return in_words(cents, "").strip()


def _rounded(value: Fraction, digits: int) -> str:
    """A share in hundredths with so many decimals."""
    scaled = (value * 100 * 10**digits * 2 + 1) // 2
    whole, rest = divmod(scaled, 10**digits)
    return f"{whole}.{rest:0{digits}d}"
