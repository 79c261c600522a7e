"""What the first read of each page costs after a pledge was booked that has nothing to do with it, beside a read of what is kept.

Whoever writes makes the next reader pay, and with him all who read meanwhile. Processor time of one process, without the database's
where it has a process of its own; loopback and server are left out.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

WARM_READS = 5
WRITES = 3
GOAL_FIRST_MS, GOAL_WARM_MS = 60, 13


def measure(name: str, environment: dict[str, str], pages: Iterable[tuple[str, str]]) -> None:
    """Print both for each page; made for a process of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS, settings.ROOT_URLCONF = ["*"], "benchmarks.bare"
    sessions = json.loads((Path(environment["COFUND_HOME"]) / "sessions.json").read_text())
    over = 0
    for role, path in pages:
        warm, first = _of_page(path, sessions.get(role, ""))
        is_over = warm > GOAL_WARM_MS or first > GOAL_FIRST_MS
        over += is_over
        verdict = "   ABOVE THE GOAL" if is_over else ""
        figures = f"warm {warm:6.1f} ms   first after a write {first:7.1f} ms{verdict}"
        print(f"{name:<11} {role or 'anybody':<18} {path:<57} {figures}", flush=True)
    print(f"{name}: {over} pages above {GOAL_WARM_MS} ms warm or {GOAL_FIRST_MS} ms after a write", flush=True)


def _of_page(path: str, cookie: str) -> tuple[float, float]:
    """Processor time in milliseconds: the least of some reads of what is kept, and of some first reads after a write."""
    from django.test import Client

    client = Client()
    if cookie:
        client.cookies["sessionid"] = cookie
    for _ in range(2):
        _read(client, path)
    warm = min(_read(client, path) for _ in range(WARM_READS))
    firsts = []
    for _ in range(WRITES):
        _book()
        firsts.append(_read(client, path))
    return warm, min(firsts)


def _read(client: Any, path: str) -> float:
    """Read a page, in milliseconds of processor time."""
    before = time.process_time()
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}")
    answer.getvalue()
    return (time.process_time() - before) * 1000


def _book() -> None:
    """A pledge of one cent from a partner to a topic that no measured page is about."""
    from cofund.actions.actors import Actor
    from cofund.actions.books import Grounds
    from cofund.actions.moves import Statements
    from cofund.actions.pledges import Pledge, pledge
    from cofund.queries.pools import Target
    from cofund.records.directory.models import Organisation
    from cofund.records.programme.models import Topic

    giver, topic = Organisation.objects.get(slug="foundation-11"), Topic.objects.get(code="BENCH-004")
    grounds, stated = Grounds(date(2016, 3, 1), "Benchmark"), Statements(no_other_union_funding=True)
    pledge(Actor.operator(), Pledge("imi2", Target(topic=topic), "partner", "FC_JU", (giver,), 1, grounds, stated))
