"""Each rule of a scheme in one sentence, as a person of the programme would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cofund.rules.money import in_words
from cofund.rules.schemes import (
    ApplicationRule,
    BalanceTolerance,
    CalendarRule,
    Commitment,
    ConsortiumRule,
    DecisionRule,
    KindRule,
    MemberCategory,
    PublicationPolicy,
    RoleExclusion,
    RoleRule,
    Scheme,
    ShareTest,
    TrancheRule,
)
from cofund.rules.share_words import percent, term

_AFTER: Final = {"inform": "else it is said", "warn": "else it is warned of", "block": "else it is refused"}
_EXCESS: Final = {"not_counted": "what is above is not counted", "reject": "what is above is refused"}
_COUNTS: Final = {"pledged": "pledge", "endorsed": "endorse", "committed": "commit", "accepted": "deliver"}


def of(scheme: Scheme, subject: str, stated: object) -> str:
    """Give the sentence of a rule that stands in a table of the scheme's file."""
    return _SENTENCES[subject](scheme, stated)


def _listed(words: Iterable[str], last: str = "and") -> str:
    """Words in a row."""
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def _codes(codes: Iterable[str]) -> str:
    """Codes of the file as words in a row."""
    return _listed(code.replace("_", " ") for code in codes)


def _programme(scheme: Scheme, stated: object) -> str:
    """What holds for the programme as a whole."""
    times = [
        *([f"starts on {scheme.starts_on}"] if scheme.starts_on else []),
        *([f"opens its last calls by {scheme.calls_until}"] if scheme.calls_until else []),
        *([f"ends on {scheme.ends_on}"] if scheme.ends_on else []),
    ]
    said = f"{scheme.name} {_listed(times)}." if times else f"{scheme.name} states no days."
    if scheme.requires_no_other_union_funding:
        said += " A contribution that holds other Union money is not matched."
    return said


def _tolerance(scheme: Scheme, rule: BalanceTolerance) -> str:
    """How far public money may be above what is given."""
    said = f"The public money of a project may be above what is given to it by {percent(rule.share)}"
    if rule.floor_cents is not None:
        said += f" or {in_words(rule.floor_cents, scheme.currency)}"
    return f"{said} before it is pointed out."


def _tranche(scheme: Scheme, rule: TrancheRule) -> str:
    """How a tranche matches."""
    matched = f"{scheme.role(rule.matched_role).label_plural} {_COUNTS[rule.basis]}"
    ratio = f"{rule.ratio.numerator} : {rule.ratio.denominator}"
    most = in_words(rule.cap_cents, scheme.currency)
    return f"{scheme.label('public_money')} of up to {most} matches what {matched}, {ratio}."


def _role(scheme: Scheme, rule: RoleRule) -> str:
    """On which side a role gives."""
    matched = "is matched" if rule.matched else "is not matched"
    return f"What {rule.label_plural} give stands on the side of {rule.side}s and {matched} in this role."


def _kind(scheme: Scheme, rule: KindRule) -> str:
    """Who gives a kind, and what has to be true before it counts."""
    said = [f"Given {'in kind' if rule.in_kind else 'in money'}"]
    said += [f"by {_listed(scheme.role(code).label_plural for code in rule.given_by)}"]
    said += ["through the office"] if rule.through_office else []
    said += ["outside of the project's costs"] if rule.outside_project else []
    more = [
        *(["with a certificate"] if rule.certificate else []),
        *([f"reported by {rule.report}"] if rule.report else []),
        *([f"where its costs arise in {_listed(rule.place, 'or')}"] if rule.place else []),
    ]
    return f"{' '.join(said)}; it counts {_listed(more)}." if more else f"{' '.join(said)}."


