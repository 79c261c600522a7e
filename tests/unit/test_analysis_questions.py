"""Who is asked about, who counts as relevant, and which slice each question belongs to: on projects whose answer is known."""

from __future__ import annotations

import pytest
from tests.small_corpus import Made, Small

from cofund.analysis.experiment import FULL, VOTE, run
from cofund.analysis.history import history_before
from cofund.analysis.questions import ask, asked_rows
from cofund.analysis.ranking import Ranking

SPLIT, UNTIL = 100, 200
HEALTH, HARBOUR = "HORIZON-HLTH-2022-01-01", "HORIZON-CL5-2022-D6-01-01"
# After the split: a health project of six, of whom one is new to the programme; a grant of one that three share; one of two, which
# is too small to be asked about; one whose members all are new, so that nobody could be found; and one of another programme.
OF_SIX = ["Lead", "Twice", "Once", "Thrice", "Also thrice", "Never"]
OF_ONE = ["Thrice", "Also thrice", "Lead"]


def small() -> Small:
    past = [
        Made(10, "insulin for children", ["Lead", "Thrice", "Also thrice", "Twice"], code=HEALTH),
        Made(11, "insulin for adults", ["Lead", "Thrice", "Also thrice", "Twice", "Once"], code=HEALTH),
        Made(12, "insulin pumps", ["Lead", "Thrice", "Also thrice"], code=HEALTH),
    ]
    asked = [
        Made(110, "insulin at school", OF_SIX, code=HEALTH),
        Made(111, "insulin by one", OF_ONE, code=HARBOUR, is_grant_of_one=True),
        Made(112, "insulin by two", ["Lead", "Once"], code=HEALTH),
        Made(113, "insulin by others", ["New", "Newer", "Newest"], code=HEALTH),
        Made(114, "insulin before", ["Lead", "Once", "Twice"], is_current=False),
        Made(200, "insulin too late", ["Lead", "Once", "Twice"], code=HEALTH),
    ]
    return Small([*past, *asked])


def test_newcomers_took_part_once_or_twice() -> None:
    made = small()
    history = history_before(made.corpus, SPLIT)
    new = [name for name, place in made.places.items() if history.newcomers[place]]
    assert new == ["Once", "Twice"], "who never took part is no candidate, who did three times is no newcomer"


def test_only_large_enough_projects_of_the_programme_and_the_year_are_asked_about() -> None:
    made = small()
    rows = asked_rows(made.corpus, SPLIT, UNTIL)
    assert [made.projects[row].text for row in rows] == ["insulin at school", "insulin by one", "insulin by others"]


@pytest.mark.parametrize(
    ("setting", "known", "relevant"),
    [
        ("topic only", [], {"Lead", "Twice", "Once", "Thrice", "Also thrice"}),
        ("objective", [], {"Lead", "Twice", "Once", "Thrice", "Also thrice"}),
        ("both", [], {"Lead", "Twice", "Once", "Thrice", "Also thrice"}),
        ("with coordinator", ["Lead"], {"Twice", "Once", "Thrice", "Also thrice"}),
    ],
)
def test_relevant_are_those_who_could_be_found_and_are_not_known(
    setting: str, known: list[str], relevant: set[str]
) -> None:
    made = small()
    history = history_before(made.corpus, SPLIT)
    row = next(row for row, one in enumerate(made.projects) if list(one.members) == OF_SIX)
    asked = ask(made.corpus, history, row, setting)
    assert asked is not None
    assert made.names(list(asked.question.known)) == known
    assert set(made.names(asked.relevant.tolist())) == relevant
    assert (asked.is_health, asked.is_collaborative) == (True, True)
    assert asked.question.code == ("" if setting == "objective" else HEALTH)


def test_three_known_members_are_the_coordinator_and_two_others_that_are_always_the_same() -> None:
    made = small()
    history = history_before(made.corpus, SPLIT)
    row = next(row for row, one in enumerate(made.projects) if list(one.members) == OF_SIX)
    one, other = (ask(made.corpus, history, row, "with three known members") for _ in range(2))
    assert one is not None
    assert other is not None
    known = made.names(list(one.question.known))
    assert (known[0], len(set(known))) == ("Lead", 3)
    assert one.question.known == other.question.known
    # Who never took part before can be known, and cannot be found.
    found = set(made.names(one.relevant.tolist()))
    assert found == {"Twice", "Once", "Thrice", "Also thrice"} - set(known)


def test_each_question_counts_in_its_slices() -> None:
    result = run(small().corpus, SPLIT, UNTIL, Ranking(None), settings=["both", "with three known members"])
    of_both = {slice_name: count for (setting, slice_name), count in result.questions.items() if setting == "both"}
    # Of three that are asked about, one has nobody who could be found; the grant of one is no call for a consortium.
    assert of_both == {"all": 2, "health": 1, "collaborative": 1, "newcomers": 1}
    # All three members of the grant are known then, so that nobody is left to find.
    assert result.questions["with three known members", "all"] == 1


def test_measures_of_a_slice_are_those_of_its_questions_alone() -> None:
    """All five past organisations are found for the project of six; newcomers are two of them, and stand last."""
    result = run(small().corpus, SPLIT, UNTIL, Ranking(None), settings=["both"])
    for ranking in (FULL, VOTE):
        health, new = result.measures["both", "health", ranking], result.measures["both", "newcomers", ranking]
        assert (health["recall_at_20"].mean, new["recall_at_20"].mean) == (1, 1)
        assert health["mrr"].mean == 1
        # Three who took part three times come first, then the one of two and the one of one.
        assert new["mrr"].mean == pytest.approx(1 / 4)
