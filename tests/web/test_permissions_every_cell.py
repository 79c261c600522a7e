"""Every cell of the permissions, role × action × state, tried through the pages: made from the table, so that none is left out."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from django.test import Client
from tests import cells
from tests.cells import Trial

from cofund.rules import permissions, roles
from cofund.rules.permissions import Cell

# The table of permissions takes minutes, and no database has a say in it; the tests of each subject run on both.
pytestmark = pytest.mark.same_on_both
Group = tuple[Cell, ...]


def groups() -> Iterator[Group]:
    """The cells by action and state; the operator's are not tried here, since no page is the operator's."""
    key = lambda cell: (cell.subject, cell.action, cell.life.noun if cell.life else "", cell.state)  # noqa: E731
    for _, found in itertools.groupby(permissions.cells(), key=key):
        yield tuple(cell for cell in found if cell.role != roles.OPERATOR)


def name_of(group: Group) -> str:
    """What a group is called in the list of tests."""
    one = group[0]
    return f"{one.action}, {one.life.noun} {one.state}" if one.life else one.action


def worlds() -> dict[str, type[Any]]:
    """The world of each subject, from the modules beside this one."""
    modules = [
        importlib.import_module(f"tests.web.{each.stem}") for each in Path(__file__).parent.glob("test_permissions*.py")
    ]
    return {subject: world for module in modules for subject, world in getattr(module, "WORLDS", {}).items()}


@dataclass
class Keeper:
    """Keeps one world at a time: it is built for the first cell of its subject and taken back after the last."""

    known: dict[str, type[Any]]
    subject: str = ""
    world: Any = None
    open: ExitStack = field(default_factory=ExitStack)

    def of(self, subject: str) -> Any:
        """The world of a subject, with a browser for each role."""
        if subject != self.subject:
            self.leave()
            assert subject in self.known, (
                f"nothing to try “{subject}” on: add it to WORLDS of a tests/web/test_permissions_*.py"
            )
            self.open.enter_context(transaction.atomic())
            self.open.callback(transaction.set_rollback, True)
            made = self.known[subject].build()
            made.clients = {role: made.client(role) for role in (*cells.SIGNED_IN, roles.PUBLIC)}
            made.clients["nobody"] = Client()
            made.absent = {}
            self.subject, self.world = subject, made
        return self.world

    def leave(self) -> None:
        """Take back the world that stands."""
        self.open.close()
        self.subject, self.world = "", None


@pytest.fixture(scope="module")
def keeper(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Keeper]:
    """The worlds of this module. Its tests have no database of their own, so that a world outlives the test that built it."""
    kept = Keeper(worlds())
    with django_db_blocker.unblock():
        yield kept
        kept.leave()


@pytest.mark.parametrize("group", [pytest.param(group, id=name_of(group)) for group in groups()])
def test_cells_are_what_the_table_says(keeper: Keeper, group: Group, settings: Any, tmp_path: Path) -> None:
    # The audit file is signed with a key of the site, which is made in its home.
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    first = group[0]
    world = keeper.of(first.subject)
    try:
        with cells.taken_back():
            wrong = Trial(world, world.clients, group, world.absent).wrong()
    except KeyError as error:
        if error.args != (first.action,):
            raise
        raise AssertionError(
            f"nobody tried “{first.action}”: add it to act() of {type(world).__module__}, with its page and form"
        ) from error
    assert not wrong, "\n".join(f"{role}: {said}" for role, said in wrong.items())


# pytest-django makes a database only where some test carries the mark; those above take theirs from the keeper.
@pytest.mark.django_db
def test_every_role_has_its_cells() -> None:
    tried = [cell for group in groups() for cell in group]
    every = [cell for cell in permissions.cells() if cell.role != roles.OPERATOR]
    assert (len(tried), {cell.role for cell in tried}) == (len(every), set(roles.ROLES) - {roles.OPERATOR})
