"""The same actions give the same books, to the hash, on every database and in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.machine import CHECKOUT
from tests.property import sequence

from cofund.rules.schemes import ALLOCATIONS, BASES

STEPS = 120
CAPS = st.one_of(st.none(), st.integers(100, 700).map(str))
RULES = st.fixed_dictionaries(
    {
        "ratio": st.sampled_from(['"1"', '"2/3"', '"3/2"']),
        "allocation": st.sampled_from([f'"{name}"' for name in ALLOCATIONS]),
        "basis": st.sampled_from([f'"{name}"' for name in BASES]),
        "rounding": st.sampled_from(['"0.01"', "1"]),
        "cap_per_partner": CAPS,
        "cap_per_topic": CAPS,
        "cap_per_project": CAPS,
        "minimum_contribution": st.sampled_from([None, "20"]),
    }
).map(lambda rules: {key: stated for key, stated in rules.items() if stated is not None})


@pytest.mark.django_db
@settings(
    max_examples=2,
    derandomize=False,
    print_blob=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 1 << 32), rules=RULES)
def test_books_are_the_same_in_a_new_sqlite_file(seed: int, rules: dict[str, str]) -> None:
    with TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "COFUND_HOME": home,
            "COFUND_DATABASE_URL": f"sqlite:///{Path(home) / 'other.sqlite3'}",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT / "src"), os.environ.get("PYTHONPATH")])),
        }
        command = [sys.executable, "-m", "tests.property.sequence", str(seed), str(STEPS), json.dumps(rules)]
        there = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    # Each example is rolled back as a whole; the seal lets nothing be deleted.
    with transaction.atomic():
        here = sequence.run(seed, STEPS, rules)
        transaction.set_rollback(True)
    assert here == json.loads(there.stdout)
    assert here["findings"] == []
    # It is no empty sequence: most is booked, and some is refused.
    assert here["entries"] > STEPS // 3
    assert len(here["refusals"]) > STEPS // 10
