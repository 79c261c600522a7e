"""Signals, training, the full ranking, bands, reasons, and a history as arrays, on made-up projects."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.small_corpus import Made, Small, two_fields

from cofund.analysis.bands import calibrate
from cofund.analysis.circles import find_circles
from cofund.analysis.experiment import FULL, RANKINGS, run
from cofund.analysis.history import Question, history_before
from cofund.analysis.questions import SETTINGS, ask, asked_rows
from cofund.analysis.ranking import BETWEEN, HALF_YEAR, Ranking, find_bands, gather_training, looking_back, train
from cofund.analysis.reasons import Reasons
from cofund.analysis.signals import NAMES, signals
from cofund.analysis.storing import pack, unpack
from cofund.analysis.themes import find_themes


def years() -> Small:
    """A project every five days for three years on two fields, two steady members each and one that comes twice."""
    made = []
    for number in range(240):
        on_harbours = number % 2
        subject = ("insulin pumps children diabetes", "harbour quays concrete water")[on_harbours]
        place = ("Clinic", "Port")[on_harbours]
        made.append(
            Made(
                18_000 + number * 5, f"{subject} word{number % 30}",
                [f"{place} {number % 3}", f"{place} hall", f"{place} guest {number // 4}"],
                code=("HORIZON-HLTH-2022-01-01", "HORIZON-CL5-2022-D6-01-01")[on_harbours],
            )
        )  # fmt: skip
    return Small(made)


def test_signals_leave_known_members_out_and_measure_their_company() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    found = signals(history, small.ask("insulin pumps", known=["Clinic"]))
    assert "Clinic" not in small.names(found.candidates.tolist())
    with_known = dict(
        zip(small.names(found.candidates.tolist()), found.numbers[:, NAMES.index("with known")], strict=True)
    )
    assert with_known["Bridge"] > with_known["Ward 1"] > 0
    assert np.isfinite(found.numbers).all()


def test_signals_keep_to_whom_is_allowed() -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    allowed = np.zeros(len(small.places), np.bool_)
    allowed[small.places["Ward 3"]] = True
    question = small.ask("insulin pumps")
    found = signals(history, Question(question.counts, allowed=allowed))
    assert small.names(found.candidates.tolist()) == ["Ward 3"]


@pytest.mark.parametrize("text", ["", "Καρδιά", "🙂", "zzz"])
def test_signals_of_an_unknown_text_rest_on_the_call(text: str) -> None:
    small = two_fields()
    history = history_before(small.corpus, 99)
    assert signals(history, small.ask(text)).candidates.tolist() == []
    found = signals(history, small.ask(text, "HORIZON-CL5-2023-D6-09-02"))
    assert set(small.names(found.candidates.tolist())) == {"Port", *(f"Dock {number}" for number in range(6))}


def test_training_looks_back_from_days_with_a_history() -> None:
    corpus = years().corpus
    assert looking_back(corpus, 18_000 + 1200) == [18_000 + 1200 - 182, 18_000 + 1200 - 364]
    assert looking_back(corpus, 18_000 + 700) == []


def test_training_reads_nothing_from_the_split_on() -> None:
    small, split = years(), 18_000 + 1000
    cut = small.corpus.rows(np.flatnonzero(small.corpus.signed < split))
    whole, part = gather_training(small.corpus, split), gather_training(cut, split)
    assert (whole.numbers == part.numbers).all()
    assert (whole.took_part == part.took_part).all()


def test_training_twice_gives_the_same_trees() -> None:
    training = gather_training(years().corpus, 18_000 + 1000)
    assert train(training) == train(training)


def test_nothing_to_learn_gives_no_trees_and_the_vote() -> None:
    small = two_fields()
    assert train(gather_training(small.corpus, 99)) is None
    history, question = history_before(small.corpus, 99), small.ask("insulin pumps")
    found, points = Ranking(None).rank(history, question)
    assert small.names(found.candidates[:2].tolist()) == ["Bridge", "Clinic"]
    assert all(one >= other for one, other in pairwise(points.tolist()))


def test_full_ranking_puts_steady_members_before_guests() -> None:
    small, split = years(), 18_000 + 1100
    trees = train(gather_training(small.corpus, split))
    history = history_before(small.corpus, split)
    ranked = small.names(Ranking(trees)(history, small.ask("insulin pumps for children"))[:2].tolist())
    assert ranked[0] == "Clinic hall"
    assert ranked[1].startswith("Clinic ")


def test_experiment_measures_every_ranking_in_every_setting() -> None:
    small = years()
    result = run(small.corpus, 18_000 + 1150, 18_000 + 1200, Ranking(None))
    assert {key[0] for key in result.measures} == set(SETTINGS) - {"with three known members"}
    assert {key[2] for key in result.measures} == set(RANKINGS)
    assert result.questions["both", "all"] == 10
    assert result.measures["both", "all", FULL]["hit_at_10"].mean == 1.0


def test_question_counts_only_candidates_of_the_history() -> None:
    small = years()
    history = history_before(small.corpus, 18_000 + 1150)
    row = int(asked_rows(small.corpus, 18_000 + 1190, 18_000 + 1191)[0])
    asked = ask(small.corpus, history, row, "with coordinator")
    assert asked is not None
    assert small.names(asked.question.known) == ["Clinic 1"]
    assert small.names(asked.relevant.tolist()) == ["Clinic hall"]


def test_bands_never_rise_and_cover_everybody() -> None:
    random = np.random.default_rng(1)
    points = random.normal(size=5000).astype(np.float32)
    took_part = (random.random(5000) < 1 / (1 + np.exp(3 - 2 * points))).astype(np.float32)
    bands = calibrate(points, took_part)
    assert list(bands.shares) == sorted(bands.shares, reverse=True)
    assert bands.of(np.array([9.0, -9.0], np.float32)) == [0, 3]


def test_bands_of_nothing_are_the_last_one() -> None:
    assert calibrate(np.empty(0, np.float32), np.empty(0, np.float32)).of(np.array([1.0], np.float32)) == [3]


def test_bands_are_found_on_projects_that_the_trees_have_not_seen_on_any_day() -> None:
    corpus, split = years().corpus, 18_000 + 1200
    training = gather_training(corpus, split)
    bands = find_bands(corpus, split, training)
    assert bands.shares[0] >= 0.25
    assert len(bands.limits) == 3
    latest = asked_rows(corpus, split - HALF_YEAR, split)
    assert len(np.unique(training.questions[np.isin(training.projects, latest)])) >= 2 * len(latest)  # of two days
    assert set(training.without(latest).projects) == set(training.projects) - set(latest)


def test_each_draw_has_all_who_took_part_and_others_of_its_own() -> None:
    training = gather_training(years().corpus, 18_000 + 1100, negatives=20)
    draws = [training.of_draw(draw) for draw in range(2)]
    hits = int(training.took_part.sum())
    assert [int(one.took_part.sum()) for one in draws] == [hits, hits]
    assert sum(len(one.draws) - hits for one in draws) == len(training.draws) - hits
    assert all(np.unique(one.questions, return_counts=True)[1].max() <= 20 + 3 for one in draws)
    assert [one.draws.max() for one in draws] == [0, 1]


def test_reasons_name_the_projects_behind_them() -> None:
    small = two_fields()
    history, question = (
        history_before(small.corpus, 99),
        small.ask("insulin pumps", "HORIZON-HLTH-2024-01-01", ["Clinic"]),
    )
    found = Ranking(None).rank(history, question)[0]
    whys = Reasons(history, question, found).of(small.places["Bridge"])
    kinds = [(why.kind, why.number, len(why.projects), why.last_day) for why in whys]
    assert kinds == [("near projects", 6, 5, 15), ("with known", 6, 5, 15), ("call family", 6, 5, 15)]


def test_every_candidate_has_a_reason() -> None:
    small = two_fields()
    history, question = history_before(small.corpus, 99), small.ask("concrete ward")
    found = Ranking(None).rank(history, question)[0]
    reasons = Reasons(history, question, found)
    assert [one for one in found.candidates.tolist() if not 1 <= len(reasons.of(one)) <= 3] == []


def test_themes_are_the_same_each_time_and_bring_related_words_together() -> None:
    small = years()
    history = history_before(small.corpus, 19_500)
    one, other = (find_themes(history.texts, history.older_titles, small.corpus.terms, 2) for _ in range(2))
    assert (one.places == other.places).all()
    text = np.zeros(len(small.corpus.terms), np.float32)
    text[small.vocabulary["insulin"]] = 1
    near = one.places @ one.place(text)
    assert near[::2].min() > near[1::2].max()


def test_stored_history_answers_as_the_one_it_came_from() -> None:
    small = years()
    history = history_before(small.corpus, 19_500)
    again = unpack(pack(history))
    question = small.ask("insulin pumps", "HORIZON-HLTH-2022-01-01", ["Port hall"])
    one, other = signals(history, question), signals(again, question)
    assert one.candidates.tolist() == other.candidates.tolist()
    assert (one.numbers == other.numbers).all()
    assert again.corpus.terms == history.corpus.terms


ANSWER = """
import sys
import numpy as np
from cofund.analysis.history import Question
from cofund.analysis.ranking import Ranking
from cofund.analysis.storing import unpack
from cofund.analysis.words import count_terms
history = unpack(np.load(sys.argv[1]))
vocabulary = {term: place for place, term in enumerate(history.corpus.terms)}
counts = count_terms(["insulin pumps for children"], vocabulary, grows=False)
found, points = Ranking(open(sys.argv[2]).read()).rank(history, Question(counts, "HORIZON-HLTH-2022-01-01"))
print(found.candidates.tolist(), points.tolist())
"""


def test_two_processes_give_the_same_answer(tmp_path: Path) -> None:
    small, split = years(), 18_000 + 1100
    np.savez(tmp_path / "history.npz", **pack(history_before(small.corpus, split)))
    (tmp_path / "trees.txt").write_text(train(gather_training(small.corpus, split)) or "")
    command = [sys.executable, "-c", ANSWER, str(tmp_path / "history.npz"), str(tmp_path / "trees.txt")]
    answers = []
    for number in ("1", "2"):  # as different as two workers can be: the order of sets, and the number of threads
        surroundings = {**os.environ, "PYTHONHASHSEED": number, "OMP_NUM_THREADS": number}
        answers.append(subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True).stdout)
    assert answers[0] == answers[1]
    assert answers[0].count(".") > 10


def test_trees_are_four_sets_whose_points_are_added() -> None:
    small, split = years(), 18_000 + 1100
    trees = train(gather_training(small.corpus, split)) or ""
    history, question = history_before(small.corpus, split), small.ask("insulin pumps for children")
    sets = [
        dict(zip(found.candidates.tolist(), points.tolist(), strict=True))
        for found, points in (Ranking(text).rank(history, question) for text in trees.split(BETWEEN))
    ]
    assert len(sets) == 4
    found, points = Ranking(trees).rank(history, question)
    assert points.tolist() == pytest.approx(
        [sum(one[place] for one in sets) for place in found.candidates.tolist()], abs=1e-5
    )


def test_circles_bring_partners_of_partners_together() -> None:
    small = Small(
        [Made(10, "a", ["A", "B"]), Made(11, "b", ["B", "C"]), Made(12, "c", ["X", "Y"]), Made(13, "d", ["A", "B"])]
    )
    circles = find_circles(small.corpus.members, small.corpus.members[:0], 2)
    votes = np.zeros(len(small.places), np.float32)
    votes[small.places["A"]] = 1
    near = circles.around(votes)[:, 0]
    assert near[small.places["C"]] > 0.01 > abs(near[small.places["X"]])
