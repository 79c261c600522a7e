"""Whatever is done to a scheme file, reading it gives a scheme or a SchemeError, and nothing else."""

import copy
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scheme_examples import SIXTH

from cofund.rules.scheme_parsing import from_values, parse
from cofund.rules.scheme_problems import SchemeError
from cofund.rules.schemes import Scheme
from cofund.schemes import shipped

TEXTS = [*shipped().values(), SIXTH]
SCRAPS = [
    "[[tranches]]",
    "= 1",
    "[",
    '"',
    "''",
    "0x",
    "1e999",
    "nan",
    "\x00",
    "9" * 5000,
    "0x" + "f" * 4000,
    "[" * 3000,
    "é",
    "\n",
    "@",
    ".",
]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4000)
    | st.floats()
    | st.text(max_size=12)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.sampled_from(["partner", "B", "IKOP@third", "A@b@c", "1/0", "31 February N", "{x", "{0.a}", "submission.."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.integers(0, 9000), st.integers(0, 40), st.sampled_from(SCRAPS) | st.text(max_size=5)),
        min_size=1,
        max_size=4,
    ),
)
def test_mutated_text_gives_a_scheme_or_a_scheme_error(text: str, edits: list[tuple[int, int, str]]):
    for start, length, scrap in edits:
        text = text[:start] + scrap + text[start + length :]
    try:
        assert isinstance(parse(text, file="fuzz.toml"), Scheme)
    except SchemeError as error:
        assert error.problems
        assert str(error) == "\n".join(str(problem) for problem in error.problems)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_values_give_a_scheme_or_a_scheme_error(data: st.DataObject):
    values = copy.deepcopy(tomllib.loads(data.draw(st.sampled_from(TEXTS))))
    for _ in range(data.draw(st.integers(1, 4))):
        holder: Any = values
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            below = holder[key]
            if isinstance(below, dict | list) and data.draw(st.booleans()):
                holder = below
                continue
            holder[key] = data.draw(VALUES)
            break
    try:
        assert isinstance(from_values(values, file="fuzz.toml"), Scheme)
    except SchemeError as error:
        assert str(error) == "\n".join(str(problem) for problem in error.problems)
