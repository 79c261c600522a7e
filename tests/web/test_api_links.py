"""What the API says can be asked next: every link leads to what it says, and schemathesis walks them in any order.

Walked as an officer, who may do most, each list is asked for what is in it and each writing request says what this site can do
(`BODIES`): what the description allows beside that is tried in `test_api_by_description.py`, where nearly all of it is refused.
Here a pledge is recorded, reduced and withdrawn, and read in between; no order of these may end in a fault, in an answer that is
not as described, or in books that do not add up.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from tests import api_place
from tests.books import Office
from tests.keys import ROOT, Program
from tests.web.test_api_by_description import START, key_of_state
from tests.worlds import world

from cofund.api import links
from cofund.api.links import Link
from cofund.queries import verification

PLEDGES, LEADS = "/programmes/{programme}/pledges", "/programmes/{programme}/leads"
CHANGE: Final = {"effective_on": "2015-10-01", "reason": "Letter of the day"}
# What is sent to each address that writes, so that this site does it.
BODIES: Final[dict[str, dict[str, Any]]] = {
    PLEDGES: {
        **CHANGE,
        "topic": "T2",
        "role": "partner",
        "kind": "FC_JU",
        "partners": ["jdrf"],
        "amount_cents": 5_000_000,
        "no_other_union_funding": True,
    },
    "/contributions/{reference}/reduce": {**CHANGE, "amount_cents": 4_000_000},
    "/contributions/{reference}/withdraw": CHANGE,
    LEADS: {"partner": "other-trust", "route": "knocks"},
    "/leads/{lead}/next-step": {"next_step": "Call them", "next_step_on": "2030-01-01"},
    "/common-grants/opportunities/search": {},
}
WRITING: Final = BODIES.keys() - {"/common-grants/opportunities/search"}
# The same with room to choose: days in any order, amounts up and down, of which the books refuse some.
DAYS: Final = {"enum": ["2015-10-01", "2015-12-31", "2016-06-30"]}
CHOICES: Final[dict[str, dict[str, Any]]] = {
    "NewPledge": {"amount_cents": {"enum": [5_000_000, 3_000_001, 100]}, "effective_on": DAYS},
    "Reduction": {"amount_cents": {"enum": [4_000_000, 2_000_001, 1]}, "effective_on": DAYS},
    "Withdrawal": {"effective_on": DAYS},
    "NewLead": {"partner": {"enum": ["jdrf", "other-trust"]}, "topic": {"enum": ["T1", "T2"]}},
    "NextStep": {"next_step": {"enum": ["Call them", "Write to them", ""]}},
}


@world
def site() -> tuple[Office, dict[str, str], Program, Program]:
    """The site with its keys, the program of an officer and that of a partner."""
    office, keys = api_place.everything()
    return office, keys, Program.of_role("officer"), Program.of_partner(office.organisation("JDRF"))


def at(document: Any, pointer: str) -> Any:
    """What a JSON pointer leads to."""
    for part in pointer.strip("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def of_this_site(described: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    """The description as far as it is about this site: its keys, whole lists, and bodies that it takes."""
    schemas = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for operation in operations.values():
            kept = [one for one in operation.get("parameters", []) if one["required"]]
            for parameter in kept:
                # A name that was sent before is refused, which is tried in `test_api_writing.py`.
                is_key = parameter["in"] == "path"
                parameter["schema"] = (
                    {"enum": [keys[parameter["name"]]]} if is_key else {"type": "string", "format": "uuid"}
                )
            operation["parameters"] = kept
            body = BODIES.get(path.removeprefix(ROOT))
            if body:
                name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
                stated = {key: {"enum": [value]} for key, value in body.items()}
                free = {"evidence", "place", "note", "interest", "probability_percent"} & schemas[name][
                    "properties"
                ].keys()
                schemas[name]["properties"] = {
                    **{key: schemas[name]["properties"][key] for key in sorted(free)},
                    **stated,
                    **CHOICES[name],
                }
                schemas[name]["required"] = sorted(body)
    return described


def asked(program: Program, place: tuple[str, str], keys: dict[str, str]) -> Any:
    """What a place answers that is there."""
    method, path = place
    address = path.format(**keys)
    answer = program.get(address) if method == "get" else program.post(address, BODIES[path])
    assert answer.status_code in (200, 201), (place, keys, answer.content)
    return answer.json()


def followed(link: Link, keys: dict[str, str], answer: Any) -> dict[str, str]:
    """The keys that a link finds in what was asked and answered."""
    found = {}
    for name, expression in link.parameters.items():
        where, _, rest = expression.partition("#")
        found[name] = str(at(answer, rest)) if where == "$response.body" else keys[where.removeprefix("$request.path.")]
    return found


def test_every_link_is_told_with_the_answer_that_it_starts_from(client: Client, db: None) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()["paths"]
    told = {
        (method, path.removeprefix(ROOT), one["operationId"], tuple(sorted(one["parameters"].items())))
        for path, operations in described.items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        for one in answer.get("links", {}).values()
        if status in ("200", "201")
    }
    named = {(method, path): one for path, operations in described.items() for method, one in operations.items()}
    stated = {
        (
            *link.source,
            named[link.target[0], ROOT + link.target[1]]["operationId"],
            tuple(sorted(link.parameters.items())),
        )
        for link in links.every()
    }
    assert told == stated
    assert len(stated) == len(list(links.every()))


def test_every_link_names_all_keys_of_what_it_leads_to() -> None:
    for link in links.every():
        assert set(link.parameters) == set(re.findall(r"{(\w+)}", link.target[1])), link


def test_every_thing_that_has_a_list_is_led_to(client: Client, db: None) -> None:
    """What an address names by a key of its own can be found by following links alone."""
    described = client.get(f"{ROOT}/openapi.json").json()["paths"]
    keyed = {path.removeprefix(ROOT) for path, one in described.items() if "get" in one and "{" in path}
    assert {link.target[1] for link in links.every() if link.target[0] == "get"} == keyed


@pytest.mark.parametrize("link", list(links.every()), ids=lambda link: f"{link.source[1]} {' '.join(link.target)}")
def test_link_leads_to_what_is_there(
    site: tuple[Office, dict[str, str], Program, Program], db: None, link: Link
) -> None:
    _, keys, officer, partner = site
    program = partner if link.source[1].startswith("/desk") else officer
    answer = asked(program, link.source, keys)
    asked(program, link.target, followed(link, keys, answer))


# How many walks of several steps each.
WALKS: Final = {"nobody": 10, "partner": 20, "officer": 150}
COVERED: Final = re.compile(r"API Links: +([0-9]+) covered")


@pytest.mark.parametrize("state", WALKS)
def test_walk_along_the_links_ends_in_no_fault(
    transactional_db: None, live_server: LiveServer, state: str, tmp_path: Path
) -> None:
    office, keys = api_place.everything()
    file, har, key = tmp_path / "openapi.json", tmp_path / "asked.har", key_of_state(state, office)
    with override_settings(COFUND_API_PER_MINUTE=1_000_000):
        described = of_this_site(Client().get(f"{ROOT}/openapi.json").json(), keys)
        file.write_text(json.dumps(described))
        told = walked(file, har, live_server.url, key, WALKS[state])
    assert told.returncode == 0, told.stdout[-6_000:] + told.stderr[-2_000:]
    covered = COVERED.search(told.stdout)
    assert covered is not None
    assert int(covered[1]) > 0
    assert written(har) == (WRITING if state == "officer" else set())
    assert verification.verify("imi2").findings == ()


def walked(file: Path, har: Path, url: str, key: str, walks: int) -> subprocess.CompletedProcess[str]:
    """A run of schemathesis along the links."""
    stated = ["run", str(file), "--url", url, "--phases", "stateful", "--max-examples", str(walks), "--no-color"]
    stated += ["--mode", "positive", "--seed", "1", "--generation-database", "none", "--request-timeout", "120"]
    stated += ["--continue-on-failure", "--report", "har", "--report-har-path", str(har)]
    stated += ["-H", f"Authorization: Bearer {key}"] if key else []
    command = [sys.executable, "-c", START, *stated]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent)


def written(har: Path) -> set[str]:
    """The addresses at which something was written, out of the record of every request and answer."""
    entries = json.loads(har.read_text())["log"]["entries"]
    paths = {urlsplit(one["request"]["url"]).path for one in entries if one["response"]["status"] == 201}
    return {path for path in WRITING for one in paths if re.fullmatch(ROOT + re.sub(r"{\w+}", "[^/]+", path), one)}
