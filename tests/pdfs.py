"""What tests ask of a PDF: that it is tagged and says its language and title, and the words on its pages."""

from __future__ import annotations

import io

from pypdf import PdfReader


def read(content: bytes) -> tuple[PdfReader, str]:
    """A PDF and its words, blanks made one."""
    reader = PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def assert_accessible(reader: PdfReader, title: str) -> None:
    """The PDF is tagged, names its language, its title, and that it follows PDF/UA-1."""
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"].value
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata is not None and reader.metadata.title == title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()


def tags(reader: PdfReader) -> dict[str, int]:
    """How often each structure tag stands in the tree."""
    found: dict[str, int] = {}
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif hasattr(node, "get"):
            if "/S" in node:
                found[node["/S"]] = found.get(node["/S"], 0) + 1
            if "/K" in node:
                waiting.append(node["/K"])
    return found
