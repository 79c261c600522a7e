"""Writes the audit file of a project: rows, documents, the chain and a signed manifest, as a zip that is sent while it is made.

Nothing is held whole: rows come a few at a time, documents in pieces of a megabyte, and the zip leaves in pieces.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from cofund.exporters.audit_file import booked, documents, papers
from cofund.exporters.audit_file.scope import Row, Scope
from cofund.rules import chain

FORMAT: Final = "cofund-audit-file/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "public-key.pem"
SPINE: Final = "chain/spine.csv"
SEALED_ENTRIES: Final = "chain/entries.json"
SEALED_TRANSFERS: Final = "chain/transfers.json"
TABLES: Final[dict[str, Callable[[Scope], Iterator[Row]]]] = {
    "project": booked.project,
    "organisations": papers.organisations,
    "contributions": booked.contribution_rows,
    "versions": booked.versions,
    "entries": booked.entries,
    "transfers": booked.transfers,
    "explanations": booked.explanations,
    "decisions": booked.decisions,
    "shares": booked.share_results,
    "applications": papers.applications,
    "letters": papers.letters,
    "letter_lines": papers.letter_lines,
    "plan_lines": papers.plan_lines,
    "report_lines": papers.report_lines,
    "in_kind_lines": papers.in_kind_lines,
    "refusals": papers.refusals,
    "certificates": papers.certificates,
    "evidence": papers.evidence,
    "instalments": papers.instalments,
    "receipts": papers.receipts,
    "notices": papers.notices,
    "audit_trail": booked.trail,
}
# A cell that begins with one of these is taken for a formula by spreadsheets.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_WORTH_SENDING: Final = 64 * 1024
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
README: Final = """\
AUDIT FILE OF {project} ({scheme}), AS KNOWN AT {known_at}

tables/        every table as CSV for a spreadsheet and as JSON, one row on each line
letters/       letters of endorsement as PDF, and the documents that were signed
certificates/  certificates of auditors
evidence/      evidence files of the reports
scheme/        the rules of the programme, each version by which something here was booked
chain/         what the seals in the books cover, and the seals of the whole book up to this instant
manifest.json  every file with its size and SHA-256
manifest.sig   the signature of manifest.json (Ed25519)

TO CHECK IT
    cofund verify-audit-file FILE.zip
or without Cofund, in the folder into which it was unpacked:
1. Compare public-key.pem with the one that the site publishes at {address}
2. Was the manifest signed with that key? It says "Signature Verified Successfully" (OpenSSL 3):
    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
3. Is every file the one that the manifest names? It writes a list of hashes, and says each file that differs (Python 3):
    python3 -c "import json; [print(f['sha256'], '', f['path']) for f in json.load(open('manifest.json'))['files']]" > ../SHA256SUMS
    sha256sum --quiet --check ../SHA256SUMS && echo "Every file is as it was signed"
4. No other file may be there than those of the list, manifest.json, manifest.sig and public-key.pem.
Amounts are whole cents. A table without a row is an empty file. The seals in chain/ are checked by cofund verify-audit-file alone.
"""


class Signing(Protocol):
    """Whoever signs: its public key (PEM), the fingerprint of that (SHA-256, hexadecimal), and the signature of a content."""

    @property
    def public_pem(self) -> bytes:
        """The public key."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the public key."""

    def sign(self, content: bytes) -> bytes:
        """Give the signature of a content."""


@dataclass
class Written:
    """What was put into the file so far: path, size and hash of each part, and what was not as the record says."""

    files: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)


