"""`cofund evaluate` on a small imported corpus: what is read, what is asked, what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tests.cordis_files import field, legal_basis, organization, project, topic, write_download

from cofund.commands.evaluating import evaluate
from cofund.importers.cordis import import_cordis
from cofund.queries.engine import engine
from cofund.queries.past_arrays import domain, field_titles, read_corpus

pytestmark = pytest.mark.usefixtures("db")

SUBJECTS = ("insulin pumps for children with diabetes", "harbour quays of concrete against sea water")


def corpus_file(path: Path) -> Path:
    """Forty projects on two subjects, one a month from 2022 on, three members each: two of the subject and one of its own."""
    projects, members, topics, fields, bases = [], [], [], [], []
    for number in range(40):
        subject, day = number % 2, f"{2022 + number // 24}-{number // 2 % 12 + 1:02d}-15"
        projects.append(
            project(number + 1, ecSignatureDate=day, title=SUBJECTS[subject], objective=f"Study number{number}.")
        )
        own = 2000 + number // 4 * 2 + subject  # takes part in two projects
        for order, pic in enumerate((1000 + subject, 1010 + subject, own), start=1):
            role = "coordinator" if order == 1 else "participant"
            members.append(organization(number + 1, pic, order=str(order), role=role, name=f"BODY {pic}"))
        topics.append(topic(number + 1))
        fields.append(field(number + 1))
        bases.append(legal_basis(number + 1))
    # One took part until a day, one stands there twice.
    members.append(organization(1, 3000, order="4", role="participant", endOfParticipation="true"))
    members.append(organization(2, 1001, order="5", role="thirdParty", name="BODY 1001"))
    return write_download(
        path, project=projects, organization=members, topics=topics, euroSciVoc=fields, legalBasis=bases
    )


@pytest.fixture
def imported(tmp_path: Path) -> None:
    import_cordis(corpus_file(tmp_path / "small.zip"))


def run(*words: str) -> Result:
    return CliRunner().invoke(evaluate, words, catch_exceptions=False)


def test_corpus_leaves_ended_out_and_counts_repeated_once(imported: None) -> None:
    corpus = read_corpus()
    assert corpus.sizes.tolist() == [3] * 40
    assert corpus.organisations[~np.asarray(corpus.members.sum(axis=0)).ravel().astype(bool)].tolist() == [3000]
    assert corpus.coordinators.sum() == 40
    assert corpus.field_names == ["/25/63"]


@pytest.mark.parametrize(
    ("scheme", "is_of_one"),
    [
        ("HORIZON-ERC", True), ("HORIZON-ERC-POC", True), ("HORIZON-TMA-MSCA-PF-EF", True), ("HORIZON-EIC-ACC-BF", True),
        ("Standard European Fellowships", True), ("Career Restart panel", True), ("SME instrument phase 2", True),
        ("Starting Grant", True), ("HORIZON-RIA", False), ("HORIZON-IA", False), ("HORIZON-CSA", False), ("HORIZON-EIC", False),
        ("HORIZON-TMA-MSCA-DN", False), ("HORIZON-TMA-MSCA-SE", False), ("HORIZON-JU-RIA", False), ("ERA-NET Cofund", False),
        # Not of the ERC, whatever its letters.
        ("Pre-Commercial Procurement", False),
    ],
)  # fmt: skip
def test_what_is_for_one_person_or_organisation_is_told_by_its_funding_scheme(
    tmp_path: Path, scheme: str, is_of_one: bool
) -> None:
    _one_project(tmp_path, fundingScheme=scheme)
    assert read_corpus().is_grant_of_one.tolist() == [is_of_one]


@pytest.mark.parametrize(
    ("part", "is_health"),
    [("HORIZON.2.1", True), ("HORIZON.2.1.5", True), ("HORIZON.2.5", False), ("HORIZON.1.2", False), ("H2020-EU.3.1.", False)],
)  # fmt: skip
def test_health_is_the_cluster_of_that_name(tmp_path: Path, part: str, is_health: bool) -> None:
    _one_project(tmp_path, legalBasis=part)
    assert read_corpus().is_health.tolist() == [is_health]


def _one_project(folder: Path, **stated: str) -> None:
    """Import a project that states this, with one member."""
    path = write_download(
        folder / "one.zip", project=[project(1, **stated)], organization=[organization(1, 1000)], topics=[topic(1)],
        euroSciVoc=[field(1)], legalBasis=[legal_basis(1, legalBasis=stated.get("legalBasis", "HORIZON.2.5"))],
    )  # fmt: skip
    import_cordis(path)


def test_corpus_is_the_same_each_time(imported: None) -> None:
    one, other = read_corpus(), read_corpus()
    assert (one.terms, one.codes) == (other.terms, other.codes)
    assert (one.texts != other.texts).nnz == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [("https://www.heart-fund.example/en", "heart fund example"), ("haven.example", "haven example"), ("", "")],
)
def test_domain_is_read_from_a_website(url: str, words: str) -> None:
    assert domain(url) == words


def test_evaluate_finds_the_members_of_the_subject(imported: None) -> None:
    answer = run("--split", "2023-01-01", "--until", "2024-01-01", "--json")
    found: dict[str, Any] = json.loads(answer.stdout)
    assert (found["split"], found["projects_before"], found["candidates"]) == ("2023-01-01", 24, 16)
    assert found["engine"] == engine()
    kept = {(one["setting"], one["slice"], one["ranking"]): one for one in found["results"]}
    both = kept["both", "all", "vote of past projects"]
    assert (both["questions"], both["recall_at_20"]["mean"], both["hit_at_10"]["mean"]) == (16, 1.0, 1.0)
    assert {key[0] for key in kept} == {
        "topic only",
        "objective",
        "both",
        "with coordinator",
        "with three known members",
    } - {"with three known members"}  # all three are known, so nobody is left to find
    assert {key[2] for key in kept} == {
        "full ranking", "vote of past projects", "BM25 vote", "popularity in the call's family", "popularity",
    }  # fmt: skip


def test_evaluate_answers_the_same_twice(imported: None) -> None:
    words = ("--split", "2023-01-01", "--until", "2023-06-01", "--setting", "both", "--json")
    assert run(*words).stdout == run(*words).stdout


def test_evaluate_prints_a_table(imported: None) -> None:
    answer = run("--split", "2023-01-01", "--until", "2023-06-01", "--setting", "both", "--vote-only")
    lines = answer.stdout.splitlines()
    assert lines[0].startswith(
        "24 projects of Horizon Europe were signed before 2023-01-01, 16 organisations are candidates."
    )
    assert [line.strip() for line in lines].count("Both") == 1


def test_evaluate_says_when_nothing_can_be_measured(imported: None) -> None:
    answer = run("--split", "2030-01-01", "--until", "2031-01-01")
    assert answer.exit_code == 1
    assert "Nothing can be measured" in answer.stderr


def test_evaluate_refuses_days_in_the_wrong_order() -> None:
    answer = run("--split", "2024-01-01", "--until", "2024-01-01")
    assert (answer.exit_code, "--until has to be later than --split." in answer.stderr) == (2, True)


def test_vote_stands_well_above_popularity_on_the_real_corpus(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    """The vote alone on a part of 2024, so that it stays short; `test_evaluation_doc` holds the whole run to its goals."""
    import_cordis(shared_data("data/cordis/cordis-HORIZONprojects-csv.zip"))
    answer = run("--split", "2024-01-01", "--until", "2024-03-01", "--setting", "both", "--vote-only", "--json")
    found = {(one["slice"], one["ranking"]): one for one in json.loads(answer.stdout)["results"]}
    vote, popular = found["all", "vote of past projects"], found["all", "popularity"]
    assert 0.15 < vote["recall_at_20"]["mean"] < 0.32
    assert vote["recall_at_20"]["mean"] > 1.5 * popular["recall_at_20"]["mean"]


def test_titles_of_wider_fields_come_from_the_paths(tmp_path: Path) -> None:
    rows = [
        field(101, euroSciVocCode="/25/63/7", euroSciVocPath="/engineering/civil/harbours", euroSciVocTitle="harbours")
    ]
    import_cordis(write_download(tmp_path / "a.zip", euroSciVoc=rows))
    assert field_titles() == {"/25": "engineering", "/25/63": "civil", "/25/63/7": "harbours"}
