"""Every list and desk with 10 readers at a time over loopback, beside a bare Django page of the same run.

    python -m benchmarks.pages [--readers 10] [--rounds 20] [--only sqlite|postgres] [--workers 2] [--threads 4] [--writes 1]
    python -m benchmarks.pages --after-write

The site is big (`benchmarks/big_site.py`) and is served as `cofund serve` does it, unless told otherwise.
The readers are one person of a role. Pages keep what they read until something is written: `--writes 1` has an officer write once
a second meanwhile, so that everything is read anew. `--after-write` prints, in place of all that, what the first read after a write
costs beside a read of what is kept.
All readers come once before the clock runs, and `first` is the longest that one of them waited then: a worker reads the page for
the first time, and those who come meanwhile wait for it. Goal: under 200 ms at the 95th percentile of what follows. CPU is the
processor time of the server by request; on PostgreSQL without the database's.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests import postgres

from benchmarks import after_write
from benchmarks.big_site import ROLES

GOAL_MS = 200
SIZE = {"organisations": 10_000, "leads": 2_000, "contributions": 5_000}
SMALL = {"organisations": 200, "leads": 100, "contributions": 60}
# Who asks for which page; one line a page.
DESKS = tuple((role, "/office/") for role in ROLES)
LISTS = (
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
    ("officer", "/office/partners/"),
    ("officer", "/office/partners/?q=number+77&mark=stale"),
    ("officer", "/office/partners/?sort=-next&page=100"),
    ("officer", "/office/leads/"),
    ("officer", "/office/leads/?programme=imi2"),
    ("officer", "/office/leads/table/?sort=-amount&page=20"),
    ("officer", "/office/leads/outreach/?direction=office"),
    ("officer", "/office/applications/"),
    ("officer", "/office/applications/?status=submitted"),
    ("partner", "/office/applications/"),
    ("finance_officer", "/office/round/?programme=imi2&year=2020"),
    ("finance_officer", "/office/round/?programme=imi2&year=2020&state=to_check&page=3"),
    ("partner", "/office/partner/foundation-0/round/"),
    ("scientific_officer", "/office/ideas/"),
    ("scientific_officer", "/office/ideas/?view=board"),
    ("scientific_officer", "/office/imi2/topics/"),
    ("scientific_officer", "/office/imi2/calls/"),
    ("scientific_officer", "/office/consultations/"),
    ("scientific_officer", "/office/confirmations/?state=all"),
    ("governance_officer", "/office/governance/meetings/"),
    ("governance_officer", "/office/governance/groups/"),
    ("governance_officer", "/office/governance/decisions/"),
    ("officer", "/office/imi2/envelope/"),
    ("officer", "/office/imi2/sheets/"),
    ("officer", "/office/imi2/projects/p3/participants/"),
    ("finance_officer", "/office/instalments/"),
    ("finance_officer", "/office/instalments/?page=40"),
    ("partner", "/office/instalments/"),
    ("officer", "/office/tasks/?kind=partner_recheck"),
    ("officer", "/office/tasks/?kind=application_recheck"),
    *(("finance_officer", f"/office/imi2/trajectory/?by={by}") for by in ("project", "partner", "year")),
    ("officer", "/office/imi2/documents/"),
    *(("officer", f"/office/imi2/documents/{key}/") for key in ("annual-report", "states", "article-116e")),
    ("officer", "/office/imi2/leverage/"),
    ("auditor", "/office/trail/"),
    ("auditor", "/office/trail/?page=100"),
    ("auditor", "/office/proof/?programme=imi2"),
    ("auditor", "/office/proof/?programme=imi2&figure=ceiling"),
    ("officer", "/office/books/"),
    ("officer", "/office/imi2/books/"),
    ("", "/"),
    ("", "/programmes/"),
    ("", "/programmes/imi2/"),
    ("", "/partners/"),
    ("", "/topics/"),
    ("", "/programmes/imi2/topics/"),
    ("", "/programmes/imi2/projects/"),
    ("", "/programmes/imi2/decisions/"),
    ("", "/programmes/imi2/groups/"),
    ("", "/programmes/imi2/calls/"),
    ("", "/programmes/imi2/movements/B/"),
    ("", "/ideas/"),
    ("", "/programmes/imi2/calendar.ics"),
    ("", "/programmes/imi2/trajectory/"),
    ("", "/programmes/imi2/documents/"),
    ("", "/programmes/imi2/documents/article-116e/"),
    ("", "/about-data/"),
)
SINGLE = (
    ("partner", "/office/partner/foundation-0/"),
    ("partner", "/office/partner/foundation-0/people/"),
    ("partner", "/office/partner/foundation-0/statement/"),
    ("officer", "/office/partners/foundation-0/"),
    ("officer", "/office/leads/imi2-lead-77/"),
    ("officer", "/office/applications/imi2-app-77/"),
    ("finance_officer", "/office/round/reports/imi2-report-77/"),
    ("scientific_officer", "/office/imi2/topics/BENCH-001/"),
    ("officer", "/office/imi2/topics/BENCH-001/in-time/"),
    ("", "/programmes/imi2/topics/BENCH-001/"),
    ("", "/partners/foundation-0/"),
)
FORMS = (
    ("officer", "/office/imi2/pledge/"),
    ("officer", "/office/leads/new/imi2/"),
    ("officer", "/office/applications/new/imi2/"),
)
PAGES = (("", "/bare/"), *DESKS, *LISTS, *SINGLE, *FORMS)


def serve(port: int, workers: int | None, threads: int | None) -> None:
    """Serve the site with the bare page beside it, with the options of `cofund serve`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "benchmarks.bare"
    from cofund.commands.serving import HOW, THREADS, WORKERS, Server, spare_what_stays

    bind = f"127.0.0.1:{port}"
    Server(
        {
            **HOW,
            "bind": bind,
            "workers": workers or WORKERS,
            "threads": threads or THREADS,
            "post_worker_init": lambda _: spare_what_stays(),
        }
    ).run()


