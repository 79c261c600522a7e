"""Import of CORDIS downloads with real transactions: an import that breaks off, and a whole programme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cordis_files import corpus, organization, write_download

from cofund.importers.cordis import import_cordis
from cofund.records.corpus.models import ImportRun, PastParticipation

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_aborted_import_leaves_whole_batches_and_a_second_one_completes_it(tmp_path: Path) -> None:
    rows = [organization(101, 900 + number, order=str(number)) for number in range(10)]
    file = write_download(tmp_path / "a.zip", organization=rows)
    import_cordis(file)
    whole = corpus()
    PastParticipation.objects.all().delete()

    def stop(done: int, total: int) -> None:
        if PastParticipation.objects.count() >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_cordis(file, batch_rows=4, progress=stop)
    broken = ImportRun.objects.first()
    assert broken is not None
    assert (broken.finished_at, broken.error) == (None, "KeyboardInterrupt")
    assert PastParticipation.objects.count() == 8
    import_cordis(file)
    assert corpus() == whole


def test_whole_official_file_arrives(shared_data: Callable[[str], Path]) -> None:
    """15,186 projects with 101,515 participations; then the XML sample of 236 of them, which changes nothing.

    The XML differs from the CSV of the same projects only where that has runs of white space, an activity type or a
    funding scheme with a stroke before it, or no attribute where the CSV has a blank.
    """
    run = import_cordis(shared_data("data/cordis/cordis-HORIZONprojects-csv.zip"))
    assert (run.rejected, {name: counts["rows"] for name, counts in run.counts["tables"].items()}) == (
        0,
        {
            "projects": 15_186,
            "organisations": 27_731,
            "participations": 101_515,
            "topics": 2_035,
            "project topics": 15_186,
            "fields of science": 930,
            "project fields of science": 31_960,
            "legal bases": 95,
            "project legal bases": 20_349,
        },
    )
    unpaid = PastParticipation.objects.filter(role="associatedPartner")
    assert (unpaid.count(), unpaid.filter(ec_contribution_cents=None, total_cost_cents=None).count()) == (
        16_145,
        16_145,
    )
    assert PastParticipation.objects.filter(ended=True).count() == 1_736
    # The database does not check these keys, so the test does.
    assert PastParticipation.objects.filter(organisation__pic=None).count() == 0
    assert PastParticipation.objects.filter(project__acronym=None).count() == 0
    sample = import_cordis(shared_data("data/cordis/cordis-HORIZONprojects-xml-sample.zip"))
    assert (sample.rejected, sample.counts["rows_read"]) == (
        0,
        {"topics": 236, "euroSciVoc": 469, "legalBasis": 315, "organization": 2_433, "project": 236},
    )
    assert {(some["added"], some["changed"], some["removed"]) for some in sample.counts["tables"].values()} == {
        (0, 0, 0)
    }
