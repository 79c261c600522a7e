"""`cofund index` and `cofund recommend` on a small imported corpus: building, swapping, checking, asking, refusing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.cordis_files import organization, project, write_download
from tests.integration.test_evaluate_command import corpus_file

from cofund.commands.main import cli
from cofund.importers.cordis import import_cordis
from cofund.queries.index_files import NoIndexError, current_version, folder, open_index

pytestmark = pytest.mark.usefixtures("db")


def run(*words: str, entered: str | None = None) -> Result:
    return CliRunner().invoke(cli, words, input=entered, catch_exceptions=False)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home folder of the test's own."""
    settings.COFUND_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def built(tmp_path: Path, home: Path) -> Path:
    """An index of the small corpus, in use."""
    import_cordis(corpus_file(tmp_path / "small.zip"))
    assert run("index", "build").exit_code == 0
    return home


def answer(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("recommend", *words, "--json").stdout)
    return found


def test_recommend_names_organisations_with_reasons(built: Path) -> None:
    found = answer("--text", "insulin pumps", "--number", "2")
    assert [one["name"] for one in found["candidates"]] == ["BODY 1000", "BODY 1010"]
    assert {one["band"] for one in found["candidates"]} == {"not rated"}
    assert found["candidates"][0]["reasons"][0] == {
        "kind": "near projects", "words": "took part in 20 projects near to this text, the last signed in 2023", "number": 20,
        "projects": found["candidates"][0]["reasons"][0]["projects"],
    }  # fmt: skip
    assert set(map(str, found["candidates"][0]["reasons"][0]["projects"])) <= set(found["projects"])


def test_recommend_answers_the_same_in_every_process(built: Path) -> None:
    from cofund.queries import index_files

    one = run("recommend", "--text", "insulin pumps", "--json").stdout
    index_files._open.cache_clear()
    assert run("recommend", "--text", "insulin pumps", "--json").stdout == one


def test_recommend_prints_a_table(built: Path) -> None:
    lines = run("recommend", "--text", "harbour quays", "--number", "1").stdout.splitlines()
    assert sum("BODY 1001 (BE)" in line for line in lines) == 1


def test_recommend_leaves_known_members_out_and_says_who_worked_with_them(built: Path) -> None:
    found = answer("--text", "insulin pumps", "--with", "1000", "--number", "1")["candidates"][0]
    assert found["name"] == "BODY 1010"
    assert "worked with your members in 20 projects, the last signed in 2023" in [
        why["words"] for why in found["reasons"]
    ]


@pytest.mark.parametrize(
    ("wish", "number"),
    [
        (["--country", "be"], 24),
        (["--country", "NL"], 0),
        (["--kind", "prc"], 24),
        (["--kind", "OTH"], 0),
        (["--newcomer"], 20),
    ],
)
def test_recommend_keeps_to_the_wish(built: Path, wish: list[str], number: int) -> None:
    assert len(answer("--text", "insulin pumps for children", *wish, "--number", "200")["candidates"]) == number


def test_index_of_one_organisation_that_states_no_place_is_opened_and_answers(tmp_path: Path, home: Path) -> None:
    bare = {"name": "BODY 1000", "activityType": "", "country": "", "city": "", "vatNumber": "", "geolocation": ""}
    past = write_download(
        tmp_path / "one.zip", project=[project(number, title="insulin pumps") for number in (1, 2)],
        organization=[organization(number, 1000, **bare) for number in (1, 2)], topics=[], euroSciVoc=[], legalBasis=[],
    )  # fmt: skip
    import_cordis(past)
    assert run("index", "build").exit_code == 0
    corpus = open_index().history.corpus
    assert (corpus.countries, corpus.towns) == ([""], [""])
    assert [one["name"] for one in answer("--text", "insulin pumps")["candidates"]] == ["BODY 1000"]


def test_recommend_says_when_nobody_fits(built: Path) -> None:
    assert run("recommend", "--text", "insulin", "--country", "NL").stdout.startswith(
        "Nobody who is looked for took part"
    )


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "Καρδιά και πνεύμονας", "xyzzy", "the"])
def test_recommend_refuses_a_text_that_says_nothing(built: Path, text: str) -> None:
    found = run("recommend", "--text", text)
    assert (found.exit_code, "English sentences" in found.stderr or "There is no text." in found.stderr) == (1, True)


def test_recommend_reads_one_word_and_the_start_of_a_long_text(built: Path) -> None:
    assert len(answer("--text", "insulin")["candidates"]) > 0
    long = run("recommend", "--text", "-", "--json", entered="insulin pumps " * 5000)
    assert json.loads(long.stdout)["notes"] == ["The text is long: its first 50,000 characters were read."]


def test_recommend_answers_from_the_call_where_the_text_says_nothing(built: Path) -> None:
    found = answer("--text", "🙂", "--call", "HORIZON-CL5-2022-D6-01-01")
    assert found["notes"] == [
        "None of the text's words stands in a past project: only the call and the known members speak."
    ]
    assert len(found["candidates"]) > 0


@pytest.mark.parametrize("code", [77, -1, 2**63, 99_999_999_999_999_999_999])
def test_recommend_refuses_an_unknown_member(built: Path, code: int) -> None:
    found = run("recommend", "--text", "insulin", "--with", "1000", "--with", str(code))
    assert (found.exit_code, f"has the identification code {code}." in found.stderr) == (1, True)


def test_recommend_without_an_index_says_what_to_do(home: Path) -> None:
    found = run("recommend", "--text", "insulin")
    assert (found.exit_code, found.stderr) == (
        1, "Error: There is no index of past projects yet. Run `cofund index build`.\n",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["texts.data.npy", "members.starts.npy", "index.json"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_damaged_index_is_recognised(built: Path, name: str, harm: str) -> None:
    from cofund.queries import index_files

    index_files._open.cache_clear()
    file = folder() / current_version() / name
    content = file.read_bytes()
    if harm == "gone":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        file.write_bytes(b"\0" + content[1:])
    with pytest.raises(NoIndexError, match=r"is damaged.* Run `cofund index build`\."):
        open_index()


def test_index_of_another_release_is_refused(built: Path) -> None:
    from cofund.queries import index_files

    index_files._open.cache_clear()
    file = folder() / current_version() / "index.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 0}))
    with pytest.raises(NoIndexError, match="another release"):
        open_index()


def test_new_index_takes_the_place_of_the_last_and_the_last_but_one_goes(built: Path) -> None:
    first = current_version()
    versions = [first]
    for _ in range(2):
        assert run("index", "build", "--no-training").exit_code == 0
        versions.append(current_version())
    assert sorted(path.name for path in folder().iterdir() if path.is_dir()) == versions[1:]
    assert open_index().version == versions[-1]


def test_index_is_mapped_read_only(built: Path) -> None:
    assert not open_index().history.texts.data.flags.writeable


def test_index_show_says_what_it_holds(built: Path) -> None:
    assert (
        run("index", "show").stdout.split(": ", 1)[1] == "40 projects of Horizon Europe, 0 older ones, 24 candidates.\n"
    )


def test_index_of_nothing_is_refused(home: Path) -> None:
    found = run("index", "build")
    assert (found.exit_code, "No project of Horizon Europe was imported." in found.stderr) == (1, True)
