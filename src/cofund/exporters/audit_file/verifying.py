"""Checks an audit file by itself: signature, every hash, completeness, and the seals, computed again from what they cover."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from cofund.exporters.audit_file import writing
from cofund.exporters.audit_file.chains import check_chain
from cofund.rules.archives import DAMAGED

# What a zip or a member of it raises that cannot be read, or is no text of the kind that it should be.
_UNREADABLE: Final = (*DAMAGED, OSError, ValueError)
_PIECE: Final = 1024 * 1024
_MOST_OF_MANIFEST: Final = 256 * 1024 * 1024
_LONGEST_ROW: Final = 16 * 1024 * 1024
# Where a table says that a file is in the zip, and by which hash; a path that is empty says that there is none.
_NAMED: Final = {
    "letters": (("file", ""), ("signed_file", "signed_sha256")),
    "certificates": (("file", "sha256"),),
    "evidence": (("file", "sha256"),),
}
_OWN: Final = (writing.MANIFEST, writing.SIGNATURE, writing.PUBLIC_KEY)


@dataclass
class Verdict:
    """What was found: each difference in words. `key` is the fingerprint of the key that signed, empty where none could be read."""

    project: str = ""
    scheme: str = ""
    known_at: str = ""
    key: str = ""
    address: str = ""
    files: int = 0
    transfers: int = 0
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(path: Path, trusted: Ed25519PublicKey | None) -> Verdict:
    """Check an audit file; memory stays bounded, however large it is.

    Args:
        path: the zip.
        trusted: the key that must have signed; None takes the key in the file, which then has to be compared by hand.
    """
    found = Verdict()
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _signed_manifest(archive, trusted, found)
            if manifest is not None:
                _check(archive, manifest, found)
    except _UNREADABLE as error:
        found.differences.append(
            f"The file cannot be read as a zip: {error}. It was damaged, or it is another kind of file."
        )
    return found


def _check(archive: zipfile.ZipFile, manifest: dict[str, Any], found: Verdict) -> None:
    """Check files, tables and seals; a manifest that somebody made up can have any shape, which is then a difference itself."""
    try:
        _check_files(archive, manifest, found)
        _check_tables(archive, manifest, found)
        _check_seals(archive, manifest, found)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        found.differences.append(f"manifest.json has not the shape of an audit file's ({error!r}): it was changed.")


def _signed_manifest(
    archive: zipfile.ZipFile, trusted: Ed25519PublicKey | None, found: Verdict
) -> dict[str, Any] | None:
    """The manifest, where the file has one that was signed by the right key or can still be read."""
    names = archive.namelist()
    missing = [name for name in _OWN if name not in names]
    found.differences += [f"{name} is missing: this is no audit file, or it was taken out." for name in missing]
    if missing or archive.getinfo(writing.MANIFEST).file_size > _MOST_OF_MANIFEST:
        return None
    content = _read(archive, writing.MANIFEST, found)
    signature = _read(archive, writing.SIGNATURE, found)
    key = _key(_read(archive, writing.PUBLIC_KEY, found), found)
    if content is None or signature is None or key is None:
        return None
    if trusted is not None and fingerprint(trusted) != fingerprint(key):
        found.differences.append(
            f"Wrong key: the file carries the key {fingerprint(key)[:16]}, expected was {fingerprint(trusted)[:16]}. "
            "It was signed by somebody else, or by an older key of the site."
        )
    try:
        (trusted or key).verify(signature, content)
    except InvalidSignature:
        found.differences.append(
            "The signature does not fit manifest.json: it was changed after it was signed, or another key signed it."
        )
    try:
        manifest = json.loads(content)
        found.project, found.scheme = manifest["project"]["acronym"], manifest["scheme"]
        found.known_at, found.address = manifest["known_at"], manifest["key"]["address"]
        _said_by_maker(manifest, found)
    except (ValueError, KeyError, TypeError):
        found.differences.append("manifest.json cannot be read: it was damaged or changed.")
        return None
    if manifest.get("format") != writing.FORMAT:
        found.differences.append(f"The manifest is of the format {manifest.get('format')}, expected {writing.FORMAT}.")
        return None
    return dict(manifest)


def _said_by_maker(manifest: dict[str, Any], found: Verdict) -> None:
    """What the manifest itself says is not as it should be."""
    for name in manifest["absent"]:
        found.differences.append(f"{name} was not there when the file was made, though the record names it.")
    for name in manifest["altered"]:
        found.differences.append(f"{name} is not the file that was handed in: its SHA-256 is not the recorded one.")
    if manifest["changed_since"]:
        changed = ", ".join(manifest["changed_since"][:10])
        more = " and more" if len(manifest["changed_since"]) > 10 else ""
        found.notes.append(f"Written to after this instant, so its rows may not be as they were then: {changed}{more}.")


def _check_files(archive: zipfile.ZipFile, manifest: dict[str, Any], found: Verdict) -> None:
    """Hold every file against its size and hash in the manifest; name what is missing, extra or there twice."""
    names = archive.namelist()
    stated = {one["path"]: one for one in manifest["files"]}
    for name in sorted({name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()):
        found.differences.append(f"{name} is in the file more than once.")
    for name in sorted(set(names) - set(stated) - set(_OWN)):
        found.differences.append(f"{name} is extra: the manifest does not name it.")
    for name, one in stated.items():
        if name not in archive.NameToInfo:
            found.differences.append(f"{name} is missing: the manifest names it.")
            continue
        size, digest = _measured(archive, name, one["bytes"], found)
        if size is not None and (size, digest) != (one["bytes"], one["sha256"]):
            found.differences.append(
                f"{name} was changed: its SHA-256 is {digest[:16]}, signed was {one['sha256'][:16]}."
            )
    found.files = len(stated)


def _measured(archive: zipfile.ZipFile, name: str, most: int, found: Verdict) -> tuple[int | None, str]:
    """Size and hash of a file, read in pieces and never beyond what was signed by more than a piece."""
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while size <= most and (piece := file.read(_PIECE)):
                digest.update(piece)
                size += len(piece)
    except _UNREADABLE as error:
        found.differences.append(f"{name} was changed or damaged: {error}.")
        return None, ""
    return size, digest.hexdigest()


def _check_tables(archive: zipfile.ZipFile, manifest: dict[str, Any], found: Verdict) -> None:
    """Hold the rows of each table against their number, and the documents that rows name against the manifest."""
    stated = {one["path"]: one["sha256"] for one in manifest["files"]}
    for name, count in manifest["tables"].items():
        rows = 0
        for row in rows_of(archive, f"tables/{name}.json", found):
            rows += 1
            for path_field, hash_field in _NAMED.get(name, ()):
                _check_named(str(row.get(path_field) or ""), str(row.get(hash_field) or ""), stated, manifest, found)
        if rows != count:
            found.differences.append(f"tables/{name}.json has {rows} rows, the manifest says {count}.")
    expected = set(writing.TABLES) - set(manifest["tables"])
    found.differences += [f"The table {name} is missing in the manifest." for name in sorted(expected)]


def _check_named(path: str, digest: str, stated: dict[str, str], manifest: dict[str, Any], found: Verdict) -> None:
    """Hold a document that a row names against the manifest."""
    if not path or path in manifest["absent"] or path in manifest["altered"]:
        return
    if path not in stated:
        found.differences.append(f"{path} is not in the file, though a row of its tables names it.")
    elif digest and stated[path] != digest:
        found.differences.append(f"{path} is not the document of its row: the row says SHA-256 {digest[:16]}.")


def _check_seals(archive: zipfile.ZipFile, manifest: dict[str, Any], found: Verdict) -> None:
    """Compute every seal again and follow the chain to its end; then add the transfers up to what contributions are said to be."""
    try:
        found.transfers, differences = check_chain(
            rows_of(archive, writing.SEALED_ENTRIES, found),
            rows_of(archive, writing.SEALED_TRANSFERS, found),
            _spine(archive, found),
            rows_of(archive, "tables/transfers.json", found),
            rows_of(archive, "tables/contributions.json", found),
            manifest["chain"],
            manifest["as_of"],
        )
    except (KeyError, TypeError, ValueError) as error:
        differences = [f"The rows of the chain cannot be read ({error!r}): they were damaged or changed."]
    found.differences += differences


def rows_of(archive: zipfile.ZipFile, name: str, found: Verdict) -> Iterator[dict[str, Any]]:
    """Give the rows of a table of the zip one by one; what cannot be read is a difference."""
    if name not in archive.NameToInfo:
        return
    try:
        with archive.open(name) as file:
            lines = io.TextIOWrapper(file, encoding="utf-8")
            while line := lines.readline(_LONGEST_ROW):
                if (text := line.strip()) not in ("", "[", "]"):
                    yield json.loads(text.removesuffix(","))
    except _UNREADABLE:
        found.differences.append(f"{name} cannot be read row by row: it was damaged or changed.")


def _spine(archive: zipfile.ZipFile, found: Verdict) -> Iterator[tuple[int, str]]:
    """Give number and seal of every transfer of the book."""
    if writing.SPINE not in archive.NameToInfo:
        return
    try:
        with archive.open(writing.SPINE) as file:
            for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")):
                yield int(row["number"]), row["hash"]
    except (*_UNREADABLE, KeyError):
        found.differences.append(f"{writing.SPINE} cannot be read: it was damaged or changed.")


def _read(archive: zipfile.ZipFile, name: str, found: Verdict) -> bytes | None:
    """A small file whole; None where it is damaged."""
    try:
        return archive.read(name)
    except _UNREADABLE:
        found.differences.append(f"{name} was changed or damaged.")
        return None


def _key(content: bytes | None, found: Verdict) -> Ed25519PublicKey | None:
    """The key that the file carries."""
    key = public_key(content or b"")
    if key is None:
        found.differences.append(f"{writing.PUBLIC_KEY} is no Ed25519 key: it was changed or damaged.")
        return None
    found.key = fingerprint(key)
    return key


def public_key(content: bytes) -> Ed25519PublicKey | None:
    """Read a public key from PEM; None where it is none of Ed25519."""
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def fingerprint(key: Ed25519PublicKey) -> str:
    """The fingerprint of a key: SHA-256 over its DER form, hexadecimal."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
