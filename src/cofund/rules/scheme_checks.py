"""Checks what no single value of a scheme file can show: references, limits, order, and a source for every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cofund.rules import publication
from cofund.rules.scheme_problems import one_of, shown
from cofund.rules.scheme_tables import Reading
from cofund.rules.schemes import MEASURES, ONE_BLOC, PLACES

Values = Mapping[str, Any]


def check(values: Values, reading: Reading) -> None:
    """Note every problem between the values that could be read. Values that could not be read are left out."""
    _names(values, reading)
    _days(values, reading)
    _tranches(values, reading)
    _sharing(values, reading)
    _kinds(values, reading)
    _exclusions(values, reading)
    _share_tests(values, reading)
    _decisions(values, reading)
    _publication(values, reading)
    _sources(values, reading)


def check_enforced(values: Values, reading: Reading) -> None:
    """Note what a new version may not state of its share tests, because nothing would ever be refused by it."""
    for index, test in enumerate(_tables(values, "share_tests")):
        path = f"share_tests[{index}]"
        if test.get("blocks_from") == "report":
            expected = 'an earlier step, or severity = "warn" and no such key: the books refuse no report by a share'
            reading.problem(f"{path}.blocks_from", shown("report"), expected)
        if test.get("excess") == "reject" and "maximum" in test and test["maximum"] is None:
            reading.problem(
                f"{path}.excess", shown("reject"), "a maximum beside it: only what is beyond one is refused"
            )
        if test.get("action_type") and test.get("level", "project") != "project":
            reading.problem(f"{path}.action_type", shown(test["action_type"]), 'level = "project": no other has a type')


def _tables(values: Values, name: str) -> Sequence[Values]:
    """The tables of a section, or none where the section could not be read."""
    return values.get(name) or ()


def _codes(values: Values, name: str) -> set[str]:
    """The codes that the tables of a section define."""
    return {table["code"] for table in _tables(values, name) if "code" in table}


def _refer(reading: Reading, key: str, code: object, known: set[str], what: str) -> None:
    """Note a code that refers to nothing."""
    if code is not None and code not in known:
        reading.problem(key, shown(code), f"a {what}: {one_of(known, code)}")


def _names(values: Values, reading: Reading) -> None:
    """Terms of share tests can be read in one way only if roles are not called like places, nor kinds like measures."""
    for section, taken in (("roles", PLACES), ("kinds", MEASURES)):
        for index, table in enumerate(_tables(values, section)):
            if table.get("code") in taken:
                reading.problem(
                    f"{section}[{index}].code", shown(table["code"]), f"another code: {', '.join(taken)} have a meaning"
                )


def _publication(values: Values, reading: Reading) -> None:
    """Who may read a field can be stated of fields that pages and files ask about; an organisation is no scheme's own."""
    known = {field.code for field in publication.FIELDS if field.can_differ and field.record != "organisation"}
    for index, table in enumerate(_tables(values.get("publication") or {}, "fields")):
        _refer(reading, f"publication.fields[{index}].field", table.get("field"), known, "field")


def _sharing(values: Values, reading: Reading) -> None:
    """One public budget cannot be shared by two rules; freezing at adoption shares pro rata and may stand beside it."""
    rules: dict[str, list[str]] = {}
    for table in _tables(values, "tranches"):
        if "allocation" in table:
            shares_as = "pro_rata" if table["allocation"] == "frozen_at_adoption" else table["allocation"]
            rules.setdefault(shares_as, []).append(f"{table['allocation']} ({table.get('code', 'no code')})")
    if len(rules) > 1:
        found = " beside ".join(", ".join(stated) for stated in rules.values())
        expected = (
            "one allocation for all tranches, because a topic's public money is shared by one rule; else two schemes"
        )
        reading.problem("tranches", found, expected)


def _days(values: Values, reading: Reading) -> None:
    """The scheme's days, and those of each tranche, in their order."""
    names = ("starts_on", "calls_until", "calls_until_justified", "ends_on")
    _in_order(values, names, "", reading)
    for index, tranche in enumerate(_tables(values, "tranches")):
        _in_order(tranche, ("valid_from", "valid_until"), f"tranches[{index}].", reading)


