"""A table of share tests: the fraction with its terms, how it stands, the limit with its source, and what would pass or is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cofund.rules import share_words
from cofund.rules.schemes import Scheme
from cofund.rules.shares import CLOSE, NOTHING, ShareResult
from cofund.web import components as c


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One result, how loud it is here, and what is to be said beside its limit."""

    result: ShareResult
    severity: str
    note: str = ""


def table(scheme: Scheme, lines: Iterable[ShareLine], caption: str = "Shares", note: str = "") -> c.Table:
    """The table; empty where the scheme holds no share to a limit."""
    columns = (c.Column("Share"), c.Column("Result"), c.Column("Limit"), c.Column("What would pass, or what is left"))
    return c.Table(
        "shares",
        caption,
        columns,
        tuple(_row(scheme, one) for one in lines),
        noun=("share", "shares"),
        empty=c.EmptyState("The rules of this programme hold no share to a limit here."),
        note=note,
    )


def of_results(scheme: Scheme, results: Iterable[ShareResult], caption: str, note: str = "") -> c.Table:
    """The table of results, each as loud as it is."""
    return table(scheme, (ShareLine(one, one.severity) for one in results), caption, note)


def _row(scheme: Scheme, line: ShareLine) -> c.Row:
    """One share."""
    result = line.result
    share = "–" if result.share is None else share_words.percent(result.share, result.limit)
    share = share_words.between(result) if result.is_unsure else share
    figure = scheme.figure(f"share_tests.{result.test.id}.{'minimum' if result.is_minimum else 'maximum'}")
    is_unsure = figure is not None and figure.certainty in ("recalled", "assumed")
    limit = c.Cell(
        share_words.limit(result),
        note=f"{result.limit_source}. {line.note}".strip(),
        certainty=c.Certainty(figure.certainty) if figure is not None and is_unsure else None,
    )
    return c.Row.of(
        c.Cell(result.test.label, note=share_words.fraction(scheme, result)),
        c.Cell(_standing(line), note=share),
        limit,
        c.Cell(advice(scheme, result), note=_beside(scheme, result)),
    )


def _standing(line: ShareLine) -> c.Status:
    """How a share stands, in a word."""
    result = line.result
    if result.standing == NOTHING or result.share is None:
        return c.Status("Nothing to weigh", c.Tone.NEUTRAL)
    if result.is_unsure:
        return c.Status("Not known", c.Tone.WAITING)
    if result.passes:
        return c.Status("Close", c.Tone.WARNING) if result.standing == CLOSE else c.Status("Passes", c.Tone.GOOD)
    if line.severity == "block":
        return c.Status("Fails", c.Tone.BAD)
    return c.Status("Below" if result.is_minimum else "Above", c.Tone.WARNING)


def advice(scheme: Scheme, result: ShareResult) -> str:
    """The smallest changes that would pass, or what the limit still bears."""
    sentence = share_words.remedy(scheme, result) or share_words.room(scheme, result)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "–"


def _beside(scheme: Scheme, result: ShareResult) -> str:
    """What is not counted, and what is not known."""
    left_out = share_words.verdict(scheme, result) if result.excess_cents else ""
    return " ".join(filter(None, (left_out, share_words.unknown(scheme, result))))
