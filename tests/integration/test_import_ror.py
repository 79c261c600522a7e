"""Import of dumps of the Research Organization Registry: what arrives, what is rejected, and that nothing is half done."""

from __future__ import annotations

import json
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.books import refused

from cofund.actions import registry as actions
from cofund.actions.actors import Actor
from cofund.commands.importing import group
from cofund.importers.cordis_archive import UnusableFileError
from cofund.importers.ror import import_ror
from cofund.queries import registry
from cofund.records.corpus.models import ImportRun, PastOrganisation, PastParticipation, PastProject, RorName, RorRecord
from cofund.records.directory.models import CorpusLink, Organisation
from cofund.rules import roles

pytestmark = pytest.mark.usefixtures("db")
OFFICER = Actor("Officer", roles.OFFICER)
NAME = "v2.0-2026-01-01-ror-data_schema_v2.json"
CODES = ("029chgv08", "0456r8d26", "03ms7cf36", "01cmst727", "036gts662")


def record(code: str = CODES[0], name: str = "Wellcome", **changes: Any) -> dict[str, Any]:
    made = {
        "id": f"https://ror.org/{code}",
        "status": "active",
        "types": ["funder"],
        "established": 1936,
        "locations": [{"geonames_id": 1, "geonames_details": {"country_code": "GB", "name": "London"}}],
        "names": [
            {"value": name, "types": ["label", "ror_display"], "lang": "en"},
            {"value": f"{name} Trust", "types": ["alias"], "lang": "en"},
            {"value": "WT", "types": ["acronym"], "lang": None},
        ],
        "links": [{"type": "website", "value": "https://wellcome.org"}],
        "external_ids": [{"type": "fundref", "all": ["100010269"], "preferred": "100010269"}],
        "relationships": [{"type": "child", "id": "https://ror.org/05cy4wa09", "label": "Wellcome Sanger Institute"}],
        "domains": [],
        "admin": {},
    }
    return made | changes


def dump(path: Path, *records: Any, text: str | None = None, name: str = NAME, **others: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, json.dumps(list(records), indent=2) if text is None else text)
        for other, content in others.items():
            archive.writestr(other.replace("__", "."), content)
    return path


def test_record_is_kept_with_everything_that_is_used(tmp_path: Path) -> None:
    run = import_ror(dump(tmp_path / "a.zip", record()))
    kept = RorRecord.objects.get()
    assert (kept.pk, kept.name, kept.country, kept.status, kept.established) == (
        *("029chgv08", "Wellcome", "GB", "active", 1936),
    )
    assert [one["value"] for one in kept.names] == ["Wellcome", "Wellcome Trust", "WT"]
    assert (kept.types, kept.links) == (["funder"], [{"type": "website", "value": "https://wellcome.org"}])
    assert kept.relationships[0]["label"] == "Wellcome Sanger Institute"
    # Both names are looked for in one form; the acronym is not looked for.
    assert list(RorName.objects.values_list("key", "first_word", "country")) == [("wellcome", "wellcome", "GB")]
    assert (run.source, run.rejected, run.error, run.finished_at is not None) == ("ROR", 0, "", True)
    assert run.counts["tables"] == {"ROR records": {"rows": 1, "added": 1, "changed": 0, "removed": 0}}


