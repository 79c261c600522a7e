"""Files that people hand in: how large one may be and of which type, and that nothing is kept of one that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cofund.actions import files
from cofund.actions.errors import Refused

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """The site's folder of files, empty."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def pdf(size: int) -> bytes:
    """A file of so many bytes that begins like a PDF."""
    return b"%PDF-1.7 ".ljust(size, b"x")[:size]


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("proof.pdf", b"", "It is empty."),
        ("proof.pdf", pdf(20 * MEGABYTE + 1), "It has 20.0 MB; at most 20 MB are kept."),
        ("proof.pdf", pdf(30 * MEGABYTE), "It has 30.0 MB; at most 20 MB are kept."),
        (
            "proof.pdf",
            b"MZ" + pdf(100),
            "It is no PDF, PNG, JPEG, DOCX, XLSX or ODT file, or its content is of another",
        ),
        ("proof.exe", pdf(100), "It is no PDF, PNG, JPEG, DOCX, XLSX or ODT file, or its content is of another"),
        ("proof", pdf(100), "It is no PDF, PNG, JPEG, DOCX, XLSX or ODT file, or its content is of another"),
    ],
    ids=["empty", "a byte too large", "too large", "another content", "another type", "no type"],
)
def test_file_that_is_not_kept_says_why_and_leaves_nothing(home: Path, name: str, content: bytes, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        files.keep(SimpleUploadedFile(name, content), field="proof")
    assert refused.value.wrong.startswith(wrong)
    assert refused.value.fields["field"] == "proof"
    assert list(home.iterdir()) == []


def test_file_of_the_largest_size_is_kept_once_under_its_hash(home: Path) -> None:
    content = pdf(20 * MEGABYTE)
    first, second = (files.keep(SimpleUploadedFile(name, content)) for name in ("one.PDF", "two.pdf"))
    assert (first.path, first.digest, first.name, second.name) == (second.path, second.digest, "one.PDF", "two.pdf")
    assert [path.read_bytes() == content for path in home.rglob("*") if path.is_file()] == [True]
