"""The scenarios of the field, executed row by row against the real actions, queries and database."""

from __future__ import annotations

import pytest
from tests.spec import (
    shares_world,
    topics_world,
    world_applications,
    world_decisions,
    world_giveback,
    world_governance,
    world_leads,
    world_rounds,
)
from tests.spec.tables import HERE, Table, read
from tests.spec.world import World

from cofund.queries.verification import verify

# Their phrases stand beside those of the books: importing the modules names them.
PHRASES = (
    shares_world,
    topics_world,
    world_applications,
    world_decisions,
    world_giveback,
    world_governance,
    world_leads,
    world_rounds,
)
TABLES = {
    f"{path.stem}: {table.heading}": table for path in sorted((HERE / "scenarios").glob("*.md")) for table in read(path)
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_scenario_happens_as_told(db: None, table: Table) -> None:
    world = World.of(table.prose)
    for number, row in enumerate(table.records(), start=1):
        try:
            world.run(row["On"], row["When"], row["Then"])
        except AssertionError as error:
            error.add_note(f"row {number}: {row}")
            raise
    assert verify(world.office.scheme).findings == ()
