"""The limit of the API is one for all processes of `cofund serve`."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.integration.test_attending import children, running, wait_for
from tests.integration.test_outbox import free_port


def test_processes_count_together(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COFUND_API_PER_MINUTE", "20")
    site = free_port()
    address = f"http://127.0.0.1:{site}"

    def status(path: str) -> int:
        try:
            with urllib.request.urlopen(address + path, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    words = ("serve", "--pages-only", "--port", str(site), "--workers", "3")
    with running(tmp_path, free_port(), *words) as server:
        wait_for(lambda: len(children(server)) == 3 and status("/api/") == 200, tmp_path)
        # Each process loads the API at its first request: they all get some.
        with ThreadPoolExecutor(12) as pool:
            found = Counter(pool.map(status, ["/api/v1/nothing"] * 60))
    assert found == {404: 20, 429: 40}
