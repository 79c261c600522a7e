"""The official rows of CORDIS as sheets of grants and participants: what the programme's projects say is read as it stands."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sheets import Sheets

from cofund.actions.sheets import reading
from cofund.queries import grant_participants, grant_sheets
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import GrantParticipant
from cofund.records.programme.models import Project
from cofund.rules.scheme_parsing import parse
from cofund.schemes import shipped

pytestmark = pytest.mark.django_db
CALL = "HORIZON-JU-IHI"


def table(archive: zipfile.ZipFile, name: str, keep: Callable[[dict[str, str]], bool]) -> bytes:
    """Some rows of a table, written as they are."""
    with archive.open(name) as member:
        rows = csv.DictReader(io.TextIOWrapper(member, "utf-8-sig", newline=""), delimiter=";")
        text = io.StringIO()
        writer = csv.DictWriter(text, rows.fieldnames or (), delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(row for row in rows if keep(row))
    return text.getvalue().encode()


def test_projects_and_participants_of_the_programme_are_taken_over_and_undone(
    shared_data: Callable[[str], Path], db: None, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    sheets = Sheets.make()
    with zipfile.ZipFile(shared_data("data/cordis/cordis-HORIZONprojects-csv.zip")) as archive:
        projects = table(archive, "project.csv", lambda row: row["masterCall"].startswith(CALL))
        numbers = {row["id"] for row in csv.DictReader(io.StringIO(projects.decode()), delimiter=";")}
        people = table(archive, "organization.csv", lambda row: row["projectID"] in numbers)
    # The topics are not on this site, so that their column is left out.
    grants = sheets.taken(projects.replace(b'"topics"', b'"codes of topics"', 1), "grants")
    assert Project.objects.filter(grant_agreement__in=numbers).count() == len(numbers) == 30
    # “associatedPartner” is not taken as it stands.
    refused = [one.value for one in reading.look(sheets.handed(people, project=None)).read.wrong]
    assert Counter(refused) == {"associatedPartner": 182}
    row = sheets.taken(people, project=None, is_he=True)
    assert GrantParticipant.objects.filter(holds=True).count() == len(row.rows) == 1_000
    scheme = parse(shipped()["ihi.toml"], file="ihi.toml")
    found = GrantParticipant.objects.filter(project__acronym="IDERHA").select_related("organisation")
    # The sheet says in no role of the programme who takes part, so nothing counts as a contribution yet.
    basis = grant_participants.basis(scheme, found)
    assert (basis.amounts, basis.costs_cents, basis.public_cents) == ((), 3_618_115_086, 2_303_220_961)
    assert grant_participants.without_costs(found) == 4
    assert not grant_sheets.compare("ihi", "participants", grant_sheets.lines_of(row)).changes_anything
    sheets.undo(row)
    sheets.undo(grants)
    assert (GrantParticipant.objects.count(), Organisation.objects.count(), Project.objects.count()) == (0, 0, 1)
