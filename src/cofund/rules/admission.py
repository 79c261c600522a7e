"""Whether a letter of endorsement is complete, and what stands against its application: findings with article and remedy.

Source: Regulation (EU) 2021/2085, Articles 2(7), 9 and 11(5), where a scheme names them; the other minimum fields are practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cofund.rules import additionality, eligibility
from cofund.rules.additionality import Cited
from cofund.rules.eligibility import Clash
from cofund.rules.money import in_words
from cofund.rules.schemes import KindRule, Scheme, UnknownCodeError

BLOCK, WARN, INFO = "block", "warn", "info"
ORDER = (BLOCK, WARN, INFO)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found: `block` keeps the application from the board, `warn` needs a reason, `info` is to know."""

    code: str
    severity: str
    words: str
    article: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One contribution as a letter states it; amounts in cents of `currency`, `scheme_amount_cents` in the scheme's."""

    number: int
    kind: str
    currency: str
    amount_cents: int | None
    scheme_amount_cents: int | None = None
    rate: str = ""
    rate_on: date | None = None
    rate_source: str = ""
    place: str = "unknown"
    years: Mapping[str, int] = field(default_factory=dict)
    recipient: str = ""
    valuation: str = "unknown"
    cites: str = ""

    def booked_cents(self, currency: str) -> int | None:
        """The amount in the scheme's currency; None where it is not stated."""
        return self.amount_cents if self.currency == currency else self.scheme_amount_cents


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter says; None means that it has not been said."""

    subject_matter: str = ""
    activities: str = ""
    from_on: date | None = None
    until_on: date | None = None
    is_no_member: bool | None = None
    no_other_union_funding: bool | None = None
    other_union_funding: str = ""
    public_origin_percent: int | None = None
    conflict_statement: str = ""
    consents_to_publication: bool | None = None
    contact_name: str = ""
    contact_email: str = ""
    signatory_name: str = ""
    signatory_function: str = ""
    signatory_authority: str = ""
    signed_on: date | None = None
    has_file: bool = False
    lines: tuple[LetterLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who applies, as what and for what, with what the office knows beside the letter.

    `target` is the name of the topic or project, empty where none is named; `adopted_on` the day on which its match was decided.
    `others` are references of other living applications of the organisation for the same target, with their role.
    `given` are references of its living contributions to the same target in the same role.
    """

    organisation: str
    role: str
    on: date
    target: str = ""
    has_identifier: bool = True
    adopted_on: date | None = None
    clashes: tuple[Clash, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    given: tuple[str, ...] = ()
    # The contributions that lines of the letter cite, by their reference.
    cited: Mapping[str, Cited] = field(default_factory=dict)


def completeness(scheme: Scheme, letter: LetterFacts, candidate: Candidate) -> list[Finding]:
    """Tell which minimum fields of a letter of endorsement are missing, each with the article that asks for it."""
    scope, money = scheme.application.scope_basis or "", scheme.application.contribution_basis or ""
    partner = scheme.application.partner_basis or ""
    checks = (
        ("target", bool(candidate.target), "topic, project or proposal", scope),
        ("subject_matter", bool(letter.subject_matter.strip()), "subject matter", scope),
        ("activities", bool(letter.activities.strip()), "activities", scope),
        ("from_on", letter.from_on is not None, "first day of the partnership", scope),
        ("until_on", letter.until_on is not None, "last day of the partnership", scope),
        ("lines", bool(letter.lines), "at least one contribution", money),
        ("is_no_member", letter.is_no_member is not None, "whether it is a member, constituent or affiliated", partner),
        ("no_other_union_funding", letter.no_other_union_funding is not None, "other Union funding", _union(scheme)),
        ("public_origin_percent", letter.public_origin_percent is not None, "part of public origin", ""),
        (
            "conflict_statement",
            bool(letter.conflict_statement.strip()),
            "conflicts of interest, or that there is none",
            "",
        ),
        ("consents_to_publication", letter.consents_to_publication is not None, "consent to publication", ""),
        ("contact", bool(letter.contact_name.strip() and letter.contact_email.strip()), "contact with e-mail", ""),
        ("signatory", bool(letter.signatory_name.strip()), "who signs", scope),
        ("signatory_authority", bool(letter.signatory_authority.strip()), "on what the right to sign rests", ""),
        ("signed_on", letter.signed_on is not None, "day of the signature", ""),
    )
    missing = [_missing(code, words, article) for code, is_there, words, article in checks if not is_there]
    if letter.no_other_union_funding is False and not letter.other_union_funding.strip():
        missing.append(_missing("other_union_funding", "which other Union funds pay for it", _union(scheme)))
    if not candidate.has_identifier:
        words = f"No participant identification code of {candidate.organisation} is recorded."
        missing.append(Finding("no-identifier", INFO, words, "", "Add it to the organisation where it has one."))
    return missing + [one for line in letter.lines for one in _incomplete_line(scheme, line)]


def eligible(scheme: Scheme, letter: LetterFacts, candidate: Candidate) -> list[Finding]:
    """Tell what stands against an application: roles, kinds, places, days, amounts and statements; what blocks comes first."""
    found = [
        *_roles(scheme, letter, candidate),
        *(one for line in letter.lines for one in _line(scheme, letter, line, candidate.role)),
        *(one for line in letter.lines for one in _additional(scheme, line, candidate)),
        *_days(scheme, letter, candidate),
        *_statements(scheme, letter),
        *_duplicates(scheme, candidate),
    ]
    return sorted(found, key=lambda one: ORDER.index(one.severity))


def checked(scheme: Scheme, letter: LetterFacts, candidate: Candidate) -> list[Finding]:
    """Give everything that the check of an application finds: what is missing, then what stands against it."""
    found = [*completeness(scheme, letter, candidate), *eligible(scheme, letter, candidate)]
    return sorted(found, key=lambda one: ORDER.index(one.severity))


def blocks(findings: Iterable[Finding]) -> list[Finding]:
    """Give the findings that keep an application from the board."""
    return [one for one in findings if one.severity == BLOCK]


def warns(findings: Iterable[Finding]) -> list[Finding]:
    """Give the findings that are passed only with a reason."""
    return [one for one in findings if one.severity == WARN]


def _union(scheme: Scheme) -> str:
    """The article on money that other Union funds pay: where the scheme names its source, else the one on contributions."""
    figure = scheme.figure("requires_no_other_union_funding")
    return figure.source if figure else scheme.application.contribution_basis or ""


def _missing(code: str, words: str, article: str, number: int = 0) -> Finding:
    """A field that is not filled in."""
    where = f"Line {number} does not state: {words}." if number else f"The letter does not state: {words}."
    return Finding(f"missing:{code}", BLOCK, where, article, "Fill it in, and hand the letter in again.")


def _incomplete_line(scheme: Scheme, line: LetterLine) -> list[Finding]:
    """What a line leaves open, or says against itself."""
    # Who receives it is not demanded: a letter comes before the consortium, and who of it will get the money is then rarely known.
    article = scheme.application.contribution_basis or ""
    known = next((kind for kind in scheme.kinds if kind.code == line.kind), None)
    checks = [
        ("kind", known is not None, "kind"),
        ("amount", line.amount_cents is not None, "amount"),
        ("currency", bool(line.currency), "currency"),
        ("years", bool(line.years), "amount by year"),
        ("place", line.place != eligibility.UNKNOWN_PLACE or not (known and known.in_kind), "where the cost arises"),
        ("valuation", line.valuation != "unknown", "how it is valued"),
    ]
    if line.currency and line.currency != scheme.currency:
        stated = bool(line.scheme_amount_cents and line.rate and line.rate_on and line.rate_source)
        checks.append(("rate", stated, f"amount in {scheme.currency} with rate, its day and its source"))
    found = [
        _missing(f"line-{line.number}-{code}", words, article, line.number)
        for code, there, words in checks
        if not there
    ]
    if line.amount_cents is not None and line.years and sum(line.years.values()) != line.amount_cents:
        total, amount = (in_words(cents, line.currency) for cents in (sum(line.years.values()), line.amount_cents))
        words = f"The years of line {line.number} add up to {total}, its amount is {amount}."
        remedy = "Correct the amounts by year or the amount."
        found.append(Finding(f"line-{line.number}-years", BLOCK, words, "", remedy))
    return found


def _roles(scheme: Scheme, letter: LetterFacts, candidate: Candidate) -> list[Finding]:
    """Roles that do not stand beside this one, and what the partner says of itself."""
    found = [
        Finding("role", BLOCK if clash.blocks else WARN, clash.words, clash.legal_basis, clash.remedy)
        for clash in candidate.clashes
    ]
    if letter.is_no_member is False:
        strict = any(one.role == candidate.role and one.severity == BLOCK for one in scheme.role_exclusions)
        words = "The letter says that the organisation is a member, a constituent or an affiliated entity."
        article = scheme.application.partner_basis or ""
        remedy = "Contribute through the member side, or correct the statement."
        found.append(Finding("states-membership", BLOCK if strict else WARN, words, article, remedy))
    return found


def _line(scheme: Scheme, letter: LetterFacts, line: LetterLine, role: str) -> list[Finding]:
    """Kind, place, years and amount of one line."""
    found = []
    try:
        kind = scheme.kind(line.kind)
    except UnknownCodeError:
        return []
    if role not in kind.given_by:
        found.append(_wrong_giver(scheme, line, kind, role))
    if wrong := eligibility.wrong_place(scheme, line.kind, line.place):
        remedy = "State another place, or contribute as another kind."
        found.append(Finding(f"line-{line.number}-place", BLOCK, wrong, _article(scheme, kind, "place"), remedy))
    outside = [year for year in line.years if not _in_time(letter, year)]
    if outside:
        words = f"Line {line.number} has amounts in {', '.join(sorted(outside))}, outside of the partnership."
        found.append(Finding(f"line-{line.number}-outside", WARN, words, "", "Correct the years or the days."))
    return found


def _additional(scheme: Scheme, line: LetterLine, candidate: Candidate) -> list[Finding]:
    """A line that rests on what stands already, where the tranche takes new money only."""
    rule = scheme.tranche_for_role(candidate.role)
    wrong = additionality.wrong_citation(rule, line.cites, candidate.cited.get(line.cites))
    if not wrong:
        return []
    figure = scheme.figure(f"tranches.{rule.code}.additional") if rule is not None else None
    article, words = figure.source if figure else "", f"Line {line.number}: {wrong}"
    return [Finding(f"line-{line.number}-additional", BLOCK, words, article, additionality.REMEDY)]


def _wrong_giver(scheme: Scheme, line: LetterLine, kind: KindRule, role: str) -> Finding:
    """A kind that the role may not give."""
    givers = ", ".join(scheme.label(code) for code in kind.given_by)
    allowed = ", ".join(one.label for one in scheme.kinds if role in one.given_by)
    words = f"Line {line.number}: {scheme.name} takes {kind.label} from {givers} only, not from {scheme.label(role)}."
    article = _article(scheme, kind, "given_by") or scheme.application.contribution_basis or ""
    return Finding(f"line-{line.number}-kind", BLOCK, words, article, f"Contribute as {allowed}.")


def _article(scheme: Scheme, kind: KindRule, key: str) -> str:
    """Where a rule on a kind stands."""
    figure = scheme.figure(f"kinds.{kind.code}.{key}")
    return figure.source if figure else ""


def _in_time(letter: LetterFacts, year: str) -> bool:
    """Whether a year lies in the partnership, as far as its days are known."""
    first = letter.from_on is None or letter.from_on.year <= int(year)
    return first and (letter.until_on is None or int(year) <= letter.until_on.year)


def _days(scheme: Scheme, letter: LetterFacts, candidate: Candidate) -> list[Finding]:
    """The days of scheme, partnership and topic."""
    found = []
    law = scheme.legal_basis or ""
    if scheme.ends_on is not None and candidate.on > scheme.ends_on:
        words = f"{scheme.name} ended on {scheme.ends_on.isoformat()}."
        found.append(Finding("scheme-ended", BLOCK, words, law, "Apply to a programme that still runs."))
    elif scheme.ends_on is not None and letter.until_on is not None and letter.until_on > scheme.ends_on:
        words = f"The partnership goes on after {scheme.name} ends, {scheme.ends_on.isoformat()}."
        found.append(Finding("ends-late", WARN, words, law, "Say in the letter who takes it over, or shorten it."))
    if letter.from_on is not None and scheme.starts_on is not None and letter.from_on < scheme.starts_on:
        words = f"The partnership begins before {scheme.name} does, {scheme.starts_on.isoformat()}."
        found.append(Finding("starts-early", BLOCK, words, law, "State a later first day."))
    if candidate.adopted_on is not None and candidate.adopted_on <= candidate.on:
        words = f"{candidate.target} was adopted on {candidate.adopted_on.isoformat()}, and its match was decided then."
        remedy = "What is approved now is matched only if the board amends the work plan."
        found.append(Finding("adopted", INFO, words, "", remedy))
    return found


def _statements(scheme: Scheme, letter: LetterFacts) -> list[Finding]:
    """What the partner says about its money; with the article that the scheme names for the rule, else for contributions."""
    found = []
    money = scheme.application.contribution_basis or ""
    if letter.no_other_union_funding is False and scheme.requires_no_other_union_funding:
        words = f"Other Union funds pay for it; {scheme.name} does not match such money."
        found.append(
            Finding("union-funding", WARN, words, _union(scheme), "State how much is free of it as a line of its own.")
        )
    if letter.public_origin_percent:
        words = f"{letter.public_origin_percent} % of it finally come from a public budget."
        found.append(
            Finding("public-origin", INFO, words, money, "It counts as public in the public leverage by origin.")
        )
    if not letter.has_file:
        words = "The signed document itself is not here."
        article = scheme.application.scope_basis or ""
        found.append(
            Finding("no-file", WARN, words, article, "Add it to the letter, or say where the signed paper is.")
        )
    return found


def _duplicates(scheme: Scheme, candidate: Candidate) -> list[Finding]:
    """The same organisation for the same topic or project once more."""
    found = []
    for reference, role in candidate.others:
        words = f"{candidate.organisation} also applies for {candidate.target} as {scheme.label(role)}: {reference}."
        remedy = "Withdraw one of the two, or say why both stand."
        found.append(Finding("second-application", WARN, words, "", remedy))
    if candidate.given:
        gives: Sequence[str] = candidate.given
        words = f"{candidate.organisation} gives {', '.join(gives)} to {candidate.target} already."
        remedy = (
            "A pledge of the same kind and amount is endorsed, not booked again; else make sure that this comes on top."
        )
        found.append(Finding("gives-already", WARN, words, "", remedy))
    return found