def _in_order(values: Values, names: Sequence[str], path: str, reading: Reading) -> None:
    """Note days that stand before the day that has to come first. Days that are not stated are passed over."""
    stated = [(name, values[name]) for name in names if values.get(name) is not None]
    for (earlier, first), (later, second) in pairwise(stated):
        if second < first:
            reading.problem(f"{path}{later}", shown(second), f"{first.isoformat()} ({earlier}) or a later day")


def _tranches(values: Values, reading: Reading) -> None:
    """Roles, kinds and limits of the tranches."""
    kinds = {kind["code"]: kind for kind in _tables(values, "kinds") if "code" in kind}
    roles = _codes(values, "roles")
    matched: dict[str, str] = {}
    for index, tranche in enumerate(_tables(values, "tranches")):
        path = f"tranches[{index}]"
        role = tranche.get("matched_role")
        _refer(reading, f"{path}.matched_role", role, roles, "role")
        if role in matched:
            reading.problem(
                f"{path}.matched_role", shown(role), f"a role that no other tranche matches ({matched[role]} does)"
            )
        if role is not None:
            matched.setdefault(role, tranche.get("code", "another"))
        given = [kind for kind in kinds.values() if role in kind.get("given_by", (role,))]
        if role in roles and kinds and not given:
            reading.problem(f"{path}.matched_role", shown(role), "a role that may give at least one kind")
        if given and not tranche.get("kinds") and all(kind.get("outside_project") for kind in given):
            expected = f"the kinds that it matches: all that the role '{role}' may give are outside of projects"
            reading.problem(f"{path}.kinds", "nothing", expected)
        for kind in tranche.get("kinds", ()):
            _refer(reading, f"{path}.kinds", kind, set(kinds), "kind")
            givers = kinds.get(kind, {}).get("given_by")
            if role is not None and givers is not None and role not in givers:
                reading.problem(f"{path}.kinds", shown(kind), f"a kind that the role '{role}' may give")
        _limits(tranche, path, reading)
        _reallocation(values, tranche, path, reading)


def _limits(tranche: Values, path: str, reading: Reading) -> None:
    """No limit within a tranche is above the tranche's own cap, and the least contribution fits below the others."""
    cap = tranche.get("cap")
    parts = [(name, tranche.get(name)) for name in ("cap_per_partner", "cap_per_topic", "cap_per_project")]
    yearly = tranche.get("yearly_caps") or {}
    parts += [(f"yearly_caps.{year}", amount) for year, amount in yearly.items()]
    for name, amount in parts:
        if cap is not None and amount is not None and amount > cap:
            reading.problem(f"{path}.{name}", _amount(amount), f"at most the tranche's cap of {_amount(cap)}")
    # A unit that does not divide the cap would leave a rest that can never be matched.
    rounding = tranche.get("rounding")
    if cap is not None and rounding is not None and cap % rounding:
        reading.problem(f"{path}.rounding", _amount(rounding), f"an amount that divides the cap of {_amount(cap)}")


def _amount(cents: int) -> str:
    """Cents as an amount of the currency, grouped by thousands."""
    return f"{cents // 100:,}" if cents % 100 == 0 else f"{cents // 100:,}.{cents % 100:02d}"


def _reallocation(values: Values, tranche: Values, path: str, reading: Reading) -> None:
    """Money is shifted to another tranche, and never back in a circle (it would be promised twice)."""
    rule = tranche.get("reallocation")
    if not rule:
        return
    key, target = f"{path}.reallocation.to", rule.get("to")
    _refer(reading, key, target, _codes(values, "tranches"), "tranche")
    onward = {
        other["code"]: (other.get("reallocation") or {}).get("to")
        for other in _tables(values, "tranches")
        if "code" in other
    }
    passed: set[str] = set()
    while target is not None and target not in passed:
        if target == tranche.get("code"):
            reading.problem(key, shown(rule["to"]), "a tranche from which the money does not come back")
            return
        passed.add(target)
        target = onward.get(target)
    limit, cap = rule.get("limit"), tranche.get("cap")
    if limit is not None and cap is not None and limit > cap:
        reading.problem(f"{path}.reallocation.limit", _amount(limit), f"at most the tranche's cap of {_amount(cap)}")


def _kinds(values: Values, reading: Reading) -> None:
    """Kinds are given by roles that exist, and only money passes through an office's budget."""
    roles = _codes(values, "roles")
    for index, kind in enumerate(_tables(values, "kinds")):
        for role in kind.get("given_by", ()):
            _refer(reading, f"kinds[{index}].given_by", role, roles, "role")
        if kind.get("in_kind") and kind.get("through_office"):
            reading.problem(f"kinds[{index}].through_office", "true", "false, for only money passes through the office")


