"""The public pages of a big programme with twenty readers: `python -m benchmarks.public`.

A programme with 1,000 projects, 20,000 participations and 5,000 contributions, over a real `cofund serve` and its workers, on both
databases, with a bare Django page in the same run. Every kind of public page that the table of addresses has is read
(`benchmarks/public_pages.py`). Goal: under 100 ms at the 95th percentile, and a page under 150 kB with all that
it loads itself. `--after-write` measures the first read after a booking; `--writes` lets somebody write while all read.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import after_write, public_pages, public_site
from benchmarks.pages import apart, asked, build, percentile, served, site, spent, writing

GOAL_MS = 100
GOAL_BYTES = 150_000
_ASSETS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(slots=True)
class Answers:
    """What readers of one page met: times in seconds, what was not 200, and the bytes as sent and as read."""

    times: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    sent: int = 0
    plain: int = 0
    text: str = ""


def read(port: int, path: str, rounds: int, into: Answers) -> None:
    """One reader, who takes what is packed as every browser does: the same page some times over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _ in range(rounds):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        into.times.append(time.perf_counter() - began)
        if answer.status != 200:
            into.wrong.append(answer.status)
        is_packed = answer.getheader("Content-Encoding") == "gzip"
        into.sent = len(body)
    text = gzip.decompress(body) if is_packed else body
    into.plain, into.text = len(text), text.decode(errors="replace")
    connection.close()


def together(port: int, path: str, readers: int, rounds: int) -> Answers:
    """All readers at once, each with a connection of its own."""
    found = Answers()
    threads = [threading.Thread(target=read, args=(port, path, rounds, found)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def weight(port: int, text: str, held: dict[str, int]) -> int:
    """The bytes of all that a page loads itself from this site, as they are sent; `held` remembers each file."""
    for path in set(_ASSETS.findall(text)):
        if path not in held:
            one = Answers()
            read(port, path, 1, one)
            held[path] = one.sent
    return sum(held[path] for path in set(_ASSETS.findall(text)))


def measure(name: str, environment: dict[str, str], given: argparse.Namespace) -> int:
    """Print each page of one database; give how many are over a goal."""
    keys = json.loads((Path(environment["COFUND_HOME"]) / "keys.json").read_text())
    chosen = [path for path in public_pages.PAGES if given.pages in path or path == public_pages.BARE]
    pages = [path.format(**keys) for path in chosen]
    if given.after_write:
        apart(after_write.measure, name, environment, [("", path) for path in pages])
        return 0
    over, held = 0, {}
    with served(environment, given.workers, given.threads) as (port, process), writing(environment, given.writes):
        for path in pages:
            first = together(port, path, given.readers, 1)
            before = spent(process)
            found = together(port, path, given.readers, given.rounds)
            after = spent(process)
            _, most, longest = percentile(found.times)
            cost = (
                "" if before is None or after is None else f"CPU {(after - before) / len(found.times) * 1000:5.1f} ms"
            )
            assets = weight(port, found.text, held)
            heavy = found.plain + assets
            is_over = most >= GOAL_MS or heavy >= GOAL_BYTES or bool(found.wrong)
            over += is_over
            verdict = "   ABOVE THE GOAL" if is_over else ""
            if found.wrong:
                verdict += f"   answers {found.wrong[0]}"
            sizes = f"{found.plain / 1000:6.1f} kB, packed {found.sent / 1000:5.1f}, with files {heavy / 1000:6.1f}"
            figures = (
                f"first {max(first.times) * 1000:7.1f} ms   95th {most:6.1f} ms   longest {longest:6.1f} ms   {cost}"
            )
            print(f"{name:<11} {path:<44} {figures}   {sizes}{verdict}", flush=True)
    print(
        f"{name}: {over} of {len(pages)} pages above {GOAL_MS} ms at the 95th percentile or {GOAL_BYTES / 1000:.0f} kB, "
        f"with {given.readers} readers",
        flush=True,
    )
    return over


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    given = asked(__doc__, 20).parse_args(arguments)
    names: dict[str, Any] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
    over = 0
    for on, name in names.items():
        if given.only in (None, on):
            with site(on, given.home) as environment:
                apart(public_pages.check, environment)
                home = Path(environment["COFUND_HOME"])
                if not (home / "sessions.json").exists():
                    (home / "bench.json").write_text(json.dumps(public_site.SMALL if given.small else public_site.SIZE))
                    apart(build, environment)
                over += measure(name, environment, given)
    raise SystemExit(1 if over else 0)


if __name__ == "__main__":
    main()
