"""Candidates for a topic and an idea: who is named and why, filters, members, rules, the shortlist, invitations, what was shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.candidates import AT, SCIENCE, Candidates
from tests.leads import OFFICER

from cofund.actions import candidate_invitations, candidates, organisations, shown_candidates
from cofund.actions.actors import Actor
from cofund.actions.candidate_invitations import Invitation
from cofund.actions.errors import NotAllowed, Refused
from cofund.actions.index_files import build_index
from cofund.actions.organisations import NewOrganisation
from cofund.queries.candidates import Asked, Found, find
from cofund.queries.index_files import current_version, folder
from cofund.queries.recommending import Wish
from cofund.records.directory.models import AuditEvent, CorpusLink, Organisation, User
from cofund.records.programme.models import CandidateMark, Lead, RoleHolding, ShownCandidates

pytestmark = pytest.mark.django_db
FOUNDATION, PATIENTS, NEWCOMER, LEUVEN, PANCREAS = 102, 103, 106, 100, 104


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index."""
    settings.COFUND_HOME = tmp_path / "home"
    return Candidates.make(tmp_path)


def names(found: Found) -> list[int]:
    """The identification codes of those who are offered, in order."""
    return [one.candidate.pic for one in found.listed]


def test_topic_names_those_who_worked_on_it_with_reasons(world: Candidates) -> None:
    found = find(world.subject, Asked())
    assert (found.problem, names(found)[:3], found.text.source) == ("", [100, 104, 101], "version 1 of its text")
    first = found.listed[0].candidate
    assert (1 <= len(first.why) <= 3, first.why[0].words) == (
        True, "took part in 20 projects near to this text, the last signed in 2023",
    )  # fmt: skip
    assert {number // 1000 for why in first.why for number in why.reason.projects} == {1}


def test_idea_is_asked_about_by_its_title_and_need(world: Candidates) -> None:
    found = find(world.of_idea, Asked())
    assert (names(found)[0], found.text.source, found.members) == (100, "the title and the need of the idea", ())


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(kinds=frozenset({"FOUNDATION"})), [102, 106]),
        (Wish(kinds=frozenset({"PATIENTS"})), [102, 103]),
        (Wish(kinds=frozenset({"FOUNDATION", "PATIENTS"})), [102, 103, 106]),
        (Wish(kinds=frozenset({"PRC"}), countries=frozenset({"NL"})), [101]),
        (Wish(countries=frozenset({"GR", "EL"})), [107]),
        (Wish(newcomers_only=True), [105, 106, 107]),
        (Wish(leads_only=True, countries=frozenset({"BE"}), kinds=frozenset({"HES"})), [100]),
        (Wish(without=frozenset({100, 101}), kinds=frozenset({"HES", "PRC"}), countries=frozenset({"BE", "EL"})), [107, 200]),
    ],
)  # fmt: skip
def test_index_itself_keeps_to_the_filters(world: Candidates, wish: Wish, expected: list[int]) -> None:
    assert sorted(names(find(world.subject, Asked(wish)))) == expected


def test_directory_says_what_an_organisation_is_before_its_name_does(world: Candidates) -> None:
    Organisation.objects.create(slug="n", name="Nieuwe Insuline", kind="company", pic="000000106")
    Organisation.objects.create(slug="p", name="Pancreas", kind="patient_organisation", pic="000000104")
    giving = Wish(kinds=frozenset({"FOUNDATION", "PATIENTS"}))
    assert sorted(names(find(world.subject, Asked(giving)))) == [102, 103, 104]


def test_newcomers_have_a_band_of_their_own(world: Candidates) -> None:
    assert find(world.subject, Asked(number=20)).newcomers == ()  # all of them are above
    assert find(world.subject, Asked(Wish(newcomers_only=True), number=2)).newcomers == ()
    few = Asked(number=2)
    assert [one.candidate.pic for one in find(world.subject, few).newcomers][:2] == [107, 105]


def test_member_is_left_out_and_speaks_for_its_companions(world: Candidates) -> None:
    giver = world.office.organisation("University of Leuven")
    Organisation.objects.filter(pk=giver.pk).update(pic="000000100")
    world.topic.indicative_contributions.create(source="partner", organisation=giver, amount_cents=1)
    found = find(world.subject, Asked())
    assert (found.known, LEUVEN in names(found)) == ((LEUVEN,), False)
    assert [(one.name, one.words) for one in found.left_out] == [
        ("University of Leuven", "Is a member already: is named as a contributor in the text of this topic.")
    ]
    assert any(why.reason.kind == "with known" for one in found.listed for why in one.candidate.why)


def test_excluded_by_a_rule_of_the_programme_is_left_out_with_the_article(world: Candidates) -> None:
    maker = Organisation.objects.create(slug="pump", name="Pump Makers NV", pic="000000101")
    RoleHolding.objects.create(scheme=world.office.row, organisation=maker, role="member")
    found = find(world.subject, Asked())
    assert 101 not in names(found)
    assert [one.words for one in found.left_out] == [
        "Pump Makers NV is Private member in Innovative Health Initiative; nobody contributes to the scheme as "
        "Contributing Partner and as Private member (Regulation (EU) 2021/2085, Article 2(7))."
    ]
    with pytest.raises(Refused, match=r"Article 2\(7\)"):
        candidate_invitations.invite(SCIENCE, world.subject, world.past(101), Invitation())


