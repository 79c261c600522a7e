"""`cofund import cordis`: what an officer sees, and the download, from a server on this machine."""

from __future__ import annotations

import http.server
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.cordis_files import organization, project, write_download
from tests.machine import CHECKOUT

from cofund.commands.importing import group
from cofund.records.corpus.models import ImportRun, PastProject

pytestmark = pytest.mark.usefixtures("db")

NAME = "cordis-HORIZONprojects-csv.zip"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(group, ["cordis", *map(str, words)], catch_exceptions=False)


def test_command_tells_what_was_added(tmp_path: Path) -> None:
    answer = run(write_download(tmp_path / "a.zip"))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines()[-1] == "All 10 rows of the file were taken."


def test_command_tells_what_was_rejected(tmp_path: Path) -> None:
    file = write_download(tmp_path / "a.zip", organization=[organization(101, 900, SME="[?]")])
    answer = run(file, "--report", tmp_path / "rejected.csv")
    assert answer.stdout.splitlines()[-5:] == [
        "1 of 8 rows were rejected:",
        "  1 × organization.csv SME is neither true nor false",
        "The first of them:",
        "  organization.csv line 2: SME = '[?]' is neither true nor false",
        f"Every one is in {tmp_path / 'rejected.csv'}.",
    ]


def test_json_is_one_object(tmp_path: Path) -> None:
    file = write_download(tmp_path / "a.zip", project=[project(101), project(102), project(103, endDate="x")])
    found = json.loads(run(file, "--json").stdout)
    assert (found["source"], found["file"], found["rejected"]) == ("CORDIS CSV", "a.zip", 1)
    assert found["tables"]["projects"] == {"rows": 2, "added": 2, "changed": 0, "removed": 0}
    assert found["rejects"] == [
        {"member": "project.csv", "line": 4, "column": "endDate", "value": "x",
         "reason": "is not a day written as year-month-day"},
    ]  # fmt: skip