class _Sink(io.RawIOBase):
    """What the zip is written to: it keeps a piece only until that is sent on."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        """It can be written to, and that is all."""
        return True

    def write(self, data: Any) -> int:
        """Keep a piece until it is taken."""
        self._held.append(bytes(data))
        self._size += len(data)
        return len(data)

    def take(self, *, least: int = 0) -> Iterator[bytes]:
        """Give what was written since the last time in one piece, unless it is less than is worth sending."""
        if self._size > least:
            yield b"".join(self._held)
            self._held, self._size = [], 0


def stream(scope: Scope, key: Signing, *, made_at: datetime, made_by: str, address: str) -> Iterator[bytes]:
    """Give the audit file of a project, piece by piece.

    Args:
        scope: the project and the instant.
        key: who signs.
        made_at: when it is made, which the manifest says.
        made_by: in whose name.
        address: where the site publishes its public key.
    """
    sink, written = _Sink(), Written()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        said = {"project": scope.project.acronym, "scheme": scope.code, "known_at": _instant(scope.known_at)}
        readme = README.format(**said, address=address).encode()
        yield from _put(archive, sink, written, "README.txt", iter([readme]))
        for name, table in TABLES.items():
            yield from _put_table(archive, sink, written, scope, name, table)
        for path, rows in ((SEALED_ENTRIES, booked.sealed_entries), (SEALED_TRANSFERS, booked.sealed_transfers)):
            yield from _put(archive, sink, written, path, _as_json(rows(scope)))
        end = _End()
        yield from _put(archive, sink, written, SPINE, _as_csv(end.seen(booked.spine(scope))))
        for document in documents.of_project(scope):
            if not document.is_there:
                written.absent.append(document.path)
                continue
            yield from _put(archive, sink, written, document.path, document.pieces())
            if document.recorded and written.files[-1]["sha256"] != document.recorded:
                written.altered.append(document.path)
        manifest = _manifest(scope, key, written, end, made_at, made_by, address)
        for path, content in ((MANIFEST, manifest), (SIGNATURE, key.sign(manifest)), (PUBLIC_KEY, key.public_pem)):
            yield from _put(archive, sink, Written(), path, iter([content]))
    yield from sink.take()


@dataclass
class _End:
    """Where the chain of the book ends."""

    number: int = 0
    hash: str = chain.GENESIS

    def seen(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Let rows of the spine pass, and keep the last."""
        for row in rows:
            self.number, self.hash = row["number"], row["hash"]
            yield row


def _put(
    archive: zipfile.ZipFile, sink: _Sink, written: Written, path: str, pieces: Iterable[bytes]
) -> Iterator[bytes]:
    """Put one file into the zip; what the zip wrote for it leaves at once."""
    digest, size = hashlib.sha256(), 0
    about = zipfile.ZipInfo(path, _WHEN)
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    with archive.open(about, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            yield from sink.take(least=_WORTH_SENDING)
    written.files.append({"path": path, "bytes": size, "sha256": digest.hexdigest()})
    yield from sink.take()


def _put_table(
    archive: zipfile.ZipFile,
    sink: _Sink,
    written: Written,
    scope: Scope,
    name: str,
    table: Callable[[Scope], Iterator[Row]],
) -> Iterator[bytes]:
    """Put a table into the zip as JSON and as CSV; each is read from the database by itself, so that neither is held."""
    counter = _Counter()
    yield from _put(archive, sink, written, f"tables/{name}.json", _as_json(counter.seen(table(scope))))
    yield from _put(archive, sink, written, f"tables/{name}.csv", _as_csv(table(scope)))
    written.tables[name] = counter.count


@dataclass
class _Counter:
    """How many rows passed."""

    count: int = 0

    def seen(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Let rows pass and count them."""
        for row in rows:
            self.count += 1
            yield row


def _as_json(rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as a list of JSON with one row on each line."""
    yield b"["
    for number, row in enumerate(rows):
        text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield f"{',' if number else ''}\n{text}".encode()
    yield b"\n]\n"


def _as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as CSV with a line of names; what is no single value is written as JSON, and no text is taken for a formula."""
    for number, row in enumerate(rows):
        line = io.StringIO()
        writer = csv.writer(line, lineterminator="\r\n")
        if number == 0:
            writer.writerow(row)
        writer.writerow([_cell(value) for value in row.values()])
        yield (("\ufeff" if number == 0 else "") + line.getvalue()).encode()


def _cell(value: Any) -> Any:
    """A value as a cell."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _manifest(
    scope: Scope, key: Signing, written: Written, end: _End, made_at: datetime, made_by: str, address: str
) -> bytes:
    """What the file holds, with the hash of every part."""
    stated = {
        "format": FORMAT,
        "scheme": scope.code,
        "project": {"slug": scope.project.slug, "acronym": scope.project.acronym},
        "known_at": _instant(scope.known_at),
        "as_of": scope.on.isoformat(),
        "made_at": _instant(made_at),
        "made_by": made_by,
        "scheme_versions": [
            {"number": one.number, "label": one.label, "sha256": one.digest} for one in booked.scheme_versions(scope)
        ],
        "chain": {"transfers": end.number, "head": end.hash},
        "tables": written.tables,
        "files": written.files,
        "absent": written.absent,
        "altered": written.altered,
        "changed_since": scope.changed_since,
        "key": {"algorithm": "Ed25519", "sha256": key.fingerprint, "address": address},
    }
    return json.dumps(stated, ensure_ascii=False, indent=1).encode()


def _instant(at: datetime) -> str:
    """An instant in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
