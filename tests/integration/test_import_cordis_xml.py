"""Import of the XML records: the same rows as from CSV, and nothing that a document could smuggle in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.cordis_files import corpus, everything, write_download, write_zip

from cofund.importers.cordis import import_cordis
from cofund.importers.cordis_archive import UnusableFileError
from cofund.records.corpus.models import ImportRun, PastParticipation, PastProject, PastProjectTopic

pytestmark = pytest.mark.usefixtures("db")

# The same two projects as those of `cordis_files.download`, as CORDIS would write them in XML.
PARTNER = """
<organization {amounts} order="{order}" terminated="false" sme="false" type="{role}">
  <rcn>{rcn}</rcn><id>{pic}</id><vatNumber>BE0000000097</vatNumber><legalName>HAVEN  {pic} NV</legalName>
  <shortName>HAVEN</shortName>
  <address><street>KAAI  1</street><city>Antwerpen</city><postalCode>2000</postalCode><country>BE</country>
    <url>https://haven.example</url><geolocation>51.22,4.4</geolocation></address>
  <relations>
    <categories><category classification="organizationActivityType"><code>/PRC</code></category></categories>
    <regions><region type="relatedNutsCode"><nutsCode>BE211</nutsCode></region>
      <region type="relatedRegion"><nutsCode>BE</nutsCode></region></regions>
  </relations>
</organization>"""
PAID = 'ecContribution="1000000.25" netEcContribution="1000000.25" totalCost="1250000.5"'
UNPAID = 'netEcContribution="0" totalCost="0"'
FIELD = """<category classification="euroSciVoc"><code>/25/63</code><title>civil</title>
  <displayCode>/engineering/civil</displayCode></category>"""


def record(number: int, partners: str, field: str = "", namespace: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<project{namespace}><language>en</language><rcn>{number % 1000}</rcn><id>{number}</id><acronym>HARBOUR{number}</acronym>
<objective>Concrete;  that
 "heals" in sea water.</objective><title>Quays that  mend themselves</title><totalCost>2500000.5</totalCost>
<ecMaxContribution>2000000</ecMaxContribution><startDate>2023-01-01</startDate><endDate>2026-12-31</endDate>
<ecSignatureDate>2022-11-30</ecSignatureDate><status>SIGNED</status><keywords>quay,  concrete</keywords>
<identifiers><grantDoi>10.3030/{number}</grantDoi></identifiers>
<contentUpdateDate>2024-07-01 12:00:00</contentUpdateDate>
<relations><associations>
  <call type="relatedMasterCall"><identifier>HORIZON-CL5-2022-D6-01</identifier></call>
  <call type="relatedSubCall"><identifier>HORIZON-CL5-2022-D6-01</identifier></call>{partners}
  <programme type="relatedLegalBasis" uniqueProgrammePart="true"><code>HORIZON.2.5</code>
    <frameworkProgramme>HORIZON</frameworkProgramme><title>Climate, Energy and Mobility</title></programme>
  <programme type="relatedTopic"><code>HORIZON-CL5-2022-D6-01-01</code><title>Ports of the  future</title></programme>
</associations><categories>
  <category classification="projectFundingSchemeCategory"><code>/HORIZON-RIA</code></category>{field}
</categories></relations></project>"""


def records(namespace: str = "") -> dict[str, bytes]:
    first = PARTNER.format(pic=900, rcn=900, order=1, role="coordinator", amounts=PAID)
    second = PARTNER.format(pic=901, rcn=901, order=2, role="associatedPartner", amounts=UNPAID)
    return {
        "xml/project-rcn-101_en.xml": record(101, first + second, FIELD, namespace).encode(),
        "xml/project-rcn-102_en.xml": record(102, first, "", namespace).encode(),
    }


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://cordis.europa.eu"'])
def test_xml_and_csv_of_the_same_projects_give_the_same_rows(tmp_path: Path, namespace: str) -> None:
    run = import_cordis(write_zip(tmp_path / "records", records(namespace)))
    from_xml = corpus()
    assert (run.source, run.rejected) == ("CORDIS XML", 0)
    again = import_cordis(write_download(tmp_path / "a.zip"))
    assert corpus() == from_xml
    assert {(counts["added"], counts["changed"], counts["removed"]) for counts in again.counts["tables"].values()} == {
        (0, 0, 0)
    }


def rejected(run: ImportRun) -> list[tuple[str, str, str, str]]:
    return list(run.rejects.values_list("member", "column", "value", "reason"))


def test_record_in_another_language_is_rejected(tmp_path: Path) -> None:
    german = records()["xml/project-rcn-101_en.xml"].replace(b"<language>en", b"<language>de")
    run = import_cordis(write_zip(tmp_path / "a.zip", {"de.xml": german, **records()}))
    assert rejected(run) == [("de.xml", "language", "de", "is not the English record; only that is read")]
    assert PastProject.objects.count() == 2


def test_record_that_is_cut_off_is_rejected_alone(tmp_path: Path) -> None:
    whole = records()
    whole["xml/project-rcn-101_en.xml"] = whole["xml/project-rcn-101_en.xml"][:500]
    run = import_cordis(write_zip(tmp_path / "a.zip", whole))
    assert [(member, reason.split(":")[0]) for member, _, _, reason in rejected(run)] == [
        ("xml/project-rcn-101_en.xml", "cannot be read as XML")
    ]
    assert list(PastProject.objects.values_list("id", flat=True)) == [102]


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    trick = (
        f'<!DOCTYPE project [<!ENTITY x SYSTEM "{secret.as_uri()}">]><project><id>7</id><title>&x;</title></project>'
    )
    run = import_cordis(write_zip(tmp_path / "a.zip", {"a.xml": trick.encode(), **records()}))
    assert rejected(run) == [("a.xml", "", "", "carries a document type declaration, which no CORDIS record has")]
    assert list(PastProject.objects.values_list("id", flat=True)) == [101, 102]


def test_document_of_another_kind_is_rejected(tmp_path: Path) -> None:
    run = import_cordis(write_zip(tmp_path / "a.zip", {"a.xml": b"<result/>", **records()}))
    assert rejected(run) == [("a.xml", "", "result", "is not the record of a project")]


def test_workbook_is_no_download(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    Workbook().save(path)
    told = "plan.xlsx holds XML, but no record of a CORDIS project: it is another kind of file."
    with pytest.raises(UnusableFileError, match=re.escape(told)):
        import_cordis(path)
    assert ImportRun.objects.count() == 0


def test_second_import_of_records_changes_nothing(tmp_path: Path) -> None:
    file = write_zip(tmp_path / "a.zip", records())
    import_cordis(file)
    before = everything()
    import_cordis(file)
    assert everything() == before


def test_official_extract_of_horizon_2020_arrives(shared_data: Callable[[str], Path]) -> None:
    run = import_cordis(shared_data("data/cordis/cordis-h2020projects-csv.zip"))
    assert (run.rejected, PastProject.objects.count(), PastParticipation.objects.count()) == (0, 19_392, 121_514)
    assert PastProjectTopic.objects.count() == 19_392
