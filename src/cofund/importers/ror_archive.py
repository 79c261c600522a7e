"""A dump of the Research Organization Registry is opened and judged here, and its records are read one by one, in little memory.

Source of the layout: https://ror.readme.io/docs/data-dump. The official zip holds one JSON array of all records; older ones hold
the records of schema 1 too, and the same records as CSV.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cofund.importers.cordis_archive import UnusableFileError
from cofund.rules.archives import DAMAGED

CHUNK: Final = 1 << 20  # bytes read at a time
MOST_BYTES: Final = 4 << 30  # unpacked; the largest official dump has below 1 GiB
MOST_RATIO: Final = 300  # unpacked to packed; official dumps stay below 15
MOST_CHARACTERS: Final = 8 << 20  # of one record; the largest official ones have some hundred thousand
_BETWEEN: Final = " \t\r\n,"


@dataclass(frozen=True)
class Dump:
    """An opened dump that was judged usable, and the member of it that is read."""

    path: Path
    zip: zipfile.ZipFile
    member: zipfile.ZipInfo
    ignored: tuple[str, ...]
    sha256: str


@contextmanager
def open_dump(path: Path) -> Iterator[Dump]:
    """Open a dump and read its records to the end once, so that one that broke off is refused before anything is written.

    Raises: UnusableFileError if it is no zip file, is truncated, damaged or unsafe to read, or holds no records of schema 2.
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
        infos = [info for info in opened.infolist() if not info.is_dir()]
        found = [info for info in infos if info.filename.lower().endswith(".json") and _is_schema_2(path, opened, info)]
        if not found:
            raise UnusableFileError(
                f"{path.name} holds no JSON records of schema 2 of the Research Organization Registry. "
                "Fetch the newest dump (version 1.45 or later)."
            )
        if len(found) > 1:
            names = " and ".join(info.filename for info in found)
            raise UnusableFileError(f"{path.name} holds two lists of records, {names}: leave one of them in it.")
        _read_to_the_end(path, opened, found[0])
        ignored = tuple(info.filename for info in infos if info is not found[0])
        yield Dump(path, opened, found[0], ignored, sha256)


def records(dump: Dump, advance: Callable[[int], None] = lambda read: None) -> Iterator[Any]:
    """Give the records of a dump one by one; `advance` is told of the bytes read.

    Raises: UnusableFileError where the text is no JSON array of records.
    """
    decoder, text, at, count = json.JSONDecoder(), "", 0, 0
    chunks = _chunks(dump.path, dump.zip, dump.member, advance)
    text = next(chunks, "").removeprefix("\ufeff").lstrip()
    at = 1  # after the bracket that opens the array, which was seen when it was judged
    ended = False
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        if at < len(text) and text[at] == "]":
            return
        try:
            if at == len(text):
                raise json.JSONDecodeError("nothing more", text, at)
            record, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            more = "" if ended else next(chunks, "")
            ended = not more
            if ended or len(text) - at > MOST_CHARACTERS:
                raise UnusableFileError(
                    f"{dump.member.filename} in {dump.path.name} breaks after record {count:,} ({error.msg}). "
                    "Fetch the file again; what was read before it stays."
                ) from error
            text, at = text[at:] + more, 0
            continue
        count += 1
        yield record


def _chunks(
    path: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo, advance: Callable[[int], None]
) -> Iterator[str]:
    """The text of a member, piece by piece. Raises: UnusableFileError where it is damaged or no UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened.open(info) as file:
            while chunk := file.read(CHUNK):
                advance(len(chunk))
                if text := decoder.decode(chunk):
                    yield text
            decoder.decode(b"", final=True)
    except (*DAMAGED, UnicodeDecodeError) as error:
        raise UnusableFileError(
            f"{info.filename} in {path.name} is damaged ({error}). Nothing was imported: fetch the file again."
        ) from error


def _is_schema_2(path: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a member is a JSON array whose first record has what only schema 2 has. Raises: UnusableFileError."""
    if info.file_size > MOST_BYTES or (info.file_size > CHUNK and info.file_size > MOST_RATIO * info.compress_size):
        raise UnusableFileError(f"{info.filename} in {path.name} would unpack to far more than a dump of ROR does.")
    start = next(_chunks(path, opened, info, lambda read: None), "").removeprefix("\ufeff").lstrip()
    if not start.startswith("["):
        return False
    try:
        first, _ = json.JSONDecoder().raw_decode(start[1:].lstrip())
    except json.JSONDecodeError:
        return False
    return isinstance(first, dict) and isinstance(first.get("names"), list) and "id" in first


def _read_to_the_end(path: Path, opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Read a member once, so that its checksum is compared, and see that the array is closed. Raises: UnusableFileError."""
    last = ""
    for text in _chunks(path, opened, info, lambda read: None):
        last = text.rstrip()[-1:] or last
    if last != "]":
        raise UnusableFileError(
            f"{info.filename} in {path.name} ends in the middle of a record. Nothing was imported: fetch the file again."
        )
