"""The pages in `docs/rules` are what the tables say."""

from __future__ import annotations

from tests.spec import render


def test_documents_are_up_to_date() -> None:
    written = {page.name: page.read_text() for page in render.FOLDER.glob("*.md")}
    assert written == render.pages(), "write them anew: python -m tests.spec.render"
