"""The page of permissions is what the role table says."""

from __future__ import annotations

from tests.docs import render_permissions


def test_permissions_are_up_to_date() -> None:
    anew = "write it anew: python -m tests.docs.render_permissions"
    assert render_permissions.PAGE.read_text() == render_permissions.page(), anew
