"""The index after an import: what is used again, what is built anew, and what the page says of a damaged file."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cordis_files import organization, project, write_download
from tests.integration.test_evaluate_command import corpus_file

from cofund.actions import index_files as actions
from cofund.actions.errors import Refused
from cofund.importers.cordis import import_cordis
from cofund.queries import import_runs, index_facts, index_files, index_state, past_digests
from cofund.queries.held import is_held
from cofund.records.corpus.models import ImportRun, PastOrganisation, PastProject
from cofund.web.office.corpus import showing

pytestmark = pytest.mark.django_db
AT = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home folder of the test's own with an imported corpus of forty projects and an index of it."""
    settings.COFUND_HOME = tmp_path / "home"
    import_cordis(corpus_file(tmp_path / "small.zip"))
    actions.build_index()
    return tmp_path / "home"


def more(path: Path, *numbers: int) -> None:
    """Import projects that are new."""
    projects = [project(number, title="harbour quays", ecSignatureDate="2023-06-15") for number in numbers]
    members = [organization(number, 1001, order="1", role="coordinator", name="BODY 1001") for number in numbers]
    import_cordis(write_download(path, project=projects, organization=members, topics=[], euroSciVoc=[], legalBasis=[]))


def known() -> int:
    """How many past projects the index in use knows."""
    return len(index_files.open_index().history.corpus.projects)


def files(version: str) -> dict[str, bytes]:
    """Every file of an index but its description, which names the day."""
    folder = index_files.folder() / version
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name != index_files.DESCRIPTION}


def test_index_stays_where_nothing_is_different(home: Path, tmp_path: Path) -> None:
    before = index_files.current_version()
    import_cordis(corpus_file(tmp_path / "again.zip"))
    built = actions.update_index()
    assert (built.version, built.is_new, built.reused) == (
        before, False, ("All was used again: none of 40 past projects is different.",),
    )  # fmt: skip


def test_trees_are_kept_where_little_is_different(home: Path, tmp_path: Path) -> None:
    before = index_files.open_index()
    more(tmp_path / "more.zip", 101)
    built = actions.update_index()
    after = index_files.open_index()
    assert built.reused == (
        "40 past projects are as they were, 0 changed, 1 are new, 0 gone.",
        "The trees were kept: 1 past projects are different since they were trained, fewer than one in 20.",
    )
    assert (built.is_new, after.version == built.version, len(after.history.corpus.projects)) == (True, True, 41)
    assert after.description["trained_at"] == before.description["trained_at"]
    assert after.ranking.text == before.ranking.text


def test_differences_add_up_until_trees_are_trained_anew(home: Path, tmp_path: Path) -> None:
    trained = index_files.open_index().description["trained_at"]
    for number in (101, 102):
        more(tmp_path / f"{number}.zip", number)
        assert actions.update_index().reused[1].startswith("The trees were kept")
    assert index_files.open_index().description["changed_since_training"] == 2
    more(tmp_path / "103.zip", 103)
    assert actions.update_index().reused[1] == "The trees were trained anew."
    description = index_files.open_index().description
    assert (description["changed_since_training"], description["trained_at"] > trained) == (0, True)


def test_updated_index_is_the_same_as_one_that_is_built_without_training(home: Path, tmp_path: Path) -> None:
    more(tmp_path / "more.zip", 101)
    updated = files(actions.update_index().version)
    assert files(actions.build_index(trains=False)) == updated


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: PastProject.objects.filter(pk=1).update(title="Another"), (39, 1, 0, 0, False)),
        (lambda: PastProject.objects.filter(pk=1).update(total_cost_cents=5), (40, 0, 0, 0, False)),
        (
            lambda: PastProject.objects.get(pk=1).participations.filter(role="coordinator").update(role="other"),
            (39, 1, 0, 0, False),
        ),
        (lambda: PastOrganisation.objects.filter(pk=1001).update(name="Another"), (40, 0, 0, 0, True)),
        (lambda: PastOrganisation.objects.filter(pk=1001).update(city="Another"), (40, 0, 0, 0, True)),
        (lambda: PastProject.objects.filter(pk=1).update(signed_on=None, starts_on=None), (39, 0, 0, 1, False)),
    ],
)
def test_digests_see_what_recommendations_read(home: Path, change: Any, expected: tuple[Any, ...]) -> None:
    before = past_digests.read()
    change()
    found = past_digests.difference(before, past_digests.read())
    assert (found.same, found.changed, found.new, found.gone, found.organisations_changed) == expected


