"""The audit trail in the database: filters, and what belongs to an object."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.proofs import AT, LATER, Proved
from tests.worlds import world

from cofund.queries import trails
from cofund.queries.trails import Selection
from cofund.records.directory.models import AuditEvent

pytestmark = pytest.mark.django_db


@world
def proved() -> Proved:
    """A contribution with its whole chain."""
    return Proved.make()


def actions(selection: Selection) -> list[str]:
    """The actions of a selection, the oldest first."""
    return [event.action for event in reversed(trails.found(selection))]


def test_trail_of_a_contribution_has_everything_that_it_came_from_and_rests_on(proved: Proved) -> None:
    found = actions(Selection(about=f"ihi/contribution/{proved.contribution.reference}"))
    leads = ["open lead", "contact lead", "explore lead", "find topic for lead", "start application of lead"]
    application = [
        "start application",
        "edit letter",
        "submit application",
        "check application",
        "schedule application",
    ]
    approval = ["record decision", "pledge", "endorse", "approve application", "convert lead"]
    plan = ["write plan", "write plan", "submit plan"]
    report = ["write report"] * 4 + ["report", "submit report", "certify", "record certificate", "validate"]
    assert found == [
        *leads,
        *application,
        *approval,
        "record decision",
        "reserve",
        "commit",
        *plan,
        *report,
        "validate report",
    ]


def test_trail_of_a_project_is_that_of_its_contributions_and_its_topic(proved: Proved) -> None:
    of_contribution = actions(Selection(about=f"ihi/contribution/{proved.contribution.reference}"))
    assert actions(Selection(about="ihi/project/x")) == of_contribution


def test_object_takes_what_is_below_it_and_nothing_that_only_begins_alike(proved: Proved) -> None:
    assert actions(Selection(about="ihi/plan/foundation-f")) == ["write plan", "write plan", "submit plan"]
    assert actions(Selection(about="ihi/plan/foundation")) == []


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(person="olga"), 14),
        (Selection(person="nobody"), 0),
        (Selection(action="write report"), 4),
        (Selection(words="it called"), 2),
        (Selection(words="Audit House"), 1),
        (Selection(scheme="ihi", action="pledge"), 1),
        (Selection(scheme="imi2"), 0),
        (Selection(action="submit report", first_on=LATER.date(), last_on=LATER.date()), 1),
        (Selection(action="submit report", last_on=LATER.date() - dt.timedelta(days=1)), 0),
        (Selection(action="pledge", known_at=AT), 1),
        (Selection(action="validate", known_at=AT), 0),
    ],
)
def test_filter_narrows_the_rows(proved: Proved, selection: Selection, count: int) -> None:
    assert trails.found(selection).count() == count


def test_many_objects_are_asked_for_in_parts(proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = actions(Selection(about="ihi/project/x"))
    monkeypatch.setattr(trails, "_OBJECTS_AT_ONCE", 2)
    assert actions(Selection(about="ihi/project/x")) == whole


def test_page_has_the_rows_of_its_part_in_order(proved: Proved) -> None:
    rows = trails.found(Selection())
    assert trails.page(rows, slice(3, 6)) == list(rows)[3:6]


def test_words_are_looked_for_in_the_newest_rows_and_the_page_says_from_when(
    proved: Proved, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trails.earliest_searched(Selection(words="it called")) is None
    last = trails.found(Selection()).first()
    assert last is not None
    monkeypatch.setattr(trails, "MOST_SEARCHED", 5)
    assert [row.pk for row in trails.found(Selection(person="a"))][-1] > last.pk - 5
    assert trails.found(Selection(words="it called")).count() == 0
    earliest = trails.earliest_searched(Selection(words="it called"))
    assert earliest == trails.found(Selection())[4].recorded_at
    # Whoever says until when reads the rows before it.
    of_call = AuditEvent.objects.filter(reason__icontains="it called").order_by("-pk")[0]
    narrowed = Selection(words="it called", last_on=of_call.recorded_at.date())
    monkeypatch.setattr(trails, "MOST_SEARCHED", 40)
    assert of_call in trails.found(narrowed)
