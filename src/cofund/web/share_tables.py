"""A table of share tests: the fraction with its terms, how it stands, the limit with its source, and what would pass or is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.text import capfirst
from django.utils.translation import gettext_noop as marked

from cofund.queries.share_levels import CallShares, ParticipantShares
from cofund.rules import share_words
from cofund.rules.schemes import Scheme
from cofund.rules.share_changes import ASK_LESS
from cofund.rules.share_sets import at_level
from cofund.rules.shares import CLOSE, NOTHING, ShareResult
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

COLUMNS = (
    c.Column(marked("Share")),
    c.Column(marked("Result")),
    c.Column(marked("Limit")),
    c.Column(marked("What would pass, or what is left")),
)


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One result, how loud it is here, and what is to be said beside its limit.

    Where nobody has pledged anything, `is_pledged` is False: then there is nothing to judge, and only what will be needed is told.
    """

    result: ShareResult
    severity: str
    note: str = ""
    is_pledged: bool = True


def table(scheme: Scheme, lines: Iterable[ShareLine], caption: str = "", note: str = "") -> c.Table:
    """The table; empty where the scheme holds no share to a limit."""
    shown = list(lines)
    note = " ".join(filter(None, (note, _codes(scheme, (one.result for one in shown)))))
    return c.Table(
        "shares",
        caption or _("Shares"),
        tuple(one.here for one in COLUMNS),
        tuple(_row(scheme, one) for one in shown),
        noun=(_("share"), _("shares")),
        empty=c.EmptyState(_("The rules of this programme hold no share to a limit here.")),
        note=note,
    )


def of_results(
    scheme: Scheme, results: Iterable[ShareResult], caption: str, note: str = "", *, is_pledged: bool = True
) -> c.Table:
    """The table of results, each as loud as it is."""
    return table(scheme, (ShareLine(one, one.severity, is_pledged=is_pledged) for one in results), caption, note)


def of_calls(scheme: Scheme, found: Iterable[tuple[str, CallShares]], *, says_why: bool = False) -> c.Table | None:
    """The shares of calls, each under the code of its call; None where there is none, or with `says_why` why there is none."""
    rows = [
        (code, ShareLine(one, one.severity, is_pledged=bool(shares.contributions)))
        for code, shares in found
        for one in shares.results
    ]
    empty = _why(
        scheme,
        "call",
        _("No call has a contribution yet."),
        _("Record a pledge to a topic of a call: its shares stand here then."),
    )
    return _named(
        "call-shares", _("Shares of the calls, today"), _("Call"), scheme, rows, empty=empty if says_why else None
    )


def of_participants(scheme: Scheme, found: Iterable[ParticipantShares]) -> c.Table | None:
    """The shares of the participants of a project, each with its name; where there is none, why."""
    shown = list(found)
    rows = [(str(one.organisation), ShareLine(result, result.severity)) for one in shown for result in one.results]
    unknown = [f"{one.organisation} ({spoken(test.label)})" for one in shown for test in one.not_known]
    note = (
        _("Not known, since no sheet of the grant states the costs: {names}.").format(names=", ".join(unknown))
        if unknown
        else ""
    )
    empty = _why(
        scheme,
        "participant",
        _("Nobody gives to it alone, and no sheet of its grant says who takes part."),
        _("Record a pledge to it, or import the participants of its grant: their shares stand here then."),
    )
    return _named(
        "participant-shares", _("Shares of the participants"), _("Participant"), scheme, rows, note, empty=empty
    )


def _why(scheme: Scheme, level: str, nothing: str, remedy: str) -> c.EmptyState:
    """Why no share of a level stands in a table, and what to do."""
    if at_level(scheme.share_tests, level):
        return c.EmptyState(nothing, remedy)
    words = _(
        "A limit for each {level} would stand in the rules as a share test of this level. Those that the "
        "rules have are on the pages of its projects and of its envelope."
    ).format(level=level)
    rules = c.Link(_("The rules"), reverse("rules", args=[scheme.code]))
    return c.EmptyState(
        _("The rules of {scheme} hold no share of a {level} to a limit.").format(scheme=scheme.name, level=level),
        words,
        rules,
    )


