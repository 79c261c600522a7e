"""The API against its own description, by schemathesis, as everybody, as a partner, as the office and with a key that has ended.

Each state asks what the description allows and what it forbids, from one seed: no answer may be a fault of the site, break its
schema, or be one that is not described. For a long run against a site that is served see `docs/api.md`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from tests.books import MILLION, Office, shipped
from tests.keys import Program

from cofund.actions import api_keys
from cofund.actions.actors import Actor
from cofund.queries import verification

# How many cases an operation, and which phases: the coverage of every boundary of every value is asked in the name of the office,
# which may do most.
STATES = {
    "nobody": ("fuzzing", 4),
    "partner": ("fuzzing", 4),
    "officer": ("coverage,fuzzing", 8),
    "revoked": ("fuzzing", 1),
}
START = "from schemathesis.cli import schemathesis; schemathesis()"


def key_of_state(state: str, office: Office) -> str:
    """The key that is sent in a state; nothing for nobody."""
    if state == "nobody":
        return ""
    if state == "partner":
        return Program.of_partner(office.organisation("JDRF")).secret
    program = Program.of_role("officer")
    if state == "revoked":
        api_keys.revoke(Actor.of(program.user), program.key)
    return program.secret


@pytest.mark.parametrize("state", STATES)
def test_every_answer_is_as_described(
    transactional_db: None, live_server: LiveServer, state: str, tmp_path: Path
) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = office.pledge(2 * MILLION, "JDRF", kind="FC_JU").contribution
    office.endorse(made)
    office.reserve()
    office.commit()
    office.pledge(MILLION, "Other Trust", kind="FC_JU", target=None)
    key, (phases, examples) = key_of_state(state, office), STATES[state]
    # Read without the key: one that has ended opens not even this.
    described = tmp_path / "openapi.json"
    described.write_bytes(Client().get("/api/v1/openapi.json").content)
    asked = ["run", str(described), "--url", live_server.url, "--phases", phases, "--max-examples", str(examples)]
    asked += ["--seed", "1", "--generation-database", "none", "--request-timeout", "120", "--no-color"]
    asked += ["--continue-on-failure", *(["-H", f"Authorization: Bearer {key}"] if key else [])]
    command = [sys.executable, "-c", START, *asked]
    with override_settings(COFUND_API_PER_MINUTE=1_000_000):
        told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stdout[-6_000:] + told.stderr[-2_000:]
    assert verification.verify("imi2").findings == ()