def test_index_knows_what_it_was_built_from(home: Path) -> None:
    kept = index_files.built_from(index_files.open_index())
    now = past_digests.read()
    assert kept is not None
    assert np.array_equal(kept.digests, now.digests)
    assert past_digests.difference(kept, now).is_nothing


def test_import_while_the_index_learns_is_read_by_the_next_update(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = actions._learn

    def and_import(*given: Any) -> Any:
        more(tmp_path / "meanwhile.zip", 101)
        return learn(*given)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_learn", and_import)
        actions.build_index()
    assert (known(), index_state.look().imports_since) == (40, 1)
    assert actions.update_index().reused[0] == "40 past projects are as they were, 0 changed, 1 are new, 0 gone."
    assert (known(), index_state.look().imports_since) == (41, 0)


def test_import_while_the_index_is_updated_is_read_by_the_next_update(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(tmp_path / "before.zip", 101)
    put = actions._put

    def and_import(*given: Any) -> Any:
        more(tmp_path / "meanwhile.zip", 102)
        return put(*given)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_put", and_import)
        actions.update_index()
    assert (known(), index_state.look().imports_since) == (41, 1)
    assert actions.update_index().reused[0] == "41 past projects are as they were, 0 changed, 1 are new, 0 gone."
    assert (known(), index_state.look().imports_since) == (42, 0)


@pytest.mark.parametrize("step", ["before the digests", "before the corpus"])
def test_import_between_two_reads_makes_the_index_look_older_and_never_newer(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    place, name = {"before the digests": (past_digests, "read"), "before the corpus": (actions, "read_corpus")}[step]
    read = getattr(place, name)

    def after_import(*given: Any) -> Any:
        more(tmp_path / "meanwhile.zip", 101)
        return read(*given)

    with monkeypatch.context() as patch:
        patch.setattr(place, name, after_import)
        actions.build_index(trains=False)
    assert (known(), index_state.look().imports_since) == (41, 1)
    actions.update_index()
    assert (known(), index_state.look().imports_since) == (41, 0)


@contextmanager
def under_way(path: Path, number: int) -> Iterator[ImportRun]:
    """An import of a new project that has written all its batches and not ended yet, as its process lives."""
    more(path, number)
    run = ImportRun.objects.latest("pk")
    ended_at = run.finished_at
    ImportRun.objects.filter(pk=run.pk).update(finished_at=None)
    file = import_runs.lock_of(run.pk)
    lock = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield run
        ImportRun.objects.filter(pk=run.pk).update(finished_at=ended_at)
    finally:
        os.close(lock)


def test_page_tells_an_import_under_way_from_one_that_broke_off(home: Path, tmp_path: Path) -> None:
    def told() -> str:
        table = showing.imports_table(index_state.latest_imports())
        return str(table.rows[0].cells[2].value.label)

    with under_way(tmp_path / "more.zip", 101) as run:
        assert told() == "Under way"
    assert told() == "Whole"
    ImportRun.objects.filter(pk=run.pk).update(finished_at=None)
    assert told() == "Broke off"


def test_import_under_way_is_not_known_until_it_ends(home: Path, tmp_path: Path) -> None:
    with under_way(tmp_path / "more.zip", 101):
        actions.build_index(trains=False)
        assert index_state.look().imports_since == 0, "nothing has ended that it does not know"
    assert index_state.look().imports_since == 1


def test_import_that_ends_after_a_later_one_is_not_known_either(home: Path, tmp_path: Path) -> None:
    with under_way(tmp_path / "long.zip", 101) as long:
        more(tmp_path / "short.zip", 102)
        actions.build_index(trains=False)
        assert (ImportRun.objects.latest("pk").pk > long.pk, index_state.look().imports_since) == (True, 0)
    assert index_state.look().imports_since == 1
    assert index_facts.of(index_files.open_index()).is_outdated
    actions.update_index()
    assert index_state.look().imports_since == 0


def test_import_that_was_killed_is_behind_until_the_index_was_updated(home: Path, tmp_path: Path) -> None:
    with under_way(tmp_path / "more.zip", 101) as run:
        pass
    ImportRun.objects.filter(pk=run.pk).update(finished_at=None)
    holding = (
        "import fcntl, sys; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX); print(flush=True); input()"
    )
    command = [sys.executable, "-c", holding, str(import_runs.lock_of(run.pk))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        before = index_state.look().imports_since
        process.kill()
    assert (before, index_state.look().imports_since) == (0, 1)
    assert actions.update_index().is_new
    assert (known(), index_state.look().imports_since) == (41, 0)
    # It was taken for dead and was not: what it wrote until then was read, the rest was not.
    ImportRun.objects.filter(pk=run.pk).update(finished_at=AT)
    assert index_state.look().imports_since == 1


@pytest.mark.parametrize("breaks_off", [False, True])
def test_import_holds_its_lock_until_it_is_over(home: Path, tmp_path: Path, breaks_off: bool) -> None:
    class Broken(Exception):
        """What an import breaks off with."""

    seen = []

    def look(done: int, total: int) -> None:
        lock = import_runs.lock_of(ImportRun.objects.latest("pk").pk)
        seen.append((is_held(lock), index_state.look().imports_since))
        if breaks_off:
            raise Broken

    with pytest.raises(Broken) if breaks_off else nullcontext():
        import_cordis(corpus_file(tmp_path / "again.zip"), progress=look)
    assert (set(seen), index_state.look().imports_since) == ({(True, 0)}, 1)
    assert list(import_runs.lock_of(1).parent.iterdir()) == []


def test_index_that_does_not_say_which_imports_it_knows_knows_none(home: Path) -> None:
    file = index_files.folder() / index_files.current_version() / index_files.DESCRIPTION
    described = json.loads(file.read_text())
    for known_imports in (None, [1], {"ended": 1}, {"gone": "x"}):
        file.write_text(json.dumps({**described, "known_imports": known_imports}))
        assert index_state.look().imports_since == 1
    del described["known_imports"]
    file.write_text(json.dumps(described))
    assert index_state.look().imports_since == 1
    index_files._open.cache_clear()
    actions.build_index(trains=False)
    assert index_state.look().imports_since == 0


def test_second_build_at_one_time_is_refused_and_the_page_says_that_one_is_under_way(home: Path) -> None:
    lock = os.open(index_files.folder() / index_files.BUILDING, os.O_WRONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        assert index_state.look().is_building
        with pytest.raises(Refused, match="Another process builds one now"):
            actions.update_index()
    finally:
        os.close(lock)
    assert not index_state.look().is_building


def test_what_a_broken_build_left_is_cleared_away(home: Path) -> None:
    left = index_files.folder() / f"20200101T000000000000{index_files.UNFINISHED}"
    left.mkdir()
    actions.build_index(trains=False)
    assert not left.exists()


def test_state_is_whole_until_a_file_is_touched(home: Path) -> None:
    found = index_state.look()
    assert (found.state, found.wrong, found.imports_since, found.is_trained) == (index_state.WHOLE, "", 0, False)
    file = index_files.folder() / found.version / "texts.data.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))
    found = index_state.look()
    assert (found.state, "texts.data.npy is missing or was changed" in found.wrong) == (index_state.DAMAGED, True)
    file.unlink()
    assert index_state.look().wrong.startswith(f"The index {found.version} is damaged: texts.data.npy is missing.")


def test_damaged_index_is_built_anew_by_an_update(home: Path) -> None:
    (index_files.folder() / index_files.current_version() / "texts.data.npy").unlink()
    index_files._open.cache_clear()
    built = actions.update_index()
    assert (built.reused, index_state.look().state) == (("Nothing was used again: all is new.",), index_state.WHOLE)


def test_imports_since_are_counted(home: Path, tmp_path: Path) -> None:
    more(tmp_path / "more.zip", 101)
    assert index_state.look().imports_since == 1


def test_index_that_nothing_changed_in_counts_the_import_as_known(home: Path, tmp_path: Path) -> None:
    import_cordis(corpus_file(tmp_path / "again.zip"))
    actions.update_index()
    assert index_state.look().imports_since == 0
    assert not index_facts.of(index_files.open_index()).is_outdated


def test_topic_is_told_of_an_import_until_the_index_was_updated(home: Path, tmp_path: Path) -> None:
    assert not index_facts.of(index_files.open_index()).is_outdated
    more(tmp_path / "more.zip", 101)
    assert index_facts.of(index_files.open_index()).is_outdated
    actions.update_index()
    assert not index_facts.of(index_files.open_index()).is_outdated


def test_score_is_kept_and_found(home: Path) -> None:
    assert index_files.score() is None
    actions.keep_score({"split": "2024-01-01", "results": []})
    assert index_files.score() == {"split": "2024-01-01", "results": []}