@contextlib.contextmanager
def served(environment: dict[str, str], workers: int | None, threads: int | None) -> Iterator[tuple[int, int]]:
    """The site in a process of its own, on a free port, for as long as it is asked: the port and the process."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.pages", "--serve", str(port)]
    for option, value in (("--workers", workers), ("--threads", threads)):
        command += [option, str(value)] if value else []
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        try:
            yield port, process.pid
        finally:
            process.terminate()


def read(port: int, path: str, cookie: str, rounds: int, times: list[float]) -> None:
    """One reader: the same page some times, each time in seconds with its connection, which the site does not keep."""
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


def _read_together(port: int, path: str, cookie: str, readers: int, rounds: int) -> list[float]:
    """All readers at once, each with a connection of its own, so that every worker has its share; each time in seconds."""
    times: list[float] = []
    threads = [threading.Thread(target=read, args=(port, path, cookie, rounds, times)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


@contextlib.contextmanager
def writing(environment: dict[str, str], pace: float) -> Iterator[None]:
    """An officer who plans a next step so many times a second, in a process of its own; nobody where the pace is nothing."""
    if not pace:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.pages", "--write", str(pace)]
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        try:
            yield
        finally:
            process.terminate()


def write(pace: float) -> None:
    """Plan next steps until the process is ended."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from cofund.actions import relationships
    from cofund.actions.actors import Actor
    from cofund.queries import clock
    from cofund.records.directory.models import Organisation

    number = 0
    while True:
        number += 1
        one = Organisation.objects.get(slug=f"foundation-{100 + number % 1000}")
        relationships.plan(Actor.operator(), one, None, f"Call at {time.time()}", clock.today())
        time.sleep(1 / pace)


def spent(process: int) -> float | None:
    """Processor time of a process and of its children, in seconds; None where the system does not tell.

    It says what a page costs even where other programs keep the machine busy.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return None
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(spent(int(child)) or 0 for child in children)


def percentile(times: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and the longest, in milliseconds."""
    ordered = sorted(times)
    return (
        ordered[len(ordered) // 2] * 1000,
        ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] * 1000,
        ordered[-1] * 1000,
    )


