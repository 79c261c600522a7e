"""A history as arrays and back: every list comes back as it was, however small the corpus, and what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.small_corpus import Made, Small, two_fields

from cofund.analysis.corpus import Corpus
from cofund.analysis.history import Question, history_before
from cofund.analysis.ranking import Ranking
from cofund.analysis.storing import Arrays, pack, unpack
from cofund.analysis.words import count_terms

LISTS = ("codes", "terms", "field_names", "countries", "kinds", "towns")


def without_organisations(corpus: Corpus) -> Corpus:
    """The same projects, of which nobody is known to have taken part."""
    return replace(
        corpus, members=corpus.members[:, :0], coordinators=corpus.coordinators[:, :0], own_words=corpus.own_words[:0],
        organisations=corpus.organisations[:0], countries=[], kinds=[], towns=[],
    )  # fmt: skip


def without_anything(corpus: Corpus) -> Corpus:
    """Nothing at all: no project, no organisation, no word, no field."""
    bare = without_organisations(corpus.rows(np.empty(0, np.int64)))
    return replace(
        bare, terms=[], texts=bare.texts[:, :0], topic_texts=bare.topic_texts[:, :0], own_words=bare.own_words[:, :0],
        fields=bare.fields[:, :1], field_names=[],
    )  # fmt: skip


def of_one(**stated: str) -> Corpus:
    """One project of one organisation, which states no country, town or kind but these."""
    corpus = Small([Made(10, "insulin pumps", ["Clinic"])]).corpus
    return replace(corpus, **{name: [stated.get(name, "")] for name in ("countries", "kinds", "towns")})


CORPORA = {
    "ordinary": two_fields().corpus,
    "nothing": without_anything(two_fields().corpus),
    "no organisation": without_organisations(two_fields().corpus),
    "one that states nothing": of_one(),
    "one that states a country": of_one(countries="BE"),
    "one that states a town": of_one(towns="gent"),
    "odd words": of_one(countries="Ελλάδα", towns="a\nb", kinds="\n"),
    "no code": replace(of_one(), codes=[""]),
}


def stored(arrays: Arrays) -> Arrays:
    """The arrays as files give them back: bytes that nobody can change."""
    found = {name: array.copy() for name, array in arrays.items()}
    for array in found.values():
        array.flags.writeable = False
    return found


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA)
def test_every_list_comes_back_as_it_was(corpus: Corpus) -> None:
    before = history_before(corpus, 99)
    after = unpack(stored(pack(before)))
    for name in LISTS:
        assert getattr(after.corpus, name) == getattr(before.corpus, name), name
    assert after.corpus.town_names == before.corpus.town_names
    assert after.corpus.town_numbers.tolist() == before.corpus.town_numbers.tolist()
    assert after.corpus.country_numbers.tolist() == before.corpus.country_numbers.tolist()


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA)
def test_small_history_answers_as_it_did_before_it_was_stored(corpus: Corpus) -> None:
    before = history_before(corpus, 99)
    vocabulary = {term: place for place, term in enumerate(corpus.terms)}
    question = Question(count_terms(["insulin pumps"], vocabulary, grows=False), "HORIZON-HLTH-2022-DISEASE-01-01")
    ranking = Ranking(None)
    expected, given = ranking.rank(before, question)
    found, again = ranking.rank(unpack(stored(pack(before))), question)
    assert found.candidates.tolist() == expected.candidates.tolist()
    assert np.array_equal(found.numbers, expected.numbers)
    assert np.array_equal(again, given)


@pytest.mark.parametrize(
    ("name", "taken_from", "wrong"),
    [
        ("towns", "one that states nothing", "towns has 1 entries, and organisations has 15."),
        ("countries", "no organisation", "countries has 0 entries, and organisations has 15."),
        ("codes", "nothing", "codes has 0 entries, and projects has 12."),
        ("terms", "nothing", "terms has 0 entries, and rare has "),
    ],
)
def test_list_that_does_not_fit_is_refused_by_name(name: str, taken_from: str, wrong: str) -> None:
    arrays = pack(history_before(CORPORA["ordinary"], 99))
    other = pack(history_before(CORPORA[taken_from], 99))
    with pytest.raises(ValueError, match=wrong):
        unpack(arrays | {name: other[name]})
