"""Figures that stand on several pages mean one thing, and are named for what they are."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.boards import HELD_ON, SECRETARY, Board, proposed
from tests.books import DAY, MILLION, OPERATOR, Office, fund, shipped

from cofund.actions import contributions
from cofund.actions.governance import agenda
from cofund.actions.opening import open_scheme
from cofund.queries import clock, dossiers, open_grants, short_papers, success
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import TAKEN_ELSEWHERE, Decision, Idea, Topic


def text(client: Client, address: str) -> str:
    """A page as its reader sees it: without tags, white space put together."""
    html = client.get(address).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def signed_in(role: str) -> Client:
    """A browser of somebody of the office."""
    client = Client()
    client.force_login(User.objects.create_user(role, role=role, password=None))
    return client


@pytest.fixture
def office(db: None) -> Office:
    """The programme of the tests, whose public money is shared in proportion."""
    return Office.with_scheme(fund(cap="400_000_000"), "fund")


def drafted(office: Office, awarded_cents: int, *pledged_cents: int) -> Target:
    """A topic that is being drafted, with fixed public money and pledges to it."""
    topic = office.topic("T1")
    Topic.objects.filter(pk=topic.pk).update(status=Topic.Status.DRAFTING)
    target = Target(topic=office.topic("T1"))
    office.award(awarded_cents, target)
    for number, cents in enumerate(pledged_cents):
        office.pledge(cents, f"Partner {number}", target=target)
    return target


def test_topic_tells_one_figure_of_what_a_partner_can_still_unlock(office: Office) -> None:
    drafted(office, 35 * MILLION, 5 * MILLION)
    page = text(Client(), reverse("topic", args=["fund", "T1"]))
    found = dossiers.of_topic("fund", "T1")
    assert found is not None
    assert found.unlocks is not None
    assert (found.unlocks.match_cents, found.lowers_others) == (30 * MILLION, True)
    assert "A partner could still unlock EUR 30.0 m A larger pledge is shared with those made before" in page
    assert "30.6" not in page
    assert "Its public money is EUR 35,000,000 in all." in page


def test_topic_all_of_whose_public_money_is_asked_for_says_that_a_pledge_is_shared(office: Office) -> None:
    drafted(office, 35 * MILLION, 40 * MILLION)
    found = dossiers.of_topic("fund", "T1")
    assert found is not None
    assert (found.unlocks, found.lowers_others) == (None, True)
    page = text(Client(), reverse("topic", args=["fund", "T1"]))
    assert "A partner could still unlock nothing now A further pledge is shared with those made before" in page


def test_topic_where_nobody_has_pledged_lowers_nothing(office: Office) -> None:
    drafted(office, 35 * MILLION)
    found = dossiers.of_topic("fund", "T1")
    assert found is not None
    assert found.unlocks is not None
    assert (found.unlocks.match_cents, found.lowers_others) == (35 * MILLION, False)
    assert "shared with those made before" not in text(Client(), reverse("topic", args=["fund", "T1"]))


def test_point_tells_the_promised_match_beside_what_it_reserves(db: None) -> None:
    board = Board.of_ihi()
    topic = proposed(board.office.topic("T2"))
    one, two = (board.office.pledge(MILLION, name, target=Target(topic=topic), on=HELD_ON) for name in ("A", "B"))
    board.office.endorse(two.contribution, on=HELD_ON)
    item = agenda.put_on_agenda(SECRETARY, board.meeting(), agenda.ItemWanted("topic", "Adoption of T2", topic=topic))
    offers = short_papers.of_item(item).offers
    assert [(offer.match_cents, offer.reserves_cents) for offer in offers] == [(MILLION, 0), (MILLION, MILLION)]
    page = text(signed_in("governance_officer"), reverse("office-item", args=[item.pk]))
    assert "Of it this point reserves" in page
    assert "Pledged EUR 1,000,000 EUR 1,000,000 EUR 0" in page
    assert one.contribution.reference != two.contribution.reference


def test_share_of_a_topic_to_which_nobody_has_pledged_is_not_judged(db: None) -> None:
    office = Office.with_scheme(shipped("ihi"), "ihi")
    target = drafted(office, 35 * MILLION)
    address, officer = reverse("office-topic", args=["ihi", "T1"]), signed_in("officer")
    page = text(officer, address)
    assert "Not to be judged yet nobody has pledged" in page
    assert "It will be needed to add EUR 28,636,363.64 of contributions" in page
    assert ("Fails" in page, "ask for EUR 0" in page) == (False, False)
    office.pledge(MILLION, "Partner", target=target, on=HELD_ON)
    page = text(officer, address)
    assert ("Not to be judged yet" in page, "Below" in page or "Fails" in page) == (False, True)


def test_piece_for_another_site_says_that_it_is_a_lower_bound_and_what_it_is_once(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    page = text(Client(), reverse("embed", args=["imi2", "envelope"]))
    assert ("at least" in page, "A lower bound" in page) == (False, False)
    office.row.__class__.objects.filter(code="imi2").update(is_lower_bound=True)
    page = text(Client(), reverse("embed", args=["imi2", "envelope"]))
    assert "Put in by Associated Partners, at least EUR" in page
    assert "A lower bound: it counts only what public sources name." in page
    # Once in view, and once as the caption of the folded table.
    assert page.replace("What partners put in, of what can be matched: figures", "").count("hat partners put in") == 1


def test_decision_that_was_taken_elsewhere_has_its_result_and_the_mark_as_a_note(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    made = office.decision(DAY)
    Decision.objects.filter(pk=made.pk).update(published_at=clock.now())
    lists = (Client(), reverse("public-decisions", args=["imi2"])), (signed_in("auditor"), reverse("office-decisions"))
    for client, address in lists:
        page = text(client, address)
        assert re.search(rf"Adopted {TAKEN_ELSEWHERE}", page), address
        rows = client.get(f"{address}?format=json").json()
        rows = rows["rows"] if isinstance(rows, dict) else rows
        assert [(row["result"], row["taken"]) for row in rows] == [("adopted", TAKEN_ELSEWHERE)]


def test_idea_that_was_taken_forward_does_not_say_that_it_has_no_topic_yet(db: None) -> None:
    office = Office.with_scheme(shipped("imi2"), "imi2")
    for number, status in enumerate((Idea.Status.ACCEPTED, Idea.Status.SUBMITTED, Idea.Status.UNKNOWN)):
        facts = {"scheme": office.row, "reference": f"i{number}", "title": "Title", "status": status}
        Idea.objects.create(**facts, is_public=True, shown_at=clock.now(), recorded_at=clock.now(), submitted_on=DAY)
    page = text(Client(), reverse("ideas"))
    assert [page.count(words) for words in ("Taken forward not known which", "none yet", "Not known not known")] == [
        1,
        1,
        1,
    ]
    pages = [text(Client(), reverse("idea", args=[f"i{number}"])) for number in range(2)]
    assert ["Which topic it went into is not known here." in page for page in pages] == [True, False]


def test_proof_opens_on_the_programme_in_which_most_is_booked(office: Office) -> None:
    open_scheme(OPERATOR, shipped("cbe"), file="cbe.toml")
    open_scheme(OPERATOR, shipped("ihi"), file="ihi.toml")
    office.committed(MILLION)
    page = text(signed_in("auditor"), reverse("office-proof"))
    assert "Fund of the tests, as of" in page
    assert "Nothing is behind this figure" not in page


@pytest.fixture
def three(office: Office) -> Office:
    """Two charities of one country give jointly with a company of another, and one of them a little alone."""
    for name, kind, country in (("Ada", "foundation", "US"), ("Bea", "foundation", "US"), ("Col", "company", "FR")):
        organisation = office.organisation(name)
        organisation.kind, organisation.country = kind, country
        organisation.save()
    office.committed(9 * MILLION, "Ada", "Bea", "Col")
    small = office.pledge(MILLION, "Ada", target=Target(topic=office.topic("T2"))).contribution
    office.endorse(small)
    office.reserve(Target(topic=office.topic("T2")))
    office.commit(Target(topic=office.topic("T2")), office.project("p2", office.topic("T2")))
    return office


def test_success_says_what_is_only_known_jointly(three: Office) -> None:
    found = success.of_scheme("fund", clock.today(), None)
    kinds = {one.key: (one.committed_cents, one.gives_jointly) for one in found.by_kind}
    assert kinds == {"several": (9 * MILLION, False), "foundation": (MILLION, True), "company": (0, True)}
    page = text(Client(), reverse("success", args=["fund"]))
    assert page.count("only together with others") == 2
    assert "2 partners; more of it together with others" in page
    assert "Largest givers, together 90.0 % 3 partners of one joint contribution" in page
    assert "there are 2. The 3 partners stand behind 2 givers: partners who give jointly are one giver" in page


def test_success_says_why_a_year_has_more_match_than_contributions(three: Office) -> None:
    lowered = Contribution.objects.get(pk=Contribution.objects.order_by("-pk")[0].pk)
    grounds, cents = three.grounds(dt.date(2016, 3, 1)), MILLION - 100_000
    contributions.amend(three.actor, lowered, cents, grounds)
    (_, year) = success.of_scheme("fund", clock.today(), None).by_year
    assert (year.year, year.committed_cents, year.lowered_cents) == (2016, -100_000, 100_000)
    page = text(Client(), reverse("success", args=["fund"]))
    assert "In 2016 contributions were lowered by EUR 1,000: what was committed is less by that" in page


def test_way_of_an_incomplete_record_says_not_recorded_and_not_known(three: Office) -> None:
    address = reverse("trajectory", args=["fund"])
    page = text(Client(), address)
    assert ("Still missing" in page, "Not recorded here" in page) == (True, False)
    assert "Reported EUR 0" in page
    three.row.__class__.objects.filter(code="fund").update(is_lower_bound=True)
    page = text(Client(), address)
    assert ("Still missing" in page, "Not recorded here" in page) == (False, True)
    assert ("Reported EUR 0" in page, "Zero stands" in page) == (False, False)
    assert "2015 EUR 10,000,000 not known not known not known" in page
    assert ("Committed by members and partners" in page, "Committed by all contributors" in page) == (True, True)
    (row,) = Client().get(f"{address}?format=json").json()["rows"]
    assert (row["committed"], row["reported"], row["validated"]) == ("10000000.00", None, None)


def test_open_data_tells_the_match_by_the_tranche_that_it_comes_from(three: Office) -> None:
    target = Target(topic=three.topic("T3"))
    three.endorse(three.pledge(200, "Member", role="member", target=target).contribution)
    three.reserve(target)
    three.commit(target, three.project("p3", three.topic("T3")))
    found = open_grants.summary("fund", clock.today(), None)
    assert dict(found.match_of_tranches) == {"main": 10 * MILLION, "members": 200}
    assert sum(dict(found.match_of_tranches).values()) == found.match_cents
    page = text(Client(), reverse("open-data", args=["fund"]))
    assert "Matched by members: EUR 2; Matched by partners: EUR 10,000,000" in page or (
        "Matched by partners: EUR 10,000,000; Matched by members: EUR 2" in page
    )
    assert "“match funding” (FRG030)" in page


def test_frozen_match_tells_how_it_was_decided_and_no_share_of_nothing(db: None) -> None:
    office = Office.with_scheme(fund(cap="400_000_000", allocation='"frozen_at_adoption"'), "fund")
    target = Target(topic=office.topic())
    office.award(15 * MILLION, target)
    one, other = (office.pledge(10 * MILLION, name, target=target).contribution for name in ("A", "B"))
    for each in (one, other):
        office.endorse(each)
    office.reserve(target)
    office.commit(target)
    contributions.amend(office.actor, one, 12 * MILLION, office.grounds())
    said = "It was decided on 1 October 2015: its part of the public money, shared in proportion"
    figures = "15,000,000 is to be shared, and it asks for 10,000,000 of the 20,000,000 that all ask for."
    address = reverse("contribution", args=[one.reference]), reverse("office-contribution", args=[one.reference])
    for client, path in zip((Client(), signed_in("officer")), address, strict=True):
        page = text(client, path)
        assert (said in page, figures in page) == (True, True), path
        assert "0 of the 0 that all ask for" not in page, path
