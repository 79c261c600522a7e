"""Import of CORDIS downloads: what arrives, what is rejected, and that nothing is half done."""

from __future__ import annotations

import datetime
import struct
import zipfile
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from tests.cordis_files import (
    corpus,
    download,
    everything,
    organization,
    project,
    table,
    topic,
    write_download,
    write_zip,
)

from cofund.importers.cordis import import_cordis
from cofund.importers.cordis_archive import UnusableFileError
from cofund.records.corpus.models import (
    ImportRun,
    LegalBasis,
    PastOrganisation,
    PastParticipation,
    PastProject,
    PastProjectLegalBasis,
)

pytestmark = pytest.mark.usefixtures("db")


def rejects(run: ImportRun) -> list[tuple[str, int, str, str, str]]:
    return list(run.rejects.values_list("member", "line", "column", "value", "reason"))


def numbers() -> list[int]:
    return list(PastProject.objects.values_list("id", flat=True))


def test_import_keeps_every_column_of_a_project(tmp_path: Path) -> None:
    run = import_cordis(write_download(tmp_path / "a.zip"))
    assert (run.source, run.rejected, run.error, run.finished_at is not None) == ("CORDIS CSV", 0, "", True)
    assert PastProject.objects.filter(pk=101).values().get() == {
        "id": 101,
        "run_id": run.pk,
        "acronym": "HARBOUR101",
        "status": "SIGNED",
        "title": "Quays that mend themselves",
        "starts_on": datetime.date(2023, 1, 1),
        "ends_on": datetime.date(2026, 12, 31),
        "total_cost_cents": 250_000_050,
        "ec_max_contribution_cents": 200_000_000,
        "main_legal_basis": "HORIZON.2.5",
        "main_topic": "HORIZON-CL5-2022-D6-01-01",
        "signed_on": datetime.date(2022, 11, 30),
        "framework_programme": "HORIZON",
        "master_call": "HORIZON-CL5-2022-D6-01",
        "sub_call": "HORIZON-CL5-2022-D6-01",
        "funding_scheme": "HORIZON-RIA",
        "objective": 'Concrete; that "heals" in sea water.',
        "content_updated_at": datetime.datetime(2024, 7, 1, 10, tzinfo=datetime.UTC),
        "rcn": 101,
        "grant_doi": "10.3030/101",
        "keywords": "quay, concrete",
    }


