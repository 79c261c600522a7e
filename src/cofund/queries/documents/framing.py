"""What every document says of itself, and the sheet of contributions that the others add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.utils import timezone

from cofund.queries import publication, schemes
from cofund.queries.assumed import untold
from cofund.queries.documents import given, narrowing
from cofund.queries.documents.given import HELD_BACK, Given, Moment, assumptions, kind_words, version_label
from cofund.queries.documents.narrowing import Hides
from cofund.queries.documents.shapes import (
    NOT_PUBLISHED,
    Column,
    Document,
    Form,
    Quotient,
    ShareOfTotal,
    Sheet,
    SumOver,
    Value,
    Values,
)
from cofund.queries.publication import Audience
from cofund.records.directory.models import Certainty
from cofund.records.programme.models import Scheme as SchemeRow
from cofund.records.programme.models import SchemeVersion
from cofund.rules.money import in_words
from cofund.rules.schemes import Scheme
from cofund.rules.steps import Steps

CONTRIBUTIONS: Final = "Contributions"
MOST_ASSUMPTIONS: Final = 3
STEP_COLUMNS: Final = (
    ("committed", "Committed"),
    ("reported", "Reported"),
    ("certified", "Certified"),
    ("validated", "Validated"),
    ("matched", "Match committed"),
    ("consumed", "Match consumed"),
)
STEPS_HINT: Final = (
    "Amounts in all. Committed is what stands in a signed grant, also where it was reported since. What is validated "
    "without a report, such as cash that came, counts as reported and certified with it. Match consumed belongs to what was "
    "validated. 0 says that nothing is booked here."
)
JOINT_NOTE: Final = (
    "What several organisations give jointly is one row with all of their names; how it is split between them is not known, "
    "so it is never counted twice."
)
# What a criterion of a sum in a workbook would take for a pattern or a comparison, or a number.
_PLAIN: Final = re.compile(r"[^A-Za-z0-9/._-]")
_CODES: Final = ("role", "kind", "project", "type", "country", "place")


def code(*parts: str) -> str:
    """A code that a workbook can compare: it begins with a word, and signs that would be taken for a pattern are written out."""
    return "/".join(_PLAIN.sub(lambda found: f"%{ord(found.group()):02X}", part) for part in parts)


def codes_of(row: Given) -> dict[str, str]:
    """The codes by which a contribution is added up."""
    return {
        "role": code("role", row.role),
        "kind": code("kind", row.kind),
        "project": code(*row.target.split("/", 1)),
        "type": code("type", row.shared("kind") or "unknown"),
        "country": code("country", row.shared("country") or "unknown"),
        "place": code("place", row.place),
    }


def document(
    key: str,
    title: str,
    about: str,
    scheme: Scheme,
    moment: Moment,
    sheets: Sequence[Sheet],
    *,
    rows: Sequence[Given] = (),
    notes: Iterable[str] = (),
    is_public: bool = False,
    left_out: int = 0,
    more: Mapping[str, str] | None = None,
) -> Document:
    """Put a document together with what holds for all of it: programme, rules, day, instant, currency, and how sure it is."""
    stated = {
        "programme": f"{scheme.name} ({scheme.code})",
        "scheme_version": version_label(scheme.code, moment),
        "as_of": moment.on.isoformat(),
        "known_at": instant_of(moment),
        "currency": scheme.currency,
        **(more or {}),
    }
    found = [*certainty_notes(scheme, rows, moment, is_public=is_public), *notes]
    if left_out:
        found.append(f"{_counted(left_out)} not published and not in here.")
    return Document(key, title, about, scheme.currency, stated, tuple(sheets), tuple(found))


def instant_of(moment: Moment) -> str:
    """The instant of a moment as documents say it, in the site's time zone."""
    return timezone.localtime(moment.instant).isoformat(timespec="seconds")


