"""Every list and desk with 10 readers at a time over loopback, beside a bare Django page of the same run.

    python -m benchmarks.pages [--readers 10] [--rounds 20] [--only sqlite|postgres] [--small]

The site is big (`benchmarks/big_site.py`) and is served as `cofund serve` does it: one process, threads.
Goal: under 200 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import postgres

GOAL_MS = 200
SIZE = {"organisations": 10_000, "leads": 2_000, "contributions": 5_000}
SMALL = {"organisations": 200, "leads": 100, "contributions": 60}
# Who asks for which page; one line a page.
PAGES = (
    ("", "/bare/"),
    ("officer", "/office/"),
    ("scientific_officer", "/office/"),
    ("governance_officer", "/office/"),
    ("finance_officer", "/office/"),
    ("auditor", "/office/"),
    ("partner", "/office/"),
    ("delegate", "/office/"),
    ("officer", "/office/tasks/"),
    ("officer", "/office/tasks/?kind=lead_step&page=3"),
    ("officer", "/office/tasks/?who=everybody&due=overdue"),
    ("finance_officer", "/office/tasks/?kind=delivery&page=5"),
    ("officer", "/office/contributions/"),
    ("officer", "/office/contributions/?page=60&sort=-amount"),
    ("officer", "/office/contributions/?waits=endorsement&sort=partner"),
    ("officer", "/office/contributions/?q=F77"),
    ("officer", "/office/imi2/contributions/?stage=committed"),
    ("partner", "/office/contributions/"),
    ("partner", "/office/partner/foundation-0/"),
    ("partner", "/office/partner/foundation-0/people/"),
    ("officer", "/office/imi2/topics/BENCH-001/in-time/"),
    ("officer", "/office/imi2/books/"),
    ("", "/programmes/imi2/calendar.ics"),
)


def serve(port: int) -> None:
    """Serve the site with the bare page beside it, with the options of `cofund serve`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "benchmarks.bare"
    from cofund.commands.serving import Server

    bind = f"127.0.0.1:{port}"
    Server({"bind": bind, "workers": 1, "worker_class": "gthread", "threads": 8, "loglevel": "warning"}).run()


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The site in a process of its own, on a free port, for as long as it is asked."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.pages", "--serve", str(port)]
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        try:
            yield port
        finally:
            process.terminate()


def read(port: int, path: str, cookie: str, rounds: int, times: list[float]) -> None:
    """One reader: the same page some times over one connection, each time in seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"sessionid={cookie}"} if cookie else {}
    for _ in range(rounds):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}")
    connection.close()


def percentile(times: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and the longest, in milliseconds."""
    ordered = sorted(times)
    return (
        ordered[len(ordered) // 2] * 1000,
        ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] * 1000,
        ordered[-1] * 1000,
    )


def measure(name: str, environment: dict[str, str], readers: int, rounds: int) -> None:
    """Print each page of one database."""
    sessions = json.loads((Path(environment["COFUND_HOME"]) / "sessions.json").read_text())
    with served(environment) as port:
        for role, path in PAGES:
            cookie = sessions.get(role, "")
            read(port, path, cookie, 2, [])
            times: list[float] = []
            threads = [threading.Thread(target=read, args=(port, path, cookie, rounds, times)) for _ in range(readers)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            middle, most, longest = percentile(times)
            figures = f"median {middle:6.1f} ms   95th {most:6.1f} ms   longest {longest:6.1f} ms"
            verdict = "" if most < GOAL_MS else "   ABOVE THE GOAL"
            print(f"{name:<11} {role or 'anybody':<18} {path:<52} {figures}{verdict}", flush=True)


@contextlib.contextmanager
def site(on: str) -> Iterator[dict[str, str]]:
    """A home folder with an empty database of a kind."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        address = ""
        if on == "postgres":
            server = stack.enter_context(postgres.server(durable=True))
            address = stack.enter_context(postgres.scratch_database(server.address))
        yield {"COFUND_HOME": folder, "COFUND_DATABASE_URL": address}


def _build(environment: dict[str, str]) -> None:
    """Fill the site in a process of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from benchmarks.big_site import build

    build()


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--small", action="store_true", help="a small site, to see that it works")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.serve:
        serve(given.serve)
        return
    names: dict[str, Any] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
    for on, name in names.items():
        if given.only in (None, on):
            with site(on) as environment:
                home = Path(environment["COFUND_HOME"])
                (home / "bench.json").write_text(json.dumps(SMALL if given.small else SIZE))
                process = multiprocessing.get_context("spawn").Process(target=_build, args=(environment,))
                process.start()
                process.join()
                if process.exitcode:
                    raise SystemExit("The site could not be built")
                measure(name, environment, given.readers, given.rounds)


if __name__ == "__main__":
    main()
