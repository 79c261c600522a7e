"""docs/schemes.md names every key that the parser knows, says truly whether it is needed, and its example works."""

import re
from pathlib import Path

import pytest
from tests.scheme_examples import SIXTH

from cofund.rules.scheme_keys import Key, every_key
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import BASES, CERTAINTIES, DEFAULT_LABELS, PLACES

DOC = (Path(__file__).parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_\[\].]+)` \| (.+?) \| (yes|no) \| (yes|no) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)


def test_doc_names_the_keys_of_the_parser_and_no_others():
    told = [(row[1], row[3] == "yes", row[4] == "yes") for row in ROW.finditer(DOC)]
    known = [(path, key.required, isinstance(key, Key) and key.figure) for path, key in every_key()]
    assert sorted(told) == sorted(known)


@pytest.mark.parametrize("words", [BASES, CERTAINTIES, tuple(DEFAULT_LABELS), PLACES], ids=str)
def test_doc_names_every_word_that_a_value_may_be(words: tuple[str, ...]):
    assert [word for word in words if f"`{word}`" not in DOC] == []


def test_doc_example_is_a_scheme():
    example = DOC.split("```toml\n")[1].split("```")[0]
    assert example == SIXTH
    assert parse(example, file="docs/schemes.md").code == "harbour"
