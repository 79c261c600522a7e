"""Nobody waits for the index of the search: it is made where data are loaded and beside the pages, and visitors are answered.

Whoever is answered before all is there is told so, and never finds what is public no longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.books import Office, shipped
from tests.integration.test_attending import MOST_SECONDS, running, wait_for
from tests.integration.test_outbox import free_port

from cofund.actions import search_index
from cofund.commands import preparing
from cofund.queries.search import finding, standing
from cofund.queries.search.finding import Question
from cofund.records.programme.models import SearchEntry, Topic

TOPICS = 30


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six new things are many."""
    monkeypatch.setattr(search_index, "AT_ONCE", 5)


def with_topics(count: int = TOPICS) -> Office:
    """A programme with topics of which the search knows nothing."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    rows = [Topic(scheme=office.row, code=f"T{number}", title=f"Otter {number}") for number in range(count)]
    Topic.objects.bulk_create(rows)
    return office


def otters() -> int:
    """How many of them are found now."""
    return finding.find(Question("otter"), slice(0, 1)).count


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + MOST_SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def ended() -> bool:
    """Whether no thread adds to the search."""
    return "search index" not in {one.name for one in threading.enumerate()}


def test_visitor_is_answered_while_a_thread_adds_what_is_new(transactional_db: None, many: None) -> None:
    with_topics()
    assert search_index.bring_nearly_in_step() is False
    until(lambda: otters() == TOPICS)
    until(ended)
    assert search_index.bring_nearly_in_step() is True
    assert standing.difference().is_any is False


def test_one_process_of_a_machine_adds_at_a_time(transactional_db: None, many: None) -> None:
    """While another one is at it, nothing is added twice; the next visitor after it lets what is left be added."""
    with_topics()
    with search_index._alone() as is_free:
        assert is_free
        search_index.add_what_is_new()
        assert search_index.bring_nearly_in_step() is False
        until(ended)
        assert SearchEntry.objects.count() == 0
    assert search_index.bring_nearly_in_step() is False
    until(lambda: otters() == TOPICS)
    until(ended)


def test_few_new_things_are_found_at_once(transactional_db: None) -> None:
    with_topics(3)
    assert search_index.bring_nearly_in_step() is True
    assert otters() == 3
    assert ended()


def test_what_is_public_no_longer_is_gone_before_anything_is_added(transactional_db: None, many: None) -> None:
    office = with_topics()
    search_index.bring_in_step()
    Topic.objects.filter(code="T0").update(title="Withdrawn words")
    search_index.bring_in_step()
    Topic.objects.filter(code="T0").update(title="Others")
    more = [Topic(scheme=office.row, code=f"N{number}", title=f"Newt {number}") for number in range(TOPICS)]
    Topic.objects.bulk_create(more)
    assert search_index.bring_nearly_in_step() is False
    assert finding.find(Question("withdrawn"), slice(0, 1)).count == 0
    until(lambda: finding.find(Question("newt"), slice(0, 1)).count == TOPICS)
    until(ended)


def test_in_a_transaction_everything_is_added_before_the_answer(db: None, many: None) -> None:
    with_topics()
    assert search_index.bring_nearly_in_step() is True
    assert otters() == TOPICS


def test_large_index_is_added_in_parts_and_whole_at_the_end(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is a transaction of its own, so that nobody who writes waits for all of them."""
    monkeypatch.setattr(search_index, "_AT_A_TIME", 7)
    with_topics()
    there = SearchEntry.objects.count()
    changed = search_index.bring_in_step()
    assert [otters(), standing.difference().is_any, SearchEntry.objects.count() - there] == [TOPICS, False, changed]


def test_page_and_api_say_that_not_all_is_found_yet_and_are_not_kept(
    transactional_db: None, client: Client, many: None
) -> None:
    with_topics()
    said = "Much was added a moment ago, and not all of it is found yet."
    # As if another thread were at it.
    with search_index._checked.adding:
        page = client.get("/search/?q=otter")
        assert [page.status_code, said in page.text, page["Cache-Control"]] == [200, True, "no-store"]
        told = client.get("/api/v1/search?words=otter").json()
        assert [told["is_complete"], told["total"]] == [False, 0]
        # A file is taken away, and waits until all is in it.
        assert len(client.get("/search/?q=otter&format=json").json()["rows"]) == TOPICS
    page = client.get("/search/?q=otter")
    assert [said in page.text, f"{TOPICS} results" in page.text] == [False, True]
    assert client.get("/api/v1/search?words=otter").json()["is_complete"] is True


def test_commands_that_load_data_leave_a_whole_index(db: None) -> None:
    """The search of a site that was just set up has nothing to add any more."""
    told = CliRunner().invoke(preparing.setup, ["--no-demo"])
    assert told.exit_code == 0, told.output
    assert SearchEntry.objects.filter(kind="programme").exists()
    assert standing.difference().is_any is False


def test_demonstration_leaves_a_whole_index(db: None) -> None:
    told = CliRunner().invoke(preparing.demo, [])
    assert told.exit_code == 0, told.output
    assert SearchEntry.objects.filter(kind="project").exists()
    assert standing.difference().is_any is False


def test_site_that_begins_adds_what_is_new_before_anybody_asks(transactional_db: None, tmp_path: Path) -> None:
    with_topics()
    assert SearchEntry.objects.count() == 0
    site = free_port()
    with running(tmp_path, free_port(), "serve", "--port", str(site), "--workers", "1"):
        wait_for(lambda: otters() == TOPICS, tmp_path)
        assert urlopen(f"http://127.0.0.1:{site}/search/?q=otter", timeout=60).status == 200