def test_import_links_topics_fields_and_legal_bases(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip"))
    one = PastProject.objects.get(pk=101)
    assert [str(found) for found in one.topics.all()] == ["HORIZON-CL5-2022-D6-01-01"]
    assert [found.path for found in one.fields_of_science.all()] == ["/engineering/civil"]
    assert [found.title for found in LegalBasis.objects.all()] == ["Climate, Energy and Mobility"]
    assert list(PastProjectLegalBasis.objects.values_list("project", "unique_programme_part")) == [
        (101, True),
        (102, True),
    ]


def test_amount_that_is_not_published_is_unknown_and_not_zero(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip", project=[project(101, totalCost="0"), project(102)]))
    amounts = ("ec_contribution_cents", "net_ec_contribution_cents", "total_cost_cents")
    assert PastParticipation.objects.values_list(*amounts).get(role="associatedPartner") == (None, 0, None)
    assert PastProject.objects.get(pk=101).total_cost_cents is None


def test_cost_of_zero_without_any_contribution_stays_zero(tmp_path: Path) -> None:
    ended = organization(101, 900, ecContribution="0", netEcContribution="0", totalCost="0", endOfParticipation="true")
    import_cordis(write_download(tmp_path / "a.zip", organization=[ended]))
    assert PastParticipation.objects.values_list("total_cost_cents", "ended").get() == (0, True)


def test_second_import_changes_nothing(tmp_path: Path) -> None:
    file = write_download(tmp_path / "a.zip")
    import_cordis(file)
    before = everything()
    again = import_cordis(file)
    assert everything() == before
    assert {(counts["added"], counts["changed"], counts["removed"]) for counts in again.counts["tables"].values()} == {
        (0, 0, 0)
    }


def test_newer_file_brings_its_changes_and_removes_what_it_no_longer_says(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip"))
    newer = [organization(101, 900, ecContribution="900000"), organization(102, 900)]
    run = import_cordis(write_download(tmp_path / "b.zip", organization=newer))
    assert run.counts["tables"]["participations"] == {"rows": 2, "added": 0, "changed": 1, "removed": 1}
    assert list(PastParticipation.objects.values_list("project", "organisation", "ec_contribution_cents")) == [
        (101, 900, 90_000_000),
        (102, 900, 100_000_025),
    ]


def test_projects_that_a_file_does_not_mention_are_left_alone(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip"))
    other = {"project": [project(103)], "organization": [organization(103, 900)], "topics": [topic(103)]}
    import_cordis(write_download(tmp_path / "b.zip", **other, euroSciVoc=[], legalBasis=[]))
    assert list(PastParticipation.objects.values_list("project", flat=True)) == [101, 101, 102, 103]


def test_nothing_is_removed_from_a_project_with_a_rejected_row(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip"))
    rows = [organization(101, 900), organization(101, 901, role="associatedPartner", order="2", totalCost="?")]
    run = import_cordis(write_download(tmp_path / "b.zip", organization=[*rows, organization(102, 900)]))
    assert run.counts["tables"]["participations"]["removed"] == 0
    assert PastParticipation.objects.count() == 3


def test_organisation_is_what_was_said_last_and_blanks_hide_nothing(tmp_path: Path) -> None:
    rows = [
        organization(101, 900, contentUpdateDate="2024-05-01 00:00:00", city="Gent", vatNumber=""),
        organization(102, 900, contentUpdateDate="2023-05-01 00:00:00", city="Brugge", vatNumber="BE1"),
        organization(
            102, 900, contentUpdateDate="2024-06-01 00:00:00", city="", vatNumber="", order="2", role="thirdParty"
        ),
    ]
    for batch_rows in (1, 100):
        import_cordis(write_download(tmp_path / "a.zip", organization=rows), batch_rows=batch_rows)
        assert PastOrganisation.objects.values_list("city", "vat_number", "content_updated_at").get() == (
            "Gent",
            "BE1",
            datetime.datetime(2024, 5, 31, 22, tzinfo=datetime.UTC),
        )


def test_same_organisation_in_two_roles_stays_twice(tmp_path: Path) -> None:
    rows = [organization(101, 900), organization(101, 900, role="thirdParty"), organization(101, 900, order="7")]
    run = import_cordis(write_download(tmp_path / "a.zip", organization=rows))
    assert (run.rejected, PastParticipation.objects.count()) == (0, 3)


@pytest.mark.parametrize(
    ("sheet", "rows", "expected"),
    [
        ("project", [project(101), project(102, startDate="2023-02-30")],
         ("project.csv", 3, "startDate", "2023-02-30", "is a day that does not exist")),
        ("project", [project(101), project(102), project(101, title="Again")],
         ("project.csv", 4, "id", "101", "is there twice; the first row was taken")),
        ("project", [project(101), project(102), project(103, id="")],
         ("project.csv", 4, "id", "", "is blank, and the row means nothing without it")),
        ("project", [project(101), project(102), project(103, totalCost="1.234")],
         ("project.csv", 4, "totalCost", "1.234", "is not an amount in euro, with point or comma before the cents")),
        ("organization", [organization(101, 900), organization(101, 900, name="AGAIN")],
         ("organization.csv", 3, "organisationID", "900",
          "has the same projectID, organisationID, role and order as an earlier row, which was taken")),
        ("organization", [organization(999, 900)],
         ("organization.csv", 2, "projectID", "999", "is no project that this file or an earlier import brought")),
        ("organization", [organization(101, 900, organisationID="")],
         ("organization.csv", 2, "organisationID", "", "is blank, and the row means nothing without it")),
        ("organization", [organization(101, 900, role="")],
         ("organization.csv", 2, "role", "", "is blank, and the row means nothing without it")),
        ("organization", [organization(101, 900, SME="perhaps")],
         ("organization.csv", 2, "SME", "perhaps", "is neither true nor false")),
        ("organization", [organization(101, 900, name="NUL\0 NV")],
         ("organization.csv", 2, "name", "NUL\\x00 NV", "has bytes that are not UTF-8 text")),
        ("topics", [topic(101), topic(101)],
         ("topics.csv", 3, "topic", "HORIZON-CL5-2022-D6-01-01",
          "has the same projectID and code as an earlier row, which was taken")),
    ],
)  # fmt: skip
def test_bad_row_is_rejected_with_its_place(
    tmp_path: Path, sheet: str, rows: list[dict[str, str]], expected: tuple[str, int, str, str, str]
) -> None:
    run = import_cordis(write_download(tmp_path / "a.zip", **{sheet: rows}))
    assert rejects(run)[0] == expected


def test_bad_rows_among_many_are_rejected_alone_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [organization(101, 900 + number, order=str(number)) for number in range(1200)]
    rows[3]["SME"], rows[700]["role"], rows[701]["projectID"] = "?", "", "999"
    rows[1100] = rows[1099]
    data = table("organization", rows).replace(b"\r\n", b'\r\n"101"\r\n', 1)
    run = import_cordis(write_zip(tmp_path / "a.zip", members(organization=data)))
    assert [(line, column) for _, line, column, _, _ in rejects(run)] == [
        (2, ""),
        (6, "SME"),
        (703, "role"),
        (704, "projectID"),
        (1103, "organisationID"),
    ]
    assert (PastParticipation.objects.count(), run.counts["rows_read"]["organization"]) == (1196, 1201)


def test_batch_that_the_database_refuses_ends_the_import_with_its_reason(tmp_path: Path) -> None:
    def break_table(done: int, total: int) -> None:
        if done == total:
            with connection.cursor() as cursor:
                cursor.execute(f'ALTER TABLE "{PastParticipation._meta.db_table}" RENAME COLUMN city TO town')

    with pytest.raises(DatabaseError):
        import_cordis(write_download(tmp_path / "a.zip"), progress=break_table)
    run = ImportRun.objects.get()
    assert (run.finished_at, "city" in run.error) == (None, True)
    assert (numbers(), PastOrganisation.objects.count(), PastParticipation.objects.count()) == ([101, 102], 0, 0)


def test_signs_that_mean_something_to_a_database_arrive_as_they_are(tmp_path: Path) -> None:
    names = ["\\N", "\\.", "a\\tb", "tab\there", "two\r\nlines", "", "'; DROP", "été 漢字 😀"]
    rows = [organization(101, 900 + number, name=name) for number, name in enumerate(names)]
    import_cordis(write_download(tmp_path / "a.zip", organization=rows))
    assert list(PastOrganisation.objects.order_by("pic").values_list("name", flat=True)) == names
    import_cordis(write_download(tmp_path / "a.zip", organization=rows))
    assert list(PastOrganisation.objects.order_by("pic").values_list("name", flat=True)) == names


def test_rows_of_a_rejected_project_are_rejected_too(tmp_path: Path) -> None:
    run = import_cordis(write_download(tmp_path / "a.zip", project=[project(101), project(102, endDate="soon")]))
    assert [(member, column) for member, _, column, _, _ in rejects(run)] == [
        ("project.csv", "endDate"),
        ("topics.csv", "projectID"),
        ("legalBasis.csv", "projectID"),
        ("organization.csv", "projectID"),
    ]
    assert numbers() == [101]


def test_comma_decimals_are_read_as_points_are(tmp_path: Path) -> None:
    import_cordis(write_download(tmp_path / "a.zip"))
    with_points = corpus()
    commas = {
        sheet: [
            {
                column: value.replace(".", ",") if column.startswith(("total", "ec", "net")) else value
                for column, value in row.items()
            }
            for row in rows
        ]
        for sheet, rows in download().items()
    }
    run = import_cordis(write_download(tmp_path / "b.zip", **commas))
    assert (run.rejected, corpus()) == (0, with_points)


def members(**replaced: bytes) -> dict[str, bytes]:
    whole = {f"{sheet}.csv": table(sheet, rows) for sheet, rows in download().items()}
    return whole | {f"{sheet}.csv": data for sheet, data in replaced.items()}


def test_bytes_that_are_no_text_reject_their_row_alone(tmp_path: Path) -> None:
    data = table("organization", download()["organization"]).replace(b"HAVEN 901 NV", b"HAVEN \xe9 NV")
    run = import_cordis(write_zip(tmp_path / "a.zip", members(organization=data)))
    assert rejects(run) == [
        ("organization.csv", 3, "name", "HAVEN \\udce9 NV", "has bytes that are not UTF-8 text"),
    ]
    assert PastParticipation.objects.count() == 2


def test_row_with_too_few_fields_is_rejected(tmp_path: Path) -> None:
    data = table("topics", download()["topics"]) + b'"101";"X"\r\n'
    run = import_cordis(write_zip(tmp_path / "a.zip", members(topics=data)))
    assert rejects(run) == [("topics.csv", 4, "", "", "has 2 fields where the first line has 3")]


def test_quote_that_is_never_closed_is_rejected(tmp_path: Path) -> None:
    data = table("topics", download()["topics"]) + b'"101";"X;\r\n'
    run = import_cordis(write_zip(tmp_path / "a.zip", members(topics=data)))
    assert rejects(run) == [("topics.csv", 4, "", "", "cannot be read as CSV: unexpected end of data")]


def test_byte_order_mark_folders_and_other_columns_do_not_matter(tmp_path: Path) -> None:
    whole = {f"csv/{name}": b"\xef\xbb\xbf" + data for name, data in members().items()}
    whole["csv/webLink.csv"] = b'"id";"url"\r\n'
    whole["csv/read me.txt"] = b"Thank you"
    whole["csv/topics.csv"] = whole["csv/topics.csv"].replace(b'"title"\r', b'"title";"more"\r')
    whole["csv/topics.csv"] = whole["csv/topics.csv"].replace(b'future"', b'future";"x"')
    run = import_cordis(write_zip(tmp_path / "no ending at all", whole))
    assert (run.rejected, numbers()) == (0, [101, 102])
    assert run.counts["not_read"] == ["csv/read me.txt", "csv/webLink.csv"]


def test_files_that_older_downloads_lack_may_be_absent(tmp_path: Path) -> None:
    some = {name: data for name, data in members().items() if name in ("project.csv", "organization.csv")}
    some["project.csv"] = table("project", download()["project"], without=["keywords", "grantDoi"])
    run = import_cordis(write_zip(tmp_path / "a.zip", some))
    assert (run.rejected, PastProject.objects.get(pk=101).keywords) == (0, "")


def refused(path: Path) -> str:
    with pytest.raises(UnusableFileError) as caught:
        import_cordis(path)
    assert ImportRun.objects.count() == 0
    assert sum(len(rows) for rows in corpus().values()) == 0
    return str(caught.value)


def test_truncated_zip_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    whole = write_download(tmp_path / "a.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: len(whole) * 2 // 3])
    assert refused(tmp_path / "b.zip") == (
        "b.zip is not a whole zip file (File is not a zip file). It may have broken off on its way: fetch it again."
    )


def test_damaged_zip_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members().items():
            archive.writestr(name, data)
    path.write_bytes(path.read_bytes().replace(b"civil", b"cruel", 1))
    assert refused(path) == (
        "euroSciVoc.csv in a.zip is damaged (Bad CRC-32 for file 'euroSciVoc.csv'). "
        "Nothing was imported: fetch the file again."
    )


@pytest.mark.parametrize(
    ("sheet", "column"),
    [("project", "title"), ("organization", "organisationID"), ("topics", "topic"), ("legalBasis", "projectID")],
)
def test_missing_column_is_refused_by_name(tmp_path: Path, sheet: str, column: str) -> None:
    data = table(sheet, download()[sheet], without=[column])
    message = refused(write_zip(tmp_path / "a.zip", members(**{sheet: data})))
    assert message.split(". ")[0].split(" It has")[0] == f"{sheet}.csv in a.zip lacks column {column}"


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    some = {name: data for name, data in members().items() if name != "organization.csv"}
    assert refused(write_zip(tmp_path / "a.zip", some)) == (
        "a.zip lacks organization.csv (found: euroSciVoc, legalBasis, project, topics). "
        "Fetch the whole CSV download of a framework programme."
    )


def test_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    assert refused(write_zip(tmp_path / "a.zip", {"photo.jpg": b"\xff\xd8"})) == (
        "a.zip holds neither the CSV tables nor the XML records of CORDIS. "
        "Fetch the CSV or the XML download of a framework programme."
    )


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    bomb = write_zip(tmp_path / "a.zip", {"project.csv": b"0;" * (4 << 20)})
    assert refused(bomb) == ("project.csv in a.zip would unpack to over 300 times its size; no CORDIS file does.")


def test_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = write_download(tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("project.csv")
    # The size stands in the central directory, after the checksum and the packed size.
    true = struct.pack("<LLL", info.CRC, info.compress_size, info.file_size)
    directory = path.read_bytes().rindex(true)
    data = bytearray(path.read_bytes())
    data[directory + 8 : directory + 12] = struct.pack("<L", 100)
    path.write_bytes(data)
    assert refused(path) == (
        "project.csv in a.zip is damaged (Bad CRC-32 for file 'project.csv'). Nothing was imported: fetch the file again."
    )


def test_endless_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.csv", b'"id";"title"' + b"x" * (3 << 20))
    assert refused(path) == "project.csv in a.zip has a line of over 1 MiB. Fetch it again."


def test_report_file_has_every_rejected_row(tmp_path: Path) -> None:
    rows = [organization(101, 900 + number, SME="?", order=str(number)) for number in range(1200)]
    report = tmp_path / "rejected.csv"
    run = import_cordis(write_download(tmp_path / "a.zip", organization=rows), report=report)
    lines = report.read_text().splitlines()
    assert (run.rejected, run.rejects.count(), len(lines)) == (1200, 1000, 1201)
    assert lines[:2] == ["member,line,column,value,reason", "organization.csv,2,SME,?,is neither true nor false"]


def test_progress_ends_at_all_there_is(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    import_cordis(write_download(tmp_path / "a.zip"), progress=lambda done, total: steps.append((done, total)))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]
