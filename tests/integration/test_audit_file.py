"""The audit file of a project: what is in it, that it is the same again, and that every way of tampering is found and named."""

from __future__ import annotations

import datetime as dt
import io
import json
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.books import FINANCE, MILLION
from tests.leads import OFFICER
from tests.proofs import AT, CERTIFIED, EVIDENCE, LATER, SIGNED, Proved
from tests.worlds import world

from cofund.actions import contributions, files, relationships, signing_keys
from cofund.actions.books import Grounds
from cofund.actions.relationships import NewExchange
from cofund.actions.signing_keys import SigningKey
from cofund.commands.main import cli
from cofund.exporters.audit_file.scope import Scope
from cofund.exporters.audit_file.verifying import verify
from cofund.exporters.audit_file.writing import TABLES, stream
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.ledger.models import Evidence, Transfer

pytestmark = pytest.mark.django_db
Change = Callable[[dict[str, bytes]], None]


@world
def proved() -> Proved:
    """A project with one contribution that has its whole chain, in a home folder of its own."""
    return Proved.make()


@pytest.fixture
def whole(proved: Proved, tmp_path: Path) -> Path:
    """Its audit file."""
    return written(proved, tmp_path / "whole.zip")


def written(proved: Proved, path: Path, key: SigningKey | None = None, **instant: Any) -> Path:
    """Write the audit file of the project."""
    scope = Scope(proved.project, instant.get("known_at") or clock.now())
    pieces = stream(
        scope, key or signing_keys.own(), made_at=clock.now(), made_by="Test", address="https://example.org/key"
    )
    with path.open("wb") as file:
        file.writelines(pieces)
    return path


