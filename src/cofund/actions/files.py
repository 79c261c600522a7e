"""Files that people hand in: checked for size and type, named by their hash, kept in the site's folder outside of the web."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from cofund.actions.errors import Refused

MOST_BYTES: Final = 20 * 1024 * 1024
# What a type's file begins with; a name alone proves nothing.
BEGINNINGS: Final[dict[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
}
IN_WORDS: Final = "PDF, PNG, JPEG, DOCX, XLSX or ODT"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: its path below the site's folder of files, the name it came with, and its SHA-256."""

    path: str
    name: str
    digest: str


def keep(upload: UploadedFile[bytes], *, field: str = "file") -> Kept:
    """Keep a file under its hash; the same file twice is kept once.

    Raises:
        Refused: it is empty, larger than the limit, or of a type that is not taken; for the named form field.
    """
    name = Path(upload.name or "file").name[-200:]
    suffix = Path(name).suffix.lower()
    asked = f"You asked to add the file {name}."
    if not upload.size:
        raise Refused(asked=asked, wrong="It is empty.", remedy="Choose the file again.", field=field)
    if upload.size > MOST_BYTES:
        wrong = f"It has {upload.size / 1024 / 1024:.1f} MB; at most {MOST_BYTES // 1024 // 1024} MB are kept."
        raise Refused(asked=asked, wrong=wrong, remedy="Make it smaller or split it.", field=field)
    content = upload.read()
    if not any(content.startswith(beginning) for beginning in BEGINNINGS.get(suffix, ())):
        wrong = f"It is no {IN_WORDS} file, or its content is of another type than its name."
        raise Refused(asked=asked, wrong=wrong, remedy="Save it as a PDF and add that.", field=field)
    return keep_content(content, name, suffix)


def keep_content(content: bytes, name: str, suffix: str) -> Kept:
    """Keep what was checked already under its hash; `suffix` says what it is, such as `.csv`."""
    digest = hashlib.sha256(content).hexdigest()
    path = Path(digest[:2]) / f"{digest}{suffix}"
    _write(Path(settings.MEDIA_ROOT) / path, content)
    return Kept(str(path), name, digest)


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(content)
    part.replace(target)
