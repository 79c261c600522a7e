"""Long tasks beside the site, with real processes, a real server of files and a real database: done, failed, cancelled, killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.integration.test_evaluate_command import corpus_file
from tests.integration.test_import_command import Handler, Server, server

from cofund.actions import background
from cofund.actions.actors import Actor
from cofund.actions.background_run import run
from cofund.actions.errors import NotAllowed, Refused
from cofund.commands.background import EXPECTED, work
from cofund.commands.main import cli
from cofund.queries import background as tasks
from cofund.queries.held import is_held
from cofund.queries.index_files import open_index
from cofund.records.corpus.models import ImportRun, PastProject
from cofund.records.directory.models import AuditEvent, BackgroundTask

__all__ = ["server"]
OFFICER = Actor("Olga Officer", "officer")
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """A home folder of the test's own, and no server to fetch from."""
    settings.COFUND_HOME, settings.COFUND_CORDIS_URL = tmp_path / "home", "http://127.0.0.1:9/data"
    return tmp_path / "home"


def started(kind: str, **more: Any) -> BackgroundTask:
    """A task that was recorded and whose process is run here: nothing is committed, so none is started."""
    return run(background.start(OFFICER, kind, **more).pk, work, EXPECTED)


def test_horizon_europe_is_fetched_imported_and_the_index_built(
    home: Path, server: Server, settings: Any, tmp_path: Path
) -> None:
    server.data = corpus_file(tmp_path / "a.zip").read_bytes()
    settings.COFUND_CORDIS_URL = f"http://127.0.0.1:{server.server_port}/data"
    row = started("fetch")
    row.refresh_from_db()
    assert (row.status, row.wrong, PastProject.objects.count()) == ("done", "", 40)
    assert row.results == [
        f"Fetched cordis-HORIZONprojects-csv.zip, {len(server.data):,} bytes.",
        "Imported cordis-HORIZONprojects-csv.zip: 40 projects are new, 0 changed, 0 rows were rejected.",
        f"The index {open_index().version} is built and in use.",
        "Nothing was used again: all is new.",
    ]
    said = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_name"))
    assert said == [("build index", "Olga Officer"), ("end task", "Olga Officer")]


def test_second_fetch_of_the_same_uses_the_index_again(
    home: Path, server: Server, settings: Any, tmp_path: Path
) -> None:
    server.data = corpus_file(tmp_path / "a.zip").read_bytes()
    settings.COFUND_CORDIS_URL = f"http://127.0.0.1:{server.server_port}/data"
    started("fetch")
    version = open_index().version
    assert started("fetch").results[2:] == [
        f"The index {version} stays in use.", "All was used again: none of 40 past projects is different.",
    ]  # fmt: skip


def test_without_a_network_the_task_fails_in_words(home: Path) -> None:
    row = started("fetch")
    assert (row.status, ImportRun.objects.count()) == ("failed", 0)
    assert row.wrong == (
        "http://127.0.0.1:9/data/cordis-HORIZONprojects-csv.zip could not be fetched whole: [Errno 111] Connection refused. "
        "Try again: it goes on from there."
    )


