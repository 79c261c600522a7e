"""Past organisations that the office accepted as one, or as of one group, are recommended once, the others with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from tests.candidates import CODE, SCIENCE, Candidates

from cofund.actions import candidates, pairings, shown_candidates
from cofund.actions.actors import Actor
from cofund.commands.main import cli
from cofund.queries import clock, same_bodies
from cofund.queries.candidate_gaps import gaps
from cofund.queries.candidates import Asked, Found, find, organisations_of
from cofund.queries.recommending import Also
from cofund.queries.same_bodies import Folded
from cofund.queries.shown_candidates import lines
from cofund.records.corpus.models import ImportRun, RorRecord
from cofund.records.directory.models import CorpusLink, Organisation, Pairing, User
from cofund.records.programme.models import RoleHolding, ShownCandidates

pytestmark = pytest.mark.django_db
OFFICER = Actor("Olga Officer", "officer")
LEUVEN, PUMPS, FOUNDATION, PANCREAS, NEWCOMER, HELLENIC = 100, 101, 102, 104, 106, 107


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index."""
    settings.COFUND_HOME = tmp_path / "home"
    return Candidates.make(tmp_path)


def record(key: str = "05f950310") -> RorRecord:
    """A record of ROR."""
    run = ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at=clock.now())
    return RorRecord.objects.create(run=run, id=key, name=key, status="active", names=[], relationships=[], links=[])


def pairing(pic: int, to: RorRecord | Organisation, kind: str = "record", *, accepted: bool = True) -> Pairing:
    """That a past organisation is something, accepted by the office or not yet decided."""
    other = {"organisation": to} if isinstance(to, Organisation) else {"record": to}
    row = Pairing.objects.create(
        kind=kind, past_organisation_id=pic, basis="name", percent=93, is_certain=False, found_at=clock.now(), **other
    )
    return pairings.accept(OFFICER, row) if accepted else row


def named(found: Found) -> list[int]:
    """The identification codes of those who are offered, in order."""
    return [one.candidate.pic for one in found.listed]


def test_two_that_are_one_record_are_named_once_with_the_other_under_it(world: Candidates) -> None:
    before, ror = named(find(world.subject, Asked())), record()
    pairing(LEUVEN, ror)
    pairing(PANCREAS, ror)
    found = find(world.subject, Asked())
    assert named(found) == [pic for pic in before if pic != PANCREAS]
    assert found.listed[0].candidate.also == (Also(PANCREAS, "INSTITUT DU PANCREAS", "FR", 10, True),)
    assert found.shown()[0]["also"] == [PANCREAS]


def test_list_is_kept_again_once_two_are_accepted_as_one_and_tells_who_stands_with_whom(world: Candidates) -> None:
    sven = User.objects.create_user("sven", role="scientific_officer", password=None)
    kept = [shown_candidates.keep(sven, find(world.subject, Asked()))]
    ror = record()
    pairing(LEUVEN, ror)
    pairing(PANCREAS, ror)
    kept += [shown_candidates.keep(sven, find(world.subject, Asked())) for _ in range(2)]
    assert kept == [True, True, False]
    rows = list(lines(ShownCandidates.objects.order_by("pk")))
    assert {one["also"] for one in rows if one["shown"] == rows[0]["shown"]} == {""}
    assert next(one["also"] for one in rows if one["shown"] != rows[0]["shown"]) == str(PANCREAS)
    client = Client()
    client.force_login(User.objects.create_user("ada", role="auditor", password=None))
    page = client.get(reverse("office-shown-one", args=[rows[-1]["shown"]])).content.decode()
    assert f"of its group: PIC {PANCREAS}" in page


def test_what_is_not_decided_or_taken_back_joins_nobody(world: Candidates) -> None:
    before, ror = named(find(world.subject, Asked())), record()
    row = pairing(LEUVEN, ror)
    pairing(PANCREAS, ror, accepted=False)
    assert named(find(world.subject, Asked())) == before
    pairings.accept(OFFICER, Pairing.objects.get(past_organisation=PANCREAS))
    pairings.take_back(OFFICER, row, "Another one")
    assert named(find(world.subject, Asked())) == before


def test_members_of_a_group_stand_under_the_first_and_its_head_is_one_of_them(world: Candidates) -> None:
    head = record()
    pairing(PUMPS, head, "group")
    pairing(HELLENIC, head, "group")
    pairing(PANCREAS, head)
    found = next(one.candidate for one in find(world.subject, Asked()).listed if one.candidate.pic == PANCREAS)
    assert [(one.pic, one.is_same) for one in found.also] == [(PUMPS, False), (HELLENIC, False)]


