"""Only actions and importers write: elsewhere neither Django's writing methods nor writing SQL may stand."""

from __future__ import annotations

import ast
import re

from tests.house.source import PACKAGE, docstrings, modules, parse, place

MAY_WRITE = {"actions", "importers"}
WRITING_METHODS = {
    *("save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete"),
    *("create_user", "create_superuser", "set_password"),
}
WRITING_SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|COPY\s+\S+.*\sFROM\s+STDIN)\b", re.IGNORECASE
)


def writes(tree: ast.AST, ignored: set[int]) -> list[tuple[int, str]]:
    """The lines of a syntax tree that write to a database, each with what does it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            # A query's `update` takes keywords alone; that of a dictionary or a hash takes a value.
            is_update = name in {"update", "aupdate"} and bool(node.keywords) and not node.args
            if is_update or name in WRITING_METHODS or name.removeprefix("a") in WRITING_METHODS:
                found.append((node.lineno, name))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in ignored:
            statement = WRITING_SQL.search(node.value)
            if statement:
                found.append((node.lineno, statement.group()))
    return found


def test_writes_stand_only_in_actions_and_importers() -> None:
    found = [
        f"{place(path, line)} {what}"
        for path in modules("src")
        if path.relative_to(PACKAGE).parts[0] not in MAY_WRITE
        for line, what in writes(parse(path), docstrings(path))
    ]
    assert found == []


def test_writes_are_recognised() -> None:
    source = """
thing.save()
Thing.objects.create(name="x")
Thing.objects.filter(id=1).update(name="x")
cursor.execute("update thing set name = 'x'")
cursor.execute(f"DELETE FROM {table}")
counts.update(other)
digest.update(b"x")
cursor.execute("SELECT 1 FROM thing")
"""
    assert writes(ast.parse(source), set()) == [
        (2, "save"),
        (3, "create"),
        (4, "update"),
        (5, "update thing set"),
        (6, "DELETE FROM"),
    ]
