"""The site on which the pages of candidates are looked at."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from django.conf import settings
from tests.books import MILLION
from tests.candidates import SCIENCE, Candidates
from tests.place import Place, by_username
from tests.rights import partner

from cofund.actions import candidates, shown_candidates
from cofund.actions.candidate_invitations import Invitation, invite
from cofund.commands.evaluating import evaluate
from cofund.queries import index_files
from cofund.queries.candidates import Asked, find
from cofund.records.directory.models import Interest, Organisation, User
from cofund.records.programme.models import ShownCandidates


def recommendation() -> Place:
    """A topic and an idea with candidates: shortlisted, not suitable, taken back, invited; what was shown; a partner's person.

    The index is whole, and how good it was is kept beside it.
    """
    made = Candidates.make(Path(settings.COFUND_HOME))
    measure()
    pumps = Organisation.objects.create(slug="pumps", name="Pump Makers NV", country="NL", pic="000000101")
    made.topic.indicative_contributions.create(source="partner", organisation=pumps, amount_cents=5 * MILLION)
    Organisation.objects.create(slug="hcc", name="Hellenic Centre for Childrens", country="GR")
    patients = Organisation.objects.create(
        slug="patients", name="Diabetes Patients Europe", country="BE", pic="000000103"
    )
    Interest.objects.create(organisation=patients, kind="interest", text="Screening of children for diabetes")
    candidates.shortlist(SCIENCE, made.subject, made.past(102), "Ask Ann first")
    candidates.call_not_suitable(SCIENCE, made.subject, made.past(104), "It has no money this year")
    candidates.shortlist(SCIENCE, made.subject, made.past(106))
    candidates.take_off(SCIENCE, made.subject, made.past(106), "Merged away")
    invite(SCIENCE, made.subject, made.past(103), Invitation(next_step="Write to it"))
    sven = User.objects.create_user("sven", role="scientific_officer", password=None, first_name="Sven")
    User.objects.create_user("ada", role="auditor", password=None)
    partner("paula", patients, "read")
    shown_candidates.keep(sven, find(made.subject, Asked()))
    return Place(by_username(), {"shown": ShownCandidates.objects.get().pk})


def damaged_index() -> Place:
    """A topic whose index was whole once: one of its files lost its end, and the measure is kept still."""
    Candidates.make(Path(settings.COFUND_HOME))
    measure()
    file = index_files.folder() / index_files.current_version() / "texts.data.npy"
    file.write_bytes(file.read_bytes()[:-1])
    User.objects.create_user("sven", role="scientific_officer", password=None, first_name="Sven")
    return Place(by_username())


def measure() -> None:
    """Try the ranking on the past's second year, in every setting, and keep what came of it for the page of the index."""
    words = ["--split", "2023-01-01", "--until", "2024-01-01", "--vote-only", "--keep"]
    CliRunner().invoke(evaluate, words, catch_exceptions=False)
    assert index_files.score() is not None
