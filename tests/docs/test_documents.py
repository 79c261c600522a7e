"""What the documents point to is there."""

import re

from tests.machine import CHECKOUT

# Folders and files of this checkout, as they are written in a document.
POINTER = re.compile(r"`((?:docs|src|tests|benchmarks|requirements|\.ci)/[\w./-]*|[A-Z]+(?:\.md)?|pyproject\.toml)`")
OTHER_WORDS = {"IMMEDIATE", "DEBUG", "INFO", "WARNING", "ERROR"}


def test_pointers_lead_somewhere() -> None:
    documents = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("**/*.md")]
    broken = [
        f"{document.name}: {name}"
        for document in sorted(documents)
        for name in POINTER.findall(document.read_text())
        if name not in OTHER_WORDS and not (CHECKOUT / name).exists()
    ]
    assert broken == []


def test_make_targets_are_those_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    documents = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md"]
    named = {
        name for each in documents for name in re.findall(r"(?:^ {4}|`)make ([a-z]+)", each.read_text(), re.MULTILINE)
    }
    assert named - targets == set()


def test_licence_is_the_whole_text() -> None:
    text = (CHECKOUT / "LICENSE").read_text()
    headings = re.findall(r"^(\d+)\. ?[A-Z]", text, re.MULTILINE)
    assert headings == [str(number) for number in range(1, 16)]
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