def test_others_make_room_for_those_who_follow_and_newcomers_do_not_name_them_again(world: Candidates) -> None:
    first, ror = named(find(world.subject, Asked(number=3))), record()
    for pic in first[:2]:
        pairing(pic, ror)
    pairing(HELLENIC, ror, "group")
    found = find(world.subject, Asked(number=3))
    assert (len(found.listed), named(found)[:2]) == (3, [first[0], first[2]])
    assert HELLENIC not in {one.candidate.pic for one in found.newcomers}


def test_one_organisation_of_the_directory_is_named_once(world: Candidates) -> None:
    kept = Organisation.objects.create(slug="leuven", name="Leuven", pic=f"{LEUVEN:09d}")
    other = Organisation.objects.create(slug="other", name="Leuven too", merged_into=kept)
    pairing(PANCREAS, other, "organisation")
    assert same_bodies.fold([PANCREAS, PUMPS, LEUVEN]) == [Folded(LEUVEN, PANCREAS, True)]
    assert same_bodies.twins([PANCREAS]) == {PANCREAS}  # its own code is no link of the past
    assert same_bodies.twins([LEUVEN]) == {LEUVEN, PANCREAS}
    assert {one.organisation for one in find(world.subject, Asked()).listed if one.candidate.also} == {kept}


def test_body_of_a_member_of_a_group_is_of_the_group_and_not_the_same(world: Candidates) -> None:
    head, own = record("head"), record("own")
    pairing(LEUVEN, head, "group")
    pairing(PUMPS, head, "group")
    pairing(PUMPS, own)
    pairing(PANCREAS, own)
    assert same_bodies.fold([LEUVEN, PUMPS, PANCREAS]) == [
        Folded(PUMPS, LEUVEN, False), Folded(PANCREAS, LEUVEN, False),
    ]  # fmt: skip


def test_who_is_one_with_a_member_is_known_too_and_not_offered(world: Candidates) -> None:
    ror, giver = record(), world.office.organisation("University of Leuven")
    Organisation.objects.filter(pk=giver.pk).update(pic=f"{LEUVEN:09d}")
    world.topic.indicative_contributions.create(source="partner", organisation=giver, amount_cents=1)
    pairing(LEUVEN, ror)
    pairing(PANCREAS, ror)
    found = find(world.subject, Asked())
    assert (found.known, {LEUVEN, PANCREAS} & set(named(found))) == ((LEUVEN, PANCREAS), set())
    assert organisations_of([PANCREAS])[PANCREAS] == giver


def test_who_is_one_with_a_member_that_is_named_beside_is_known_too_and_not_offered(world: Candidates) -> None:
    ror = record()
    pairing(LEUVEN, ror)
    pairing(PANCREAS, ror)
    for subject in (world.subject, world.of_idea):
        found = find(subject, Asked(known=(LEUVEN,)))
        assert (found.known, {LEUVEN, PANCREAS} & set(named(found))) == ((LEUVEN, PANCREAS), set())
    words = ("recommend", "--text", "insulin pumps", "--with", str(PANCREAS), "--json")
    asked = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).stdout)["candidates"]
    assert (asked[0]["pic"], {LEUVEN, PANCREAS} & {one["pic"] for one in asked}) == (PUMPS, set())


def test_who_is_one_with_somebody_unsuitable_is_not_offered(world: Candidates) -> None:
    ror = record()
    pairing(FOUNDATION, ror)
    pairing(NEWCOMER, ror)
    candidates.call_not_suitable(SCIENCE, world.subject, world.past(FOUNDATION), "It closed")
    assert not {FOUNDATION, NEWCOMER} & set(named(find(world.subject, Asked())))


def test_command_names_them_together(world: Candidates) -> None:
    ror = record()
    pairing(LEUVEN, ror)
    pairing(PANCREAS, ror)
    words = ("recommend", "--text", "insulin pumps", "--number", "1")
    found = json.loads(CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False).stdout)["candidates"]
    assert found[0]["also"] == [{"pic": PANCREAS, "name": "INSTITUT DU PANCREAS", "same": True}]
    assert "with INSTITUT DU PANCREAS" in " ".join(CliRunner().invoke(cli, words).stdout.split())
    assert CorpusLink.objects.count() == 0


