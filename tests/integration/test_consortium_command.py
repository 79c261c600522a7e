"""`cofund check-consortium`: the report for people and for scripts, the files it writes, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.workbooks import DIABETES, opened, plan_file

from cofund.commands.main import cli
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

pytestmark = pytest.mark.django_db
IHI = parse(shipped()["ihi.toml"], file="ihi.toml")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check-consortium", *map(str, words)])


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan that passes."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_file(IHI))
    return path


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """The same plan without its financial contribution."""
    path = tmp_path / "failing.xlsx"
    path.write_bytes(plan_file(IHI, [*DIABETES[:3], {**DIABETES[3], "given-FC": 0}]))
    return path


def test_plan_that_passes_ends_well(plan: Path) -> None:
    result = run(plan, "--scheme", "ihi")
    assert result.exit_code == 0
    assert (
        result.stdout.splitlines()[0]
        == "The plan, by Innovative Health Initiative, version 4: Nothing blocks this plan."
    )
    assert "  at least 45 %, Regulation (EU) 2021/2085, Article 119(3)" in result.stdout.splitlines()


def test_plan_that_fails_says_what_would_pass(failing: Path) -> None:
    result = run(failing, "--scheme", "ihi")
    assert result.exit_code == 1
    assert "  To pass: add EUR 820,454.55 of contributions, or ask for EUR 7,822,222.22." in result.stdout.splitlines()


def test_json_holds_the_smallest_changes_in_cents(failing: Path) -> None:
    result = run(failing, "--scheme", "ihi", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["passes"], found["findings"]) == (1, False, [])
    assert found["tests"][0]["to_pass"] == [
        {
            "what": "add",
            "of": ["IKOP", "FC", "IKAA"],
            "not_in_third_countries": [],
            "cents": 82_045_455,
            "leaves_cents": None,
        },
        {
            "what": "ask_less",
            "of": [],
            "not_in_third_countries": [],
            "cents": 100_277_778,
            "leaves_cents": 782_222_222,
        },
    ]
    first = found["tests"][0]
    assert (first["numerator_cents"], first["denominator_cents"]) == (640_000_000, 1_522_500_000)
    assert (first["share"], first["limit"], first["bound"]) == ("256/609", "9/20", "at_least")


def test_json_says_of_which_kind_and_where(tmp_path: Path) -> None:
    path = tmp_path / "overseas.xlsx"
    overseas = [*DIABETES[:2], {**DIABETES[2], "third-IKOP": 1_300_000}, DIABETES[3]]
    limit = ("Limit of the topic: operational in-kind costs in third countries", 0.2)
    path.write_bytes(plan_file(IHI, overseas, (limit,)))
    first = json.loads(run(path, "--scheme", "ihi", "--json").stdout)["tests"][0]
    assert (first["id"], first["costs_are_stated"]) == ("action_floor", False)
    assert [(one["of"], one["not_in_third_countries"], one["cents"]) for one in first["to_pass"]] == [
        (["IKOP"], ["IKOP"], 21_500_000),
        (["FC", "IKAA"], [], 29_318_182),
        ([], [], 35_833_334),
    ]


def test_wrong_cells_are_told_and_nothing_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(plan_file(IHI, [{"name": "University", "country": "NL", "public": "much"}]))
    result = run(path, "--scheme", "ihi", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, "tests" in found) == (1, False)
    assert [(one["sheet"], one["row"], one["column"]) for one in found["wrong_cells"]] == [("Participants", 2, "I")]


def test_code_that_is_no_pic_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_file(IHI, [{**DIABETES[0], "pic": "12"}, *DIABETES[1:]]))
    found = json.loads(run(path, "--scheme", "ihi", "--json").stdout)["findings"]
    told = [one["words"] for one in found if one["code"] == "pic"]
    assert told == [f"{DIABETES[0]['name']}: A PIC has 9 digits; “12” has 2."]


def test_template_and_result_are_workbooks(tmp_path: Path, plan: Path) -> None:
    template, checked = tmp_path / "template.xlsx", tmp_path / "checked.xlsx"
    assert run("--scheme", "cbe", "--template", template).exit_code == 0
    assert run(plan, "--scheme", "ihi", "--result", checked).exit_code == 0
    names = ["Read me", "Project", "Participants", "Result", "Lists"]
    assert [opened(path.read_bytes()).sheetnames for path in (template, checked)] == [names, names]
    again = run(checked, "--scheme", "ihi")
    assert again.exit_code == 0


def test_file_that_is_no_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_text("name;country")
    result = run(path, "--scheme", "ihi")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        f"Error: {path}: It is no Excel workbook (.xlsx). Save it anew as an Excel workbook (.xlsx) and try again.",
    )


def test_scheme_that_there_is_not_is_refused_in_words(plan: Path) -> None:
    result = run(plan, "--scheme", "ihj")
    assert (result.exit_code, result.stderr.startswith("Error: There is no scheme 'ihj' on this site.")) == (1, True)


def test_nothing_to_do_says_what_is_missing() -> None:
    assert "Error: Name the FILE to check, or --template FILE to get one." in run("--scheme", "ihi").stderr
