"""A CORDIS download is opened and judged here: what is unusable is refused before anything is written.

Every byte is read once and its checksum compared, so that a file which broke on its way is found now and not in the
middle. Nothing is ever unpacked to disk, so the names inside cannot lead anywhere.
"""

from __future__ import annotations

import codecs
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from cofund.rules.archives import DAMAGED

Kind = Literal["csv", "xml"]

CHUNK = 1 << 20  # bytes read at a time; no line of a CSV file may be longer
MOST_MEMBERS = 500_000
MOST_BYTES = 16 << 30  # unpacked, all members together; the largest official download has below 1 GiB
MOST_XML_BYTES = 64 << 20  # of one record; the largest official ones have a few MiB
MOST_RATIO = 300  # unpacked to packed; official files stay below 20


class UnusableFileError(Exception):
    """The file cannot be imported at all. The message says why, and what to do."""


@dataclass(frozen=True)
class Archive:
    """An opened download that was judged usable."""

    path: Path
    zip: zipfile.ZipFile
    kind: Kind
    members: dict[str, zipfile.ZipInfo]  # CSV: by sheet name; XML: by name inside the archive
    odd: frozenset[str]  # names of members that hold bytes which are not UTF-8, or NUL
    ignored: tuple[str, ...]  # names of members that are neither CSV nor XML
    sha256: str

    @property
    def total_bytes(self) -> int:
        """Unpacked size of all members that are read, in bytes."""
        return sum(info.file_size for info in self.members.values())


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a CORDIS download, CSV or XML, told apart by what its members hold.

    Raises: UnusableFileError if it is no zip file, is truncated or damaged, is unsafe to read, or holds no CORDIS data.
    """
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        opened = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise UnusableFileError(
            f"{path.name} is not a whole zip file ({error}). It may have broken off on its way: fetch it again."
        ) from error
    except OSError as error:
        raise UnusableFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    with opened:
        yield _judge(path, opened, sha256)


def _judge(path: Path, opened: zipfile.ZipFile, sha256: str) -> Archive:
    """Look at every member once, and decide what kind of download this is."""
    members = [info for info in opened.infolist() if not info.is_dir()]
    _refuse_unsafe(path, members)
    kinds: dict[Kind, dict[str, zipfile.ZipInfo]] = {"csv": {}, "xml": {}}
    odd, ignored, records = set(), [], 0
    for info in members:
        kind, is_odd, is_record = _inspect(path, opened, info)
        records += is_record
        if kind is None:
            ignored.append(info.filename)
            continue
        name = PurePosixPath(info.filename).stem if kind == "csv" else info.filename
        if name in kinds[kind]:
            raise UnusableFileError(f"{path.name} holds {name} twice, and which one is meant cannot be told.")
        kinds[kind][name] = info
        if is_odd:
            odd.add(info.filename)
    if not kinds["csv"] and not kinds["xml"]:
        raise UnusableFileError(
            f"{path.name} holds neither the CSV tables nor the XML records of CORDIS. "
            "Fetch the CSV or the XML download of a framework programme."
        )
    if kinds["xml"] and not kinds["csv"] and not records:
        raise UnusableFileError(
            f"{path.name} holds XML, but no record of a CORDIS project: it is another kind of file. "
            "Fetch the CSV or the XML download of a framework programme."
        )
    kind = "csv" if kinds["csv"] else "xml"
    if kinds["csv"] and kinds["xml"]:
        raise UnusableFileError(
            f"{path.name} holds both CSV tables and XML records. Import the two downloads one by one."
        )
    return Archive(path, opened, kind, kinds[kind], frozenset(odd), tuple(ignored), sha256)


def _refuse_unsafe(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to far more than a download ever does, and what cannot be unpacked.

    The sizes stated in the archive can be trusted: reading stops there, and the checksum then fails.

    Raises: UnusableFileError.
    """
    if len(members) > MOST_MEMBERS:
        raise UnusableFileError(
            f"{path.name} holds {len(members):,} files; no CORDIS download has over {MOST_MEMBERS:,}."
        )
    if sum(info.file_size for info in members) > MOST_BYTES:
        raise UnusableFileError(f"{path.name} would unpack to over {MOST_BYTES >> 30} GiB; no CORDIS download does.")
    for info in members:
        if info.file_size > CHUNK and info.file_size > MOST_RATIO * info.compress_size:
            raise UnusableFileError(
                f"{info.filename} in {path.name} would unpack to over {MOST_RATIO} times its size; no CORDIS file does."
            )
        if info.flag_bits & 0x1:
            raise UnusableFileError(
                f"{info.filename} in {path.name} is encrypted. Unpack it and pack it again without."
            )
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnusableFileError(
                f"{info.filename} in {path.name} is packed in an unusual way. Pack it again as plain zip."
            )


def _inspect(path: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[Kind | None, bool, bool]:
    """Read one member to its end: which kind it is, whether it holds bytes that are no text, whether it is a project's record."""
    decoder, odd, kind, is_record = codecs.getincrementaldecoder("utf-8")(), False, None, False
    try:
        with opened.open(info) as file:
            while chunk := file.read(CHUNK):
                if kind is None:
                    kind = _kind_of(chunk)
                    if kind is None:
                        return None, False, False
                    is_record = kind == "xml" and b"<project" in chunk
                    if kind == "xml" and info.file_size > MOST_XML_BYTES:
                        raise UnusableFileError(f"{info.filename} in {path.name} is too large to be a CORDIS record.")
                if kind == "csv":
                    if len(chunk) == CHUNK and b"\n" not in chunk:
                        raise UnusableFileError(
                            f"{info.filename} in {path.name} has a line of over 1 MiB. Fetch it again."
                        )
                    odd = odd or b"\0" in chunk or not _is_text(decoder, chunk)
    except DAMAGED as error:
        raise UnusableFileError(
            f"{info.filename} in {path.name} is damaged ({error}). Nothing was imported: fetch the file again."
        ) from error
    return kind, odd, is_record


def _is_text(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    """Whether the text goes on as UTF-8 in this chunk."""
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _kind_of(start: bytes) -> Kind | None:
    """XML begins with `<`, a CORDIS table has semicolons in its first line; anything else is neither."""
    start = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<"):
        return "xml"
    return "csv" if b";" in start.partition(b"\n")[0] else None
