"""The documents of an audit file: letters as PDF, what was handed in, certificates, evidence, and the rules; read in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from cofund.exporters.audit_file import booked, papers
from cofund.exporters.audit_file.scope import Scope
from cofund.exporters.documents.letters import letter_pdf

BYTES_AT_ONCE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its path in the file, the SHA-256 that the record keeps of it (empty: none), and where its content comes from.

    `kept` is the path below the site's folder of files; `content` is what is made here instead.
    """

    path: str
    recorded: str = ""
    kept: str = ""
    content: bytes = b""

    @property
    def is_there(self) -> bool:
        """Whether the content can be read."""
        return bool(self.content) or (Path(settings.MEDIA_ROOT) / self.kept).is_file()

    def pieces(self) -> Iterator[bytes]:
        """The content, a piece of at most a megabyte after the other."""
        if self.content:
            yield self.content
            return
        with (Path(settings.MEDIA_ROOT) / self.kept).open("rb") as file:
            while piece := file.read(BYTES_AT_ONCE):
                yield piece


def of_project(scope: Scope) -> Iterator[Document]:
    """Give every document of a project, one at a time."""
    for version in booked.scheme_versions(scope):
        name = f"scheme/{scope.code}-{version.number}.toml"
        yield Document(name, version.digest, content=version.content.encode())
    for letter in scope.letters:
        reference = letter.application.reference
        content = letter_pdf(scope.rules, letter.application, letter)
        yield Document(papers.letter_path(reference, letter.number), content=content)
        if letter.file:
            path = papers.kept_path("letters", f"{reference}-{letter.number}-signed", letter.file)
            yield Document(path, letter.digest, letter.file)
    for certificate in papers.certificate_rows(scope):
        if certificate.file:
            path = papers.kept_path("certificates", certificate.report.reference, certificate.file)
            yield Document(path, certificate.digest, certificate.file)
    for row in papers.evidence_rows(scope).iterator(chunk_size=500):
        yield Document(papers.evidence_path(row), row.digest, row.file)
