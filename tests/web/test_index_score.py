"""The page of the index shows the measure that `cofund evaluate --keep` kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from tests import candidate_place, pairings
from tests.integration.test_evaluate_command import corpus_file
from tests.place import Place
from tests.web.test_permissions_index import client_of

from cofund.actions.index_files import build_index, keep_score
from cofund.commands.evaluating import evaluate
from cofund.importers.cordis import import_cordis
from cofund.rules import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(settings: Any, tmp_path: Path) -> Client:
    """An officer of a site with a small corpus and an index of it."""
    settings.COFUND_HOME = tmp_path / "home"
    import_cordis(corpus_file(tmp_path / "small.zip"))
    build_index(trains=False)
    return client_of(roles.OFFICER)


def shown(client: Client) -> str:
    """The page of the index in one line."""
    answer = client.get("/office/index/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_kept_measure_is_shown_with_every_setting_slice_and_ranking(officer: Client) -> None:
    words = ["--split", "2023-01-01", "--until", "2024-01-01", "--vote-only", "--keep", "--json"]
    found = json.loads(CliRunner().invoke(evaluate, words, catch_exceptions=False).stdout)
    page = shown(officer)
    assert '<a href="#score">Recall@20 1.000, Recall@100 1.000</a>' in page
    assert ("BM25 vote" in page, "Bm25" in page) == (True, False)
    assert "24 past projects were known, signed before 2023-01-01." in page
    tables = {one["setting"]: f'id="score-{one["setting"].replace(" ", "-")}"' for one in found["results"]}
    assert [setting for setting, name in tables.items() if name not in page] == []
    assert 'id="score-with-three-known-members"' not in page  # all three are known, so nothing was asked
    for one in found["results"]:
        assert f"{one['map']['low']:.3f} to {one['map']['high']:.3f}" in page


def test_measure_without_the_main_setting_says_so_and_shows_the_rest(officer: Client) -> None:
    words = ["--split", "2023-01-01", "--until", "2023-06-01", "--setting", "objective", "--vote-only", "--keep"]
    assert CliRunner().invoke(evaluate, words, catch_exceptions=False).exit_code == 0
    page = shown(officer)
    assert ("has no line for all projects in both texts" in page, "Asked with the objective alone" in page) == (
        True,
        True,
    )


def test_without_a_measure_it_says_how_to_make_one(officer: Client) -> None:
    page = shown(officer)
    assert ("cofund evaluate and its option --keep" in page, 'id="score"' in page) == (True, False)
    keep_score({"split": "2024-01-01", "until": "2025-01-01", "projects_before": 0, "candidates": 0, "results": []})
    assert 'id="score"' not in shown(officer)


@pytest.mark.parametrize(
    ("build", "state"),
    [
        (candidate_place.recommendation, "Whole"),
        (candidate_place.damaged_index, "Damaged"),
        (pairings.place, "Missing"),
    ],
)
def test_page_is_looked_at_in_each_state(build: Callable[[], Place], state: str, settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME = settings.MEDIA_ROOT = tmp_path
    browser, has_index = Client(), state != "Missing"
    people = build().people
    browser.force_login(people.get("sven") or people["olga"])
    page = shown(browser)
    assert f"{state}</span>" in page
    assert ("The index is damaged" in page) is (state == "Damaged")
    tables = ("score-both", "score-objective", "score-topic-only", "score-with-coordinator", "files")
    assert [f'id="{name}"' in page for name in tables] == [has_index] * len(tables)
    assert ("/start/" in page) is has_index, "buttons stand where no task is under way"
