"""A match that states another figure than the rule gives is found even where the whole chain was written anew around it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from tests.books import DAY, FINANCE, OPERATOR, Office, fund
from tests.integration.test_tampering import execute, named

from cofund.actions import contributions, merging
from cofund.queries import verification
from cofund.queries.pools import Target
from cofund.records.ledger import sealing
from cofund.records.ledger.models import Book, Entry
from cofund.rules import chain

CAPS = {"cap_per_partner": "400", "cap_per_topic": "500", "cap_per_project": "300", "minimum_contribution": "1"}


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """A book in which every bound of a match was asked, with the seal lifted."""
    made = Office.with_scheme(fund(allocation='"frozen_at_adoption"', **CAPS), "fund")
    first = made.pledge(30_000, "Ada").contribution
    made.pledge(20_000, "Ada", "Bea", target=Target(project=made.project("p0")))
    made.award(60_000)
    made.pledge(10_000, "Cid", on=DAY - dt.timedelta(days=3))
    made.pledge(25_000, "Bea", role="member")
    made.endorse(first)
    made.reserve()
    made.commit()
    merging.merge(OPERATOR, made.organisation("Ada"), made.organisation("Cid"), "The same")
    contributions.amend(FINANCE, first, 45_000, made.grounds())
    contributions.reduce(FINANCE, first, 20_000, made.grounds())
    made.pledge(40_000, "Dee", "Ada", target=Target(project=made.project("p0")), accepts_unmatched=True)
    assert named() == []
    connection.check_constraints()
    sealing.unseal(connection)
    yield made
    connection.check_constraints()
    sealing.seal(connection)


def state(entry: Entry, explanation: dict[str, Any]) -> None:
    """Let an entry explain itself otherwise, and write the chain anew from there, as whoever holds the database can."""
    execute("UPDATE ledger_entry SET explanation = %s WHERE id = %s", json.dumps(explanation), entry.pk)
    last = chain.GENESIS
    for _, row in verification.rows_of(Book.objects.get(scheme__code="fund")):
        digest = chain.digest(row.facts)
        for one in row.transfers:
            made = chain.link(last, one.facts, digest)
            execute("UPDATE ledger_transfer SET previous_hash = %s, hash = %s WHERE id = %s", last, made, one.id)
            last = made
    execute("UPDATE ledger_book SET last_hash = %s", last)


def test_every_bound_of_every_match_is_computed_again(office: Office) -> None:
    bounds = []
    for entry in Entry.objects.filter(kind__in=["pledge", "reserve", "amend", "reduce"]).order_by("number"):
        for match in entry.explanation["matches"]:
            for bound in match["bounds"]:
                bounds.append(bound["name"])
                bound["limit_cents"] += 100
                state(entry, entry.explanation)
                assert named() == [f"entry {entry.number} (row {entry.pk}), match of {match['reference']}"]
                bound["limit_cents"] -= 100
                state(entry, entry.explanation)
    assert named() == []
    names = {"ratio", "adoption", "partner cap", "topic cap", "project cap", "public money", "minimum", "tranche"}
    assert set(bounds) == names


@pytest.mark.parametrize("key", ["decided_by", "unmatched_cents"])
def test_other_figures_of_a_match_are_computed_again(office: Office, key: str) -> None:
    entry = Entry.objects.filter(kind="pledge").order_by("number")[0]
    match = entry.explanation["matches"][0]
    match[key] = "minimum" if key == "decided_by" else 7
    state(entry, entry.explanation)
    assert named() == [f"entry {entry.number} (row {entry.pk}), match of {match['reference']}"]


def test_match_that_an_adoption_leaves_out_is_found(office: Office) -> None:
    entry = Entry.objects.get(kind="reserve")
    left = entry.explanation["matches"].pop()
    state(entry, entry.explanation)
    assert named() == [f"entry {entry.number} (row {entry.pk}), match of {left['reference']}"]
