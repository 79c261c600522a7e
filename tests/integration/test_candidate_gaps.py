"""What is missing among the known members of a topic: kinds, countries, expertise, contributions; and who would fill it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION
from tests.candidates import AT, SCIENCE, Candidates

from cofund.actions import candidates, contributions, shown_candidates
from cofund.queries import candidate_gaps, past_givers, schemes
from cofund.queries.candidate_gaps import gaps
from cofund.queries.candidates import Asked, find
from cofund.queries.pools import Target
from cofund.queries.shown_candidates import lines
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import RoleHolding, ShownCandidates
from cofund.web.formatting import money

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> Candidates:
    """The office with its past and its index."""
    settings.COFUND_HOME = tmp_path / "home"
    return Candidates.make(tmp_path)


def found(world: Candidates, *known: int) -> dict[tuple[str, str], tuple[str, list[int]]]:
    """The gaps by sort and name: words, and who would fill them."""
    rows = gaps(find(world.subject, Asked(known=known)))
    return {(one.sort, one.what): (one.words, [each.pic for each in one.fillers]) for one in rows}


def test_nothing_is_missing_before_a_member_is_known(world: Candidates) -> None:
    assert found(world) == {}


def test_kind_and_country_that_such_projects_have_are_missing(world: Candidates) -> None:
    rows = found(world, 100)
    assert set(rows) == {
        ("kind", "company"), ("kind", "patient organisation"), ("kind", "foundation"), ("kind", "research organisation"),
        ("country", "FR"), ("country", "NL"),
    } | ({("country", "US")} if ("country", "US") in rows else set())  # fmt: skip
    assert rows["kind", "research organisation"][1] == [104]
    assert rows["country", "NL"][1][0] == 101


def test_known_members_fill_what_they_are(world: Candidates) -> None:
    rows = found(world, 100, 101, 104)
    assert {key for key in rows if key[0] == "kind"} == {("kind", "patient organisation"), ("kind", "foundation")}
    assert rows["kind", "patient organisation"][1] == [102, 103]
    Organisation.objects.create(slug="f", name="A Fund", kind="foundation", country="BE")
    world.topic.indicative_contributions.create(
        source="partner", organisation=Organisation.objects.get(), amount_cents=MILLION
    )
    assert ("kind", "foundation") not in found(world, 100, 101, 104)


def test_field_of_science_that_no_member_worked_in_is_missing(world: Candidates) -> None:
    rows = {key: row for key, row in found(world, 200).items() if key[0] == "expertise"}
    words = "20 of the 20 nearest past projects lie in it; no known member has a past project in it."
    assert {key: row[0] for key, row in rows.items()} == {("expertise", "diabetes"): words}
    assert (100 in rows["expertise", "diabetes"][1], [key for key in found(world, 100) if key[0] == "expertise"]) == (
        True,
        [],
    )


def test_contribution_that_is_meant_and_not_pledged_is_missing(world: Candidates) -> None:
    giver = world.office.organisation("Giver")
    world.topic.indicative_contributions.create(source="partner", organisation=giver, amount_cents=7 * MILLION)
    rows = gaps(find(world.subject, Asked()))
    assert [(one.what, one.filters) for one in rows if one.sort == "contribution"] == [
        ("Contributing Partners, cash", {"left_cents": str(7 * MILLION)})
    ]
    world.office.top_up(20 * MILLION, "b")
    kind = next(one.code for one in schemes.current("ihi")[0].kinds if not one.in_kind)
    world.office.pledge(7 * MILLION, "Giver", kind=kind, target=Target(topic=world.topic))
    assert [one for one in gaps(find(world.subject, Asked())) if one.sort == "contribution"] == []


def test_money_is_missing_also_before_a_member_is_known(world: Candidates) -> None:
    world.office.top_up(20 * MILLION, "b")
    kind = next(one.code for one in schemes.current("ihi")[0].kinds if not one.in_kind)
    gave(world, 101, kind)
    world.topic.indicative_contributions.create(source="partner", amount_cents=7 * MILLION)
    assert found(world) == {("contribution", "Contributing Partners, cash"): (str(7 * MILLION), [101])}
    assert gaps(find(world.of_idea, Asked())) == ()
    page = shown_to_sven(world)
    left = " ".join(money(7 * MILLION, "EUR").split())
    assert f"By the text of the topic {left} more are meant to come than are pledged." in page
    assert ("Meant to come, and not pledged" in page, "No member is known yet. Name known members" in page) == (
        True,
        True,
    )
    assert "Told where at least half of the nearest past projects" not in page


def shown_to_sven(world: Candidates) -> str:
    """The page of candidates for the topic, in one line."""
    client = Client()
    client.force_login(User.objects.create_user("sven", role="scientific_officer", password=None))
    html = client.get(reverse("office-candidates", args=["ihi", world.topic.code])).content.decode()
    return " ".join(html.split())


def gave(world: Candidates, pic: int, kind: str, topic: str = "T1") -> Organisation:
    """A past organisation that stands in the directory and pledged to another topic."""
    name = f"Giver {pic}"
    row = world.office.organisation(name)
    Organisation.objects.filter(pk=row.pk).update(pic=f"{pic:09d}")
    world.office.pledge(
        MILLION, name, kind=kind, target=Target(topic=world.office.topic(topic)), accepts_unmatched=True
    )
    return row


def test_who_gave_in_this_kind_before_fills_a_missing_contribution(world: Candidates) -> None:
    world.office.top_up(20 * MILLION, "b")
    kinds = schemes.current("ihi")[0].kinds
    cash, goods = (next(one.code for one in kinds if one.in_kind is is_goods) for is_goods in (False, True))
    for pic, kind in ((101, cash), (104, goods), (103, cash), (106, cash)):
        gave(world, pic, kind)
    candidates.call_not_suitable(SCIENCE, world.subject, world.past(103), "It closed")
    merged = Organisation.objects.create(slug="now", name="Nieuwe Insuline", pic="000000102")
    Organisation.objects.filter(pic="000000106").update(pic="", merged_into=merged)
    for is_in_kind in (False, True):
        world.topic.indicative_contributions.create(source="partner", is_in_kind=is_in_kind, amount_cents=7 * MILLION)
    rows = {key: row[1] for key, row in found(world, 100).items() if key[0] == "contribution"}
    assert rows == {
        ("contribution", "Contributing Partners, cash"): [101, 102],
        ("contribution", "Contributing Partners, in kind"): [104],
    }
    assert past_givers.who_gave({merged.pk}, "partner", in_kind=True) == set()
    assert past_givers.who_gave(set(), "partner", in_kind=False) == set()


def test_what_was_withdrawn_is_no_gift_before(world: Candidates) -> None:
    world.office.top_up(20 * MILLION, "b")
    kind = next(one.code for one in schemes.current("ihi")[0].kinds if not one.in_kind)
    row = gave(world, 101, kind)
    assert past_givers.who_gave({row.pk}, "partner", in_kind=False) == {row.pk}
    contributions.withdraw(world.office.actor, row.contributions.get(), world.office.grounds(), at=world.office.at)
    assert past_givers.who_gave({row.pk}, "partner", in_kind=False) == set()


def holding(world: Candidates, pic: int) -> None:
    """Somebody whom Article 2(7) keeps from becoming a partner: it is a private member of the programme."""
    row = Organisation.objects.create(slug=f"m{pic}", name=f"Member {pic}", pic=f"{pic:09d}")
    RoleHolding.objects.create(scheme=world.office.row, organisation=row, role="member")


def test_who_is_not_offered_fills_no_gap(world: Candidates) -> None:
    before = found(world, 100)
    assert (before["country", "NL"][1], before["country", "FR"][1]) == ([101, 106, 201], [104])
    holding(world, 101)
    candidates.call_not_suitable(SCIENCE, world.subject, world.past(104), "It closed")
    rows = found(world, 100)
    assert not {101, 104} & {pic for _, fillers in rows.values() for pic in fillers}
    assert (rows["country", "NL"][1], rows["country", "FR"][1]) == ([106, 201], [])


def test_rule_takes_out_fillers_that_stand_below_those_who_are_listed(world: Candidates) -> None:
    for pic in (101, 106, 102, 103):
        holding(world, pic)
    asked = find(world.subject, Asked(known=(100,), number=1))
    assert not {102, 103} & set(asked.not_offered)  # the list had no need to ask so far down
    assert {one.what: [each.pic for each in one.fillers] for one in gaps(asked) if one.sort != "expertise"} == {
        "company": [200], "research organisation": [104], "patient organisation": [], "foundation": [], "FR": [104], "NL": [201],
    }  # fmt: skip


def test_fillers_are_in_the_log_of_what_was_shown(world: Candidates) -> None:
    sven = User.objects.create_user("sven", role="scientific_officer", password=None)
    asked = find(world.subject, Asked(known=(100,), number=20))
    assert shown_candidates.keep(sven, asked, gaps(asked), at=AT)
    rows = [one for one in lines(ShownCandidates.objects.order_by("pk")) if one["fills"]]
    assert {(one["fills"], one["pic"], one["country"]) for one in rows} >= {
        ("country: FR", 104, "FR"), ("country: NL", 101, "NL"), ("kind: company", 101, "NL"),
    }  # fmt: skip
    assert len(rows) == sum(len(one.fillers) for one in gaps(asked))
    # Another one who fills a gap is another list.
    assert not shown_candidates.keep(sven, asked, gaps(asked), at=AT)
    assert shown_candidates.keep(sven, asked, gaps(asked)[:1], at=AT)


def test_who_is_excluded_is_not_named_either_where_rules_take_out_one_after_the_other(
    world: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate_gaps, "_MOST_ROUNDS", 1)
    holding(world, 101)
    asked = find(world.subject, Asked(known=(100,), number=1))
    fillers = {one.what: [each.pic for each in one.fillers] for one in gaps(asked)}
    assert (101 in asked.not_offered, fillers["company"], fillers["NL"]) == (False, [200], [106, 201])