def test_second_import_of_the_same_file_changes_nothing(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.zip", *(record(code, f"Name {code}") for code in CODES))
    first = import_ror(path, batch_records=2)
    before = list(RorRecord.objects.values()), list(RorName.objects.values())
    second = import_ror(path, batch_records=2)
    assert (list(RorRecord.objects.values()), list(RorName.objects.values())) == before
    assert set(RorRecord.objects.values_list("run", flat=True)) == {first.pk}
    assert second.counts["tables"]["ROR records"] == {"rows": 5, "added": 0, "changed": 0, "removed": 0}


def test_newer_file_brings_the_changes(tmp_path: Path) -> None:
    import_ror(dump(tmp_path / "a.zip", record(), record(CODES[1], "Gates")))
    run = import_ror(dump(tmp_path / "b.zip", record(name="Wellcome Collection", status="withdrawn")))
    changed = RorRecord.objects.get(pk=CODES[0])
    assert (changed.name, changed.status, changed.run_id) == ("Wellcome Collection", "withdrawn", run.pk)
    assert set(RorName.objects.filter(record=CODES[0]).values_list("key", flat=True)) == {"wellcome collection"}
    assert run.counts["tables"]["ROR records"] == {"rows": 2, "added": 0, "changed": 1, "removed": 0}


def test_wrong_records_are_counted_with_their_reason(tmp_path: Path) -> None:
    path = dump(
        tmp_path / "a.zip",
        record(),
        record("029chgv09"),
        record("x"),
        record(id=None),
        record(CODES[1], names=[]),
        record(CODES[2], status="perhaps"),
        "no record",
        record(),
        record(
            CODES[3], established=None, locations=[], links=None, names=[{"value": "A\0B", "types": ["ror_display"]}]
        ),
    )
    report = tmp_path / "report.csv"
    run = import_ror(path, report=report)
    assert [(one.line, one.column, one.reason) for one in run.rejects.all()] == [
        (2, "id", "wrong identifier: the check digits do not fit"),
        (3, "id", "wrong identifier: its form"),
        (4, "id", "no identifier"),
        (5, "names", "no name that the registry shows"),
        (6, "status", "unknown status"),
        (7, "", "no record: the list has something else here"),
        (8, "id", "the identifier stands in the file twice"),
    ]
    assert set(RorRecord.objects.values_list("pk", "name", "country")) == {
        *((CODES[0], "Wellcome", "GB"), (CODES[3], "AB", "")),
    }
    assert len(report.read_text().splitlines()) == 8


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "is not a whole zip file"),
        (lambda path: path.write_text("no zip"), "is not a whole zip file"),
        (lambda path: _turn_a_byte(path), "damaged"),
        (lambda path: dump(path, text='[{"id": "x", "names": [], "a": 1}, {"id"'), "ends in the middle of a record"),
        (lambda path: dump(path, text="{}"), "holds no JSON records of schema 2"),
        (
            lambda path: dump(path, text='[{"id": "https://ror.org/x", "name": "Old"}]'),
            "holds no JSON records of schema 2",
        ),
        (lambda path: dump(path, record(), b__json=json.dumps([record()])), "holds two lists of records"),
        (lambda path: dump(path, text="[" + "0" * 5_000_000), "would unpack to far more"),
    ],
)
def test_unusable_file_is_refused_before_anything_is_written(
    tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    path = dump(tmp_path / "a.zip", *(record(code, f"Name {code} {'x' * 500}") for code in CODES))
    spoil(path)
    with pytest.raises(UnusableFileError, match=words):
        import_ror(path)
    assert (ImportRun.objects.count(), RorRecord.objects.count()) == (0, 0)


def _turn_a_byte(path: Path) -> None:
    """Spoil one byte in the packed records, as a bad line would."""
    content = bytearray(path.read_bytes())
    content[len(NAME) + 120] ^= 0xFF
    path.write_bytes(content)


def test_file_that_breaks_in_the_middle_leaves_whole_batches(tmp_path: Path) -> None:
    good = [json.dumps(record(code, f"Name {code}")) for code in CODES[:3]]
    path = dump(tmp_path / "a.zip", text=f"[{', '.join(good)}, {{broken}}]")
    with pytest.raises(UnusableFileError, match="breaks after record 3"):
        import_ror(path, batch_records=2)
    run = ImportRun.objects.get()
    assert (run.finished_at, "breaks after record 3" in run.error) == (None, True)
    assert RorRecord.objects.count() == 2
    import_ror(dump(tmp_path / "b.zip", *(record(code, f"Name {code}") for code in CODES)))
    assert RorRecord.objects.count() == 5


def test_records_of_schema_1_and_sheets_beside_are_not_read(tmp_path: Path) -> None:
    old = json.dumps([{"id": "https://ror.org/029chgv08", "name": "Old"}])
    path = dump(tmp_path / "a.zip", record(), v1__json=old, v2__csv="id,name")
    assert import_ror(path).counts["not_read"] == ["v1.json", "v2.csv"]


def test_command_imports_and_tells_what_it_did(tmp_path: Path) -> None:
    path = dump(tmp_path / "a.zip", record(), record("029chgv09"))
    answer = CliRunner().invoke(group, ["ror", str(path)], catch_exceptions=False)
    assert answer.exit_code == 0
    assert "1 of 2 rows were rejected:" in answer.stdout
    path.write_text("no zip")
    answer = CliRunner().invoke(group, ["ror", str(path)], catch_exceptions=False)
    assert (answer.exit_code, "is not a whole zip file" in answer.stderr) == (1, True)


def test_dump_of_the_registry_is_taken_whole(shared_data: Callable[[str], Path]) -> None:
    run = import_ror(shared_data("data/ror/ror-data-partial-v2.zip"))
    assert (run.counts["tables"]["ROR records"]["added"], run.rejected) == (35_990, 0)
    autistica = Organisation.objects.create(slug="autistica", name="Autistica", country="GB")
    sfari = Organisation.objects.create(slug="sfari", name="The Simons Foundation, Inc (SFARI)", country="US")
    Organisation.objects.create(slug="wellcome", name="The Wellcome Trust", country="GB", ror="029chgv08")
    again = Organisation.objects.create(slug="again", name="Wellcome", country="GB")
    assert [(one.record.pk, one.reason) for one in registry.ror_matches(autistica)] == [
        ("036gts662", "same name, same country")
    ]
    assert registry.ror_matches(sfari) == []
    # Another organisation has the identifier: it is a duplicate, and nothing to take over.
    assert "029chgv08" not in [one.record.pk for one in registry.ror_matches(again)]


def test_record_is_taken_over_once(tmp_path: Path) -> None:
    import_ror(dump(tmp_path / "a.zip", record()))
    one = Organisation.objects.create(slug="wellcome", name="The Wellcome Trust", country="GB")
    (match,) = registry.ror_matches(one)
    assert (match.reason, match.website, match.other_names) == (
        *("same name, same country", "https://wellcome.org", ("Wellcome Trust",)),
    )
    actions.take_from_ror(OFFICER, one, match.record)
    one.refresh_from_db()
    assert (one.ror, one.website, one.name) == ("029chgv08", "https://wellcome.org", "The Wellcome Trust")
    assert set(one.other_names.values_list("name", flat=True)) == {"Wellcome", "Wellcome Trust"}
    assert registry.ror_matches(one) == []
    assert "already" in refused(lambda: actions.take_from_ror(OFFICER, one, match.record)).wrong
    other = Organisation.objects.create(slug="other", name="Other", country="GB")
    assert "same ROR identifier" in refused(lambda: actions.take_from_ror(OFFICER, other, match.record)).wrong


def past(
    run: ImportRun, pic: int, name: str, country: str, vat_number: str = "", projects: int = 1
) -> PastOrganisation:
    made = PastOrganisation.objects.create(run=run, pic=pic, name=name, country=country, vat_number=vat_number)
    for number in range(projects):
        project = PastProject.objects.create(run=run, id=pic * 10 + number)
        for role in ("coordinator", "participant"):
            PastParticipation.objects.create(run=run, project=project, organisation=made, role=role, position=number)
    return made


def test_past_organisation_is_linked_by_the_surest_that_is_the_same(tmp_path: Path) -> None:
    run = import_ror(dump(tmp_path / "a.zip", record()))
    by_pic = past(run, 999905974, "WELLCOME", "UK", projects=3)
    by_vat = past(run, 1, "OTHER WRITING", "UK", "GB123")
    by_name = past(run, 2, "THE WELLCOME TRUST", "UK", projects=2)
    stranger = past(run, 3, "THE WELLCOME TRUST", "FR")
    one = Organisation.objects.create(
        slug="wellcome", name="The Wellcome Trust", country="GB", pic="999905974", vat_number="GB123"
    )
    found = [(match.past, match.basis, match.projects) for match in registry.past_matches(one)]
    assert found == [(by_pic, "pic", 3), (by_vat, "vat", 1), (by_name, "name", 2)]
    for match in registry.past_matches(one):
        actions.link_past(OFFICER, one, match.past)
    assert registry.past_matches(one) == []
    assert sum(link.projects for link in registry.past_links(one)) == 6
    assert refused(lambda: actions.link_past(OFFICER, one, stranger)).fields["field"] == "reason"
    assert actions.link_past(OFFICER, one, stranger, "Its branch").basis == CorpusLink.Basis.STATED
    assert refused(lambda: actions.link_past(OFFICER, one, by_pic)).wrong == "It is linked already."


SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
MANY = 100_000
# What the import may hold at one time: a few batches, and never the file, which is a hundred megabytes when it is unpacked.
MOST_HELD = 60 << 20


def code_of(number: int) -> str:
    """The ROR id of a number, with its check digits (ISO 7064, as the registry computes them)."""
    signs = "".join(SIGNS[number >> shift & 31] for shift in range(25, -5, -5))
    return f"0{signs}{98 - number * 100 % 97:02d}"


def big_dump(path: Path) -> Path:
    """A dump in the official layout and size: one JSON array of schema 2, indented as the registry writes it, beside its CSV."""
    # Written once and filled in: to write a hundred thousand anew would take longer than to import them.
    names = [{"value": "Institute NUMBER", "types": ["label", "ror_display"], "lang": "en"}]
    text = json.dumps(record("CODE", names=names), indent=4)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(NAME.replace(".json", ".csv"), "id,name\n")
        with archive.open(NAME, "w", force_zip64=True) as file:
            for number in range(MANY):
                one = text.replace("CODE", code_of(number)).replace("NUMBER", str(number))
                file.write(("[\n" if number == 0 else ",\n").encode() + one.encode())
            file.write(b"\n]\n")
    return path


def test_dump_of_a_hundred_thousand_records_is_imported_in_little_memory(tmp_path: Path) -> None:
    path = big_dump(tmp_path / NAME.replace("-ror-data_schema_v2.json", "-ror-data.zip"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = import_ror(path)
    # The highest mark of the process, so that only what the import itself adds to it can be too much; in KiB.
    held = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    assert (run.counts["tables"]["ROR records"]["added"], run.rejected) == (MANY, 0)
    assert (RorRecord.objects.count(), RorName.objects.filter(key="institute 99999").count()) == (MANY, 1)
    assert held < MOST_HELD
