"""Attempts to sign in that come at one time are counted one by one, on every database."""

from __future__ import annotations

import threading

from django.db import connection

from cofund.actions import sign_ins


def test_attempts_at_one_time_are_counted_each(transactional_db: None) -> None:
    answers: list[bool] = []

    def work() -> None:
        try:
            for _ in range(4):
                answers.append(sign_ins.attempt("anna", "192.0.2.1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(True), answers.count(False)) == (10, 6)
