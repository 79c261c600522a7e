"""Writes the executed tables into the documents: `python -m tests.spec.render`."""

from __future__ import annotations

from pathlib import Path

from tests.machine import CHECKOUT
from tests.spec.tables import HERE, render

FOLDER = CHECKOUT / "docs" / "rules"


def pages() -> dict[str, str]:
    """Give the text of every page by the name of its file, the index among them."""
    sources = [HERE / "formulas.md", *sorted((HERE / "scenarios").glob("*.md"))]
    found = {source.name: render(source) for source in sources}
    titles = [f"- [{text.splitlines()[0].lstrip('# ')}]({name})" for name, text in found.items()]
    opening = "What a scheme's rules say, told as tables with real figures; the tests execute every row of them."
    again = "After a change of a table, `python -m tests.spec.render` writes these pages anew."
    found["README.md"] = "\n".join(["# The rules in tables", "", opening, again, "", *titles]) + "\n"
    return found


def write(folder: Path = FOLDER) -> None:
    """Write the pages, and take away those whose source is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for page in folder.glob("*.md"):
        if page.name not in wanted:
            page.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    write()
