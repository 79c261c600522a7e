"""The API against its own description, by schemathesis, as everybody, as a partner, as the office and with a key that has ended.

Each state asks what the description allows and what it forbids, from one seed: no answer may be a fault of the site, break its
schema, or be one that is not described. Each address is also asked for the objects of the site, by their keys: what a state may
read it has to get, else the description of a thing that nobody ever saw would be held against refusals alone. For a long run
against a site that is served see `docs/api.md`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from tests import api_place
from tests.books import Office
from tests.keys import Program

from cofund.actions import api_keys
from cofund.actions.actors import Actor
from cofund.queries import verification

# How many cases an operation, and which phases: the examples are the keys of the site; the coverage of every boundary of every
# value is asked in the name of the office, which may do most.
STATES = {
    "nobody": ("examples,fuzzing", 4),
    "partner": ("examples,fuzzing", 4),
    "officer": ("examples,coverage,fuzzing", 8),
    "revoked": ("fuzzing", 1),
}
START = "from schemathesis.cli import schemathesis; schemathesis()"


# The scopes that each state has.
SCOPES = {"nobody": set(), "partner": {"read:desk"}, "officer": {"read:books", "read:leads"}, "revoked": None}


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


def readings(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address that is read, as it is described."""
    return ((path, operations["get"]) for path, operations in described["paths"].items() if "get" in operations)


def opened(described: dict[str, Any], state: str) -> set[str]:
    """The addresses that a state may read."""
    scopes = SCOPES[state]
    if scopes is None:
        return set()
    return {
        path
        for path, operation in readings(described)
        if {} in operation["security"] or (state != "nobody" and operation.get("x-scope") in {None, *scopes})
    }


def with_keys(described: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """The description in which each key of an address has an object of the site as its example."""
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["examples"] = {"there": {"value": keys[parameter["name"]]}}
    return described


def answered(described: dict[str, Any], har: Path) -> set[str]:
    """The addresses that were read and answered with what is there, out of the record of every request and answer."""
    patterns = {path: re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))) for path, _ in readings(described)}
    found = set()
    for entry in json.loads(har.read_text())["log"]["entries"]:
        asked, status = entry["request"], entry["response"]["status"]
        if asked["method"] == "GET" and 200 <= status < 300:
            # A key that holds a slash is written with it as %2F.
            path = urlsplit(asked["url"]).path
            found |= {one for one, pattern in patterns.items() if pattern.fullmatch(path)}
    return found


def test_every_address_is_opened_by_a_state(client: Client, db: None) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set().union(*(opened(described, state) for state in STATES)) == {path for path, _ in readings(described)}


@pytest.mark.parametrize("state", STATES)
def test_every_answer_is_as_described(
    transactional_db: None, live_server: LiveServer, state: str, tmp_path: Path
) -> None:
    office, keys = api_place.everything()
    key, (phases, examples) = key_of_state(state, office), STATES[state]
    # Read without the key: one that has ended opens not even this. As many have asked already as the other states did.
    with override_settings(COFUND_API_PER_MINUTE=1_000_000):
        described = with_keys(Client().get("/api/v1/openapi.json").json(), keys)
    file, har = tmp_path / "openapi.json", tmp_path / "asked.har"
    file.write_text(json.dumps(described))
    asked = ["run", str(file), "--url", live_server.url, "--phases", phases, "--max-examples", str(examples)]
    asked += ["--seed", "1", "--generation-database", "none", "--request-timeout", "120", "--no-color"]
    asked += ["--report", "har", "--report-har-path", str(har)]
    asked += ["--continue-on-failure", *(["-H", f"Authorization: Bearer {key}"] if key else [])]
    command = [sys.executable, "-c", START, *asked]
    with override_settings(COFUND_API_PER_MINUTE=1_000_000):
        told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stdout[-6_000:] + told.stderr[-2_000:]
    assert answered(described, har) == opened(described, state)
    assert verification.verify("imi2").findings == ()
