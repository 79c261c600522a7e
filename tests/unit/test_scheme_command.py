"""`cofund scheme` names what is wrong, and its exit code can be relied on by scripts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.scheme_examples import SIXTH

from cofund.commands.schemes import group
from cofund.schemes import shipped


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.toml"
    path.write_text(SIXTH, encoding="utf-8")
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.toml"
    path.write_text(SIXTH.replace('ratio = "2/3"', 'ratio = "one"'), encoding="utf-8")
    return path


def test_check_passes_a_scheme_that_nobody_has_seen(good: Path):
    result = run("check", str(good))
    line = f"{good}: version 2026-1, USD, tranches pool 30,000,000.50, 3 sources (3 verified)\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, line, "")


def test_check_passes_every_shipped_scheme(tmp_path: Path):
    for name, text in shipped().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = run("check", *(str(tmp_path / name) for name in shipped()))
    assert (result.exit_code, result.stderr) == (0, "")


def test_check_names_file_key_found_and_expected(good: Path, wrong: Path):
    result = run("check", str(good), str(wrong))
    message = f'{wrong}: tranches[0].ratio: found \'one\', expected a fraction such as "1" or "2/3"\n'
    assert (result.exit_code, result.stderr) == (1, message)


def test_check_of_tranches_that_share_differently_says_which_and_what_to_do(tmp_path: Path):
    path = tmp_path / "mixed.toml"
    second = SIXTH[SIXTH.index("[[tranches]]") : SIXTH.index("[[roles]]")].replace('"pool"', '"other"')
    text = SIXTH.replace("[[roles]]", second + 'allocation = "partner_first"\n\n[[roles]]', 1)
    path.write_text(text.replace('ratio = "2/3"', 'ratio = "2/3"\nallocation = "pro_rata"', 1), encoding="utf-8")
    result = run("check", str(path))
    found = "found pro_rata (pool) beside partner_first (other), expected one allocation for all tranches, because a topic's"
    assert result.exit_code == 1
    assert (
        f"{path}: tranches: {found} public money is shared by one rule; else two schemes" in result.stderr.splitlines()
    )


def test_check_as_json_is_for_scripts(wrong: Path):
    result = run("check", "--json", str(wrong))
    assert (result.exit_code, json.loads(result.stdout)) == (
        1,
        {
            "checked": 1,
            "problems": [
                {
                    "file": str(wrong),
                    "key": "tranches[0].ratio",
                    "found": "'one'",
                    "expected": 'a fraction such as "1" or "2/3"',
                }
            ],
        },
    )


def test_check_of_a_file_that_is_not_there_or_not_text(tmp_path: Path):
    (tmp_path / "bytes.toml").write_bytes(b"code = \xff")
    result = run("check", str(tmp_path / "none.toml"), str(tmp_path / "bytes.toml"))
    assert (result.exit_code, result.stderr) == (
        1,
        f"{tmp_path}/none.toml: whole file: found no such file or directory, expected a readable UTF-8 text file\n"
        f"{tmp_path}/bytes.toml: whole file: found a byte that is not UTF-8 (at byte 7), "
        "expected a readable UTF-8 text file\n",
    )


def test_list_names_the_shipped_schemes():
    assert [row["code"] for row in json.loads(run("list", "--json").stdout)] == [
        "cbe",
        "edctp3",
        "foundation",
        "ihi",
        "imi2",
    ]
    assert [line.split()[0] for line in run("list").stdout.splitlines()] == [
        "cbe",
        "edctp3",
        "foundation",
        "ihi",
        "imi2",
    ]


def test_show_gives_exact_values_as_json(good: Path):
    shown = json.loads(run("show", "--json", str(good)).stdout)
    assert (shown["tranches"][0]["cap_cents"], shown["tranches"][0]["ratio"]) == (3_000_000_050, "2/3")
    assert shown["starts_on"] == "2026-01-01"


@pytest.mark.parametrize("code", ["cbe", "edctp3", "foundation", "ihi", "imi2"])
def test_show_names_every_source(code: str):
    result = run("show", code)
    shown = json.loads(run("show", code, "--json").stdout)
    assert result.exit_code == 0
    sources = result.stdout.split("\nSources\n")[1].splitlines()
    assert [line.split()[0] for line in sources] == [figure["key"] for figure in shown["figures"]]


def test_check_takes_a_file_that_begins_with_a_mark_of_byte_order(tmp_path: Path):
    path = tmp_path / "marked.toml"
    path.write_text(SIXTH, encoding="utf-8-sig")
    assert run("check", str(path)).exit_code == 0


def test_check_takes_a_tranche_that_matches_nothing(tmp_path: Path):
    path = tmp_path / "nothing.toml"
    path.write_text(SIXTH.replace('ratio = "2/3"', 'ratio = "0"'), encoding="utf-8")
    assert run("check", str(path)).exit_code == 0
