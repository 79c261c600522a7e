"""An audit file is checked by a stranger with the steps that its own README tells, without Cofund."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.proofs import Proved

from cofund.actions import signing_keys
from cofund.exporters.audit_file.scope import Scope
from cofund.exporters.audit_file.writing import stream
from cofund.queries import clock

pytestmark = pytest.mark.django_db
NEEDED = ("openssl", "python3", "sha256sum", "sh")


@pytest.fixture
def folder(db: None, settings: Any, tmp_path: Path) -> Path:
    """The audit file of a project, unpacked."""
    if any(shutil.which(one) is None for one in NEEDED):
        pytest.skip("OPENSSL OR SHA256SUM MISSING: it takes openssl, python3 and sha256sum")
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    pieces = stream(
        Scope(Proved.make().project, clock.now()),
        signing_keys.own(),
        made_at=clock.now(),
        made_by="Test",
        address="https://example.org/key",
    )
    (tmp_path / "audit.zip").write_bytes(b"".join(pieces))
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "audit.zip") as packed:
        packed.extractall(unpacked)
    return unpacked


def steps(folder: Path) -> list[str]:
    """The commands that the README tells, but for that of Cofund itself."""
    lines = (folder / "README.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.startswith("    ") and not line.startswith("    cofund")]


def done(folder: Path) -> list[tuple[int, str]]:
    """Do the steps as they are told; how each ended, and what it said."""
    found = []
    for step in steps(folder):
        ran = subprocess.run(["/bin/sh", "-c", step], cwd=folder, capture_output=True, text=True, check=False)
        found.append((ran.returncode, (ran.stdout + ran.stderr).strip()))
    return found


def test_steps_of_the_readme_prove_a_file(folder: Path) -> None:
    assert done(folder) == [
        (0, "Signature Verified Successfully"),
        (0, ""),
        (0, "Every file is as it was signed"),
    ]


def test_steps_of_the_readme_find_a_changed_file_and_a_changed_manifest(folder: Path) -> None:
    table = folder / "tables" / "transfers.csv"
    table.write_bytes(table.read_bytes().replace(b"1", b"2", 1))
    signature, _, files = done(folder)
    assert signature[0] == 0
    assert files[0] == 1
    assert "tables/transfers.csv: FAILED" in files[1]
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"Test", b"Tess", 1))
    assert done(folder)[0][0] == 1


def test_other_files_than_those_of_the_manifest_are_the_three_that_the_readme_names(folder: Path) -> None:
    done(folder)
    listed = {line.split("  ", 1)[1] for line in (folder.parent / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - listed == {"manifest.json", "manifest.sig", "public-key.pem"}