def test_excluded_ones_make_room_for_those_who_follow(world: Candidates) -> None:
    for pic in (100, 104):
        row = Organisation.objects.create(slug=f"m{pic}", name=f"Member {pic}", pic=f"{pic:09d}")
        RoleHolding.objects.create(scheme=world.office.row, organisation=row, role="member")
    for subject in (world.subject, world.of_idea):
        found = find(subject, Asked(number=2))
        assert (len(found.listed), {100, 104} & set(names(found))) == (2, set())
        assert {one.organisation.pic for one in found.left_out if one.organisation} == {"000000100", "000000104"}


def test_not_suitable_is_kept_with_who_and_why_and_can_be_taken_back(world: Candidates) -> None:
    past = world.past(PANCREAS)
    candidates.shortlist(SCIENCE, world.subject, past, "Ask Ann", at=AT)
    candidates.call_not_suitable(SCIENCE, world.subject, past, "It closed", at=AT)
    found = find(world.subject, Asked())
    assert (PANCREAS in names(found), [one.words for one in found.left_out]) == (False, ["Not suitable: It closed"])
    assert PANCREAS in names(find(world.of_idea, Asked()))
    candidates.call_suitable_again(SCIENCE, world.subject, past, "It opened again", at=AT)
    assert PANCREAS in names(find(world.subject, Asked()))
    told = CandidateMark.objects.values_list("kind", "note", "made_by", "made_at", "ended_by", "end_reason")
    assert list(told) == [
        ("shortlisted", "Ask Ann", "Sven Science", AT, "Sven Science", "Not suitable: It closed"),
        ("not_suitable", "It closed", "Sven Science", AT, "Sven Science", "It opened again"),
    ]
    acts = AuditEvent.objects.filter(subject=f"ihi/topic/{world.topic.code}").values_list("action", flat=True)
    assert list(acts) == ["shortlist candidate", "call not suitable", "call suitable again"]


def test_candidate_is_shortlisted_noted_and_taken_off(world: Candidates) -> None:
    past = world.past(FOUNDATION)
    candidates.shortlist(SCIENCE, world.subject, past)
    candidates.note(SCIENCE, world.subject, past, "Likes children")
    with pytest.raises(Refused, match="already: on the shortlist"):
        candidates.shortlist(SCIENCE, world.subject, past)
    with pytest.raises(Refused, match="changes nothing"):
        candidates.note(SCIENCE, world.subject, past, "Likes children")
    with pytest.raises(Refused, match="does not say why"):
        candidates.call_not_suitable(SCIENCE, world.subject, past, " ")
    row = candidates.take_off(SCIENCE, world.subject, past)
    assert (row.note, row.ended_at is not None) == ("Likes children", True)
    with pytest.raises(Refused, match="Nobody has said"):
        candidates.take_off(SCIENCE, world.subject, past)


def test_invited_candidate_is_added_to_the_directory_and_gets_a_lead(world: Candidates) -> None:
    lead = candidate_invitations.invite(
        SCIENCE, world.subject, world.past(FOUNDATION), Invitation(next_step="Write", next_step_on=dt.date(2024, 4, 1))
    )
    made = lead.organisation
    assert (made.name, made.pic, made.country, made.kind) == (
        "CHILDREN'S DIABETES FOUNDATION", "000000102", "US", "patient_organisation",
    )  # fmt: skip
    assert (lead.route, lead.topic, lead.stage, lead.next_step) == ("invited", world.topic, "new", "Write")
    assert list(CorpusLink.objects.values_list("past_organisation", "basis")) == [(FOUNDATION, "pic")]
    shown = next(one for one in find(world.subject, Asked()).listed if one.candidate.pic == FOUNDATION)
    assert (shown.lead, shown.organisation, shown.mark and shown.mark.kind) == (lead, made, "shortlisted")
    for refused in (candidates.take_off, lambda *a: candidates.call_not_suitable(*a, "No")):
        with pytest.raises(Refused, match=lead.reference):
            refused(SCIENCE, world.subject, world.past(FOUNDATION))
    with pytest.raises(Refused, match="invited already"):
        candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), Invitation())


def test_invited_candidate_is_found_in_the_directory_by_its_code(world: Candidates) -> None:
    known = Organisation.objects.create(slug="dpe", name="Diabetes Patients", pic="000000103", country="BE")
    lead = candidate_invitations.invite(SCIENCE, world.of_idea, world.past(PATIENTS), Invitation())
    assert (lead.organisation, lead.idea, lead.topic) == (known, world.idea, None)
    assert Organisation.objects.filter(name__icontains="patients").count() == 1


