"""Numbers that commands take and look up: one that no database can hold is refused in words, as every other that is none."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cofund.commands.main import cli

pytestmark = pytest.mark.django_db
# How each number without limits is given; that of `recommend` is tried where there is an index (test_recommend_command).
CALLS = {
    ("cofund import undo-sheet", "number"): ["import", "undo-sheet", "NUMBER", "--reason", "Wrong one"],
    ("cofund send-mail", "again"): ["send-mail", "--again", "NUMBER"],
    ("cofund send-mail", "was_sent"): ["send-mail", "--was-sent", "NUMBER"],
    ("cofund task", "number"): ["task", "NUMBER"],
}


def numbers(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """The whole numbers without limits that a command, or one below it, takes."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for own in command.list_commands(context):
            one = command.get_command(context, own)
            assert one is not None
            yield from numbers(one, f"{name} {own}")
    for each in command.params:
        has_limits = isinstance(each.type, click.IntRange)
        if each.name and isinstance(each.type, click.types.IntParamType) and not has_limits:
            yield name, each.name


def test_every_number_without_limits_is_tried() -> None:
    assert set(numbers(cli, "cofund")) == {*CALLS, ("cofund recommend", "known")}


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 99_999_999_999_999_999_999])
@pytest.mark.parametrize("words", CALLS.values(), ids=lambda words: " ".join(words[:2]))
def test_number_that_is_nothing_of_ours_is_refused_in_words(words: list[str], number: int) -> None:
    given = [str(number) if word == "NUMBER" else word for word in words]
    found = CliRunner().invoke(cli, given, catch_exceptions=False)
    assert (found.exit_code, found.stderr.startswith("Error: ")) == (1, True)
