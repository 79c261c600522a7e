"""No action of the role table is left without a test of its cells through the pages.

Each `tests/web/test_permissions_<subject>.py` names in `TESTED` the actions whose cells it tests, role by role.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from cofund.rules import roles

# Tested where they are done: the oldest module names its actions by itself; at the command line there is no page.
BOOKS = set(roles.SUBJECTS["the books"])


def claimed() -> set[str]:
    """What the modules beside this one say that they test."""
    modules = sorted(Path(__file__).parent.glob("test_permissions_*.py"))
    return BOOKS.union(
        *(getattr(importlib.import_module(f"tests.web.{each.stem}"), "TESTED", set()) for each in modules)
    )


def test_every_action_is_tested_through_the_pages() -> None:
    assert sorted(set(roles.ALLOWED) - claimed()) == []


def test_nothing_is_said_to_be_tested_that_is_no_action() -> None:
    assert sorted(claimed() - set(roles.ALLOWED)) == []
