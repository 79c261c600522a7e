"""The same actions give the same books, to the hash, on every database and in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.machine import CHECKOUT
from tests.property import sequence

STEPS = 150


@pytest.mark.parametrize("seed", [1, 2])
def test_books_are_the_same_in_a_new_sqlite_file(db: None, tmp_path: Path, seed: int) -> None:
    environment = {
        **os.environ,
        "COFUND_HOME": str(tmp_path),
        "COFUND_DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT / "src"), os.environ.get("PYTHONPATH")])),
    }
    command = [sys.executable, "-m", "tests.property.sequence", str(seed), str(STEPS)]
    there = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    here = sequence.run(seed, STEPS)
    assert here == json.loads(there.stdout)
    assert here["findings"] == []
    # It is no empty sequence: most is booked, and some is refused.
    assert here["entries"] > STEPS // 3
    assert len(here["refusals"]) > STEPS // 10
