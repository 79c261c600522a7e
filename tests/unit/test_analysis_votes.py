"""Words, the history of a day, the vote of past projects and the simple rankings."""

from __future__ import annotations

import numpy as np
import pytest
from tests.small_corpus import Made, Small, two_fields

from cofund.analysis import baselines
from cofund.analysis.calls import families
from cofund.analysis.history import history_before
from cofund.analysis.votes import first, vote
from cofund.analysis.words import best_match_weights, count_terms, keep_shared, rarity, terms, weigh


def test_terms_are_words_and_pairs_without_common_words() -> None:
    assert terms("The heart, and the Lung!") == ["heart", "lung", "heart lung"]


@pytest.mark.parametrize("text", ["", " ", "🙂🙂", "a", "the of and"])
def test_terms_of_a_text_that_says_nothing_are_none(text: str) -> None:
    assert terms(text) == []


def test_terms_of_a_greek_text_are_its_words() -> None:
    assert terms("Καρδιά και πνεύμονας") == ["καρδιά", "και", "πνεύμονας", "καρδιά και", "και πνεύμονας"]


@pytest.mark.parametrize(
    ("copied", "typed"),
    [("Mu\u0308nchen", "M\u00fcnchen"), ("\ufb01brosis", "fibrosis"), ("immuno\u00adscience", "immunoscience")],
)
def test_letters_count_the_same_however_a_document_codes_them(copied: str, typed: str) -> None:
    assert copied != typed
    assert terms(f"{copied} today") == terms(f"{typed} today")


def test_shared_terms_are_kept_in_order() -> None:
    vocabulary: dict[str, int] = {}
    counts = count_terms(["heart lung", "heart", "lung lung"], vocabulary, grows=True)
    names, (narrow,) = keep_shared(vocabulary, [counts])
    assert names == ["heart", "lung"]
    assert narrow.toarray().tolist() == [[1, 1], [1, 0], [0, 2]]


def test_weighed_rows_have_length_one_and_empty_rows_none() -> None:
    vocabulary: dict[str, int] = {}
    counts = count_terms(["heart lung", "", "heart", "lung", ""], vocabulary, grows=True)
    weighed = weigh(counts, rarity([counts]))
    assert np.linalg.norm(weighed.toarray(), axis=1).round(5).tolist() == [1, 0, 1, 1, 0]


def test_best_match_weighs_rare_words_more() -> None:
    vocabulary: dict[str, int] = {}
    counts = count_terms(["heart lung", "heart lung", "heart knee"], vocabulary, grows=True)
    weights = best_match_weights(counts).toarray()
    assert weights[0, vocabulary["lung"]] > weights[0, vocabulary["heart"]] > weights[0, vocabulary["knee"]]


def test_families_go_from_the_programme_to_the_topic() -> None:
    assert families("HORIZON-CL5-2022-D2-01-08") == [
        "0 HORIZON-CL5",
        "1 HORIZON-CL5-D2",
        "2 HORIZON-CL5-D2",
        "3 HORIZON-CL5-2022-D2-01",
        "4 HORIZON-CL5-2022-D2-01-08",
    ]
    assert families(" ") == []


def test_first_takes_equal_scores_in_their_own_order() -> None:
    assert first(np.array([1, 3, 2, 3, 2, 2], np.float32), 4).tolist() == [1, 3, 2, 4]
    assert first(np.array([1, 2], np.float32), 9).tolist() == [1, 0]


def test_history_knows_nothing_of_its_day_and_later() -> None:
    small = two_fields()
    history = history_before(small.corpus, 12)
    assert history.corpus.signed.tolist() == [10, 10, 11, 11]
    assert small.names(np.flatnonzero(history.candidates)) == [
        "Bridge", "Clinic", "Dock 0", "Dock 1", "Port", "Ward 0", "Ward 1",
    ]  # fmt: skip
    assert not history_before(small.corpus, 10).rare.any()


def test_history_is_the_same_whatever_came_later() -> None:
    projects = list(two_fields().projects)
    later = [*projects, Made(50, "insulin pumps again and again", ["Clinic", "Ward 0", "Newcomer"])]
    early, whole = (Small(some) for some in (projects, later))
    one = vote(history_before(early.corpus, 16), early.ask("insulin pumps"))
    other = vote(history_before(whole.corpus, 16), whole.ask("insulin pumps"))
    assert {name: one.current[place] for name, place in early.places.items()} == {
        name: other.current[place] for name, place in whole.places.items() if name != "Newcomer"
    }


def test_vote_finds_the_members_of_near_projects() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    question = small.ask("insulin for children")
    ranked = baselines.best(history, question, vote(history, question).together)
    assert small.names(ranked[:2].tolist()) == ["Bridge", "Clinic"]
    assert not {"Port", "Dock 0"} & set(small.names(ranked.tolist()))


def test_vote_is_divided_by_the_size_of_the_project() -> None:
    text = "insulin pumps study"
    small = Small([Made(1, text, ["Small one", "Small two"]), Made(1, text, [f"Big {number}" for number in range(15)])])
    history = history_before(small.corpus, 9)
    votes = vote(history, small.ask(text)).current
    shares = votes[small.places["Small one"]] / votes[small.places["Big 0"]]
    assert round(float(shares), 5) == round(float(np.log2(16) / np.log2(3)), 5)


def test_older_projects_vote_by_title_at_their_weight() -> None:
    small = Small([Made(1, "insulin pumps", ["Now"]), Made(1, "insulin pumps", ["Then"], is_current=False)])
    history = history_before(small.corpus, 9)
    votes = vote(history, small.ask("insulin"))
    assert votes.together[small.places["Then"]] == np.float32(0.3) * votes.by_title[small.places["Then"]]
    assert not history.candidates[small.places["Then"]]


def test_known_members_are_not_recommended() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    question = small.ask("insulin", known=["Clinic"])
    assert "Clinic" not in small.names(baselines.by_popularity(history, question).tolist())


def test_popularity_in_the_family_comes_before_popularity() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    ranked = baselines.by_family(history, small.ask("", "HORIZON-CL5-2024-D6-02-07"))
    assert small.names(ranked[:2].tolist()) == ["Port", "Dock 0"]
    assert small.names(baselines.by_popularity(history, small.ask(""))[:3].tolist()) == ["Bridge", "Clinic", "Port"]


def test_best_match_vote_finds_the_members_of_near_projects() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    ranked = baselines.by_best_match(history, small.ask("concrete quays"))
    assert small.names(ranked[:1].tolist()) == ["Port"]
