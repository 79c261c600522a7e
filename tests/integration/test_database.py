"""The database of the tests behaves like the one in service, on both kinds."""

from __future__ import annotations

import os
import threading

from django.db import connection, transaction

from cofund.records.directory.models import Organisation


def test_database_is_the_one_asked_for(db: None) -> None:
    wanted = "postgresql" if os.environ.get("COFUND_DATABASE_URL", "").startswith("postgres") else "sqlite"
    assert connection.vendor == wanted


def test_commit_survives_a_power_cut(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT * FROM pragma_journal_mode, pragma_synchronous")
            assert cursor.fetchone() == ("wal", 2)
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)


def test_two_connections_see_what_the_other_committed(transactional_db: None) -> None:
    seen = []

    def look() -> None:
        seen.append(Organisation.objects.filter(slug="one").count())
        connection.close()

    def look_elsewhere() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    with transaction.atomic():
        Organisation.objects.create(slug="one", name="One")
        look_elsewhere()
    look_elsewhere()
    assert seen == [0, 1]
