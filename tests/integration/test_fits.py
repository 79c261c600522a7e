"""What fits a partner: by past projects and interests, how close, why; and what each person is told of by e-mail, once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from tests.books import Office, shipped
from tests.candidates import AT, Candidates
from tests.rights import partner

from cofund.actions import fit_alerts
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.fit_alerts import Wanted
from cofund.commands.main import cli
from cofund.queries import clock, fits, nearness
from cofund.records.directory.models import AuditEvent, Interest, Message, Organisation, User
from cofund.records.programme.models import FitAlert, Topic

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index, and a topic on harbours beside the one on diabetes."""
    settings.COFUND_HOME = tmp_path / "home"
    made = Candidates.make(tmp_path)
    row = made.office.topic("HARBOURS")
    Topic.objects.filter(pk=row.pk).update(title="Quays of concrete against sea water", status="scoping")
    return made


def organisation(name: str, pic: str = "", interest: str = "") -> Organisation:
    """An organisation of the directory that took part as `pic`, or that states an interest."""
    made = Organisation.objects.create(slug=name.lower(), name=name, pic=pic)
    if interest:
        Interest.objects.create(organisation=made, kind="interest", text=interest)
    return made


def codes(found: fits.Fits) -> list[str]:
    """What fits, in order."""
    return [one.subject.code for one in found.found]


def test_topic_fits_whose_past_projects_are_near_to_it(world: Candidates) -> None:
    found = fits.of_organisation(organisation("Docks", "000000200"))
    assert (codes(found), found.past_projects, found.interests) == (["HARBOURS"], 20, 0)
    why = found.found[0].why
    assert (why[0].place, why[0].name.startswith("PIER"), why[0].year in (2022, 2023), len(why) <= 3) == (
        1,
        True,
        True,
        True,
    )


def test_topic_fits_whoever_says_so_without_any_past(world: Candidates) -> None:
    found = fits.of_organisation(organisation("New", interest="screening of children with diabetes"))
    assert (codes(found), found.past_projects, found.interests) == ([world.topic.code], 0, 1)
    assert [(one.interest, one.project) for one in found.found[0].why] == [("screening of children with diabetes", 0)]


def test_interest_that_has_ended_and_a_need_say_nothing(world: Candidates) -> None:
    made = organisation("New", interest="screening of children with diabetes")
    Interest.objects.update(ended_on=clock.today())
    Interest.objects.create(organisation=made, kind="need", text="insulin pumps for children")
    assert fits.of_organisation(made).found == ()


def test_text_that_is_not_public_yet_says_nothing_to_a_partner(world: Candidates) -> None:
    Topic.objects.filter(pk=world.topic.pk).update(title="To be said", summary="")
    made = organisation("Clinic", "000000100")
    assert codes(fits.of_organisation(made)) == []
    world.topic.consultations.create(opens_on=clock.today(), closes_on=clock.today())
    assert codes(fits.of_organisation(made)) == [world.topic.code]


def test_topic_that_is_adopted_and_idea_that_is_not_shown_are_not_offered(world: Candidates) -> None:
    Topic.objects.update(status="adopted")
    made = organisation("Clinic", "000000100")
    assert fits.of_organisation(made).asked == 0
    type(world.idea).objects.update(is_public=True, shown_at=AT)
    assert codes(fits.of_organisation(made)) == ["ihi-idea-1"]


@pytest.mark.parametrize(
    ("place", "projects", "level"),
    [
        (20, 15_000, "close"), (21, 15_000, "near"), (100, 15_000, "near"), (101, 15_000, "wide"), (500, 15_000, "wide"),
        (501, 15_000, ""), (1, 40, "close"), (2, 40, "near"), (8, 40, "wide"), (9, 40, ""),
    ],
)  # fmt: skip
def test_level_is_a_place_among_all_past_projects(place: int, projects: int, level: str) -> None:
    assert nearness.level(place, projects) == level


