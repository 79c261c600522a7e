"""How a decision was reached, out of its grounds: the same for the register of the office and for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cofund.records.programme.models import TAKEN_ELSEWHERE, Decision
from cofund.rules.voting_words import BASES, points, share_in_words
from cofund.web import components as c

RESULTS = {"adopted": c.Status("Adopted", c.Tone.GOOD), "rejected": c.Status("Not adopted", c.Tone.BAD)}
ELSEWHERE = c.Status(TAKEN_ELSEWHERE, c.Tone.NEUTRAL)
MANNERS = {"vote": "by votes", "consensus": "by consensus: nobody objected"}
STANDINGS = {
    "yes": "Yes",
    "no": "No",
    "abstain": "Abstained",
    "conflict": "Abstained: conflict of interest",
    "absent": "Absent",
    "silent": "No vote",
    "divided": "Divided",
}


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What a page shows of the grounds of a decision; `note` says where they are not known."""

    facts: tuple[c.Fact, ...] = ()
    votes: c.Table | None = None
    attendance: c.Table | None = None
    conflicts: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    note: str = ""


def result(decision: Decision) -> c.Status:
    """The badge of the result; of a decision that was taken elsewhere, that it was."""
    return RESULTS[decision.grounds["result"]] if not decision.is_taken_elsewhere else ELSEWHERE


def noted(decision: Decision, *words: str) -> str:
    """A note on a decision, with the mark of one that was taken elsewhere."""
    mark = TAKEN_ELSEWHERE.lower() if decision.is_taken_elsewhere else ""
    return "; ".join(part for part in (*words, mark) if part)


def of_decision(decision: Decision, *, shows_nature: bool) -> Reasoning:
    """Give how a decision was reached; `shows_nature` tells what each conflict was, which is for the office alone."""
    found: dict[str, Any] = decision.grounds
    if decision.is_taken_elsewhere:
        # What the office says of it is for the office.
        why = f" Why: {decision.elsewhere_because}" if shows_nature and decision.elsewhere_because else ""
        return Reasoning(note=f"{TAKEN_ELSEWHERE}: its votes, attendance and conflicts of interest are not known.{why}")
    return Reasoning(
        _facts(found),
        _votes(found) if found["manner"] == "vote" else None,
        _attendance(found),
        tuple(_conflict(one, shows_nature=shows_nature) for one in found["conflicts"]),
        tuple(found["steps"]),
    )


def _facts(found: dict[str, Any]) -> tuple[c.Fact, ...]:
    """Manner, quorum, share and rule."""
    rule = found["rule"]
    majority = share_in_words(Fraction(found["majority"]))
    facts = [c.Fact("Reached", MANNERS[found["manner"]])]
    if found["manner"] == "vote":
        terms = f"{points(Fraction(found['yes']))} of {points(Fraction(found['base']))} points"
        facts.append(c.Fact("Said yes", c.Percent(Fraction(found["share"]) if found["share"] else None), note=terms))
        facts.append(c.Fact("Needed", f"at least {majority}", note=f"of {BASES[rule['base']]}"))
    reached = "Reached" if found["quorum"]["is_reached"] else "Not reached"
    facts += [
        c.Fact("Quorum", reached, note=" ".join(found["quorum"]["reasons"])),
        c.Fact("Rule book", f"{found['scheme']}, version {found['scheme_version']}"),
    ]
    return tuple(facts)


def _votes(found: dict[str, Any]) -> c.Table:
    """Each vote with its points."""
    rows = tuple(
        c.Row.of(one["name"], one["bloc"], points(Fraction(one["points"])), STANDINGS[one["standing"]])
        for one in found["votes"]
    )
    columns = (c.Column("Vote"), c.Column("Bloc"), c.Column("Points", numeric=True), c.Column("Said"))
    note = " ".join(change_words(**one) for one in found.get("changes", ()))
    return c.Table("votes", "Votes", columns, rows, noun=("vote", "votes"), note=note)


def change_words(seat: str, reason: str, **said: str) -> str:
    """That the secretary replaced what a seat voted itself, with the reason; `from` and `to` are votes."""
    old, new = (STANDINGS[said[name]].lower() for name in ("from", "to"))
    return f"The secretary changed the vote of {seat} from {old} to {new}: {reason.rstrip('.')}."


def _attendance(found: dict[str, Any]) -> c.Table:
    """Who took part."""
    words = {True: "Yes", False: "No", None: None}
    rows = tuple(
        c.Row.of(one["seat"], one["bloc"] or "no vote", words[one["is_present"]]) for one in found["attendance"]
    )
    return c.Table(
        "attendance",
        "Who took part",
        (c.Column("Seat"), c.Column("Bloc"), c.Column("Took part")),
        rows,
        noun=("seat", "seats"),
    )


def _conflict(one: dict[str, Any], *, shows_nature: bool) -> str:
    """A conflict in words."""
    words = f"{one['seat']}: {one['nature']}" if shows_nature else f"{one['seat']} declared a conflict of interest"
    lifted = " (lifted before the decision)" if one["lifted_at"] else ""
    return f"{words.rstrip('.')}{lifted}."
