"""Words and sentences that come from below the pages are said in French where it is spoken, and never touched elsewhere."""

from __future__ import annotations

import re

import pytest
from tests import vocabulary as known

from cofund.rules import share_words
from cofund.web import vocabulary
from cofund.web.languages import FRENCH, speaking
from cofund.web.vocabulary import spoken

THIN, FIRM = "\u202f", "\u00a0"


def test_every_word_of_rules_records_and_rule_books_has_french() -> None:
    codes = re.compile(r"[A-Z_]{2,}")
    with speaking(FRENCH):
        unknown = [
            word
            for word in sorted(known.words())
            if word not in vocabulary.WORDS and spoken(word) == word and not codes.fullmatch(word)
        ]
    assert unknown == []


def test_english_is_never_looked_up() -> None:
    words = sorted(known.words())
    assert [spoken(word) for word in words] == words


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Associated Partners: In kind", f"Partenaires associés{FIRM}: En nature"),
        ("reserved → committed", "réservé → engagé"),
        (
            "Matched by Contributing Partners has this much open",
            f"Abondée pour les partenaires contributeurs{FIRM}: montant ouvert",
        ),
        (
            "its part of the public money, shared in proportion to what each asks for, and frozen when the topic is adopted: "
            "5,419,784 is to be shared, and it asks for 10,451,361 of the 12,500,000 that all ask for",
            "sa part de l’argent public, réparti en proportion de ce que chacune demande, et fixé à l’adoption du thème"
            f"{FIRM}: 5{THIN}419{THIN}784 sont à répartir, et elle demande 10{THIN}451{THIN}361 sur les 12{THIN}500{THIN}000 "
            "que toutes demandent",
        ),
        (
            "Limit of the topic: operational in-kind costs in third countries",
            f"Limite du thème{FIRM}: coûts opérationnels en nature dans des pays tiers",
        ),
        ("44.9 % is below the limit of 45 %.", f"44,9{FIRM}% est au-dessous de la limite de 45{FIRM}%."),
        ("Add participants of other countries.", "Ajoutez des participants d’autres pays."),
        ("Development and validation of digital measures", "Development and validation of digital measures"),
        ("INNODIA", "INNODIA"),
        ("Translational approaches to disease, 2.5 times", "Translational approaches to disease, 2.5 times"),
    ],
)
def test_sentence_is_said_in_french(english: str, french: str) -> None:
    with speaking(FRENCH):
        assert spoken(english) == french
    assert spoken(english) == english


def test_every_pattern_of_a_sentence_finds_itself() -> None:
    for text in vocabulary.SENTENCES:
        filled = re.sub(r"\{(\w+)\}", "QED", text)
        with speaking(FRENCH):
            assert spoken(filled) != filled, text


def test_figures_within_a_sentence_are_those_of_french() -> None:
    assert vocabulary.figures("EUR 1,234.50 of 12,000") == f"1{THIN}234,50{FIRM}EUR of 12{THIN}000"
    assert vocabulary.figures("EUR 2.5 bn") == f"2,5{FIRM}Mrd{FIRM}EUR"
    assert share_words.PLACES["third"] in vocabulary.WORDS
