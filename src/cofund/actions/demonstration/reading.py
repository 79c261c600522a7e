"""Reads the facts of the demonstration from TOML into plain values, and refuses what it does not know."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """What one role gives to a case: whole cents, by one or several organisations together.

    In an amendment `kind` and `organisations` may be empty: then the role's line exists and gets a new amount.
    """

    role: str
    amount_cents: int
    kind: str = ""
    organisations: tuple[str, ...] = ()
    public_origin_cents: int = 0
    pledged_on: date | None = None
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later vintage of a case: the day from which it holds, the day on which it was recorded, and the new amounts."""

    number: int
    on: date
    recorded_on: date
    reason: str
    lines: tuple[Line, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A topic, a project, or a project of a topic, with its public money and everything that was given to it."""

    source: str
    topic: str = ""
    topic_title: str = ""
    # Of a topic without contributions, which no action moves: where it stands, how sure that is, and why.
    status: str = ""
    status_certainty: str = ""
    status_note: str = ""
    # Whether visitors are to try things on it; everything else is told by public sources, and waits for nobody.
    is_to_try: bool = False
    call: str = ""
    slug: str = ""
    acronym: str = ""
    title: str = ""
    grant_agreement: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""
    public_money_cents: int | None = None
    awarded_on: date | None = None
    pledged_on: date | None = None
    adopted_on: date | None = None
    committed_on: date | None = None
    lines: tuple[Line, ...] = ()
    amendments: tuple[Amendment, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: the project's acronym, else the topic's code."""
        return self.acronym or self.topic


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file says about one scheme."""

    scheme: str
    assumptions: Mapping[str, str]
    calls: tuple[Table, ...]
    cases: tuple[Case, ...]
    is_lower_bound: bool = False
    coverage_note: str = ""


# In this order the cases are read; organisations are read apart.
FILES = ("imi2.toml", "imi2_without_amounts.toml", "ihi.toml", "ihi_projects.toml", "edctp3.toml")


def facts() -> tuple[Facts, ...]:
    """Everything that the demonstration knows about topics and projects, file by file."""
    return tuple(_facts(_table(name)) for name in FILES)


def organisations() -> tuple[Table, ...]:
    """The organisations with the roles that they hold."""
    return tuple(_table("organisations.toml")["organisations"])


def governance() -> dict[str, Any]:
    """Groups with their seats, decisions, and the made-up procedure."""
    return _table("governance.toml")


def edition() -> str:
    """What tells these facts from those of another release: the start of the SHA-256 over all files of facts."""
    folder = files("cofund.actions.demonstration") / "facts"
    whole = hashlib.sha256()
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")):
        whole.update((folder / name).read_bytes())
    return whole.hexdigest()[:16]


def cents(amount: int | str) -> int:
    """Whole cents from whole units, or from a quoted amount with cents (`"12004952.50"`).

    Raises:
        ValueError: the amount is finer than a cent.
    """
    exact = Fraction(amount) * 100
    if exact.denominator != 1:
        raise ValueError(f"{amount} is finer than a cent.")
    return int(exact)


def _table(name: str) -> dict[str, Any]:
    """One TOML file of the demonstration."""
    path = files("cofund.actions.demonstration") / "facts" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _facts(table: dict[str, Any]) -> Facts:
    """One file as plain values. Raises: TypeError where it has a key that is not known."""
    cases = tuple(_case(row) for row in table.pop("cases"))
    return Facts(cases=cases, calls=tuple(table.pop("calls", ())), assumptions=table.pop("assumptions", {}), **table)


def _case(row: dict[str, Any]) -> Case:
    """One case as plain values."""
    money = row.pop("public_money", None)
    return Case(
        lines=tuple(_line(line) for line in row.pop("lines", ())),
        amendments=tuple(_amendment(one) for one in row.pop("amendments", ())),
        public_money_cents=None if money is None else cents(money),
        **row,
    )


def _line(row: dict[str, Any]) -> Line:
    """One line as plain values."""
    return Line(
        amount_cents=cents(row.pop("amount")),
        public_origin_cents=cents(row.pop("public_origin", 0)),
        organisations=tuple(row.pop("organisations", ())),
        **row,
    )


def _amendment(row: dict[str, Any]) -> Amendment:
    """One amendment as plain values."""
    return Amendment(lines=tuple(_line(line) for line in row.pop("lines")), **row)