def measure(name: str, environment: dict[str, str], given: argparse.Namespace) -> None:
    """Print each page of one database."""
    if given.after_write:
        pages = [page for page in PAGES if given.pages in page[1]]
        apart(after_write.measure, name, environment, pages)
        return
    sessions = json.loads((Path(environment["COFUND_HOME"]) / "sessions.json").read_text())
    over, pages = 0, [page for page in PAGES if given.pages in page[1] or page == PAGES[0]]
    with served(environment, given.workers, given.threads) as (port, process), writing(environment, given.writes):
        for role, path in pages:
            cookie = sessions.get(role, "")
            first = _read_together(port, path, cookie, given.readers, 1)
            before = spent(process)
            times = _read_together(port, path, cookie, given.readers, given.rounds)
            after = spent(process)
            middle, most, longest = percentile(times)
            cost = "" if before is None or after is None else f"   CPU {(after - before) / len(times) * 1000:5.1f} ms"
            waited = f"first {max(first) * 1000:6.1f} ms"
            figures = f"{waited}   median {middle:6.1f} ms   95th {most:6.1f} ms   longest {longest:6.1f} ms{cost}"
            over += most >= GOAL_MS
            verdict = "" if most < GOAL_MS else "   ABOVE THE GOAL"
            print(f"{name:<11} {role or 'anybody':<18} {path:<57} {figures}{verdict}", flush=True)
    print(f"{name}: {over} of {len(pages)} pages at or above {GOAL_MS} ms at the 95th percentile", flush=True)


@contextlib.contextmanager
def site(on: str, kept: Path | None) -> Iterator[dict[str, str]]:
    """A home folder with an empty database of a kind; for SQLite the folder that is kept, where there is one."""
    if kept is not None and on == "sqlite":
        kept.mkdir(exist_ok=True)
        yield {"COFUND_HOME": str(kept), "COFUND_DATABASE_URL": ""}
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        address = ""
        if on == "postgres":
            server = stack.enter_context(postgres.server(durable=True))
            address = stack.enter_context(postgres.scratch_database(server.address))
        yield {"COFUND_HOME": folder, "COFUND_DATABASE_URL": address}


def apart(work: Callable[..., None], *arguments: object) -> None:
    """Do something in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__qualname__} ended with {process.exitcode}")


def build(environment: dict[str, str]) -> None:
    """Fill the site in a process of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from benchmarks.big_site import build

    build()


def asked(about: str | None, readers: int) -> argparse.ArgumentParser:
    """What every measure of pages is asked: on which database and site, how many readers, and what is written meanwhile."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=readers)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    parser.add_argument("--small", action="store_true", help="a small site, to see that it works")
    parser.add_argument("--pages", default="", help="only pages whose address contains this")
    parser.add_argument(
        "--home", type=Path, help="a folder that keeps the big SQLite site, to measure it again without building"
    )
    parser.add_argument("--workers", type=int, help="as of `cofund serve`")
    parser.add_argument("--threads", type=int, help="as of `cofund serve`")
    parser.add_argument("--writes", type=float, default=0, help="writes a second while the pages are read")
    parser.add_argument("--after-write", action="store_true", help="the first read after a write beside a kept one")
    return parser


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = asked(__doc__, 10)
    parser.add_argument("--write", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.write:
        write(given.write)
        return
    if given.serve:
        serve(given.serve, given.workers, given.threads)
        return
    names: dict[str, Any] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
    for on, name in names.items():
        if given.only in (None, on):
            with site(on, given.home) as environment:
                home = Path(environment["COFUND_HOME"])
                if (home / "sessions.json").exists():
                    measure(name, environment, given)
                    continue
                (home / "bench.json").write_text(json.dumps(SMALL if given.small else SIZE))
                apart(build, environment)
                measure(name, environment, given)


if __name__ == "__main__":
    main()