def _codes(scheme: Scheme, results: Iterable[ShareResult]) -> str:
    """What the codes of kinds in the fractions mean; nothing where none stands there."""
    tests = [result.test for result in results]
    said = {term.kind for test in tests for term in (*test.numerator, *test.denominator)}
    # One name can stand for several kinds, as the in-kind ones: their codes begin with it.
    named = [one for one in scheme.kinds if one.code in said or any(one.code.startswith(f"{code}_") for code in said)]
    return f"{'; '.join(f'{one.code}: {spoken(one.label)}' for one in named)}." if named else ""


def _named(
    name: str,
    caption: str,
    what: str,
    scheme: Scheme,
    rows: Sequence[tuple[str, ShareLine]],
    note: str = "",
    *,
    empty: c.EmptyState | None = None,
) -> c.Table | None:
    """Shares of several, with who or what each is of in front; without `empty` None where there is nothing to show."""
    if not rows and not note and empty is None:
        return None
    columns = (c.Column(what), *(one.here for one in COLUMNS))
    lines = tuple(_row(scheme, line, of) for of, line in rows)
    if empty is None or note:
        empty = c.EmptyState(_("No share can be computed."))
    note = " ".join(filter(None, (note, _codes(scheme, (line.result for _name, line in rows)))))
    return c.Table(name, caption, columns, lines, noun=(_("share"), _("shares")), note=note, empty=empty)


def _row(scheme: Scheme, line: ShareLine, *before: str) -> c.Row:
    """One share."""
    result = line.result
    share = "–" if result.share is None else share_words.percent(result.share, result.limit)
    share = share_words.between(result) if result.is_unsure else share
    share = share if line.is_pledged else _("nobody has pledged")
    figure = scheme.figure(f"share_tests.{result.test.id}.{'minimum' if result.is_minimum else 'maximum'}")
    is_unsure = figure is not None and figure.certainty in ("recalled", "assumed")
    limit = c.Cell(
        spoken(share_words.limit(result)),
        note=f"{result.limit_source}. {line.note}".strip(),
        certainty=c.Certainty(figure.certainty) if figure is not None and is_unsure else None,
    )
    return c.Row.of(
        *before,
        c.Cell(spoken(result.test.label), note=share_words.fraction(scheme, result)),
        c.Cell(_standing(line), note=share),
        limit,
        c.Cell(advice(scheme, result) if line.is_pledged else _needed(scheme, result), note=_beside(scheme, result)),
    )


def _standing(line: ShareLine) -> c.Status:
    """How a share stands, in a word."""
    result = line.result
    if not line.is_pledged:
        return c.Status(_("Not to be judged yet"), c.Tone.WAITING)
    if result.standing == NOTHING or result.share is None:
        return c.Status(_("Nothing to weigh"), c.Tone.NEUTRAL)
    if result.is_unsure:
        return c.Status(_("Not known"), c.Tone.WAITING)
    if result.passes:
        return c.Status(_("Close"), c.Tone.WARNING) if result.standing == CLOSE else c.Status(_("Passes"), c.Tone.GOOD)
    if line.severity == "block":
        return c.Status(_("Fails"), c.Tone.BAD)
    return c.Status(_("Below") if result.is_minimum else _("Above"), c.Tone.WARNING)


def advice(scheme: Scheme, result: ShareResult) -> str:
    """The smallest changes that would pass, or what the limit still bears."""
    sentence = spoken(share_words.remedy(scheme, result) or share_words.room(scheme, result))
    return f"{capfirst(sentence)}." if sentence else "–"


def _needed(scheme: Scheme, result: ShareResult) -> str:
    """What will have to come where nobody has pledged; that nothing might be asked for instead is no advice."""
    remedies = tuple(one for one in result.remedies if one.what != ASK_LESS or one.leaves_cents)
    sentence = spoken(share_words.remedy(scheme, replace(result, remedies=remedies)))
    return _("It will be needed to {change}.").format(change=sentence) if sentence else "–"


def _beside(scheme: Scheme, result: ShareResult) -> str:
    """What is not counted, and what is not known."""
    left_out = spoken(share_words.verdict(scheme, result)) if result.excess_cents else ""
    return " ".join(filter(None, (left_out, spoken(share_words.unknown(scheme, result)))))
