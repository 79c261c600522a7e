"""Who is told that a project ended short; and that what this site books itself waits, also for what public sources told of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.books import FINANCE, MILLION
from tests.rounds import Round

from cofund.actions import close_outs, notices
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.notices import Given
from cofund.queries import clock, worklists
from cofund.queries.pools import Target
from cofund.queries.tasks import listing
from cofund.queries.tasks.listing import Ask
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import User
from cofund.records.programme.models import Project
from cofund.web.routes import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(db: None) -> User:
    return User.objects.create_user("finance", role="finance_officer", first_name="Finn", last_name="Finance")


@pytest.fixture
def site() -> Round:
    """Project X, to which F and M committed, and nothing came."""
    return Round.opened()


def ends(on: dt.date) -> Project:
    """Let project X end on a day."""
    Project.objects.filter(slug="x").update(ends_on=on)
    return Project.objects.get(slug="x")


def titles(person: User, kind: str = "project_short") -> list[str]:
    found, total = listing.listed(Reader.of(person), Ask(kind))
    assert total == len(found)
    return [task.title for task in found]


def test_project_that_ended_short_is_a_task_until_it_is_closed(site: Round, finance: User) -> None:
    today = clock.today()
    ends(today)
    assert titles(finance) == []
    project = ends(today - dt.timedelta(days=1))
    assert titles(finance) == [project.acronym]
    client = Client()
    client.force_login(finance)
    page = client.get(reverse("office-tasks")).content.decode()
    assert reverse("office-project-close-out", args=["ihi", "x"]) in page
    assert "It has ended, and not all that was committed came" in page
    close_outs.close_project(Actor.of(finance), project, Grounds(today, "It is over"))
    assert titles(finance) == []


def test_contribution_with_an_open_notice_is_no_second_task(site: Round, finance: User) -> None:
    today = clock.today()
    ends(today - dt.timedelta(days=1))
    for one in (site.given, site.by_member):
        assert titles(finance) == ["X"]
        notices.give_shortfall(FINANCE, one, Given("Nothing came", today, today + dt.timedelta(days=30)))
    assert titles(finance) == []


def test_only_who_closes_projects_is_told(site: Round, finance: User) -> None:
    ends(clock.today() - dt.timedelta(days=1))
    governance = User.objects.create_user("governance", role="governance_officer")
    assert (titles(governance), titles(finance)) == ([], ["X"])


def test_what_public_sources_tell_waits_for_nobody_and_what_is_booked_here_does(site: Round, finance: User) -> None:
    today = clock.today()
    project = ends(today - dt.timedelta(days=1))
    Project.objects.filter(pk=project.pk).update(is_historical=True)
    assert titles(finance) == []
    assert [one.contribution_id for one in worklists.by_wait(finance)[worklists.ENDORSEMENT]] == []
    site.office.actor = Actor.of(finance)
    made = site.office.pledge(MILLION, "Newcomer", target=Target(project=project), kind="IKOP", on=today).contribution
    assert [one.contribution_id for one in worklists.by_wait(finance)[worklists.ENDORSEMENT]] == [made.pk]
    client = Client()
    client.force_login(finance)
    page = client.get(reverse("office-project", args=["ihi", "x"])).content.decode()
    assert page.count("what came later is not known") == 2
    assert page.count("waits for endorsement") == 1