def test_file_that_is_no_download_fails_in_words(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("<html>")
    row = started("file", file=tmp_path / "a.zip")
    assert (row.status, row.wrong.startswith("a.zip is not a whole zip file")) == ("failed", True)


def test_mistake_of_the_program_is_told_and_kept(home: Path, caplog: Any) -> None:
    (home / "index").parent.mkdir(parents=True)
    (home / "index").write_text("a file where a folder should be")
    row = started("index")
    assert (row.status, row.wrong.partition(": ")[0]) == ("failed", "Something went wrong that nobody foresaw")
    assert "Traceback" in caplog.text


def test_index_without_past_projects_fails_in_words(home: Path) -> None:
    assert started("index").wrong.endswith("Import some first: `cofund import cordis --download HORIZON`.")


def test_one_task_at_a_time(home: Path) -> None:
    background.start(OFFICER, "index")
    with pytest.raises(Refused, match="Another task is under way"):
        background.start(OFFICER, "fetch")


def test_file_that_is_not_there_is_refused(home: Path) -> None:
    with pytest.raises(Refused, match="There is no file"):
        background.start(OFFICER, "file", file=home / "none.zip")


def test_auditor_starts_nothing(home: Path) -> None:
    with pytest.raises(NotAllowed):
        background.start(Actor("Ada", "auditor"), "index")


def test_task_that_has_ended_is_not_run_again(home: Path) -> None:
    row = started("index")
    with pytest.raises(Refused, match="There is none of this number that is open"):
        run(row.pk, work, EXPECTED)


def test_command_says_how_tasks_stand(home: Path) -> None:
    assert CliRunner().invoke(cli, ["task"]).stdout == "No task was started yet.\n"
    started("index")
    assert (
        CliRunner().invoke(cli, ["task"]).stdout.split("  ", 1)[1].startswith("Build the index: Failed. Build an index")
    )


class Site:
    """A site of its own on SQLite, used as an operator uses it: by commands, each a process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        unset = {name: value for name, value in os.environ.items() if name != "COFUND_DATABASE_URL"}
        self.environment = unset | {"COFUND_HOME": str(home), "COFUND_CORDIS_URL": "http://127.0.0.1:9/data"}

    def run(self, *words: str) -> str:
        """Run a command, and give what it prints."""
        command = [sys.executable, "-m", "cofund.commands.main", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        until = time.monotonic() + 120
        while not is_so():
            assert time.monotonic() < until, self.run("task")
            time.sleep(0.1)

    @property
    def lock(self) -> Path:
        """The lock of its first task."""
        return self.home / "tasks" / "1.lock"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site")
    yield made
    if is_held(made.lock):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(made.lock.read_text()), signal.SIGKILL)


@pytest.mark.same_on_both
def test_setup_with_a_corpus_imports_and_builds_beside(site: Site, tmp_path: Path) -> None:
    file = str(corpus_file(tmp_path / "a.zip"))
    assert "a.zip is being imported and the index built" in site.run("setup", "--no-demo", "--corpus", file)
    site.wait(lambda: "1  Import a file, build the index: Done." in site.run("task"))
    assert "40 projects of Horizon Europe" in site.run("index", "show")


def test_process_that_was_killed_is_told_as_gone(home: Path) -> None:
    row = background.start(OFFICER, "index")
    lock = tasks.lock_of(row.pk)
    lock.parent.mkdir(parents=True)
    holding = (
        "import fcntl, sys; held = open(sys.argv[1], 'w'); fcntl.flock(held, fcntl.LOCK_EX); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        before = tasks.standing(row)
        process.kill()
    assert (before, tasks.standing(row)) == ("open", tasks.DEAD)


def test_waiting_task_is_cancelled_at_once_when_its_process_is_gone(home: Path) -> None:
    row = background.start(OFFICER, "index")
    tasks.lock_of(row.pk).parent.mkdir(parents=True)
    tasks.lock_of(row.pk).write_text("1")
    background.cancel(OFFICER, row)
    row.refresh_from_db()
    assert (row.status, tasks.standing(row)) == ("cancelled", "cancelled")
    with pytest.raises(Refused, match="It stands at “Cancelled”"):
        background.cancel(OFFICER, row)


class Ending(Handler):
    """Tells this process to end as soon as somebody fetches the file."""

    def do_GET(self) -> None:  # noqa: N802  # as the library calls it
        os.kill(os.getpid(), signal.SIGTERM)
        self.send_error(503)


@pytest.fixture
def ending(settings: Any, home: Path) -> Iterator[None]:
    """A server from which no task gets its file: it is told to end while it asks."""
    with Server(("127.0.0.1", 0), Ending) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        settings.COFUND_CORDIS_URL = f"http://127.0.0.1:{serving.server_port}/data"
        yield
        serving.shutdown()
        thread.join()


def test_cancelled_task_ends_where_it_is(ending: None) -> None:
    row = background.start(OFFICER, "fetch")
    background.cancel(OFFICER, row)
    done = run(row.pk, work, EXPECTED)
    done.refresh_from_db()
    assert (done.status, done.wrong, ImportRun.objects.count()) == ("cancelled", "", 0)
    said = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert said == ["build index", "cancel task", "end task"]


def test_task_that_the_machine_ends_says_so(ending: None) -> None:
    row = started("fetch")
    assert (row.status, row.wrong) == ("failed", "Its process was told to end from outside. Start it again.")