def _exclusion(scheme: Scheme, rule: RoleExclusion) -> str:
    """Which roles nobody holds together."""
    others = _listed((scheme.role(code).label for code in rule.excludes), "or")
    through = ", itself or through others" if rule.through else ""
    where = "the whole programme" if rule.scope == "scheme" else "one project"
    return f"{scheme.role(rule.role).label} is not also {others} in {where}{through}; {_AFTER[rule.severity]}."


def _category(scheme: Scheme, rule: MemberCategory) -> str:
    """As what a category of an association counts."""
    return f"{rule.label} counts as {scheme.role(rule.counts_as).label}."


def _application(scheme: Scheme, rule: ApplicationRule) -> str:
    """What holds for applications."""
    said = []
    if rule.papers_days is not None:
        said.append(f"The board's papers are there {rule.papers_days} days before it meets.")
    if rule.turnover_without_funding_cents is not None:
        most = in_words(rule.turnover_without_funding_cents, scheme.currency)
        said.append(f"Who seeks profit and has a turnover of {most} or more gets no public money itself.")
    return " ".join(said) or "The rules say nothing of applications."


def _share_test(scheme: Scheme, rule: ShareTest) -> str:
    """A share with its limit, and what follows."""
    parts = " + ".join(term(scheme, str(one)) for one in rule.numerator)
    whole = " + ".join(term(scheme, str(one)) for one in rule.denominator)
    limits = [
        *([f"at least {percent(rule.minimum)}"] if rule.minimum is not None else []),
        *([f"at most {percent(rule.maximum)}"] if rule.maximum is not None else []),
    ]
    after = _EXCESS[rule.excess] if rule.excess else _AFTER[rule.severity]
    where = "over the whole programme" if rule.level == "programme" else f"for each {rule.level}"
    return f"{parts} is {_listed(limits)} of {whole}, {where}; {after}."


def _consortium(scheme: Scheme, rule: ConsortiumRule) -> str:
    """What is asked of a consortium as a whole."""
    if rule.least_countries is None:
        return "The rules ask for nothing of a consortium as a whole."
    said = f"It has participants from at least {rule.least_countries} countries of the Union or associated ones"
    return f"{said}, {rule.least_in_union} of them in the Union." if rule.least_in_union is not None else f"{said}."


def _decision_rule(scheme: Scheme, rule: DecisionRule) -> str:
    """How the board decides."""
    blocs = _listed(f"{name.replace('_', ' ')} {votes}" for name, votes in rule.blocs.items())
    first = "Consensus is sought first; else the" if rule.consensus_first else "The"
    base = rule.base.replace("_", " ")
    return f"{first} board decides with at least {percent(rule.majority)} of {base}; votes: {blocs}."


def _calendar(scheme: Scheme, rule: CalendarRule) -> str:
    """A day that comes back."""
    return f"{rule.label}: {rule.rule}."


def _commitment(scheme: Scheme, rule: Commitment) -> str:
    """What is promised to the programme as a whole."""
    return (
        f"{rule.label}: {rule.bound.replace('_', ' ')} {in_words(rule.amount_cents, scheme.currency)}; never matched."
    )


def _publication(scheme: Scheme, rule: PublicationPolicy) -> str:
    """What is public."""
    said = f"A single contribution is public from the stage {rule.from_stage} on"
    per = f"; for each participant {_codes(rule.per_participant)}" if rule.per_participant else ""
    board = f"; of the board {_codes(rule.decisions)}" if rule.decisions else ""
    return f"{said}{per}{board}."


_SENTENCES: Final[Mapping[str, Callable[[Scheme, Any], str]]] = MappingProxyType(
    {
        "programme": _programme,
        "balance_tolerance": _tolerance,
        "tranches": _tranche,
        "roles": _role,
        "kinds": _kind,
        "role_exclusions": _exclusion,
        "member_categories": _category,
        "application": _application,
        "share_tests": _share_test,
        "consortium": _consortium,
        "decision_rule": _decision_rule,
        "calendar": _calendar,
        "commitments": _commitment,
        "publication": _publication,
    }
)
