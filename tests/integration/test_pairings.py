"""Pairings of past organisations: what is found and why, what is decided, taken back, accepted together, and looked for again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests import worlds
from tests.pairings import OFFICER, OPERATOR, World, found, in_state

from cofund.actions import merging, pairings, registry
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed, Refused
from cofund.commands.main import cli
from cofund.queries import pairings as queue
from cofund.queries.unifying.measuring import measure
from cofund.records.directory.models import AuditEvent, CorpusLink, Organisation, Pairing

pytestmark = pytest.mark.django_db


@worlds.world
def world() -> World:
    made = World.make()
    made.look()
    return made


def test_website_and_name_make_a_record_certain(world: World) -> None:
    row = found(1, "record")
    reasons = ["same website heartfund.example", "same name “Heart Fund Belgium”, same country"]
    assert (row.record_id, row.basis, row.percent, row.is_certain, row.reasons) == (
        "036gts662",
        "website",
        99,
        True,
        reasons,
    )


def test_umlaut_and_its_two_letters_are_the_same(world: World) -> None:
    assert (found(2, "record").record_id, found(2, "record").percent) == ("029chgv08", 99)


def test_name_that_is_nearly_the_same_is_to_be_looked_at(world: World) -> None:
    row = found(4, "record")
    assert (row.record_id, row.basis, row.is_certain) == ("0220mzb33", "name", False)


def test_vat_number_makes_an_organisation_of_the_directory_certain(world: World) -> None:
    row = found(1, "organisation")
    assert row.organisation is not None
    assert (row.organisation.slug, row.basis, row.percent, row.is_certain) == ("heart", "vat", 99, True)
    assert row.reasons == ["same VAT number BE0476966024"]


def test_record_with_a_parent_belongs_to_its_group(world: World) -> None:
    row = found(3, "group")
    said = ["ROR has it as Munich Heart Centre, which belongs to Technische Universität München"]
    assert (row.record_id, row.is_certain, row.reasons) == ("029chgv08", True, said)


def test_nothing_is_found_for_somebody_else(world: World) -> None:
    assert Pairing.objects.filter(past_organisation=5).count() == 0


def test_two_with_one_name_are_both_to_be_looked_at(world: World) -> None:
    world.record("00k4n6c32", "Twin Institute", "FR", "")
    world.record("01ggx4157", "Twin Institute", "FR", "")
    world.past(6, "TWIN INSTITUTE", "FR")
    world.look()
    rows = Pairing.objects.filter(past_organisation=6)
    assert sorted((row.record_id, row.is_certain) for row in rows) == [("00k4n6c32", False), ("01ggx4157", False)]


def test_same_pic_comes_before_everything(world: World) -> None:
    Organisation.objects.create(slug="else", name="Quite another name", country="US", pic="5")
    world.look()
    assert (found(5, "organisation").basis, found(5, "organisation").percent) == ("pic", 100)


def test_looking_again_changes_nothing_and_keeps_what_was_decided(world: World) -> None:
    pairings.refuse(OFFICER, found(4, "record"), "Another institute")
    before = list(Pairing.objects.order_by("pk").values())
    report = world.look()
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert list(Pairing.objects.order_by("pk").values()) == before


def test_pairing_that_is_found_no_longer_goes_unless_it_was_decided(world: World) -> None:
    pairings.put_off(OFFICER, found(4, "record"))
    for pic in (3, 4):
        one = found(pic, "record").past_organisation
        one.name, one.url = "QUITE ANOTHER NAME NOW", ""
        one.save()
    report = world.look()
    assert (
        report.removed,
        sorted(Pairing.objects.filter(past_organisation__in=[3, 4]).values_list("status", flat=True)),
    ) == (
        2,
        ["later"],
    )


def test_acceptance_links_and_taking_back_unlinks(world: World) -> None:
    row = pairings.accept(OFFICER, found(1, "organisation"))
    link = CorpusLink.objects.get()
    assert (link.basis, link.past_organisation_id, row.link) == ("vat", 1, link)
    taken = pairings.take_back(OFFICER, row, "It was a slip")
    assert (taken.status, CorpusLink.objects.count()) == ("open", 0)
    said = list(AuditEvent.objects.filter(subject=f"pairing/{row.pk}").order_by("pk").values_list("action", "reason"))
    assert said == [("accept pairing", ""), ("take pairing back", "It was a slip")]


def test_link_that_was_there_before_stays_when_an_acceptance_is_taken_back(world: World) -> None:
    row = found(1, "organisation")
    CorpusLink.objects.create(
        organisation=row.organisation, past_organisation=row.past_organisation, basis="stated", recorded_at=row.found_at
    )
    pairings.take_back(OFFICER, pairings.accept(OFFICER, row), "A slip")
    assert CorpusLink.objects.count() == 1


def test_taking_back_wants_a_reason(world: World) -> None:
    row = pairings.accept(OFFICER, found(1, "organisation"))
    with pytest.raises(Refused) as caught:
        pairings.take_back(OFFICER, row, " ")
    assert (caught.value.fields["field"], CorpusLink.objects.count()) == ("reason", 1)


def test_past_organisation_is_one_record_only(world: World) -> None:
    world.record("00k4n6c32", "Heart Fund Belgium", "BE", "")
    first = found(1, "record")
    second = Pairing.objects.create(
        kind="record", past_organisation_id=1, record_id="00k4n6c32", basis="name", percent=80, is_certain=False,
        found_at=first.found_at,
    )  # fmt: skip
    pairings.accept(OFFICER, first)
    with pytest.raises(Refused, match="It was accepted that it is the ROR record Heart Fund Belgium"):
        pairings.accept(OFFICER, second)


def test_certain_ones_are_accepted_together_with_one_audit_row(world: World) -> None:
    assert pairings.accept_certain(OFFICER, "record") == 3
    event = AuditEvent.objects.get(action="accept certain pairings")
    assert event.after is not None
    accepted = Pairing.objects.filter(status="accepted").order_by("pk")
    assert (event.after["count"], event.after["pairings"]) == (3, [row.pk for row in accepted])
    with pytest.raises(Refused, match="None is left"):
        pairings.accept_certain(OFFICER, "record")


def test_accepted_record_finds_the_organisation_that_has_it(world: World) -> None:
    Organisation.objects.create(slug="tum", name="TUM Foundation", country="DE", ror="029chgv08")
    pairings.accept(OFFICER, found(2, "record"))
    world.look()
    row = found(2, "organisation")
    assert (row.basis, row.reasons) == ("ror", ["same ROR record 029chgv08"])


def test_groups_hold_what_was_accepted(world: World) -> None:
    pairings.accept(OFFICER, found(3, "group"))
    [group] = queue.groups(slice(0, 5))
    assert (group.name, group.members, queue.group_count()) == ("Technische Universität München", 1, 1)
    assert [row.past_organisation_id for row in queue.members("029chgv08")] == [3]


def test_pairing_follows_an_organisation_that_is_merged_and_comes_back(world: World) -> None:
    heart = Organisation.objects.get(slug="heart")
    kept = Organisation.objects.create(slug="kept", name="Heart Fund, kept", country="BE")
    pairings.accept(OFFICER, found(1, "organisation"))
    merge = merging.merge(OFFICER, kept, heart, "The same")
    assert (found(1, "organisation").organisation, CorpusLink.objects.get().organisation) == (kept, kept)
    merging.undo(OFFICER, merge, "Two after all")
    assert (found(1, "organisation").organisation, CorpusLink.objects.get().organisation) == (heart, heart)


@pytest.mark.parametrize("status", ["accepted", "refused"])
def test_decided_pairing_is_not_decided_again(world: World, status: str) -> None:
    row = in_state(status)
    for act in (pairings.accept, pairings.put_off):
        with pytest.raises(Refused, match="It stands at"):
            act(OFFICER, row)


def test_auditor_decides_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        pairings.accept(Actor("Ada", "auditor"), found(1, "record"))


def test_measure_hides_what_told_the_pair(world: World) -> None:
    by_website, by_name, by_vat = measure()
    assert (by_website.pairs, by_website.certain, by_website.certain_right, by_website.first_right) == (3, 3, 3, 3)
    assert (by_website.absent, by_website.absent_certain) == (1, 0)
    # Told by their names; of one nothing but the website is left, which alone is not certain.
    assert (by_name.pairs, by_name.certain, by_name.first_right) == (3, 0, 3)
    assert by_vat.pairs == 0


def test_two_codes_of_one_vat_number_are_found_by_their_names(world: World) -> None:
    world.past(7, "HEART FUND BELGIUM", "BE", vat="BE0476966024")
    by_vat = measure()[2]
    assert (by_vat.pairs, by_vat.certain_right) == (1, 1)


def test_command_reports_and_accepts(world: World) -> None:
    answer = CliRunner().invoke(cli, ["organisations", "match", "--accept-certain", "--json"], catch_exceptions=False)
    said = json.loads(answer.stdout)
    assert (said["past"], said["records"], said["certain"], said["to_look_at"]) == (5, 4, 3, 1)
    assert said["accepted"] == {"record": 3, "organisation": 1, "group": 1}


def test_command_measures_and_writes_nothing(world: World) -> None:
    before = Pairing.objects.count()
    answer = CliRunner().invoke(cli, ["organisations", "measure", "--json"], catch_exceptions=False)
    said = json.loads(answer.stdout)
    assert [(one["hidden"], one["certain_precision"]) for one in said] == [
        ("website", 1.0),
        ("name", None),
        ("VAT number", None),
    ]
    table = CliRunner().invoke(cli, ["organisations", "measure"], catch_exceptions=False).stdout
    assert ("VAT number" in table, Pairing.objects.count()) == (True, before)


def test_only_the_operator_looks_for_pairings() -> None:
    with pytest.raises(NotAllowed):
        pairings.look_for(OFFICER)
    assert pairings.look_for(OPERATOR).past == 0


def test_link_is_taken_back_with_a_reason_unless_a_pairing_made_it(world: World) -> None:
    heart = Organisation.objects.get(slug="heart")
    row = pairings.accept(OFFICER, found(1, "organisation"))
    with pytest.raises(Refused, match="The link came of a pairing"):
        registry.unlink_past(OFFICER, heart, row.past_organisation, "Another")
    other = found(4, "record").past_organisation
    registry.link_past(OFFICER, heart, other, "Somebody said so")
    with pytest.raises(Refused, match="No reason is given"):
        registry.unlink_past(OFFICER, heart, other, "")
    registry.unlink_past(OFFICER, heart, other, "Somebody was wrong")
    assert list(heart.corpus_links.values_list("past_organisation", flat=True)) == [1]
    with pytest.raises(Refused, match="It is not linked"):
        registry.unlink_past(OFFICER, heart, other, "Again")
