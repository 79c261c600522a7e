"""Results of proposals: all rows of a file or none, again without change, by the action and by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests import worlds
from tests.books import refused
from tests.topics import SCIENCE, Topics

from cofund.actions import results
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.results import WrongSheet
from cofund.commands.main import cli
from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Proposal
from cofund.rules import roles

FILE = """topic,proposal,stage,result,acronym,rank,requested,project
T1,P-1,1,invited,ALPHA,1,,
T1,P-2,1,ineligible,,,,
T1,P-1,2,selected,ALPHA,1,1250000.50,alpha
"""


@worlds.world
def world() -> Topics:
    """An adopted topic with a project."""
    made = Topics.make()
    made.office.project("alpha", made.topic("T1", "adopted"))
    return made


def test_import_keeps_every_row_and_the_same_file_changes_nothing(world: Topics) -> None:
    first = results.load(SCIENCE, "imi2", FILE.encode(), name="results.csv")
    assert (first.count("new"), Proposal.objects.count()) == (3, 3)
    one = Proposal.objects.get(code="P-1", stage=2)
    assert one.project is not None
    assert (one.requested_cents, one.rank, one.result, one.project.slug) == (125_000_050, 1, "selected", "alpha")
    again = results.load(SCIENCE, "imi2", FILE.encode(), name="results.csv")
    assert (again.count("same"), Proposal.objects.count()) == (3, 3)
    assert AuditEvent.objects.filter(action="import results").count() == 1


def test_newer_file_changes_what_differs_and_says_so(world: Topics) -> None:
    results.load(SCIENCE, "imi2", FILE.encode(), name="first.csv")
    newer = FILE.replace("ineligible", "below")
    looked = results.look("imi2", newer.encode())
    assert [(line.effect, line.differs) for line in looked.lines] == [
        ("same", ()),
        ("changed", ("result",)),
        ("same", ()),
    ]
    assert Proposal.objects.get(code="P-2").result == "ineligible"
    results.load(SCIENCE, "imi2", newer.encode(), name="second.csv")
    assert Proposal.objects.get(code="P-2").result == "below"


def test_one_wrong_cell_keeps_the_whole_file_out(world: Topics) -> None:
    world.topic("T2", "drafting")
    text = FILE + "T2,P-9,1,selected,,,,\nT3,P-9,1,selected,,,,beta\n"
    error = refused(lambda: results.load(SCIENCE, "imi2", text.encode(), name="x.csv"), WrongSheet)
    assert [str(cell) for cell in error.fields["cells"]] == [
        "Line 5, column topic: The topic is not adopted yet: it stands at “being drafted”. It holds “T2”.",
        "Line 6, column topic: The programme has no such topic. It holds “T3”.",
        "Line 6, column project: The programme has no such project. It holds “beta”.",
    ]
    assert Proposal.objects.count() == 0


def test_project_of_another_topic_is_refused(world: Topics) -> None:
    world.topic("T2", "adopted")
    text = FILE.replace("T1,P-1,2", "T2,P-1,2")
    error = refused(lambda: results.load(SCIENCE, "imi2", text.encode(), name="x.csv"), WrongSheet)
    assert [cell.wrong for cell in error.fields["cells"]] == ["The project belongs to another topic."]


def test_import_is_for_who_looks_after_topics(world: Topics) -> None:
    with pytest.raises(NotAllowed):
        results.load(Actor("Auditor", roles.AUDITOR), "imi2", FILE.encode(), name="x.csv")


def test_command_imports_and_names_every_wrong_cell(world: Topics, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(FILE)
    runner = CliRunner()
    done = runner.invoke(cli, ["import", "results", str(file), "--scheme", "imi2"])
    assert (done.exit_code, done.output) == (0, "results.csv: 3 new, 0 changed, 0 as before.\n")
    file.write_text(FILE.replace("selected", "won"))
    wrong = runner.invoke(cli, ["import", "results", str(file), "--scheme", "imi2"])
    assert wrong.exit_code == 1
    assert "Line 4, column result: A result is one of: ineligible, below, reserve, invited, selected." in wrong.output