def certainty_notes(scheme: Scheme, rows: Sequence[Given], moment: Moment, *, is_public: bool = False) -> list[str]:
    """How sure the figures are: whether anything is known to be missing, and how much rests on what is assumed or recalled.

    Where the document is public, what is assumed is told in words as far as anybody may read them.
    """
    found = []
    if SchemeRow.objects.filter(code=scheme.code, is_lower_bound=True).exists():
        found.append("Lower bound: it is known that contributions are missing in the books; the truth is this or more.")
    for certainty in (Certainty.ASSUMED, Certainty.RECALLED, Certainty.INFERRED):
        own = [row for row in rows if row.certainty == certainty]
        if own:
            cents = sum(row.steps.committed for row in own)
            words = f"{certainty.label}: {len(own)} of {len(rows)} contributions, {in_words(cents, scheme.currency)} committed."
            found.append(words)
    hidden = untold(scheme.code, publication.public(scheme.code, moment.rules_at, scheme)) if is_public else frozenset()
    assumed = assumptions(scheme.code, moment.on, moment.known_at, hidden)
    if assumed:
        more = f", and {len(assumed) - MOST_ASSUMPTIONS} more" if len(assumed) > MOST_ASSUMPTIONS else ""
        found.append(f"Assumed in the entries: {'; '.join(assumed[:MOST_ASSUMPTIONS])}{more}.")
    return found


def contributions_sheet(
    scheme: Scheme,
    rows: Sequence[Given],
    *,
    year: int | None = None,
    match: bool = True,
    hides: Hides = narrowing.nothing,
) -> Sheet:
    """Every contribution in a row, with the codes by which other sheets add it up; `hides` says what of it is not published."""
    known = {role.code: role.label for role in scheme.roles}
    kinds = {kind.code: kind.label for kind in scheme.kinds}
    texts = ("Reference", "Given by", "Role", "Kind", "Project or topic", "Partner type", "Country", "Place of cost")
    keys = ("reference", "given_by", "role", "kind", "project", "partner_type", "country", "place_of_cost")
    columns = [Column(key, label) for key, label in zip(keys, texts, strict=True)]
    unsummed = narrowing.hidden_in(rows, hides)
    columns += [Column("certainty", "How sure"), *step_columns(year, match=match, unsummed=unsummed)]
    columns += [Column(f"{one}_code", f"Code of {one}") for one in _CODES]
    stated: list[Values] = []
    for row in rows:
        codes = codes_of(row)
        words: tuple[str, ...] = (
            row.reference,
            row.names,
            known.get(row.role, row.role),
            kinds.get(row.kind, row.kind),
            row.target_name,
        )
        words += (kind_words(row.shared("kind")), country_words(row.shared("country")), row.place_words)
        hidden = hides(row.kind) | (narrowing.MATCH if row.hides_match else frozenset())
        amounts = [*_told(row.steps, match, hidden)]
        amounts += _told(row.in_year(year), match, hidden) if year is not None else ()
        stated.append((*words, str(Certainty(row.certainty).label), *amounts, *(codes[one] for one in _CODES)))
    return Sheet(
        "contributions",
        CONTRIBUTIONS,
        "Every contribution that the other sheets add up",
        tuple(columns),
        tuple(stated),
        JOINT_NOTE,
        is_detail=True,
    )


def grouped_sheet(
    key: str,
    name: str,
    caption: str,
    by: str,
    groups: Iterable[tuple[str, str]],
    *,
    year: int | None = None,
    match: bool = True,
    note: str = "",
    rows: Sequence[Given] = (),
    hides: Hides = narrowing.nothing,
) -> Sheet:
    """The contributions added up by one of their codes; `groups` are code and words of each row.

    What some of `rows` do not tell by themselves stands here as its sum.
    """
    told = narrowing.hidden_in(rows, hides)
    sums = narrowing.sums(rows, told, year, lambda row: (codes_of(row)[by],))
    columns = (
        Column("name", name.removeprefix("By ").capitalize()),
        *step_columns(year, match=match, by=by, told=told),
        Column("share", "Share of committed", "share", ShareOfTotal("committed")),
        Column("realisation", "Validated of committed", "share", Quotient(("validated",), "committed")),
        Column("code", "Code"),
    )
    stated: tuple[Values, ...] = tuple((words, *sums.get((found,), ()), found) for found, words in groups)
    return Sheet(key, name, caption, columns, stated, note or STEPS_HINT)