def test_unusable_file_ends_with_an_error_and_no_trace(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("<html>")
    answer = run(tmp_path / "a.zip")
    assert (answer.exit_code, answer.stderr.split(" (")[0]) == (1, "Error: a.zip is not a whole zip file")


def test_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    answer = run(write_download(tmp_path / "a.zip"), "--report", tmp_path / "no" / "such.csv")
    assert (answer.exit_code, answer.stderr) == (1, f"Error: {tmp_path}/no/such.csv: No such file or directory.\n")


def test_command_wants_a_file_or_a_programme(tmp_path: Path) -> None:
    answer = run()
    assert answer.stderr.splitlines()[-1] == (
        "Error: Name either a FILE or a programme with --download, one of the two."
    )


class Server(http.server.ThreadingHTTPServer):
    """Serves one file as CORDIS does; can break off after some bytes, as a bad line does."""

    data = b""
    breaks_after: int | None = None
    etag = '"1"'
    asked: list[str | None]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Range"))
        if self.path != f"/data/{NAME}":
            self.send_error(404)
            return
        begin = 0
        if self.headers.get("Range") and self.headers.get("If-Range") == self.server.etag:
            begin = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        body = self.server.data[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.server.breaks_after is None else body[: self.server.breaks_after])

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as serving:
        serving.asked = []
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def fetch(server: Server, settings: Any, home: Path, programme: str = "HORIZON") -> Result:
    settings.COFUND_HOME, settings.COFUND_CORDIS_URL = home, f"http://127.0.0.1:{server.server_port}/data"
    return run("--download", programme)


def test_download_is_fetched_imported_and_kept(server: Server, settings: Any, tmp_path: Path) -> None:
    server.data = write_download(tmp_path / "a.zip").read_bytes()
    answer = fetch(server, settings, tmp_path)
    assert (answer.exit_code, PastProject.objects.count()) == (0, 2)
    assert [path.name for path in (tmp_path / "downloads").iterdir()] == [NAME]


def test_download_that_breaks_off_goes_on_where_it_stopped(server: Server, settings: Any, tmp_path: Path) -> None:
    server.data, server.breaks_after = write_download(tmp_path / "a.zip").read_bytes(), 1000
    broken = fetch(server, settings, tmp_path)
    assert (broken.exit_code, ImportRun.objects.count()) == (1, 0)
    assert broken.stderr.rpartition(": ")[0].partition(" could")[
        2
    ] == " not be fetched whole: IncompleteRead(0 bytes read, " + (
        f"{len(server.data) - 1000} more expected). Try again"
    )
    server.breaks_after = None
    assert fetch(server, settings, tmp_path).exit_code == 0
    assert server.asked == [None, "bytes=1000-"]
    assert (tmp_path / "downloads" / NAME).read_bytes() == server.data


def test_download_begins_again_when_the_file_has_changed(server: Server, settings: Any, tmp_path: Path) -> None:
    server.data, server.breaks_after = b"PK\x03\x04" + bytes(5000), 1000
    fetch(server, settings, tmp_path)
    server.data, server.breaks_after, server.etag = write_download(tmp_path / "a.zip").read_bytes(), None, '"2"'
    assert fetch(server, settings, tmp_path).exit_code == 0
    assert (tmp_path / "downloads" / NAME).read_bytes() == server.data


def test_download_that_does_not_exist_is_said(server: Server, settings: Any, tmp_path: Path) -> None:
    answer = fetch(server, settings, tmp_path, "h2020")
    assert (answer.exit_code, answer.stderr.partition("cordis-")[2]) == (
        1,
        "H2020projects-csv.zip does not exist (404). CORDIS may have moved it: set COFUND_CORDIS_URL to its place now.\n",
    )


def test_download_of_a_page_is_refused_and_not_kept(server: Server, settings: Any, tmp_path: Path) -> None:
    server.data = b"<html>We are back soon</html>"
    answer = fetch(server, settings, tmp_path)
    assert (answer.exit_code, answer.stderr.partition(" sent ")[2]) == (
        1,
        "something that is no zip file. Open the address in a browser to see what it says.\n",
    )
    assert list((tmp_path / "downloads").iterdir()) == []


def test_server_that_does_not_answer_is_said(settings: Any, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/data"
        settings.COFUND_HOME = tmp_path
        answer = run("--download", "HORIZON", "--address", address)
    assert answer.stderr == (
        f"Error: {address}/{NAME} could not be fetched whole: [Errno 111] Connection refused. "
        "Try again: it goes on from there.\n"
    )


LARGE = """
import resource, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from cofund.importers.cordis import import_cordis
from tests.cordis_files import organization, project, write_download
call_command("migrate", verbosity=0)
projects = (project(number, objective="words " * 600) for number in range(1, 8001))
partners = (organization(number % 8000 + 1, 10**8 + number, order=str(number)) for number in range(60000))
import sys
if sys.argv[1] == "write":
    write_download(Path(sys.argv[2]), project=projects, organization=partners, topics=[], euroSciVoc=[], legalBasis=[])
else:
    run = import_cordis(Path(sys.argv[2]))
    # What the process itself held at most: the figure of getrusage begins with what the process that started it held.
    status = Path("/proc/self/status")
    held = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")] if status.exists() else []
    most = int(held[0].split()[1]) if held else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(run.counts["tables"]["participations"]["rows"], most // 1024)
"""


@pytest.mark.same_on_both
def test_memory_stays_bounded(tmp_path: Path) -> None:
    """29 MB of objectives and 60,000 organisations in far less than the 500 MB that are allowed for a whole programme."""
    environment = {**os.environ, "COFUND_HOME": str(tmp_path), "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}"}
    environment |= {"DJANGO_SETTINGS_MODULE": "cofund.project.settings", "COFUND_DATABASE_URL": ""}
    command = [sys.executable, "-c", LARGE]
    subprocess.run([*command, "write", tmp_path / "a.zip"], env=environment, check=True)
    answer = subprocess.run(
        [*command, "read", tmp_path / "a.zip"], env=environment, check=True, capture_output=True, text=True
    )
    rows, megabytes = map(int, answer.stdout.split())
    assert (rows, megabytes <= 250) == (60_000, True)
