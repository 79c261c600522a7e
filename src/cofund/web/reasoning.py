"""How a decision was reached, out of its grounds: the same for the register of the office and for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_noop as marked

from cofund.records.programme.models import TAKEN_ELSEWHERE, Decision
from cofund.rules.voting_words import BASES, points, share_in_words
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.vocabulary import spoken, spoken_figures

RESULTS = {"adopted": c.Status(marked("Adopted"), c.Tone.GOOD), "rejected": c.Status(marked("Not adopted"), c.Tone.BAD)}
MANNERS = {"vote": marked("by votes"), "consensus": marked("by consensus: nobody objected")}
STANDINGS = {
    "yes": marked("Yes"),
    "no": marked("No"),
    "abstain": marked("Abstained"),
    "conflict": marked("Abstained: conflict of interest"),
    "absent": marked("Absent"),
    "silent": marked("No vote"),
    "divided": marked("Divided"),
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
    """The badge of the result."""
    return RESULTS[decision.result].here


def result_cell(decision: Decision) -> c.Cell:
    """The result as a cell of a list, with the mark of a decision that was taken elsewhere as its note."""
    return c.Cell(result(decision), note=spoken(TAKEN_ELSEWHERE) if decision.is_taken_elsewhere else "")


def votes_cell(decision: Decision) -> c.Cell:
    """The share of the votes that said yes, of how many points; or that it was by consensus; unknown where it is not recorded."""
    found: dict[str, Any] = decision.grounds
    if decision.is_taken_elsewhere:
        return c.Cell(None)
    if found["manner"] != "vote":
        return c.Cell(_(MANNERS[found["manner"]]))
    return c.Cell(c.Percent(Fraction(found["share"]) if found["share"] else None), note=_terms(found))


def _terms(found: dict[str, Any]) -> str:
    """The points that said yes, of those that count."""
    yes, base = (spoken_figures(points(Fraction(found[name]))) for name in ("yes", "base"))
    return _("{points} of {points_2} points").format(points=yes, points_2=base)


def noted(decision: Decision, *words: str) -> str:
    """A note on a decision, with the mark of one that was taken elsewhere."""
    mark = spoken(TAKEN_ELSEWHERE).lower() if decision.is_taken_elsewhere else ""
    return "; ".join(part for part in (*words, mark) if part)


def of_decision(decision: Decision, *, shows_nature: bool) -> Reasoning:
    """Give how a decision was reached; `shows_nature` tells what each conflict was, which is for the office alone."""
    found: dict[str, Any] = decision.grounds
    if decision.is_taken_elsewhere:
        # What the office says of it is for the office.
        why = (
            _(" Why: {elsewhere_because}").format(elsewhere_because=decision.elsewhere_because)
            if shows_nature and decision.elsewhere_because
            else ""
        )
        return Reasoning(
            note=_("{taken_elsewhere}: its votes, attendance and conflicts of interest are not known.{why}").format(
                taken_elsewhere=spoken(TAKEN_ELSEWHERE), why=why
            )
        )
    return Reasoning(
        _facts(found),
        _votes(found) if found["manner"] == "vote" else None,
        _attendance(found),
        tuple(_conflict(one, shows_nature=shows_nature) for one in found["conflicts"]),
        tuple(map(spoken, found["steps"])),
    )


def _facts(found: dict[str, Any]) -> tuple[c.Fact, ...]:
    """Manner, quorum, share and rule."""
    rule = found["rule"]
    majority = spoken_figures(share_in_words(Fraction(found["majority"])))
    facts = [c.Fact(_("Reached"), _(MANNERS[found["manner"]]))]
    if found["manner"] == "vote":
        terms = _terms(found)
        facts.append(c.Fact(_("Said yes"), c.Percent(Fraction(found["share"]) if found["share"] else None), note=terms))
        facts.append(
            c.Fact(
                _("Needed"),
                _("at least {majority}").format(majority=majority),
                note=_("of {bases}").format(bases=spoken(BASES[rule["base"]])),
            )
        )
    reached = _("Reached") if found["quorum"]["is_reached"] else _("Not reached")
    facts += [
        c.Fact(_("Quorum"), reached, note=" ".join(map(spoken, found["quorum"]["reasons"]))),
        c.Fact(
            _("Rule book"),
            _("{found}, version {found_2}").format(found=found["scheme"], found_2=found["scheme_version"]),
        ),
    ]
    return tuple(facts)


def _votes(found: dict[str, Any]) -> c.Table:
    """Each vote with its points."""
    rows = tuple(
        c.Row.of(
            one["name"],
            capfirst(spoken(one["bloc"])),
            spoken_figures(points(Fraction(one["points"]))),
            _(STANDINGS[one["standing"]]),
        )
        for one in found["votes"]
    )
    columns = (c.Column(_("Vote")), c.Column(_("Bloc")), c.Column(_("Points"), numeric=True), c.Column(_("Said")))
    note = " ".join(change_words(**one) for one in found.get("changes", ()))
    return c.Table("votes", _("Votes"), columns, rows, noun=(_("vote"), _("votes")), note=note)


def change_words(seat: str, reason: str, **said: str) -> str:
    """That the secretary replaced what a seat voted itself, with the reason; `from` and `to` are votes."""
    old, new = (_(STANDINGS[said[name]]).lower() for name in ("from", "to"))
    return _("The secretary changed the vote of {seat} from {old} to {new}: {text}.").format(
        seat=seat, old=old, new=new, text=reason.rstrip(".")
    )


def _attendance(found: dict[str, Any]) -> c.Table:
    """Who took part."""
    words = {True: _("Yes"), False: _("No"), None: None}
    rows = tuple(
        c.Row.of(one["seat"], capfirst(spoken(one["bloc"])) or _("no vote"), words[one["is_present"]])
        for one in found["attendance"]
    )
    return c.Table(
        "attendance",
        _("Who took part"),
        (c.Column(_("Seat")), c.Column(_("Bloc")), c.Column(_("Took part"))),
        rows,
        noun=(_("seat"), _("seats")),
    )


def _conflict(one: dict[str, Any], *, shows_nature: bool) -> str:
    """A conflict in words."""
    words = (
        f"{one['seat']}: {one['nature']}"
        if shows_nature
        else _("{one} declared a conflict of interest").format(one=one["seat"])
    )
    lifted = _(" (lifted before the decision)") if one["lifted_at"] else ""
    return f"{words.rstrip('.')}{lifted}."
