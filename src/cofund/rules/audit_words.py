"""The audit trail in plain words: what somebody did, to what, and which values changed.

An audit row names its action as the role table does (`record certificate`), and its object by a path (`ihi/report/ihi-report-3`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# Of verbs that do not end in "ed".
_IRREGULAR: Final = {
    "begin": "began",
    "cast": "cast",
    "cut": "cut",
    "find": "found",
    "give": "gave",
    "let": "let",
    "lose": "lost",
    "meet": "met",
    "put": "put",
    "rest": "rested",
    "set": "set",
    "take": "took",
    "undo": "undid",
    "withdraw": "withdrew",
    "write": "wrote",
}
# Verbs whose last letter is written twice.
_DOUBLED: Final = frozenset({"admit", "commit", "drop", "log", "plan", "submit", "top"})
# After a verb alone, or before these, stands no article.
_NO_ARTICLE: Final = frozenset(
    {"up", "on", "from", "to", "with", "as", "for", "by", "a", "an", "the", "votes", "results"}
)
# Where the words of the action alone would not read well.
_SAID: Final = {
    "answer confirmation": "answered whether it still stands",
    "award": "awarded public money",
    "call not suitable": "called a candidate not suitable",
    "call suitable again": "offered a candidate again",
    "choose alerts": "chose what to be told of by e-mail",
    "close project": "closed the project and released what was not delivered",
    "comment on topic": "commented on the topic",
    "correct": "corrected an entry",
    "decide on mail": "decided what became of a message",
    "demonstration.loaded": "loaded the",
    "deliver": "recorded what was delivered",
    "express interest": "expressed interest",
    "import results": "imported results",
    "load governance": "loaded groups and decisions",
    "invite candidate": "invited a candidate",
    "mark contact as left": "marked a contact as left",
    "note on candidate": "changed the note on a candidate",
    "put on agenda": "put a point on the agenda",
    "read candidates": "was shown candidates",
    "reallocate": "moved money to another tranche",
    "record cure": "recorded that it was mended",
    "scheme.install": "installed rules",
    "shortlist candidate": "put a candidate on the shortlist",
    "take back invoice": "took an invoice back",
    "take off shortlist": "took a candidate off the shortlist",
    "terminate on notice": "terminated what a notice was about",
    "top up": "topped up",
    "user.create": "made an account",
}
# What the parts of a path are called.
_OBJECTS: Final = {
    "conflict": "conflict of interest",
    "entry": "entry of the books",
    "interest": "expression of interest",
    "item": "point",
    "user": "account",
}
# Of these the rest of the path is one name, whatever signs it has.
_WHOLE: Final = frozenset({"decision", "topic", "call", "plan"})
# Values that an amount in whole cents stands in.
CENTS: Final = "_cents"


@dataclass(frozen=True, slots=True)
class Object:
    """What an audit row is about: the code of its programme (empty where it has none), and its parts from the outside in."""

    scheme: str
    parts: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The object in words, the innermost part first: `instalment 2 of contribution ihi-7`."""
        said = [f"{_OBJECTS.get(kind, kind)} {name}".strip() for kind, name in reversed(self.parts)]
        return " of ".join(said) or self.scheme


@dataclass(frozen=True, slots=True)
class Changed:
    """One value before and after, in words; None where there was none."""

    name: str
    before: str | None
    after: str | None


def past(action: str) -> str:
    """Say that an action was done: `record certificate` becomes `recorded the certificate`."""
    said = action.replace("_", " ")
    if said in _SAID:
        return _SAID[said]
    verb, _, rest = said.partition(" ")
    done = _past_of(verb)
    if not rest:
        return done
    article = "" if rest.split(" ")[0] in _NO_ARTICLE else "the "
    return f"{done} {article}{rest}"


def object_of(subject: str) -> Object:
    """Read the path of an audit row's object."""
    pieces = subject.split("/")
    scheme = pieces.pop(0) if len(pieces) > 2 else ""
    if pieces and pieces[0] in _WHOLE:
        return Object(scheme, ((pieces[0], "/".join(pieces[1:])),))
    names = [*pieces, ""] if len(pieces) % 2 else pieces
    return Object(scheme, tuple(zip(names[::2], names[1::2], strict=True)))


def sentence(who: str, role: str, action: str, subject: str, reason: str = "") -> str:
    """Say in one sentence who did what to which object, and why where a reason was given."""
    found = object_of(subject)
    programme = f" in {found.scheme}" if found.scheme else ""
    by = f"{who} ({role.replace('_', ' ')})" if role else who
    why = f" Why: {reason.strip().rstrip('.')}." if reason.strip() else " No reason is recorded."
    return f"{by} {_joined(past(action), found)}{programme}.{why}"


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Changed, ...]:
    """Give the values that differ; all of them where there was nothing before."""
    old, new = before or {}, after or {}
    names = [*old, *(name for name in new if name not in old)]
    found = [Changed(_name(name), _value(name, old), _value(name, new)) for name in names]
    return tuple(one for one in found if one.before != one.after)


def _joined(done: str, found: Object) -> str:
    """What was done and its object as one phrase: `recorded the certificate of report ihi-report-3`."""
    words, kind = found.words, found.parts[-1][0] if found.parts else ""
    if " " not in done or done == "topped up":
        return f"{done} {words}"
    if done.endswith(f" {kind}"):
        return f"{done}{words.removeprefix(_OBJECTS.get(kind, kind))}"
    is_thing = done.split(" ")[1] == "the" and " of " not in done and done not in _SAID.values()
    return f"{done} of {words}" if is_thing else f"{done}: {words}"


def _past_of(verb: str) -> str:
    """A verb in the past."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in tuple("aeiou"):
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def _name(name: str) -> str:
    """The name of a value in words."""
    return name.removesuffix(CENTS).replace("_", " ")


def _value(name: str, values: Mapping[str, Any]) -> str | None:
    """A value in words; None where there is none, or nothing in it."""
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith(CENTS):
        sign, whole = ("-" if value < 0 else ""), abs(value)
        return f"{sign}{whole // 100:,}.{whole % 100:02d}"
    if isinstance(value, Mapping):
        return "; ".join(f"{_name(key)}: {_value(key, value) or 'none'}" for key in value) or None
    if isinstance(value, list | tuple):
        return ", ".join(_value(name, {name: one}) or "none" for one in value) or None
    return str(value)
