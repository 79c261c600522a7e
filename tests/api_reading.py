"""Reads the API as anybody does."""

from __future__ import annotations

from typing import Any

from django.test import Client

ROOT = "/api/v1"


def read(client: Client, path: str) -> Any:
    """What an address answers, which is there."""
    answer = client.get(path if path.startswith("/") else f"{ROOT}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def status(client: Client, path: str) -> int:
    """The status of an answer."""
    return int(client.get(f"{ROOT}/{path}").status_code)
