"""The formulas of the field as tables, computed by the pure rules."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.books import shipped
from tests.spec.tables import HERE, as_written, cents, read

from cofund.rules.balance import programme_room, project_balance
from cofund.rules.envelope import Standing, ceiling_with_reallocation, close_out
from cofund.rules.leverage import increase, leverage
from cofund.rules.match import Claim, Pool, evaluate, within_tranche
from cofund.rules.pipeline import Prospect, project, projected_cents
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import Reallocation, TrancheRule
from cofund.rules.share_changes import ADD, ASK_LESS, LOWER
from cofund.rules.share_sums import Amount, Basis
from cofund.rules.shares import ShareResult, fits
from cofund.rules.shares import evaluate as evaluate_share
from cofund.rules.trajectory import EVEN, Funnel, Trajectory, least_share, trajectory_of
from cofund.rules.voting import CHOICES, Ballot, VotingSeat
from cofund.rules.voting import evaluate as evaluate_vote
from cofund.rules.voting_words import points

Row = dict[str, str]
RULE = TrancheRule("P", "Partners", 0, "partner", Fraction(1))
EURO = 100
FORMULAS: dict[str, Callable[[Row], Row]] = {}
ROWS = [(table.heading, row) for table in read(HERE / "formulas.md") for row in table.records()]


def formula(heading: str) -> Callable[[Callable[[Row], Row]], Callable[[Row], Row]]:
    """Name the table whose rows a function computes: it gives the columns that it can tell from the others."""
    return lambda function: FORMULAS.setdefault(heading, function)


def optional(written: str) -> int | None:
    """An amount, or None where the cell has a dash."""
    return None if written == "-" else cents(written)


def money(amount: int, written: str) -> str:
    """The cell as it is written where it is this amount, else the amount in cents."""
    return written if cents(written) == amount else f"{amount} cents"


@formula("F1: Match on a contribution")
def _match(row: Row) -> Row:
    room = optional(row["cap per partner leaves"])
    rule = replace(
        RULE,
        ratio=Fraction(row["ratio"]),
        cap_per_partner_cents=room,
        cap_per_topic_cents=optional(row["cap per topic"]),
        cap_per_project_cents=optional(row["cap per project"]),
    )
    claim = Claim("one", "P", cents(row["contribution"]), None, room)
    found = evaluate({"P": rule}, Pool((claim,), "pro_rata", is_project=True), partner_tranches=["P"])[0]
    found = within_tranche(found, cents(row["tranche has open"]), 1, rule.label)
    return {"match": money(found.match_cents, row["match"]), "decided by": found.decided_by}


@formula("F2: What an envelope has left")
def _envelope(row: Row) -> Row:
    used = [cents(row[stage]) for stage in ("reserved", "committed", "consumed")]
    left = Standing(cents(row["ceiling"]) - sum(used), 0, *used).free_cents
    pipeline = [
        (Fraction(int(share), 100), cents(amount))
        for amount, share in re.findall(r"([\d.,]+m?) at (\d+) %", row["pipeline"])
    ]
    projected = projected_cents(left, pipeline)
    # The projection of a tranche at 1 : 1 is the same formula.
    prospects = [Prospect(amount, int(share * 100)) for share, amount in pipeline]
    assert project(left, prospects).projected_cents == projected
    return {"left": money(left, row["left"]), "projected": money(projected, row["projected"])}


@formula("F3: Leverage, four named figures")
def _leverage(row: Row) -> Row:
    found = leverage(
        partner_cents=cents(row["partners"]),
        match_cents=cents(row["match"]),
        public_cents=cents(row["public"]),
        total_cents=cents(row["total"]),
        public_origin_cents=cents(row["of public origin"]),
    )
    names = {"L1": found.l1, "L2": found.l2, "L3": found.l3, "L4": found.l4, "L4 by origin": found.l4_by_origin}
    return {name: as_written(value, row[name]) for name, value in names.items()}


@formula("F4: By how much a topic grew")
def _increase(row: Row) -> Row:
    return {"grew by": as_written(increase(cents(row["before"]), cents(row["after"])), row["grew by"])}


@formula("F6: Who is matched when the public money is limited")
def _allocation(row: Row) -> Row:
    rules = {code: replace(RULE, code=code, rounding_cents=EURO) for code in ("M", "P")}
    stated = {code: row[name].split(" then ") for code, name in (("M", "members"), ("P", "partners"))}
    budget = cents(row["public money"])
    first = [Claim(code, code, cents(amounts[0])) for code, amounts in stated.items()]
    found = evaluate(rules, Pool(tuple(first), row["rule"], budget), partner_tranches=["P"])
    if row["rule"] == "frozen_at_adoption":
        later = [
            Claim(code, code, cents(stated[code][-1]), decided.match_cents)
            for code, decided in zip(stated, found, strict=True)
        ]
        found = evaluate(rules, Pool(tuple(later), row["rule"], budget, adopted=True), partner_tranches=["P"])
    members, partners = found
    return {
        "match to partners": money(partners.match_cents, row["match to partners"]),
        "not matched": money(partners.unmatched_cents, row["not matched"]),
        "match to members": money(members.match_cents, row["match to members"]),
    }


def share_of(row: Row, test: str, amounts: dict[str, int], public: int = 0, **changes: object) -> ShareResult:
    """The first result of a test of a shipped scheme, over amounts by term."""
    scheme = parse(shipped(row.get("scheme", "ihi")), file="scheme")
    rule = replace(next(one for one in scheme.share_tests if one.id == test), **changes)  # type: ignore[arg-type]
    held = (
        Amount(kind, "member", place or "eu", amounts[term])
        for term in amounts
        for kind, _, place in [term.partition("@")]
    )
    return evaluate_share(scheme, rule, Basis(tuple(held), public))[0]


def least(result: ShareResult, what: str) -> int | None:
    """How much of a change would pass: of public money what is then asked for."""
    found = next((one for one in result.remedies if one.what == what), None)
    return None if found is None else found.leaves_cents if what in (ASK_LESS, LOWER) else found.cents


def optional_money(amount: int | None, written: str) -> str:
    """The cell as it is written where it is this amount or none."""
    return "-" if amount is None else money(amount, written)


@formula("F7: Share of the contributions in an action")
def _floor(row: Row) -> Row:
    held = {kind: cents(row[kind]) for kind in ("IKOP", "FC", "IKAA")}
    found = share_of(row, row["test"], held, cents(row["public money"]))
    return {
        "share": as_written(found.share, row["share"]),
        "result": "passes" if found.passes else "fails",
        "add": optional_money(least(found, ADD), row["add"]),
        "or ask for": optional_money(least(found, ASK_LESS), row["or ask for"]),
    }


@formula("F8: Ceiling of the additional activities")
def _ceiling(row: Row) -> Row:
    held = {"IKOP": cents(row["IKOP of members"]), "IKAA": cents(row["IKAA"])}
    found = share_of(row, "ikaa_ceiling", held)
    more = next((one.cents for one in found.room if one.what == ADD), 0)
    return {
        "share": as_written(found.share, row["share"]),
        "result": "passes" if found.passes else "fails",
        "may be": optional_money(held["IKAA"] + more if found.passes else None, row["may be"]),
        "or has to be": optional_money(least(found, LOWER), row["or has to be"]),
    }


@formula("F9: Costs in third countries")
def _third(row: Row) -> Row:
    third, following = cents(row["in third countries"]), cents(row["next"])
    limit = Fraction(row["limit"].rstrip(" %")) / 100
    held = {"IKOP": cents(row["base"]) - third, "IKOP@third": third}
    found = share_of(row, "third_country", held, maximum=limit, base_reading=row["reading"])
    scheme = parse(shipped("ihi"), file="ihi")
    basis = Basis(
        tuple(Amount("IKOP", "member", place, held[term]) for term, place in (("IKOP", "eu"), ("IKOP@third", "third")))
    )
    fit = fits(scheme, found.test, basis, Amount("IKOP", "member", "third", following))
    return {
        "share": as_written(found.share, row["share"]),
        "excess": money(found.excess_cents, row["excess"]),
        "of it fits": money(fit, row["of it fits"]),
    }


@formula("F10: The way to one for one")
def _trajectory(row: Row) -> Row:
    found = Trajectory(cents(row["required"]), cents(row["public money"]), 0, cents(row["running costs of members"]))
    outcome = found.at(Fraction(row["share"].rstrip(" %")) / 100)
    return {
        "brings": money(outcome.brought_cents, row["brings"]),
        "gap": money(outcome.gap_cents, row["gap"]),
        "net gap": money(outcome.net_gap_cents, row["net gap"]),
    }


@formula("F10: A scheme against one for one")
def _scheme_trajectory(row: Row) -> Row:
    scheme = parse(shipped(row["scheme"]), file=row["scheme"])
    caps = {rule: rule.cap_cents for rule in scheme.tranches}
    found = trajectory_of(scheme, caps_cents=caps, committed_cents=0)
    share = least_share(scheme)
    least = found.at(share) if share is not None else None

    def million(amount: int | None) -> str:
        return "none" if amount is None else f"{Decimal(amount) / 100_000_000:,.1f}"

    return {
        "required": million(found.required_cents),
        "public money": million(found.public_cents),
        "least share": as_written(share, row["least share"]),
        "brings": million(least.brought_cents if least else None),
        "gap": million(least.gap_cents if least else None),
        "net gap": million(least.net_gap_cents if least else None),
        "gap at 50 %": million(found.at(EVEN).gap_cents),
        "needed share": as_written(found.needed_share, row["needed share"]),
    }


@formula("F11: What one tranche may pass to another")
def _reallocation(row: Row) -> Row:
    to = replace(RULE, code="a", cap_cents=cents(row["ceiling of a"]))
    other = replace(
        RULE, code="b", cap_cents=cents(row["ceiling of b"]), reallocation=Reallocation("a", 400_000_000 * EURO)
    )
    found = ceiling_with_reallocation(to, other=other, other_contributed_cents=cents(row["given to b"]))
    return {"a may rise to": money(found, row["a may rise to"])}


@formula("F12: Vote of a board")
def _vote(row: Row) -> Row:
    rule = parse(shipped(row["scheme"]), file=row["scheme"]).decision_rule
    assert rule is not None
    ballots = {
        name: Ballot(column != "absent", column == "conflict", column if column in CHOICES else "")
        for column in (*CHOICES, "conflict", "absent")
        for name in row[column].replace("-", "").split()
    }
    others = list(rule.blocs)[-1]
    seats = [VotingSeat(name, name, "union" if name == "Union" else others) for name in ballots]
    found = evaluate_vote(rule, [*seats, VotingSeat("O", "Observer")], {**ballots, "O": Ballot(True)})
    results = {"adopted": "adopted", "rejected": "not adopted", "no_quorum": "no quorum"}
    return {
        "points yes": points(found.yes),
        "of points": points(found.base),
        "share": as_written(found.share, row["share"]),
        "result": results[found.result],
    }


@formula("F15: Balance of a project")
def _balance(row: Row) -> Row:
    found = project_balance(
        cents(row["public money"]),
        cents(row["contributed"]),
        tolerance=Fraction(row["tolerance"].rstrip(" %")) / 100,
        tolerance_floor_cents=cents(row["floor"]),
    )
    return {
        "short": money(found.short_cents, row["short"]),
        "share": as_written(found.short_share, row["share"]),
        "severity": str(found.severity),
    }


@formula("INV-02: What must hold for the programme")
def _programme(row: Row) -> Row:
    pairs = re.findall(r"([\d.,]+\d) against ([\d.,]+\d)", row["projects"])
    projects = [(cents(public), cents(given)) for public, given in pairs]
    return {"room": money(programme_room(projects, Fraction(row["ratio"])), row["room"])}


@formula("S16: What the end of a contribution gives back")
def _close_out(row: Row) -> Row:
    found = close_out(
        replace(RULE, basis=row["basis"]),
        match_cents=cents(row["match"]),
        committed_cents=cents(row["committed"]),
        validated_cents=cents(row["validated"]),
    )
    parts = {
        "consumed": found.consumed_cents,
        "released": found.released_cents,
        "recovered": found.recovered_cents,
    }
    return {name: money(amount, row[name]) for name, amount in parts.items()}


@pytest.mark.parametrize(
    ("heading", "row"), ROWS, ids=[f"{heading[:4]} {next(iter(row.values()))}" for heading, row in ROWS]
)
def test_formula_gives_the_figures_of_its_table(heading: str, row: Row) -> None:
    computed = FORMULAS[heading](row)
    assert computed == {name: row[name] for name in computed}


def test_formula_stands_in_a_table() -> None:
    assert sorted(FORMULAS) == sorted({heading for heading, _ in ROWS})


@formula("F13: From committed to validated")
def _funnel(row: Row) -> Row:
    found = Funnel(*(cents(row[name]) for name in ("committed", "reported", "certified", "validated")))
    return {
        "realisation": as_written(found.realisation, row["realisation"]),
        "certification yield": as_written(found.certification_yield, row["certification yield"]),
    }
