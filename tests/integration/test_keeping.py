"""What is kept while nothing is written, and that nothing stale is ever answered, on the database as it is in service."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from tests.books import Office, fund

from cofund.queries import freshness, versions
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Scheme


def _add(slug: str) -> Organisation:
    """Write one organisation."""
    return Organisation.objects.create(slug=slug, name=slug)


def _reader() -> tuple[Callable[[], tuple[str, ...]], list[int]]:
    """A read of all organisations that is kept, and how often it went to the database."""
    reads: list[int] = []

    @kept(8)
    def names() -> tuple[str, ...]:
        reads.append(1)
        return tuple(Organisation.objects.order_by("slug").values_list("slug", flat=True))

    return names, reads


def _elsewhere(work: Callable[[], object]) -> None:
    """Do something on a connection of its own."""

    def run() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("transactional_db")
def test_kept_reads_less_often_than_it_is_asked() -> None:
    """The same answer every time, without going to the database each time.

    Not always once: on PostgreSQL a write in another database of the server makes another version too.
    """
    _add("one")
    names, reads = _reader()
    assert {names() for _ in range(50)} == {("one",)}
    assert len(reads) < 50


@pytest.mark.usefixtures("transactional_db")
def test_kept_reads_again_after_any_write() -> None:
    """A row added, changed or deleted, here or by another connection, is seen by the next reader."""
    names, _ = _reader()
    assert names() == ()
    one = _add("one")
    assert names() == ("one",)
    Organisation.objects.filter(pk=one.pk).update(slug="first")
    assert names() == ("first",)
    _elsewhere(lambda: _add("two"))
    assert names() == ("first", "two")
    _elsewhere(lambda: Organisation.objects.filter(slug="first").delete())
    assert names() == ("two",)


@pytest.mark.usefixtures("transactional_db")
def test_kept_keeps_nothing_of_a_transaction_that_is_taken_back() -> None:
    """Within a transaction everything is read anew, and what was taken back is in no later answer, also under the same key."""
    names, _ = _reader()
    assert names() == ()
    for slug in ("one", "two"):
        with transaction.atomic():
            _add(slug)
            assert (versions.version(), names()) == (None, (slug,))
            transaction.set_rollback(True)
        assert names() == ()
    _add("three")
    assert names() == ("three",)


@pytest.mark.usefixtures("transactional_db")
def test_version_is_the_same_for_all_connections_until_something_is_written() -> None:
    """A thread takes what another has read; a write by any of them makes another version for all.

    On PostgreSQL a write in another database of the server does so too: a few tries are enough to meet a quiet moment.
    """

    def both() -> tuple[versions.Version | None, versions.Version | None]:
        seen: list[versions.Version | None] = []
        _elsewhere(lambda: seen.append(versions.version()))
        return seen[0], versions.version()

    pairs = [both() for _ in range(20)]
    assert any(there == here and here is not None for there, here in pairs)
    before = versions.version()
    _elsewhere(lambda: _add("one"))
    there, here = both()
    assert None not in {there, here}
    assert before not in {there, here}
    connection.close()
    assert versions.version() is not None


@pytest.mark.usefixtures("transactional_db")
def test_kept_works_on_after_code_ran_inside_an_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such code has a connection of its own in the same thread; what the thread's other one had seen still counts afterwards."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    _add("one")
    names, reads = _reader()
    names()

    async def inside() -> tuple[str, ...]:
        seen = names()
        connection.close()
        return seen

    assert asyncio.run(inside()) == ("one",)
    before = len(reads)
    assert {names() for _ in range(50)} == {("one",)}
    assert len(reads) - before < 50


@pytest.mark.usefixtures("transactional_db")
def test_kept_is_shared_by_threads_that_ask_at_once() -> None:
    """One of them goes to the database for all; only a write of somebody else on the server can make it more."""
    _add("one")
    reads: list[int] = []
    answers: list[int] = []
    together = threading.Barrier(8)

    @kept(4)
    def slow() -> int:
        reads.append(1)
        return Organisation.objects.count()

    def ask() -> None:
        versions.version()
        together.wait()
        answers.append(slow())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [1] * 8
    assert len(reads) < 8


@pytest.mark.usefixtures("transactional_db")
def test_kept_gives_nobody_what_a_statement_still_being_read_holds_on_to() -> None:
    """While a long read is under way a connection may see an older state; what it reads then is kept for nobody."""
    Organisation.objects.bulk_create([Organisation(slug=f"old-{number}", name="Old") for number in range(3000)])
    counting = kept(4)(Organisation.objects.count)
    assert counting() == 3000
    rows = Organisation.objects.order_by("pk").iterator(chunk_size=10)
    next(rows)
    _elsewhere(lambda: _add("new"))
    counting()
    seen: list[int] = []
    _elsewhere(lambda: seen.append(counting()))
    assert seen == [3001]
    assert len(list(rows)) == 2999
    assert counting() == 3001


@pytest.mark.usefixtures("transactional_db")
def test_kept_forgets_what_was_asked_for_longest_ago() -> None:
    """No more answers are kept than were allowed."""
    read: list[int] = []

    @kept(2)
    def double(number: int) -> int:
        read.append(number)
        return 2 * number

    _add("one")
    assert [double(number) for number in (1, 2, 3, 1)] == [2, 4, 6, 2]
    assert read == [1, 2, 3, 1]


@pytest.mark.usefixtures("transactional_db")
def test_kept_raises_what_the_read_raises() -> None:
    """A refusal is not kept: once the row is there it is found."""
    find = kept(2)(lambda: Scheme.objects.get(code="late").name)
    with pytest.raises(Scheme.DoesNotExist):
        find()
    Scheme.objects.create(code="late", name="Late", currency="EUR")
    assert find() == "Late"


@pytest.mark.usefixtures("transactional_db")
def test_mark_follows_what_is_written() -> None:
    """The mark of a programme is another as soon as its row says something else."""
    office = Office.with_scheme(fund(), "fund")
    before = freshness.mark(office.scheme)
    assert freshness.mark(office.scheme) == before
    Scheme.objects.filter(code=office.scheme).update(coverage_note="Other words.")
    assert freshness.mark(office.scheme) != before