def parts(path: Path) -> dict[str, bytes]:
    """The files of a zip."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    found: list[dict[str, Any]] = json.loads(parts(path)[f"tables/{table}.json"])
    return found


def changed(path: Path, change: Change) -> Path:
    """The same zip with some of its files changed."""
    found = parts(path)
    change(found)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return other


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(cli, words)


def test_file_holds_rows_documents_chain_and_signature(proved: Proved, whole: Path) -> None:
    found = parts(whole)
    reference, report = proved.application.reference, proved.report.reference
    proof = Evidence.objects.get()
    assert sorted(name for name in found if not name.startswith("tables/")) == sorted(
        [
            *("README.txt", "manifest.json", "manifest.sig", "public-key.pem", "scheme/ihi-1.toml"),
            *("chain/entries.json", "chain/transfers.json", "chain/spine.csv"),
            *(f"letters/{reference}-1.pdf", f"letters/{reference}-1-signed.pdf"),
            *(f"certificates/{report}.pdf", f"evidence/{report}-1-{proof.pk}.pdf"),
        ]
    )
    assert sorted(name for name in found if name.startswith("tables/")) == sorted(
        f"tables/{name}.{kind}" for name in TABLES for kind in ("csv", "json")
    )
    assert found[f"letters/{reference}-1.pdf"].startswith(b"%PDF-")
    assert found[f"letters/{reference}-1-signed.pdf"] == SIGNED
    assert found[f"certificates/{report}.pdf"] == CERTIFIED
    assert found[f"evidence/{report}-1-{proof.pk}.pdf"] == EVIDENCE


def test_rows_tell_the_whole_chain(proved: Proved, whole: Path) -> None:
    counts = {name: len(rows(whole, name)) for name in TABLES}
    assert counts == {
        "project": 1,
        "organisations": 1,
        "contributions": 1,
        "versions": 1,
        "entries": 7,
        "transfers": 11,
        "explanations": 4,
        "decisions": 3,
        "shares": counts["shares"],
        "applications": 1,
        "letters": 1,
        "letter_lines": 1,
        "plan_lines": 1,
        "report_lines": 1,
        "in_kind_lines": 1,
        "refusals": 1,
        "certificates": 1,
        "evidence": 1,
        "instalments": 0,
        "receipts": 0,
        "notices": 0,
        "audit_trail": 31,
    }
    line = rows(whole, "report_lines")[0]
    assert (line["reported_cents"], line["certified_cents"], line["validated_cents"]) == (
        155_000_000,
        155_000_000,
        148_000_000,
    )
    assert rows(whole, "contributions")[0]["amounts_cents"]["validated"] == 148_000_000
    assert rows(whole, "letter_lines")[0]["contribution"] == proved.contribution.reference


def test_untouched_file_is_verified(proved: Proved, whole: Path) -> None:
    verdict = verify(whole, signing_keys.own().private.public_key())
    assert verdict.differences == []
    assert (verdict.project, verdict.scheme, verdict.transfers) == ("X", "ihi", 11)


def test_same_instant_gives_the_same_rows_whatever_was_written_later(proved: Proved, tmp_path: Path) -> None:
    first = written(proved, tmp_path / "first.zip", known_at=LATER)
    target, proved.office.at = Target(project=proved.project), LATER + dt.timedelta(days=1)
    other = proved.office.pledge(MILLION, "Other", target=target, kind="IKOP", on=LATER.date()).contribution
    contributions.endorse(FINANCE, other, proved.office.grounds(LATER.date()), at=proved.office.at)
    assert len(rows(written(proved, tmp_path / "later.zip"), "contributions")) == 2
    again = written(proved, tmp_path / "again.zip", known_at=LATER)
    same = [name for name, content in parts(first).items() if parts(again)[name] == content]
    differing = {*parts(first)} - {*same}
    assert {name for name in differing if not name.startswith("letters/")} == {"manifest.json", "manifest.sig"}


def test_earlier_instant_leaves_out_what_was_not_known_yet(proved: Proved, tmp_path: Path) -> None:
    before = written(proved, tmp_path / "before.zip", known_at=LATER.replace(year=2025))
    counts = {name: len(rows(before, name)) for name in ("contributions", "entries", "letters", "plan_lines")}
    assert counts == {"contributions": 1, "entries": 4, "letters": 1, "plan_lines": 1}
    assert [len(rows(before, name)) for name in ("report_lines", "certificates", "evidence", "refusals")] == [
        0,
        0,
        0,
        0,
    ]
    assert verify(before, None).differences == []
    at_first = written(proved, tmp_path / "first.zip", known_at=AT)
    assert rows(at_first, "contributions") == []


def replace(name: str, old: bytes, new: bytes) -> Change:
    """Change the content of a file."""

    def change(found: dict[str, bytes]) -> None:
        assert old in found[name]
        found[name] = found[name].replace(old, new, 1)

    return change


def evidence_name(found: dict[str, bytes]) -> str:
    """The file of evidence."""
    return next(name for name in found if name.startswith("evidence/"))


TAMPERINGS: dict[str, tuple[Change, str]] = {
    "a file is changed": (
        lambda found: found.update({evidence_name(found): b"%PDF-1.7\nOther\n"}),
        "evidence/ihi-report-1-1-",
    ),
    "a file is missing": (lambda found: found.pop(evidence_name(found)) and None, "is missing: the manifest names it."),
    "a file is extra": (lambda found: found.update({"evidence/more.pdf": b"x"}), "evidence/more.pdf is extra"),
    "a row is changed": (
        replace("tables/contributions.json", b"148000000", b"158000000"),
        "does not stand as its transfers add up",
    ),
    "a transfer is changed": (
        replace("chain/transfers.json", b'"amount_cents":155000000', b'"amount_cents":165000000'),
        "does not fit its seal",
    ),
    "a reason is changed": (replace("chain/entries.json", b"The board approved it", b"We approved it"), "own digest"),
    "a seal is changed": (
        lambda found: found.update({"chain/spine.csv": found["chain/spine.csv"][:-6] + b"ffff\r\n"}),
        "The chain ends at transfer",
    ),
    "the end of the chain is cut off": (
        lambda found: found.update(
            {"chain/spine.csv": b"\r\n".join(found["chain/spine.csv"].split(b"\r\n")[:-2]) + b"\r\n"}
        ),
        "The chain ends at transfer",
    ),
    "the manifest is changed": (
        replace("manifest.json", b'"made_by": "Test"', b'"made_by": "Else"'),
        "signature does not fit",
    ),
    "the signature is changed": (lambda found: found.update({"manifest.sig": bytes(64)}), "signature does not fit"),
    "the signature is taken out": (lambda found: found.pop("manifest.sig") and None, "manifest.sig is missing"),
    "the key is no key": (lambda found: found.update({"public-key.pem": b"none"}), "is no Ed25519 key"),
    "the manifest is of another shape": (
        replace("manifest.json", b'"files": [', b'"files": 7, "other": ['),
        "has not the shape",
    ),
    "the manifest is no manifest": (
        lambda found: found.update({"manifest.json": b"{"}),
        "manifest.json cannot be read",
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found_and_named(whole: Path, how: str) -> None:
    change, words = TAMPERINGS[how]
    verdict = verify(changed(whole, change), signing_keys.own().private.public_key())
    assert [one for one in verdict.differences if words in one] != [], verdict.differences


def test_file_of_another_key_is_refused(proved: Proved, tmp_path: Path) -> None:
    forged = written(proved, tmp_path / "forged.zip", SigningKey(Ed25519PrivateKey.generate()))
    verdict = verify(forged, signing_keys.own().private.public_key())
    assert [one.split(":")[0] for one in verdict.differences] == [
        "Wrong key",
        "The signature does not fit manifest.json",
    ]
    assert verify(forged, None).differences == []


def test_damaged_zip_is_said_to_be_damaged(whole: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-400])
    assert verify(cut, None).differences[0].startswith("The file cannot be read as a zip")
    flipped = bytearray(whole.read_bytes())
    place = flipped.index(b"evidence/") + 60
    flipped[place : place + 8] = bytes(8)
    cut.write_bytes(flipped)
    assert [one for one in verify(cut, None).differences if one.startswith("evidence/")] != []


def test_every_member_whose_packed_bytes_cannot_be_unpacked_is_named(whole: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        members = [one for one in archive.infolist() if one.compress_type == zipfile.ZIP_DEFLATED and one.file_size]
    cut, silent = tmp_path / "cut.zip", []
    for member in members:
        broken = bytearray(whole.read_bytes())
        # The name and what is added to the header stand before the bytes.
        start = member.header_offset + 30 + sum(struct.unpack_from("<HH", broken, member.header_offset + 26))
        broken[start : start + 12] = b"\xff" * 12
        cut.write_bytes(broken)
        if not any(one.startswith(member.filename) for one in verify(cut, None).differences):
            silent.append(member.filename)
    assert (silent, len(members) > 20) == ([], True)


def test_kept_file_that_was_changed_or_lost_is_named(proved: Proved, settings: Any, tmp_path: Path) -> None:
    proof = Evidence.objects.get()
    kept = Path(settings.MEDIA_ROOT) / proof.file
    kept.write_bytes(b"%PDF-1.7\nChanged on the disk\n")
    name = f"evidence/{proved.report.reference}-1-{proof.pk}.pdf"
    key = signing_keys.own().private.public_key()
    differences = verify(written(proved, tmp_path / "altered.zip"), key).differences
    assert differences == [f"{name} is not the file that was handed in: its SHA-256 is not the recorded one."]
    kept.unlink()
    differences = verify(written(proved, tmp_path / "absent.zip"), key).differences
    assert differences == [f"{name} was not there when the file was made, though the record names it."]


def test_memory_stays_bounded_with_many_files_of_evidence(proved: Proved, tmp_path: Path) -> None:
    line = proved.report.lines.get()
    for number in range(40):
        content = b"%PDF-1.7\n" + number.to_bytes(2, "big") * 1_000_000
        kept = files.keep(SimpleUploadedFile(f"{number}.pdf", content))
        stated = {"title": "More", "file": kept.path, "file_name": kept.name, "digest": kept.digest}
        Evidence.objects.create(report_line=line, added_by="Test", added_at=LATER, **stated)
    scope, key = Scope(proved.project, clock.now()), signing_keys.own()
    path = tmp_path / "large.zip"
    # What is loaded once, such as the fonts of the letter, is loaded before.
    written(proved, path)
    tracemalloc.start()
    with path.open("wb") as file:
        file.writelines(stream(scope, key, made_at=clock.now(), made_by="Test", address="x"))
    made = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    assert verify(path, key.private.public_key()).differences == []
    checked = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(content) for name, content in parts(path).items() if name.startswith("evidence/")) > 80_000_000
    assert (made < 16_000_000, checked < 16_000_000) == (True, True), (made, checked)


def test_key_is_made_once_and_readable_by_its_owner_alone(proved: Proved, settings: Any) -> None:
    assert signing_keys.exists() is False
    first = signing_keys.own()
    path = Path(settings.COFUND_HOME) / "keys" / "audit-file.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert signing_keys.own().fingerprint == first.fingerprint
    assert [one.name for one in path.parent.iterdir()] == ["audit-file.pem"]


def test_commands_write_and_check_a_file(proved: Proved, tmp_path: Path) -> None:
    path, key = tmp_path / "x.zip", tmp_path / "public.pem"
    made = run("audit-file", "x", "--output", str(path))
    assert (made.exit_code, "signed with the key" in made.output) == (0, True), made.output
    checked = run("verify-audit-file", str(path))
    assert (checked.exit_code, "everything agrees" in checked.output) == (0, True), checked.output
    key.write_bytes(signing_keys.own().public_pem)
    assert run("verify-audit-file", str(path), "--key", str(key)).exit_code == 0
    key.write_bytes(signing_keys.pem_of(Ed25519PrivateKey.generate().public_key()))
    wrong = run("verify-audit-file", str(path), "--key", str(key), "--json")
    assert (wrong.exit_code, len(json.loads(wrong.stdout)["differences"])) == (1, 2)
    assert [one.name for one in tmp_path.glob("*.part")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("audit-file", "none", "--output", "x.zip"), "There is no project 'none'"),
        (("audit-file", "x", "--as-of", "2100-01-01", "--output", "x.zip"), "still to come"),
        (("audit-file", "x", "--output", "no/such/folder/x.zip"), "cannot be written"),
        (("verify-audit-file", "pyproject.toml"), "cannot be read as a zip"),
        (("verify-audit-file", "pyproject.toml", "--key", "pyproject.toml"), "is no public key"),
    ],
)
def test_commands_say_what_is_wrong(proved: Proved, words: tuple[str, ...], said: str) -> None:
    found = run(*words)
    assert (found.exit_code > 0, said in found.output) == (True, True), found.output


def test_transfer_that_was_changed_past_the_seal_is_found(proved: Proved, tmp_path: Path) -> None:
    from django.db import connection

    from cofund.records.ledger import sealing

    sealing.unseal(connection)
    last = Transfer.objects.filter(contribution=proved.contribution).order_by("number").last()
    assert last is not None
    Transfer.objects.filter(pk=last.pk).update(amount_cents=last.amount_cents + 1)
    sealing.seal(connection)
    differences = verify(written(proved, tmp_path / "x.zip"), None).differences
    assert [one for one in differences if one.startswith(f"Transfer {last.number} was changed")] != []


def test_object_that_was_written_to_later_is_named(proved: Proved, tmp_path: Path) -> None:
    giver = proved.office.organisation("Foundation F")
    relationships.log(
        OFFICER, giver, NewExchange("call", LATER.date(), "It called again"), at=LATER + dt.timedelta(days=1)
    )
    path = written(proved, tmp_path / "x.zip", known_at=LATER)
    verdict = verify(path, None)
    words = "Written to after this instant, so its rows may not be as they were then: "
    words += "organisation/foundation-f."
    assert (verdict.differences, verdict.notes) == ([], [words])


def test_text_that_looks_like_a_formula_stays_text(proved: Proved, tmp_path: Path) -> None:
    proved.office.at = LATER + dt.timedelta(days=1)
    target = Target(project=proved.project)
    made = proved.office.pledge(MILLION, "Other", target=target, kind="IKOP", on=LATER.date()).contribution
    grounds = Grounds(LATER.date(), "=cmd|' /C calc'!A0", decision=proved.office.decision(LATER.date()))
    contributions.endorse(FINANCE, made, grounds, at=proved.office.at)
    found = parts(written(proved, tmp_path / "x.zip"))
    lines = [line for line in found["tables/entries.csv"].decode().splitlines() if "=cmd" in line]
    assert [",'=cmd|' /C calc'!A0," in line for line in lines] == [True]
    assert json.loads(found["tables/entries.json"])[-1]["reason"] == "=cmd|' /C calc'!A0"


def test_zip_opens_without_python(whole: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(whole.read_bytes())) as archive:
        assert archive.testzip() is None
