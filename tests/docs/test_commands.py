"""Every command that a document names exists with the options it shows, and the README names every command."""

from __future__ import annotations

import re
import shlex

import click
from tests.machine import CHECKOUT

SHOWN = re.compile(r"`(?:\.venv/bin/)?(cofund [^`]+)`|^\s+(?:\.venv/bin/)?(cofund [^#\n]+)", re.MULTILINE)


def shown_commands() -> list[tuple[str, list[str]]]:
    """Each command line in a document: where it stands, and its words."""
    documents = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("**/*.md")]
    return [
        (document.name, shlex.split(first or second)[1:])
        for document in sorted(documents)
        for first, second in SHOWN.findall(document.read_text())
    ]


def problem(words: list[str]) -> str | None:
    """What is wrong with the words after `cofund`, else None."""
    from cofund.commands.main import cli

    command: click.Command = cli
    for word in words:
        if isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return f"there is no command {word!r}"
            command = found
        elif word.startswith("--"):
            known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
            if word.split("=")[0] not in known:
                return f"{command.name} has no option {word!r}"
    return None


def all_commands(group: click.Group) -> list[str]:
    """The full names of a group's commands."""
    names = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        names += [f"{name} {each}" for each in all_commands(command)] if isinstance(command, click.Group) else [name]
    return names


def test_shown_commands_exist() -> None:
    shown = shown_commands()
    assert shown
    assert [(document, words, problem(words)) for document, words in shown if problem(words)] == []


def test_readme_names_every_command() -> None:
    from cofund.commands.main import cli

    named = [" ".join(words) for document, words in shown_commands() if document == "README.md"]
    missing = [name for name in all_commands(cli) if not any(f"{each} ".startswith(f"{name} ") for each in named)]
    assert missing == []


def test_commands_explain_themselves() -> None:
    from cofund.commands.main import cli

    silent = []
    for name in all_commands(cli):
        command: click.Command = cli
        for word in name.split():
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found is not None
            command = found
        options = [each.opts[0] for each in command.params if isinstance(each, click.Option) and not each.help]
        if not command.help or options:
            silent.append((name, options))
    assert silent == []
