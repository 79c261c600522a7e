"""What is kept while nothing is written, and that nothing stale is ever answered, on the database as it is in service."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from tests.books import Office, fund

from cofund.queries import freshness, keeping
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
def test_kept_reads_once_while_nothing_is_written() -> None:
    """Two equal answers, one read."""
    _add("one")
    names, reads = _reader()
    assert (names(), names(), len(reads)) == (("one",), ("one",), 1)


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
            assert (keeping.version(), names()) == (None, (slug,))
            transaction.set_rollback(True)
        assert names() == ()
    _add("three")
    assert names() == ("three",)


@pytest.mark.usefixtures("transactional_db")
def test_version_is_another_for_another_connection() -> None:
    """A connection that was closed, or that belongs to another thread, never answers for this one."""
    seen = [keeping.version()]
    _elsewhere(lambda: seen.append(keeping.version()))
    connection.close()
    seen.append(keeping.version())
    assert (len(set(seen)), None in seen) == (3, False)


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