def test_number_of_queries_does_not_grow_with_topics(world: Candidates, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        row = world.office.topic(f"T{number}")
        Topic.objects.filter(pk=row.pk).update(title="Insulin pumps for children")
    made = organisation("Clinic", "000000100")
    fits.of_organisation(made)
    with django_assert_max_num_queries(14):
        assert fits.of_organisation(made).asked == 7


def test_without_an_index_it_says_so(settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME = tmp_path
    assert fits.of_organisation(organisation("Clinic")).problem.startswith("There is no index")


def person(world: Candidates, *rights: str) -> User:
    """Somebody of the docks who may read."""
    return partner("dora", organisation("Docks", "000000200"), *(rights or ("read",)))


def choose(user: User, **wanted: Any) -> FitAlert:
    """What somebody wants to be told of."""
    return fit_alerts.choose(Actor.of(user), user, Wanted(**{"is_on": True, "level": "wide", **wanted}), at=AT)


def test_person_is_told_once_of_what_fits_and_the_next_day_of_what_is_new(world: Candidates) -> None:
    user = person(world)
    assert fit_alerts.tell(at=AT) == 0  # nobody chose it
    choose(user)
    assert (fit_alerts.tell(at=AT), fit_alerts.tell(at=AT)) == (1, 0)
    mail = Message.objects.get()
    assert (mail.recipient, mail.subject) == ("dora@example.org", "A topic that may fit Docks")
    assert "HARBOURS, Quays of concrete against sea water" in mail.text
    assert "Near to your project PIER" in mail.text
    row = world.office.topic("PIERS")
    Topic.objects.filter(pk=row.pk).update(title="Concrete quays and harbours")
    late, next_day = (dt.datetime(2024, 3, day, hour, 30, tzinfo=BRUSSELS) for day, hour in ((1, 23), (2, 0)))
    assert (fit_alerts.tell(at=AT), fit_alerts.tell(at=late), Message.objects.count()) == (0, 0, 1)
    # Another one is found meanwhile: one e-mail tells of both.
    row = world.office.topic("QUAYS")
    Topic.objects.filter(pk=row.pk).update(title="Quays of concrete")
    assert (fit_alerts.tell(at=next_day), Message.objects.count()) == (1, 2)
    mail = Message.objects.latest("pk")
    assert (mail.subject, "PIERS" in mail.text, "QUAYS" in mail.text, "HARBOURS" in mail.text) == (
        "2 topics that may fit Docks", True, True, False,
    )  # fmt: skip


def test_day_of_one_person_holds_nobody_else_up(world: Candidates) -> None:
    first = person(world)
    choose(first)
    assert fit_alerts.tell(at=AT) == 1
    assert first.organisation is not None
    choose(partner("second", first.organisation, "read"))
    assert fit_alerts.tell(at=AT + dt.timedelta(hours=1)) == 1
    assert list(Message.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "dora@example.org", "second@example.org",
    ]  # fmt: skip


def test_person_whom_another_process_tells_meanwhile_is_told_once(
    world: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(person(world))
    look = fit_alerts.due

    def and_another_tells(row: FitAlert) -> list[fits.Fit]:
        found = look(row)
        FitAlert.objects.update(told_on=AT.date(), told=["topic/1"])
        return found

    monkeypatch.setattr(fit_alerts, "due", and_another_tells)
    assert (fit_alerts.tell(at=AT), Message.objects.count(), FitAlert.objects.get().told) == (0, 0, ["topic/1"])


@pytest.mark.parametrize(
    ("wanted", "number"),
    [({}, 1), ({"is_on": False}, 0), ({"schemes": ("ihi",)}, 1), ({"level": "close"}, 1)],
)
def test_person_is_told_of_what_was_chosen(world: Candidates, wanted: dict[str, Any], number: int) -> None:
    choose(person(world), **wanted)
    assert fit_alerts.tell(at=AT) == number


def test_person_is_not_told_of_other_programmes_nor_of_what_is_farther(world: Candidates) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    row = choose(person(world), schemes=("imi2",))
    assert fit_alerts.due(row) == []
    row = choose(row.user, level="close")
    near = [one.level for one in fits.of_organisation(row.user.organisation).found]  # type: ignore[arg-type]
    assert (near, len(fit_alerts.due(row))) == (["close"], 1)


def test_who_may_not_read_any_more_has_left_or_has_no_address_is_told_nothing(world: Candidates) -> None:
    user = person(world)
    row = choose(user)
    for change in ({"is_active": False}, {"is_active": True, "email": ""}, {"organisation": None}):
        User.objects.filter(pk=user.pk).update(**change)
        assert fit_alerts.tell(at=AT) == 0
    User.objects.filter(pk=user.pk).update(email="d@example.org", organisation=Organisation.objects.get(slug="docks"))
    user.partner_rights.update(revoked_at=AT)
    assert (fit_alerts.tell(at=AT), row.told) == (0, [])


def test_choice_of_somebody_else_or_of_nothing_that_is_there_is_refused(world: Candidates) -> None:
    user = person(world)
    with pytest.raises(NotAllowed):
        fit_alerts.choose(Actor("Other", "partner", user.pk + 1), user, Wanted(True))
    with pytest.raises(NotAllowed):
        fit_alerts.choose(Actor("Olga", "officer", user.pk), user, Wanted(True))
    for wanted in (Wanted(True, "closest"), Wanted(True, schemes=("none",))):
        with pytest.raises(Refused):
            fit_alerts.choose(Actor.of(user), user, wanted)
    assert (FitAlert.objects.count(), AuditEvent.objects.filter(action="choose alerts").count()) == (0, 0)


def test_daily_command_tells_too(world: Candidates) -> None:
    choose(person(world))
    answer = CliRunner().invoke(cli, ["remind"])
    assert (answer.exit_code, answer.stdout) == (0, "0 reminders written.\n1 person told of topics that fit.\n")
    again = CliRunner().invoke(cli, ["remind", "--json"])
    assert '"told_of_fitting_topics": 0' in again.stdout