def _exclusions(values: Values, reading: Reading) -> None:
    """Exclusions and categories of membership name roles that exist, and no role excludes itself."""
    roles = _codes(values, "roles")
    for index, rule in enumerate(_tables(values, "role_exclusions")):
        path = f"role_exclusions[{index}]"
        _refer(reading, f"{path}.role", rule.get("role"), roles, "role")
        for other in rule.get("excludes", ()):
            _refer(reading, f"{path}.excludes", other, roles, "role")
            if other == rule.get("role"):
                reading.problem(f"{path}.excludes", shown(other), "other roles than the one that excludes them")
    for index, category in enumerate(_tables(values, "member_categories")):
        _refer(reading, f"member_categories[{index}].counts_as", category.get("counts_as"), roles, "role")


def _share_tests(values: Values, reading: Reading) -> None:
    """Share tests have a limit, and terms whose kind, role and place exist and go together."""
    for index, test in enumerate(_tables(values, "share_tests")):
        path = f"share_tests[{index}]"
        low, high = test.get("minimum"), test.get("maximum")
        if {"minimum", "maximum"} <= test.keys() and low is None and high is None:
            reading.problem(path, "no limit", "a minimum or a maximum")
        if low is not None and high is not None and high < low:
            reading.problem(f"{path}.maximum", shown(str(high)), f"at least the minimum of {low}")
        for name in ("numerator", "denominator"):
            for term in test.get(name, ()):
                _term(values, term, f"{path}.{name}", reading)


def _term(values: Values, term: Any, key: str, reading: Reading) -> None:
    """One term: its kind or measure, and its role, which must be one that may give the kind."""
    kinds = {kind["code"]: kind.get("given_by") for kind in _tables(values, "kinds") if "code" in kind}
    roles = _codes(values, "roles")
    if term.kind not in kinds and term.kind not in MEASURES:
        known = one_of({*kinds, *MEASURES}, term.kind)
        reading.problem(key, shown(str(term)), f"a kind or measure before the first @: {known}")
    if term.role is None:
        return
    if term.role not in roles:
        reading.problem(key, shown(str(term)), f"a role or place after @: {one_of({*roles, *PLACES}, term.role)}")
    elif (givers := kinds.get(term.kind)) is not None and term.role not in givers:
        reading.problem(key, shown(str(term)), f"a role that may give {term.kind}: {one_of(givers)}")


def _decisions(values: Values, reading: Reading) -> None:
    """Quorum and indivisible votes are those of blocs that exist."""
    rule = values.get("decision_rule") or {}
    blocs = rule.get("blocs", {})
    if blocs is None:
        blocs = ONE_BLOC
    elif not blocs:
        if "blocs" in rule:
            reading.problem("decision_rule.blocs", "an empty table", "at least one bloc with its votes, or no such key")
        return
    quorum = rule.get("quorum") or {}
    for key, codes in (
        ("indivisible", rule.get("indivisible", ())),
        ("quorum.present", quorum.get("present", ())),
        ("quorum.of", (quorum.get("of"),)),
    ):
        for code in codes:
            _refer(reading, f"decision_rule.{key}", code, set(blocs), "bloc")
    if {"share", "of"} <= quorum.keys() and (quorum["share"] is None) != (quorum["of"] is None):
        reading.problem("decision_rule.quorum", "share or of alone", "both or neither: which share of which bloc")


def _sources(values: Values, reading: Reading) -> None:
    """Every figure has a source, and every source belongs to a key that the file states."""
    named = set()
    for index, source in enumerate(_tables(values, "sources")):
        key = source.get("key")
        if key is None:
            continue
        named.add(key)
        if key not in reading.stated:
            reading.problem(
                f"sources[{index}].key", shown(key), f"a key that this file states: {_nearest(key, reading.stated)}"
            )
    for key, path in reading.figures.items():
        if key not in named:
            reading.problem(path, "a figure without source", f'[[sources]] with key = "{key}", source and certainty')


def _nearest(key: str, stated: Mapping[str, str]) -> str:
    """The stated key that was probably meant, or an example."""
    near = one_of(stated, key)
    return near[near.index("(") :] if "(" in near else 'such as "tranches.B.cap"'
