"""Places that texts name, what the past taught of words and places, and what both do to candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.small_corpus import Made, Small

from cofund.analysis import places
from cofund.analysis.corpus import Matrix
from cofund.analysis.history import history_before
from cofund.analysis.ranking import Ranking
from cofund.analysis.reasons import Reason, Reasons
from cofund.analysis.signals import NAMES, signals
from cofund.analysis.storing import pack, unpack
from cofund.analysis.words import terms
from cofund.queries.reason_words import in_words
from cofund.rules.places import COUNTRIES, country_code


def _named(text: str, by_term: Matrix, vocabulary: list[str], names: list[str]) -> dict[str, float]:
    """What the terms of a text name, and how much of each name."""
    rows = [vocabulary.index(term) for term in dict.fromkeys(terms(text)) if term in vocabulary]
    found = np.asarray(by_term[rows].sum(axis=0)).ravel()
    return {name: round(float(value), 3) for name, value in zip(names, found, strict=True) if value}


def _countries(text: str) -> dict[str, float]:
    vocabulary, codes = terms(text), ["BF", "BR", "DE", "EL", "LT", "RO", "UK", "UZ", "ZA"]
    return _named(text, places.countries_by_term(vocabulary, codes), vocabulary, codes)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Pilots on Greek islands", {"EL": 1}),
        ("farms in Germany and in Brazil", {"DE": 1, "BR": 1}),
        ("clinics of Burkina Faso", {"BF": 1}),
        ("the United Kingdom", {"UK": 1}),
        # The article and `and` are no words, so that the pair is whole.
        ("around the Black Sea", {"RO": 1}),
        ("a sea that is black", {}),
        ("black holes", {}),
        ("widening countries", {"EL": 1, "LT": 1, "RO": 1}),
        ("nothing of the kind", {}),
        ("Uzbek cotton", {"UZ": 1}),
    ],
)
def test_countries_and_areas_are_named_by_their_words(text: str, named: dict[str, float]) -> None:
    assert _countries(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Africa", {"BF": 1, "GN": 1, "TN": 1, "ZA": 1}),
        ("South Africa", {"ZA": 1}),
        ("North Africa", {"TN": 1}),
        ("sub-Saharan countries", {"BF": 1, "GN": 1, "ZA": 1}),
        ("Latin American forests", {"BR": 1}),
        ("American forests", {"US": 1}),
        ("Northern Ireland", {"UK": 1}),
        ("Ireland", {"IE": 1}),
        ("Northern Ireland beside Ireland", {"UK": 1, "IE": 1}),
        ("Guinea Bissau", {}),
        ("North Korea", {}),
        ("Korea", {"KR": 1}),
        ("Zealand", {}),
        ("guinea pigs", {}),
        ("guinea pigs of Guinea", {"GN": 1}),
        ("New England", {"US": 1}),
        ("South American rivers", {"BR": 1}),
        ("North America", {"US": 1}),
        ("the English language", {}),
    ],
)
def test_a_name_of_two_words_takes_back_what_its_words_alone_would_name(text: str, named: dict[str, float]) -> None:
    codes = ["BF", "BR", "GN", "IE", "KR", "NZ", "TN", "UK", "US", "ZA"]
    vocabulary = sorted(set(terms(text)))
    table = places.countries_by_term(vocabulary, codes)
    found: dict[str, float] = dict.fromkeys(codes, 0)
    for term in terms(text):
        row = table[[vocabulary.index(term)]]
        for column, value in zip(row.indices, row.data, strict=True):
            found[codes[column]] += float(value)
    assert {code: value for code, value in found.items() if value} == named


def test_every_listed_country_is_one() -> None:
    codes = sorted(COUNTRIES | {"EL", "UK"})
    names = [name for line in places._COUNTRIES.strip().splitlines() for name in line[3:].split(", ")]
    vocabulary = sorted({places.name_term(name) for name in (*names, *places._AREAS)})
    assert "" not in vocabulary
    table = places.countries_by_term(vocabulary, codes)
    listed = {line[:2] for line in places._COUNTRIES.strip().splitlines()}
    listed |= {code for area in places._AREAS.values() for code in area.split()}
    assert {country_code(code) for code in listed} <= COUNTRIES
    assert {codes[column] for column in np.unique(table.indices[table.data > 0])} == listed


@pytest.mark.parametrize(
    ("stated", "compared"),
    [
        ("PARIS CEDEX 07", "paris"), ("Praha 1", "praha"), ("BRUXELLES / BRUSSEL", "bruxelles"), ("Aarhus C", "aarhus"),
        ("CERDANYOLA DEL VALLES (BARCELONA)", "cerdanyola del valles"), ("Málaga", "malaga"), ("KØBENHAVN", "kobenhavn"),
        ("İZMIR", "izmir"), ("ESCH-SUR-ALZETTE", "esch sur alzette"), ("", ""), ("2333", ""), ("Αθήνα", "αθηνα"),
    ],
)  # fmt: skip
def test_towns_are_compared_without_codes_and_accents(stated: str, compared: str) -> None:
    assert places.town(stated) == compared


def test_towns_are_named_by_their_own_and_by_their_english_names() -> None:
    towns = ["lisboa", "malaga", "bruxelles", "brussel", "esch sur alzette", "frankfurt am main", "as", ""]
    text = "Lisbon, Málaga, Brussels, Esch-sur-Alzette, Frankfurt, as"
    vocabulary = terms(text)
    named = _named(text, places.towns_by_term(vocabulary, towns), vocabulary, towns)
    assert named == dict.fromkeys(towns[:6], 1)
    assert _named("am Main", places.towns_by_term(["main"], towns), ["main"], towns) == {}


def _regions() -> Small:
    """Projects on olives that name a region of Spain, others on ships; of one firm nobody knows where it sits."""
    made, countries, towns = [], {}, {"Hall": "oslo", "Ship 3": "oslo"}
    for number in range(12):
        made.append(
            Made(10 + number, f"olive groves of Spanish Catalonia {number}", [f"Farm {number}", "Mill", "Everywhere"])
        )
        made.append(Made(10 + number, f"ships at sea {number}", [f"Ship {number}", "Port", "Everywhere", "Unknown"]))
        made.append(Made(10 + number, f"trams of Oslo streets {number}", [f"Tram {number}", "Hall", "Everywhere"]))
        countries |= {f"Farm {number}": "ES", f"Ship {number}": "NO", f"Tram {number}": "NO"}
        towns[f"Farm {number}"] = "barcelona"
    countries |= {"Mill": "ES", "Port": "NO", "Hall": "NO", "Unknown": ""}
    towns["Mill"] = "barcelona"
    return Small(made, countries=countries, towns=towns)


def test_the_past_teaches_which_words_belong_to_a_place() -> None:
    small = _regions()
    history = history_before(small.corpus, 99)
    words, corpus = history.place_words, history.corpus
    told = words.countries_told[[small.vocabulary["catalonia"]]]
    assert [corpus.country_names[column] for column in told.indices] == ["ES"]
    told = words.towns_told[[small.vocabulary["olive"]]]
    assert [corpus.town_names[column] for column in told.indices] == ["barcelona"]
    # Belgium is in all projects, and so no word tells of it; where nothing is stated is no place.
    places_told = {corpus.country_names[column] for column in words.countries_told.indices}
    assert "BE" not in places_told
    assert "" not in places_told | {corpus.town_names[column] for column in words.towns_told.indices}


def test_what_words_tell_is_learned_from_the_history_alone() -> None:
    small = _regions()
    later = Small(
        [*small.projects, *(Made(99, "ships of Catalonia", ["Port"]) for _ in range(20))], countries=small.countries
    )
    one, other = (history_before(each.corpus, 99) for each in (small, later))
    tables = [each.place_words.countries_told[[place]] for each, place in (
        (one, small.vocabulary["catalonia"]), (other, later.vocabulary["catalonia"]))]  # fmt: skip
    assert tables[0].data.tolist() == tables[1].data.tolist()
    assert len(tables[0].data) == 1


def test_candidates_of_a_named_place_are_told_apart() -> None:
    small = _regions()
    history = history_before(small.corpus, 99)
    found = signals(history, small.ask("trams that carry olive oil in Oslo"))
    names = small.names(found.candidates.tolist())

    def of(name: str, signal: str) -> float:
        return float(found.numbers[names.index(name), NAMES.index(signal)])

    assert of("Hall", "town said") == pytest.approx(np.log(2))
    assert of("Mill", "town said") == of("Everywhere", "town said") == 0
    assert of("Hall", "vote in town said") > of("Ship 3", "vote in town said") > 0
    assert of("Mill", "town told most") > 0 == of("Everywhere", "town told most")
    assert of("Farm 1", "country told") >= of("Farm 1", "country told most") > 0
    stored = unpack(pack(history))
    assert (signals(stored, small.ask("trams that carry olive oil in Oslo")).numbers == found.numbers).all()


def test_a_named_town_brings_in_who_is_not_voted_for() -> None:
    """The owner of a ship in Oslo never had a project near to this text; the town is what speaks for it."""
    small = _regions()
    history = history_before(small.corpus, 99)
    found = signals(history, small.ask("Oslo"))
    assert "Ship 3" in small.names(found.candidates.tolist())
    assert found.votes.together[small.places["Ship 3"]] == 0


def test_a_named_place_is_a_reason() -> None:
    small = _regions()
    history = history_before(small.corpus, 99)
    question = small.ask("trams in Oslo, as in Spanish towns")
    found = Ranking(None).rank(history, question)[0]
    reasons = Reasons(history, question, found)
    of_hall = [(why.kind, why.what) for why in reasons.of(small.places["Hall"])]
    assert of_hall[:2] == [("near projects", ""), ("town", "Oslo")]
    words = [in_words(why, {}) for why in reasons.of(small.places["Hall"])]
    assert words[1] == "sits in Oslo, which the text names, as do 12 of its projects, the last signed in 1970"
    # What has no past project behind it comes last.
    of_ship = reasons.of(small.places["Ship 3"])
    assert [(why.kind, why.projects) for why in of_ship if not why.projects] == [("town", ())]
    assert of_ship[-1].kind == "town"
    assert in_words(of_ship[-1], {}) == "sits in Oslo, which the text names"


def test_a_country_that_nobody_came_from_is_no_reason() -> None:
    """Guinea pigs of Guinea: the name stands in texts, and members from there do not come with it."""
    made = [Made(10 + number, f"guinea hens {number}", ["Farm", f"Coop {number}"]) for number in range(12)]
    small = Small([*_regions().projects, *made], countries={**_regions().countries, "Mill": "GN"})
    history = history_before(small.corpus, 99)
    question = small.ask("olive groves for guinea hens")
    found = Ranking(None).rank(history, question)[0]
    assert found.numbers[small.names(found.candidates.tolist()).index("Mill"), NAMES.index("country said")] > 0
    assert "country" not in {why.kind for why in Reasons(history, question, found).of(small.places["Mill"])}


def test_a_common_word_that_is_a_town_is_no_reason() -> None:
    """Of projects whose text says *sea* hardly any has somebody of a town of that name."""
    small = _regions()
    made = replace(small, towns={**small.towns, "Ship 5": "sea"})
    history = history_before(made.corpus, 99)
    question = made.ask("trams by the sea")
    found = signals(history, question)
    at = made.names(found.candidates.tolist()).index("Ship 5")
    assert found.numbers[at, NAMES.index("town said")] > 0, "the trees weigh it"
    whys = Reasons(history, question, Ranking(None).rank(history, question)[0]).of(made.places["Ship 5"])
    assert "town" not in {why.kind for why in whys}


def test_the_country_is_a_reason_behind_the_call() -> None:
    small = _regions()
    code = small.corpus.codes[0]
    history = history_before(small.corpus, 99)
    question = replace(small.ask("Spanish olive groves"), code=code)
    found = Ranking(None).rank(history, question)[0]
    whys = Reasons(history, question, found).of(small.places["Mill"])
    assert [why.kind for why in whys] == ["near projects", "call family", "country"]
    told = "sits in a country of which the text speaks (ES), as do 12 of its projects, the last signed in 1970"
    assert in_words(whys[2], {}) == told
    assert in_words(replace(whys[2], number=1, last_day=None), {}).endswith("(ES), as does 1 of its projects")
    # CORDIS writes EL; the pages write countries by ISO 3166.
    assert in_words(Reason("country", 0, what="EL"), {}) == "sits in a country of which the text speaks (GR)"