def step_columns(
    year: int | None,
    *,
    match: bool = True,
    by: str = "",
    told: frozenset[str] = frozenset(),
    unsummed: frozenset[str] = frozenset(),
) -> list[Column]:
    """A column for each step, in all and in a year; added up over the contributions by a code where one is named.

    `told` are steps whose sums are stated, and `unsummed` those that have no total.
    """
    found = []
    for suffix, said in (("", ""), *([(f"_{year}", f" in {year}")] if year is not None else [])):
        for key, label in STEP_COLUMNS[: None if match else 4]:
            adds = by and key not in told
            made = SumOver(CONTRIBUTIONS, f"{key}{suffix}", ((f"{by}_code", "code"),)) if adds else None
            form: Form = "money"
            found.append(Column(f"{key}{suffix}", f"{label}{said}", form, made, is_summed=key not in unsummed))
    return found


def groups_of(rows: Iterable[Given], by: str, words: Callable[[Given], str]) -> list[tuple[str, str]]:
    """Code and words of each group, the largest commitment first."""
    names: dict[str, str] = {}
    sums: dict[str, int] = {}
    for row in rows:
        own = codes_of(row)[by]
        names.setdefault(own, words(row))
        sums[own] = sums.get(own, 0) + row.steps.committed
    return sorted(names.items(), key=lambda item: (-sums[item[0]], item[1], item[0]))


def country_words(country: str) -> str:
    """A country by its two letters, also where organisations of several give together."""
    return "Several countries together (joint, split not known)" if country == "several" else country or "Not recorded"


def public_rows(scheme: Scheme, every: Iterable[Given], moment: Moment) -> tuple[Given, ...]:
    """Narrow rows to what anybody may read: published contributions whose amount is not held back, and names that are not."""
    reader = publication.public(scheme.code, moment.rules_at, scheme)
    rows = [row for row in given.only(every, reader.published) if reader.may_sum(row.pk)]
    return tuple(_veiled(scheme, row, reader) for row in rows) if reader.exceptions.held else tuple(rows)


def held_back(scheme: Scheme, every: Iterable[Given], moment: Moment) -> tuple[Given, ...]:
    """The published contributions whose amount is held back: only who takes part may be told of them."""
    reader = publication.public(scheme.code, moment.rules_at, scheme)
    rows = [row for row in given.only(every, reader.published) if not reader.may_sum(row.pk)]
    return tuple(_veiled(scheme, row, reader) for row in rows)


def _veiled(scheme: Scheme, row: Given, reader: Audience) -> Given:
    """A row without what is held back of it."""
    if not reader.may_name(row.pk):
        words = f"{scheme.role(row.role).label} ({reader.why_not(publication.GIVER, row.pk)})"
        row = given.without_names(row, words)
    if not reader.may_match(row.pk):
        row = given.without_match(row)
    return row if reader.may_see("contribution.place", row.pk) else replace(row, place=HELD_BACK)


def scheme_of(scheme_code: str, moment: Moment | None = None) -> Scheme:
    """What a scheme says now, or said at the instant whose rules hold. Raises: SchemeNotInstalledError."""
    scheme, _ = schemes.current(scheme_code)
    if moment is None or moment.rules_at is None:
        return scheme
    rows = SchemeVersion.objects.filter(scheme__code=scheme_code, recorded_at__lte=moment.rules_at).order_by("number")
    newest = rows.last()
    return schemes.of_version(newest.pk) if newest is not None else scheme


def _told(steps: Steps, match: bool, hidden: frozenset[str]) -> tuple[Value, ...]:
    """The steps in the order of the columns; of those that are hidden that they are not published."""
    keys = narrowing.STEPS if match else narrowing.STEPS[:4]
    return tuple(NOT_PUBLISHED if key in hidden else getattr(steps, key) for key in keys)


def _counted(number: int) -> str:
    """So many contributions, with the verb."""
    return "One contribution is" if number == 1 else f"{number:,} contributions are"
