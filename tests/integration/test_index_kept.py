"""What is kept of an answer goes when an update looked at an import and found nothing different: it writes to no table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.candidates import Candidates

from cofund.actions import index_files
from cofund.importers.cordis import import_cordis
from cofund.queries.candidates import Asked, find
from cofund.queries.fits import of_organisation


def test_kept_answers_say_no_longer_that_the_index_is_behind(
    transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    settings.COFUND_HOME = tmp_path / "home"
    made = Candidates.make(tmp_path, has_index=False)
    partner = made.office.organisation("Partner")
    version = index_files.build_index()
    import_cordis(tmp_path / "past.zip")

    def behind() -> list[bool]:
        told = (find(made.subject, Asked()).facts, of_organisation(partner).facts)
        return [one.is_outdated for one in told if one is not None]

    before = behind()
    assert index_files.update_index().version == version
    assert (before, behind()) == ([True, True], [False, False])