def test_command_asks_about_a_topic_with_its_text_and_members(world: Candidates) -> None:
    giver = world.office.organisation("University of Leuven")
    Organisation.objects.filter(pk=giver.pk).update(pic=f"{LEUVEN:09d}")
    world.topic.indicative_contributions.create(source="partner", organisation=giver, amount_cents=1)
    ran = CliRunner().invoke(cli, ["recommend", "--topic", world.topic.code, "--json"], catch_exceptions=False)
    found = json.loads(ran.stdout)["candidates"]
    assert [one["pic"] for one in found] == named(find(world.subject, Asked()))
    assert "with known" in {why["kind"] for one in found for why in one["reasons"]}
    led = CliRunner().invoke(cli, ["recommend", "--topic", world.topic.code, "--led", "--json"], catch_exceptions=False)
    assert [one["pic"] for one in json.loads(led.stdout)["candidates"]] == [200]


def test_command_leaves_out_whom_the_page_leaves_out_and_says_why(world: Candidates) -> None:
    maker = Organisation.objects.create(slug="pump", name="Pump Makers NV", pic=f"{PUMPS:09d}")
    RoleHolding.objects.create(scheme=world.office.row, organisation=maker, role="member")
    candidates.call_not_suitable(SCIENCE, world.subject, world.past(PANCREAS), "It closed")
    words = ["recommend", "--topic", world.topic.code, "--with", str(FOUNDATION)]
    ran = CliRunner().invoke(cli, [*words, "--json"], catch_exceptions=False)
    asked, page = json.loads(ran.stdout), find(world.subject, Asked(known=(FOUNDATION,)))
    assert [one["pic"] for one in asked["candidates"]] == named(page)
    assert not {PUMPS, PANCREAS, FOUNDATION} & set(named(page))
    assert [(one["name"], one["partner"]) for one in asked["left_out"]] == [
        ("PUMP MAKERS NV", "pump"), ("INSTITUT DU PANCREAS", None),
    ]  # fmt: skip
    rule, office = (one["why"] for one in asked["left_out"])
    assert ("(Regulation (EU) 2021/2085, Article 2(7))" in rule, office) == (True, "Not suitable: It closed")
    behind = {str(number) for one in asked["candidates"] for why in one["reasons"] for number in why["projects"]}
    assert set(asked["projects"]) == behind
    said = " ".join(CliRunner().invoke(cli, words, catch_exceptions=False).stdout.split())
    assert ("Not offered" in said, "It closed" in said, "Pump Makers NV" in said) == (True, True, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--topic", "HORIZON-X"], 1, "No programme of this site has a topic HORIZON-X."),
        (["--topic", "HORIZON-X", "--text", "pumps"], 2, "leave --text and --call out"),
        (["--topic", CODE, "--with", "77"], 1, "has the identification code 77"),
    ],
)
def test_command_refuses_a_topic_that_it_cannot_ask_about(
    world: Candidates, words: list[str], code: int, said: str
) -> None:
    ran = CliRunner().invoke(cli, ["recommend", *words])
    assert (ran.exit_code, said in ran.stderr) == (code, True)


def fillers(world: Candidates) -> dict[str, list[int]]:
    """Who would fill what the University of Leuven alone lacks, in order."""
    found = gaps(find(world.subject, Asked(known=(LEUVEN,))))
    return {one.what: [each.pic for each in one.fillers] for one in found}


@pytest.mark.parametrize("kind", ["record", "group"])
def test_body_or_group_fills_a_gap_once_as_it_is_listed_once(world: Candidates, kind: str) -> None:
    assert fillers(world)["NL"] == [PUMPS, NEWCOMER, 201]
    ror = record()
    pairing(PUMPS, ror)
    pairing(NEWCOMER, ror, kind)
    found = fillers(world)
    # Of the likelier one's kind it is the one that is named, and of the other's kind the other.
    assert (found["NL"], found["company"][0]) == ([PUMPS, 201], PUMPS)
    assert NEWCOMER in found["foundation"]
    listed = {one.pic for filler in find(world.subject, Asked(known=(LEUVEN,))).listed for one in filler.candidate.also}
    assert NEWCOMER in listed


def test_likelier_one_that_a_rule_excludes_leaves_the_gap_to_nobody_of_its_body(world: Candidates) -> None:
    ror = record()
    pairing(PUMPS, ror)
    pairing(NEWCOMER, ror)
    row = Organisation.objects.create(slug="pumps", name="Pump Makers NV", pic=f"{PUMPS:09d}")
    RoleHolding.objects.create(scheme=world.office.row, organisation=row, role="member")
    assert fillers(world)["NL"] == [201]
