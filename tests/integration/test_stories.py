"""The life of a story: drafted by the office or a partner, reviewed, published at its time, corrected, withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone
from tests import worlds
from tests.books import refused
from tests.rights import partner
from tests.stories import OFFICER, SCIENCE, TEXT, Stories

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.stories import drafting, steps
from cofund.actions.stories.drafting import Text, Ties
from cofund.queries import clock
from cofund.queries.stories import lists, reading
from cofund.queries.stories.lists import Selection
from cofund.records.directory.models import AuditEvent, Message
from cofund.records.programme.models import Story
from cofund.rules import roles

pytestmark = pytest.mark.django_db


@worlds.world
def world() -> Stories:
    """A programme."""
    return Stories.make()


def public() -> list[str]:
    """The stories that anybody reads now."""
    return [one.slug for one in lists.out()]


def text(**changes: str) -> Text:
    """A text that differs."""
    stated = {"title": TEXT.title, "summary": TEXT.summary, "body": TEXT.body, "author": TEXT.author} | changes
    return Text(**stated)


def test_story_goes_from_a_partner_through_a_change_to_readers(world: Stories) -> None:
    own = world.own()
    made = drafting.draft(own, "news", TEXT, Ties(world.office.row, (), (world.project,)))
    assert (made.kind, made.owner, list(made.organisations.all())) == ("partner", world.jdrf, [world.jdrf])
    steps.submit(own, made)
    steps.send_back(OFFICER, made, "Say who was there.", lambda row: f"https://example.org/{row.slug}")
    made.refresh_from_db()
    assert (made.status, made.asked_for, public()) == ("draft", "Say who was there.", [])
    drafting.write_version(own, made, text(body="Jo was there."), "Said who", seen=1)
    steps.submit(own, made)
    steps.publish(OFFICER, made)
    made.refresh_from_db()
    assert (public(), made.shown, made.asked_for) == ([made.slug], made.latest, "")
    assert [one.number for one in made.versions.all()] == [1, 2]
    assert list(
        AuditEvent.objects.filter(subject=f"story/{made.slug}").order_by("pk").values_list("action", flat=True)
    ) == [
        *("draft story", "submit story", "return story", "write story version", "submit story", "publish story"),
    ]


def test_writer_is_told_by_mail_what_the_office_asks_and_that_it_is_out(world: Stories) -> None:
    made = world.story(actor=world.own())
    steps.submit(world.own(), made)
    steps.send_back(OFFICER, made, "Shorter, please.", lambda row: "https://example.org/mine")
    steps.submit(world.own(), made)
    steps.publish(OFFICER, made, address_of=lambda row: "https://example.org/out")
    told = list(Message.objects.order_by("pk"))
    assert [one.recipient for one in told] == ["partner@example.org"] * 2
    assert "Shorter, please." in told[0].text
    assert "https://example.org/mine" in told[0].text
    assert "https://example.org/out" in told[1].text
    assert mail.outbox == []


def test_story_comes_out_by_the_clock_and_nothing_has_to_run(world: Stories) -> None:
    made = world.scheduled(2)
    assert (public(), lists.find_out(made.slug), lists.edition()) == ([], None, 0)
    later = clock.now() + dt.timedelta(hours=3)
    assert [one.slug for one in lists.out(later)] == [made.slug]
    assert lists.edition(later) == 1


def test_what_is_kept_of_a_page_follows_the_clock(world: Stories, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world.scheduled(2)
    assert (lists.newest(), lists.about_partner(world.jdrf)) == ((), ())
    later = timezone.now() + dt.timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert lists.newest() == (made,)
    assert lists.about_partner(world.jdrf) == (made,)
    assert lists.about_project(world.project) == (made,)
    assert lists.about_programme(world.office.row) == (made,)


def test_time_that_is_past_is_refused(world: Stories) -> None:
    made = world.story("in_review")
    error = refused(lambda: steps.publish(OFFICER, made, clock.now() - dt.timedelta(minutes=5)))
    assert "is past" in error.wrong


def test_embargo_holds_against_publishing(world: Stories) -> None:
    made, until = world.story(), clock.now() + dt.timedelta(days=2)
    drafting.tie(OFFICER, made, Ties(world.office.row, (world.jdrf,), (), until))
    steps.submit(OFFICER, made)
    for at in (None, until - dt.timedelta(hours=1)):
        assert "embargo" in refused(lambda at=at: steps.publish(OFFICER, made, at)).wrong  # type: ignore[misc]
    steps.publish(OFFICER, made, until)
    assert (public(), [one.pk for one in lists.out(until)]) == ([], [made.pk])


def test_correction_is_read_at_once_and_said(world: Stories) -> None:
    made = world.story("published")
    drafting.correct(OFFICER, made, text(title="How it really began"), "The title was wrong", seen=1)
    found = lists.find_out(made.slug)
    assert found is not None
    assert found.shown is not None
    assert (found.shown.title, found.corrected_at is not None, found.slug) == ("How it really began", True, made.slug)


def test_correction_before_it_is_out_is_no_correction_for_readers(world: Stories) -> None:
    made = world.scheduled(5)
    drafting.correct(OFFICER, made, text(title="Better"), "Better")
    made.refresh_from_db()
    assert made.shown is not None
    assert (made.shown.title, made.corrected_at) == ("Better", None)


def test_withdrawn_story_leaves_its_reason_and_nothing_else(world: Stories) -> None:
    made = world.story("withdrawn")
    assert (public(), lists.find_out(made.slug)) == ([], None)
    gone = lists.find_withdrawn(made.slug)
    assert gone is not None
    assert gone.withdrawn_because == "It named somebody who did not agree."


def test_what_never_came_out_is_not_told_when_it_is_withdrawn(world: Stories) -> None:
    made = world.scheduled(5)
    steps.withdraw(OFFICER, made, "Too early")
    assert lists.find_withdrawn(made.slug) is None
    steps.reopen(OFFICER, made)
    made.refresh_from_db()
    assert (made.status, made.published_at, made.shown) == ("draft", None, None)


@pytest.mark.parametrize("reason", ["", "   "])
def test_withdrawal_and_change_need_a_reason(world: Stories, reason: str) -> None:
    made = world.story("in_review")
    assert refused(lambda: steps.withdraw(OFFICER, made, reason)).fields["field"] == "reason"
    assert refused(lambda: steps.send_back(OFFICER, made, reason)).fields["field"] == "reason"


def test_step_from_another_state_is_refused_in_words(world: Stories) -> None:
    made = world.story()
    assert "stands at “draft”" in refused(lambda: steps.publish(OFFICER, made)).wrong


def test_partner_writes_no_story_of_another(world: Stories) -> None:
    stranger = Actor.of(partner("stranger", world.office.organisation("Other Trust"), "read", "apply"))
    reader = Actor.of(partner("reader", world.jdrf, "read"))
    own = world.story(actor=world.own())
    of_office = world.story()
    for actor, story in ((stranger, own), (reader, own), (world.own(), of_office)):
        refused(lambda actor=actor, story=story: drafting.write_version(actor, story, text(body="x")), NotAllowed)  # type: ignore[misc]
        refused(lambda actor=actor, story=story: steps.submit(actor, story), NotAllowed)  # type: ignore[misc]
    refused(lambda: drafting.draft(reader, "partner", TEXT), NotAllowed)


def test_partner_reads_its_own_alone(world: Stories) -> None:
    own, other = world.story(actor=world.own()), world.story()
    person = world.person(roles.PARTNER)
    assert list(lists.visible(person)) == [own]
    assert list(lists.visible(world.person(roles.AUDITOR))) == [other, own]
    assert list(lists.visible(world.person(roles.PUBLIC))) == []


def test_own_story_stays_tied_to_its_partner(world: Stories) -> None:
    own = world.story(actor=world.own())
    other = world.office.organisation("Other Trust")
    drafting.tie(SCIENCE, own, Ties(world.office.row, (other,)))
    assert set(own.organisations.all()) == {world.jdrf, other}


def test_missing_and_too_long_texts_are_told_at_once(world: Stories) -> None:
    error = refused(lambda: drafting.draft(OFFICER, "news", Text(" ", "s" * 501, "b" * 1_000_000)))
    assert set(error.fields["faults"]) == {"title", "summary", "body"}
    assert "1,000,000 characters" in error.fields["faults"]["body"]
    assert Story.objects.count() == 0


def test_same_title_gets_another_address(world: Stories) -> None:
    slugs = [world.story().slug for _ in range(3)]
    slugs += [world.story(title=title).slug for title in ("New", "語", "!!!")]
    today = timezone.localdate().isoformat()
    assert slugs == [
        *("how-it-began", "how-it-began-2", "how-it-began-3", "new-2"),
        *(f"story-{today}", f"story-{today}-2"),
    ]


def test_two_who_write_at_once_do_not_overwrite_each_other(world: Stories) -> None:
    made = world.story()
    drafting.write_version(OFFICER, made, text(body="One"), seen=1)
    error = refused(lambda: drafting.write_version(SCIENCE, made, text(body="Two"), seen=1))
    assert "version 2 since you began" in error.wrong


def test_version_without_a_change_is_refused(world: Stories) -> None:
    made = world.story()
    assert "Nothing differs" in refused(lambda: drafting.write_version(OFFICER, made, text())).wrong


def test_differences_are_told_by_part(world: Stories) -> None:
    made = world.story()
    drafting.write_version(OFFICER, made, text(title="How it all began"), "Title")
    first, second = made.versions.all()
    assert [(label, change.added, change.removed) for label, change in reading.differences(first, second)] == [
        ("Title", 1, 0)
    ]


def test_lists_are_filtered_in_the_database(world: Stories) -> None:
    one, other = world.story("published"), world.story("published", title="Another thing")
    world.story("draft")
    Story.objects.filter(pk=other.pk).update(kind="news")
    assert list(lists.selected_out(Selection(partner="jdrf", kind="partner", scheme="imi2"))) == [one]
    assert list(lists.selected_out(Selection(partner="nobody"))) == []
    assert list(lists.selected_out(Selection(scheme="ihi"))) == []
    reader = world.person(roles.OFFICER)
    assert list(lists.selected(reader, Selection(words="another", status="published"))) == [other]
    assert lists.counts(reader, Selection()) == {"draft": 1, "in_review": 0, "published": 2, "withdrawn": 0}
    assert lists.partners_out() == [world.jdrf]


def test_story_of_a_merged_organisation_is_found_under_the_one_that_is_kept(world: Stories) -> None:
    made, kept = world.story("published"), world.office.organisation("Breakthrough")
    world.jdrf.merged_into = kept
    world.jdrf.save()
    assert lists.about_partner(kept) == (made,)
    assert lists.partners_out() == [kept]
    assert list(lists.selected_out(Selection(partner=kept.slug))) == [made]
