"""What is missing among the known members of a topic: kinds, countries, expertise, contributions; and who would fill it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.books import MILLION
from tests.candidates import Candidates

from cofund.queries import schemes
from cofund.queries.candidate_gaps import gaps
from cofund.queries.candidates import Asked, find
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index."""
    settings.COFUND_HOME = tmp_path / "home"
    return Candidates.make(tmp_path)


def found(world: Candidates, *known: int) -> dict[tuple[str, str], tuple[str, list[int]]]:
    """The gaps by sort and name: words, and who would fill them."""
    rows = gaps(find(world.subject, Asked(known=known)))
    return {(one.sort, one.what): (one.words, [each.pic for each in one.fillers]) for one in rows}


def test_nothing_is_missing_before_a_member_is_known(world: Candidates) -> None:
    assert found(world) == {}


def test_kind_and_country_that_such_projects_have_are_missing(world: Candidates) -> None:
    rows = found(world, 100)
    assert set(rows) == {
        ("kind", "company"), ("kind", "patient organisation"), ("kind", "foundation"), ("kind", "research organisation"),
        ("country", "FR"), ("country", "NL"),
    } | ({("country", "US")} if ("country", "US") in rows else set())  # fmt: skip
    assert rows["kind", "research organisation"][1] == [104]
    assert rows["country", "NL"][1][0] == 101


def test_known_members_fill_what_they_are(world: Candidates) -> None:
    rows = found(world, 100, 101, 104)
    assert {key for key in rows if key[0] == "kind"} == {("kind", "patient organisation"), ("kind", "foundation")}
    assert rows["kind", "patient organisation"][1] == [102, 103]
    Organisation.objects.create(slug="f", name="A Fund", kind="foundation", country="BE")
    world.topic.indicative_contributions.create(
        source="partner", organisation=Organisation.objects.get(), amount_cents=MILLION
    )
    assert ("kind", "foundation") not in found(world, 100, 101, 104)


def test_field_of_science_that_no_member_worked_in_is_missing(world: Candidates) -> None:
    rows = {key: row for key, row in found(world, 200).items() if key[0] == "expertise"}
    words = "20 of the 20 nearest past projects lie in it; no known member has a past project in it."
    assert {key: row[0] for key, row in rows.items()} == {("expertise", "diabetes"): words}
    assert (100 in rows["expertise", "diabetes"][1], [key for key in found(world, 100) if key[0] == "expertise"]) == (
        True,
        [],
    )


def test_contribution_that_is_meant_and_not_pledged_is_missing(world: Candidates) -> None:
    giver = world.office.organisation("Giver")
    world.topic.indicative_contributions.create(source="partner", organisation=giver, amount_cents=7 * MILLION)
    rows = gaps(find(world.subject, Asked()))
    assert [(one.what, one.filters) for one in rows if one.sort == "contribution"] == [
        ("Contributing Partners, cash", {"left_cents": str(7 * MILLION)})
    ]
    world.office.top_up(20 * MILLION, "b")
    kind = next(one.code for one in schemes.current("ihi")[0].kinds if not one.in_kind)
    world.office.pledge(7 * MILLION, "Giver", kind=kind, target=Target(topic=world.topic))
    assert [one for one in gaps(find(world.subject, Asked())) if one.sort == "contribution"] == []
