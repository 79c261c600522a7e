"""Worlds that stand for a whole module: built once, and each test is given a copy of its own and takes back what it wrote.

    @world
    def office() -> Office:
        ...  # Writes what every test of the module begins with.

One world stands at a time, in a transaction that is never committed, below that of each test. To build it again for every test
took a third of the time of the tests of the database.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

Build = Callable[[], Any]

# By the name of the module and of the fixture.
_BUILDS: dict[tuple[str, str], Build] = {}


class Standing:
    """The world that the tests of a module stand on now, if any, and the files that were written while it was built."""

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._open = ExitStack()
        self._build: Build | None = None
        self._world: Any = None
        self._home: Path | None = None

    def change_to(self, build: Build | None) -> None:
        """Let a world stand, or none; what stood before is taken back, unless it is the same."""
        if build is self._build:
            return
        self.leave()
        if build is None:
            return
        self._home = self._new_folder()
        self._open.enter_context(transaction.atomic())
        self._open.callback(transaction.set_rollback, True)
        try:
            with override_settings(**homes(self._home)):
                self._world = build()
        except BaseException:
            self.leave()
            raise
        self._build = build

    def leave(self) -> None:
        """Take back the world that stands."""
        self._open.close()
        self._build = self._world = self._home = None

    def copied(self, into: Path) -> Any:
        """Give a copy of the world, which a test may change, and put a copy of its files into a folder."""
        assert self._home is not None, "no world stands"
        shutil.copytree(self._home, into, dirs_exist_ok=True)
        return copy.deepcopy(self._world)


def world(build: Build) -> Any:
    """Make a fixture of what builds a world; it asks for no other fixture, and no other fixture of it writes before it.

    Each test has a home of the site of its own, with the files that were written while the world was built.
    """
    _BUILDS[build.__module__, build.__name__] = build

    @pytest.fixture(name=build.__name__)
    def given(db: None, standing: Standing, settings: Any, tmp_path: Path) -> Any:
        for name, value in homes(tmp_path).items():
            setattr(settings, name, value)
        return standing.copied(tmp_path)

    return given


def homes(folder: Path) -> dict[str, Path]:
    """The settings that put the site's files into a folder."""
    return {"COFUND_HOME": folder, "MEDIA_ROOT": folder / "files"}


def build_of(item: Any) -> Build | None:
    """What builds the world that a test asks for."""
    asked = [_BUILDS[key] for name in item.fixturenames if (key := (item.module.__name__, name)) in _BUILDS]
    assert len(asked) <= 1, f"{item.nodeid} asks for two worlds: build one on the other"
    return asked[0] if asked else None


def has_worlds(item: Any) -> bool:
    """Whether a world may stand when a test begins."""
    module = getattr(item, "module", None)
    return module is not None and any(name == module.__name__ for name, _ in _BUILDS)
