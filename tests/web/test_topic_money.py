"""The money of a topic on its public page: main budget, match, cash, in kind and what is still open, each euro once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.books import MILLION, Office, fund
from tests.worlds import world

from cofund.queries import dossiers, topic_money
from cofund.queries.pools import Target
from cofund.records.programme.models import Topic


@world
def office() -> Office:
    """The programme of the tests, whose public money is shared in proportion; neither tranche is short of it."""
    return Office.with_scheme(fund(cap="400_000_000").replace("cap = 1_000", "cap = 400_000_000"), "fund")


# What is promised: role, kind and millions.
CASH, WORK = ("partner", "FC", 5), ("partner", "WORK", 3)
MEMBER, OTHER = ("member", "WORK", 10), ("other", "OWN", 2)
SIDES = {
    CASH: ("Partners: Money", 5, False),
    WORK: ("Partners: Work in kind", 3, True),
    MEMBER: ("Members: Work in kind", 10, True),
    OTHER: ("Others: Own work", 2, True),
}


# Awarded public money, what is promised; then main budget, match of partners and what is still open, in millions.
@pytest.mark.parametrize(
    ("awarded", "promised", "main", "match", "still"),
    [
        pytest.param(None, (), 0, 0, 0, id="nothing yet"),
        pytest.param(None, (CASH,), 0, 5, 0, id="no public money fixed: it is what is matched"),
        pytest.param(None, (CASH, MEMBER), 10, 5, 0, id="the match of a member is main budget"),
        pytest.param(35, (), 0, 0, 35, id="all of it can be unlocked"),
        pytest.param(35, (CASH,), 0, 5, 30, id="one partner"),
        pytest.param(35, (CASH, WORK), 0, 8, 27, id="cash and in kind apart"),
        pytest.param(35, (CASH, MEMBER, OTHER), 10, 5, 20, id="beside a member, and what nothing matches"),
        pytest.param(6, (CASH, WORK), 0, 6, 0, id="all asked for"),
    ],
)
def test_parts_of_a_topic_are_each_euro_once(
    office: Office, awarded: int | None, promised: tuple[tuple[str, str, int], ...], main: int, match: int, still: int
) -> None:
    topic = office.topic("T1")
    Topic.objects.filter(pk=topic.pk).update(status=Topic.Status.DRAFTING)
    target = Target(topic=topic)
    if awarded is not None:
        office.award(awarded * MILLION, target)
    for role, kind, millions in promised:
        office.pledge(millions * MILLION, f"The {role}", target=target, role=role, kind=kind, accepts_unmatched=True)
    found = dossiers.of_topic("fund", "T1")
    assert found is not None
    parts = topic_money.parts(found.scheme, found.funding, found.unlocks.match_cents if found.unlocks else None)
    assert (parts.main_cents, parts.match_cents, parts.open_cents) == (main * MILLION, match * MILLION, still * MILLION)
    sides = [SIDES[one] for one in promised]
    for given, is_of_partners in ((parts.partners, True), (parts.others, False)):
        told = [(part.label, part.cents // MILLION, part.is_in_kind) for part in given]
        assert sorted(told) == sorted(one for one in sides if one[0].startswith("Partners") is is_of_partners)
    assert bar_of() == [
        (words, millions)
        for words, millions in (
            ("Main budget, public", main),
            ("Match of partners, public", match),
            *((words, millions) for words, millions, _ in sides),
            ("Still open: public money that a partner could unlock", still),
        )
        if millions
    ]
    # Each euro in one part: public money and what was promised, and nothing beside them.
    assert sum(millions for _, millions in bar_of()) == main + match + still + sum(one[2] for one in promised)


def bar_of() -> list[tuple[str, int]]:
    """The parts of the bar as everybody reads them on the page of the topic, in millions."""
    html = Client().get(reverse("topic", args=["fund", "T1"])).text
    found = re.search(r'<figure class="chart" id="topic-money".*?</ul>', html, re.DOTALL)
    label = r'<span class="legend-label">(.*?)</span> <span class="legend-value">(.*?)</span>\s*<'
    told = [
        (words, re.sub(r"<[^>]+>|\s|&nbsp;", "", value))
        for words, value in re.findall(label, found[0] if found else "")
    ]
    return [(words, int(float(value.removeprefix("EUR").removesuffix("m")))) for words, value in told]
