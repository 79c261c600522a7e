"""The demonstration against the published figures: sums, vintages, matches, and that every entry tells its source."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cofund.actions import contributions as acting
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.demonstration.loading import Loaded, load
from cofund.actions.pledges import Pledge, pledge
from cofund.queries import clock, contributions, envelope, funding, journal, programmes, verification
from cofund.queries.demonstration import PASSWORD, log_ins
from cofund.queries.pools import Target
from cofund.queries.tasks import listing
from cofund.queries.tasks.shapes import Reader
from cofund.records.directory.models import AuditEvent, Organisation, User
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Call, Certainty, Decision, Project, Scheme, Topic
from cofund.rules.leverage import leverage
from cofund.rules.lifecycle_topics import BEFORE_ADOPTION

pytestmark = pytest.mark.django_db


def euro(amount: int) -> int:
    """Whole euro in cents."""
    return amount * 100


def of_project(slug: str, as_of: date | None = None, known_at: datetime | None = None) -> funding.Funding:
    """The money behind a project."""
    target = Target(project=Project.objects.select_related("topic").get(slug=slug))
    return funding.of_target("imi2", target, as_of=as_of, known_at=known_at)


def given(slug: str, role: str, as_of: date | None = None) -> contributions.ContributionState:
    """The one contribution of a role to a project."""
    rows = Contribution.objects.filter(project__slug=slug, role=role)
    (state,) = contributions.states(rows, as_of=as_of)
    return state


def test_envelope_adds_up_to_the_verified_lower_bound(demonstration: None) -> None:
    partners = next(row for row in envelope.statement("imi2") if row.tranche == "B")
    assert partners.standing.cap_cents == euro(213_000_000)
    assert partners.contributed_cents == euro(106_185_752)
    assert partners.is_lower_bound
    assert partners.standing.used_cents == euro(5_419_784 + 7_000_000 + 3_008_525 + 30_135_256 + 52_494_340)
    assert partners.unmatched_cents == euro(5_031_577 + 3_096_270)


def test_envelope_of_a_past_day_tells_reserved_from_committed(demonstration: None) -> None:
    partners = next(row for row in envelope.statement("imi2", as_of=date(2016, 12, 31)) if row.tranche == "B")
    assert partners.standing.committed_cents == euro(5_419_784 + 7_000_000)
    assert partners.standing.reserved_cents == euro(3_008_525 + 52_494_340)
    assert partners.standing.free_cents == euro(145_077_351)


@pytest.mark.parametrize(
    ("as_of", "total", "partner", "unmatched"),
    [
        (date(2017, 12, 31), 36_665_443, 5_657_245, 237_461),
        (date(2018, 1, 1), 40_173_160, 9_164_968, 237_461 + 3_507_723),
        (date(2019, 12, 31), 40_173_160, 9_164_968, 237_461 + 3_507_723),
        (date(2020, 1, 1), 41_683_298, 10_451_361, 237_461 + 4_794_116),
    ],
)
def test_innodia_stands_as_published_in_each_vintage(
    demonstration: None, as_of: date, total: int, partner: int, unmatched: int
) -> None:
    money = of_project("innodia", as_of)
    assert money.total_cents == euro(total)
    assert money.public_cents == euro(17_630_000)
    state = given("innodia", "partner", as_of)
    assert state.live_cents == euro(partner)
    assert state.match_cents == euro(5_419_784)
    assert state.unmatched_cents == euro(unmatched)


@pytest.mark.parametrize(
    ("known_at", "total"),
    [
        (datetime(2018, 2, 1, tzinfo=UTC), 36_665_443),
        (datetime(2018, 3, 16, tzinfo=UTC), 40_173_160),
        (datetime(2020, 2, 1, tzinfo=UTC), 40_173_160),
        (datetime(2020, 2, 18, tzinfo=UTC), 41_683_298),
    ],
)
def test_innodia_stands_as_it_was_known(demonstration: None, known_at: datetime, total: int) -> None:
    assert of_project("innodia", date(2021, 1, 1), known_at).total_cents == euro(total)


def test_innodia_keeps_its_vintages_as_versions(demonstration: None) -> None:
    versions = given("innodia", "partner").contribution.versions.values_list("number", "amount_cents")
    assert list(versions) == [(1, euro(5_657_245)), (2, euro(9_164_968)), (3, euro(10_451_361))]


def test_periscope_tells_source_from_channel(demonstration: None) -> None:
    topic = of_project("periscope", date(2017, 1, 1))
    assert topic.total_cents == euro(28_000_000)
    money = of_project("periscope")
    assert money.total_cents == euro(29_926_687)
    assert money.through_office_cents == euro(21_000_000)
    assert {row.source: row.total_cents for row in money.rows} == {
        "public": euro(14_000_000),
        "partner": euro(7_000_000),
        "member": euro(7_125_114),
        "other": euro(1_801_573),
    }


def test_unite4tb_is_balanced_to_the_euro(demonstration: None) -> None:
    money = of_project("unite4tb")
    assert money.total_cents == euro(185_000_000)
    assert money.balance is not None
    assert money.balance.contributed_cents - money.balance.public_cents == 0
    assert given("unite4tb", "partner").match_cents == euro(30_135_256)
    by_hand = leverage(
        partner_cents=euro(30_135_256),
        match_cents=euro(30_135_256),
        public_cents=euro(92_500_000),
        total_cents=euro(185_000_000),
        public_origin_cents=euro(25_000_000),
    )
    assert money.leverage == by_hand


@pytest.mark.parametrize(
    ("slug", "as_of", "total"),
    [
        ("aims-2-trials", date(2021, 5, 31), 113_274_915),
        ("aims-2-trials", date(2021, 6, 1), 115_441_585),  # the parts; the source prints one euro less
        ("hypo-resolve", None, 26_774_582),  # the parts; the source prints one euro more
        ("beat-dkd", None, 29_109_038),
        ("itcc-p4", None, 16_562_832),
    ],
)
def test_project_total_is_the_published_one(demonstration: None, slug: str, as_of: date | None, total: int) -> None:
    assert of_project(slug, as_of).total_cents == euro(total)


def test_project_without_published_contributions_shows_none(demonstration: None) -> None:
    unknown = {line.project.slug for line in programmes.projects("imi2") if not (line.funding and line.funding.states)}
    assert unknown == {
        *("value-dx", "era4tb", "combine", "eu-pearl", "idea-fast", "sophia", "innodia-harvest", "gravitate-health"),
        *("c4c", "rhapsody", "radar-ad", "beamer", "epnd", "care"),
    }
    assert of_project("era4tb").public_cents == euro(89_815_600)
    assert of_project("era4tb").balance is None
    assert [project.slug for project in Project.objects.filter(note="")] == []


def test_edctp3_partner_gives_more_than_is_matched(demonstration: None) -> None:
    partners = next(row for row in envelope.statement("edctp3") if row.tranche == "b")
    assert partners.contributed_cents == euro(33_000_000)
    assert partners.standing.reserved_cents == euro(22_000_000)
    assert partners.standing.free_cents == euro(378_000_000)
    assert partners.unmatched_cents == euro(11_000_000)


def test_every_entry_tells_its_source_or_is_marked_assumed(demonstration: None) -> None:
    rows = Entry.objects.exclude(kind=Entry.Kind.TOP_UP)
    silent = [
        (entry.number, entry.evidence, entry.certainty)
        for entry in rows
        if not entry.evidence.startswith("http") or not (entry.certainty == Certainty.VERIFIED or entry.assumption)
    ]
    assert silent == []
    assert [str(entry) for entry in rows.filter(assumption="")] == []
    behind = Decision.objects.filter(entries__isnull=False)
    assert set(behind.values_list("certainty", flat=True)) == {Certainty.ASSUMED}


def test_books_verify(demonstration: None) -> None:
    assert {code: verification.verify(code).findings for code in verification.books()} == {
        "edctp3": (),
        "ihi": (),
        "imi2": (),
    }


def test_schemes_say_that_they_are_lower_bounds(demonstration: None) -> None:
    known = Scheme.objects.filter(code__in=("imi2", "ihi", "edctp3"))
    assert [scheme.code for scheme in known if not (scheme.is_lower_bound and scheme.coverage_note)] == []


def test_topics_for_a_pledge_are_those_of_ihi(demonstration: None) -> None:
    rows = programmes.open_topics()
    assert [topic.code for topic in rows] == [f"HORIZON-JU-IHI-2026-13-two-stage-0{number}" for number in (1, 2, 3)]
    assert {topic.status_certainty for topic in rows} == {Certainty.ASSUMED}
    assert [topic.code for topic in rows if not topic.status_note] == []


def test_topic_of_a_call_that_is_over_is_not_open(demonstration: None) -> None:
    late = Topic.objects.filter(call__closed_on__lt=clock.today(), status__in=BEFORE_ADOPTION)
    assert [topic.code for topic in late] == []
    over = Topic.objects.get(code="IHI-call-11-type-1-diabetes")
    assert (over.status, over.status_certainty, over.adopted_certainty) == ("adopted", "inferred", "assumed")


def test_nothing_of_the_past_waits_for_the_office(demonstration: None) -> None:
    for who in ("officer", "science", "governance", "finance"):
        found = listing.summary(Reader.of(User.objects.get(username=who)), most=50)
        assert {one.kind for one in found.counts} <= {"organisation_step"}


def test_days_of_adoption_are_assumed_and_marked(demonstration: None) -> None:
    assert set(Topic.objects.exclude(adopted_on=None).values_list("adopted_certainty", flat=True)) == {"assumed"}


def test_calls_tell_what_members_bring(demonstration: None) -> None:
    rows = Call.objects.filter(scheme__code="imi2", members_cents__isnull=False)
    assert {one.name: (one.budget_cents, one.members_cents, one.amounts_certainty) for one in rows} == {
        "IMI2 call 2, Ebola+": (euro(140_000_000), euro(140_000_000), "verified"),
        "IMI2 call 9": (euro(58_328_000), euro(59_328_000), "verified"),
        "IMI2 call 10": (euro(87_000_000), euro(87_000_000), "inferred"),
        "IMI2 call 17": (euro(40_786_000), euro(43_108_139), "verified"),
        "IMI2 call 18": (euro(74_866_000), euro(85_871_760), "verified"),
        "IMI2 call 20, January 2020": (euro(133_009_000), euro(140_209_500), "verified"),
    }


@pytest.mark.parametrize(
    ("scheme", "numbers"),
    [
        ("imi2", [1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23]),
        ("ihi", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 13]),
    ],
)
def test_calls_of_a_programme_are_there(demonstration: None, scheme: str, numbers: list[int]) -> None:
    names = Call.objects.filter(scheme__code=scheme).values_list("name", flat=True)
    assert sorted(int(name.lower().split("call ")[1].split(",")[0]) for name in names) == numbers
    assert [call.code for call in Call.objects.filter(scheme__code=scheme, source_url="")] == []


def test_pledge_to_an_ihi_topic_unlocks_its_match(demonstration: None) -> None:
    topic = Topic.objects.get(code="HORIZON-JU-IHI-2026-13-two-stage-02")
    jdrf = Organisation.objects.get(slug="jdrf")
    officer = Actor.of(User.objects.get(username="officer"))
    grounds = Grounds(date(2026, 7, 1), "A first offer", "Letter of 1 July 2026")
    wanted = Pledge(
        "ihi", Target(topic=topic), "partner", "FC", (jdrf,), euro(1_000_000), grounds, acting.Statements(True)
    )
    booked = pledge(officer, wanted)
    assert booked.match is not None
    assert (booked.match.match_cents, booked.match.decided_by) == (euro(1_000_000), "ratio")


def test_amendment_of_a_contribution_that_was_read_before_the_grant(demonstration: None) -> None:
    earlier = given("innodia", "partner").contribution
    earlier.project = None  # as somebody read it before the grant was signed
    operator = Actor("operator", "operator")
    booked = acting.amend(operator, earlier, euro(11_000_000), Grounds(date(2022, 1, 1), "A fourth vintage"))
    assert booked.match is not None
    assert (booked.match.match_cents, booked.match.decided_by) == (euro(5_419_784), "adoption")


def test_log_ins_work_and_have_their_roles(demonstration: None) -> None:
    assert [(one.username, one.role) for one in log_ins()] == [
        ("partner", "Partner"),
        ("delegate", "Delegate in a group"),
        ("officer", "Partnership officer"),
        ("science", "Scientific officer"),
        ("governance", "Governance officer"),
        ("finance", "Finance officer"),
        ("auditor", "Auditor"),
    ]
    users = User.objects.filter(username__in=[one.username for one in log_ins()])
    assert [user.username for user in users if not user.check_password(PASSWORD)] == []
    assert str(User.objects.get(username="partner").organisation) == "JDRF"


def test_second_load_changes_nothing(demonstration: None) -> None:
    before = (Entry.objects.count(), AuditEvent.objects.count(), Organisation.objects.count())
    assert load() == Loaded(was_there=True, projects=0, entries=0)
    assert (Entry.objects.count(), AuditEvent.objects.count(), Organisation.objects.count()) == before


def test_adoption_in_a_list_shows_what_it_decided_not_what_it_also_gave_back(demonstration: None) -> None:
    adoption = next(line for line in journal.lines(journal.selected("edctp3", kind="reserve"))[0])
    assert (adoption.match_cents, adoption.contribution_cents) == (22_000_000_00, 0)
