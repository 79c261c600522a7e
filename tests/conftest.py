"""What every test may ask for: a database as in service, and data from beside the checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import hypothesis
import pytest
import pytest_django
from pytest_django.live_server_helper import LiveServer
from tests import worlds
from tests.machine import shared_folder
from tests.prepared import Turn

# How fast a machine is that others use too proves nothing: no example has a deadline, and none is drawn too slowly.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


# The files that take longest go first: one that came last would keep one worker busy while the others have nothing left.
LONGEST = ("tests/web/test_permissions_every_cell.py", "tests/browser/", "tests/property/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files go first; within a file the order stays. A world stands before anything else of its tests begins."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    for item in items:
        if worlds.has_worlds(item):
            # pytest-django opens the transaction of a test first of all, and the world lies below it.
            cast(pytest.Function, item).fixturenames.insert(0, "on_its_world")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Give each worker a database of its own, and put SQLite's into a file.

    In memory, connections would share a cache and never wait for a lock.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        test_settings = connection.settings_dict["TEST"]
        test_settings["NAME"] = str(tmp_path_factory.mktemp("database") / "cofund.sqlite3")


@pytest.fixture(scope="session")
def live_server(live_server: LiveServer) -> LiveServer:
    """Let the server of tests send an answer at once.

    It sends the head and the body one after the other, and the body would wait until the head is acknowledged: some 40 ms for
    each of thousands of requests.
    """
    from django.test.testcases import QuietWSGIRequestHandler

    QuietWSGIRequestHandler.disable_nagle_algorithm = True
    return live_server


@pytest.fixture(scope="session")
def turn_to_migrate(django_db_modify_db_settings: None) -> Turn | None:
    """Give whose turn it is to make the migrated file; None on a database that is no file."""
    from django.db import connection

    return Turn() if connection.vendor == "sqlite" else None


@pytest.fixture(scope="session")
def django_db_keepdb(turn_to_migrate: Turn | None) -> bool:
    """Begin with a copy of the migrated file where there is one; pytest-django is then told to keep it."""
    from django.db import connection

    return turn_to_migrate is not None and turn_to_migrate.take(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    *,
    django_db_keepdb: bool,
    turn_to_migrate: Turn | None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """Leave a copy of what was migrated for others, where this process had to do it."""
    from django.db import connection

    if turn_to_migrate is not None and not django_db_keepdb:
        with django_db_blocker.unblock():
            connection.close()
            turn_to_migrate.give(connection.settings_dict["NAME"])


@pytest.fixture
def resealed(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Set the seal again once the tables are empty; see `transactional_db`."""
    from django.db import connection

    from cofund.records.ledger import sealing

    yield
    with django_db_blocker.unblock():
        sealing.seal(connection)
        connection.close()


@pytest.fixture
def transactional_db(resealed: None, transactional_db: None) -> Iterator[None]:
    """Give a database with real transactions; it is emptied at the end, and the seal is lifted only for that.

    Fixtures end in the opposite order: the seal is lifted here, pytest-django empties the tables, `resealed` sets it again.
    """
    from django.db import connection

    from cofund.records.ledger import sealing

    yield
    sealing.unseal(connection)


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Give the path of a shared file; skip the test, saying which file, where there is none."""

    def find(name: str) -> Path:
        folder = shared_folder()
        if folder is None or not (folder / name).exists():
            where = folder or "COFUND_SHARED or the folder `shared` beside the checkout"
            pytest.skip(f"SHARED DATA MISSING: {name} is not in {where}")
        return folder / name

    return find


@pytest.fixture(scope="module")
def standing(
    django_db_setup: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[worlds.Standing]:
    """Keep the world of a module's tests; see `tests/worlds.py`."""
    kept = worlds.Standing(lambda: tmp_path_factory.mktemp("world"))
    yield kept
    with django_db_blocker.unblock():
        kept.leave()


@pytest.fixture
def on_its_world(
    request: pytest.FixtureRequest, standing: worlds.Standing, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """Let the world of a test stand before its own transaction begins, and none for a test that asks for none."""
    with django_db_blocker.unblock():
        standing.change_to(worlds.build_of(request.node))


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Load the demonstration once for a module and take it back at its end; what a single test writes is taken back with the test.

    The module carries `pytestmark = pytest.mark.django_db`: without the mark pytest-django makes no database for it.
    """
    from django.db import transaction

    from cofund.actions.demonstration.loading import load

    with django_db_blocker.unblock(), transaction.atomic():
        assert not load().was_there
        yield
        transaction.set_rollback(True)