def test_invited_candidate_that_looks_like_another_is_asked_about(world: Candidates) -> None:
    there = organisations.add(OFFICER, NewOrganisation("Children Diabetes Foundation", country="US"))
    with pytest.raises(organisations.LikelyDuplicate, match="Children Diabetes Foundation"):
        candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), Invitation())
    assert (Lead.objects.count(), CandidateMark.objects.count(), CorpusLink.objects.count()) == (0, 0, 0)
    lead = candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), Invitation(there))
    assert (lead.organisation, CorpusLink.objects.get().basis) == (there, "stated")


def test_open_lead_for_the_same_is_not_opened_twice(world: Candidates) -> None:
    first = candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), Invitation())
    CandidateMark.objects.all().delete()
    with pytest.raises(Refused, match=first.reference):
        candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), Invitation())
    wanted = Invitation(is_another_lead=True)
    assert candidate_invitations.invite(SCIENCE, world.subject, world.past(FOUNDATION), wanted).pk != first.pk


def test_what_is_shown_is_kept_once_a_question_index_person_and_day(world: Candidates) -> None:
    sven, olga = (User.objects.create_user(name, role="scientific_officer", password=None) for name in ("sven", "olga"))
    found = find(world.subject, Asked())
    foundations = find(world.subject, Asked(Wish(kinds=frozenset({"FOUNDATION"}))))
    kept = [
        shown_candidates.keep(person, one, at=at)
        for person, one, at in (
            (sven, found, AT), (sven, found, AT + dt.timedelta(hours=1)), (sven, foundations, AT),
            (olga, found, AT), (sven, found, AT + dt.timedelta(days=1)),
        )
    ]  # fmt: skip
    assert kept == [True, False, True, True, True]
    row = ShownCandidates.objects.order_by("pk")[1]
    assert (row.person, row.on, row.index_version, row.filters) == (
        sven, dt.date(2024, 3, 1), current_version(), {"kind": ["FOUNDATION"]},
    )  # fmt: skip
    assert [one["pic"] for one in row.candidates] == [102, 106]
    assert AuditEvent.objects.filter(action="read candidates").count() == 4


def test_what_is_shown_is_kept_again_from_a_new_index(world: Candidates) -> None:
    sven = User.objects.create_user("sven", role="scientific_officer", password=None)
    assert shown_candidates.keep(sven, find(world.subject, Asked()), at=AT)
    # Who is left out from now on makes another list, and so another row.
    candidates.call_not_suitable(SCIENCE, world.subject, world.past(PANCREAS), "It closed", at=AT)
    kept = [shown_candidates.keep(sven, find(world.subject, Asked()), at=AT) for _ in range(2)]
    assert kept == [True, False]
    build_index(trains=False)
    assert shown_candidates.keep(sven, find(world.subject, Asked()), at=AT)
    with pytest.raises(NotAllowed):
        shown_candidates.keep(User(role="partner"), find(world.subject, Asked()))


def test_without_an_index_it_says_so_and_the_rest_is_there(settings: Any, tmp_path: Path) -> None:
    settings.COFUND_HOME = tmp_path / "home"
    world = Candidates.make(tmp_path, has_index=False)
    candidates.shortlist(SCIENCE, world.subject, world.past(FOUNDATION))
    found = find(world.subject, Asked())
    assert (found.problem, found.listed, len(found.marks)) == (
        "There is no index of past projects yet. Run `cofund index build`.", (), 1,
    )  # fmt: skip


def test_damaged_index_says_so(world: Candidates) -> None:
    from cofund.queries import index_files

    index_files._open.cache_clear()
    (folder() / current_version() / "texts.data.npy").unlink()
    assert "is damaged" in find(world.subject, Asked()).problem


def test_text_that_says_nothing_is_answered_in_words(world: Candidates) -> None:
    type(world.idea).objects.update(title="🙂", challenge="")
    world.idea.refresh_from_db()
    assert find(world.of_idea, Asked()).problem.startswith("Nothing of this can be found among past projects")


@pytest.mark.parametrize("role", ["partner", "auditor", "finance_officer", "governance_officer", "public"])
def test_role_without_the_action_is_refused(world: Candidates, role: str) -> None:
    actor, past = Actor("X", role), world.past(FOUNDATION)
    for act in (
        lambda: candidates.shortlist(actor, world.subject, past),
        lambda: candidates.call_not_suitable(actor, world.subject, past, "No"),
        lambda: candidate_invitations.invite(actor, world.subject, past, Invitation()),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_ranking_asks_the_database_as_often_for_many_as_for_few(world: Candidates) -> None:
    for pic, name in ((100, "Leuven"), (101, "Pumps"), (104, "Pancreas")):
        Organisation.objects.create(slug=name.lower(), name=name, pic=f"{pic:09d}")
    find(world.subject, Asked(number=4))
    asked = []
    for number in (1, 4):  # both leave newcomers for their own list
        with CaptureQueriesContext(connection) as captured:
            find(world.subject, Asked(number=number))
        asked.append(len(captured))
    assert asked[0] == asked[1]
