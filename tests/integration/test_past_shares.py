"""`cofund past-shares`: from imported past projects to shares, and that the document is what the official files give."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.cordis_files import organization, project, write_download
from tests.machine import CHECKOUT

from cofund.commands.main import cli
from cofund.importers.cordis import import_cordis

pytestmark = pytest.mark.usefixtures("db")


def run(*words: object) -> Any:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


def small(tmp_path: Path) -> Path:
    """A download of one project of the programme and one of another."""
    stated = {
        "masterCall": "HORIZON-JU-IHI-2022-01",
        "totalCost": "95000",
        "ecMaxContribution": "50000",
        "acronym": "ONE",
    }
    paid = {"ecContribution": "50000", "netEcContribution": "50000", "totalCost": "50000"}
    own = {"role": "participant", "order": "2", "ecContribution": "0", "netEcContribution": "0", "totalCost": "45000"}
    return write_download(
        tmp_path / "a.zip",
        project=[project(101, **stated), project(102)],
        organization=[
            organization(101, 900, **paid),
            organization(101, 901, country="US", **own),
            organization(102, 900),
        ],
    )


def test_share_is_that_of_own_cost(tmp_path: Path) -> None:
    import_cordis(small(tmp_path))
    answer = run("past-shares", "HORIZON-JU-IHI", "--scheme", "ihi", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (
        0,
        [
            {
                "grant": 101,
                "acronym": "ONE",
                "call": "HORIZON-JU-IHI-2022-01",
                "costs_cents": 9_500_000,
                "public_cents": 5_000_000,
                "unpaid_cents": 4_500_000,
                "own_cents": 4_500_000,
                "without_figure": 0,
                "tests": [
                    {
                        "id": "action_floor",
                        "unpaid": {"share": "9/19", "passes": True},
                        "own": {"share": "9/19", "passes": True},
                    },
                    {
                        "id": "third_country",
                        "unpaid": {"share": "1", "passes": False},
                        "own": {"share": "1", "passes": False},
                    },
                ],
            }
        ],
    )
    table = run("past-shares", "HORIZON-JU-IHI", "--scheme", "ihi").stdout
    assert "47.4 %" in table


def test_nothing_imported_is_said() -> None:
    answer = run("past-shares", "HORIZON-JU-IHI", "--scheme", "ihi")
    assert (answer.exit_code, "Import them first: cofund import cordis FILE." in answer.stderr) == (1, True)


def test_document_is_what_the_official_files_give(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    # The sample has every project of the programme, and the same figures as the whole download.
    import_cordis(shared_data("data/cordis/cordis-HORIZONprojects-xml-sample.zip"))
    target = tmp_path / "ihi-shares.md"
    assert run("past-shares", "HORIZON-JU-IHI", "--scheme", "ihi", "--markdown", target).exit_code == 0
    assert target.read_text() == (CHECKOUT / "docs" / "ihi-shares.md").read_text()
