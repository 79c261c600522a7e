"""Names are whole words, units stand last, and nothing names the machine that it was written on."""

from __future__ import annotations

import ast
import re
import subprocess

from tests.house.source import functions, modules, parse, place
from tests.machine import CHECKOUT

ABBREVIATIONS = {
    *("amt", "amts", "avg", "cfg", "cnt", "contrib", "contribs", "ctx", "curr", "dst", "elem", "fmt", "func", "idx"),
    *("itm", "lst", "mgr", "msg", "msgs", "num", "org", "orgs", "param", "params", "pct", "perc", "prev", "prog"),
    *("proj", "projs", "qs", "qty", "ref", "refs", "req", "res", "resp", "ret", "src", "stmt", "tmp", "tx", "txn"),
    *("usr", "val", "vals", "ver"),
}
OF_PYTEST = {"tmp_path", "tmp_path_factory", "django_assert_num_queries", "django_assert_max_num_queries"}
HOST_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+|opt/pypi\S*|opt/wheels|Users/[A-Za-z]+)/")
TEXT = {".py", ".md", ".toml", ".txt", ".yml", ".html", ".css", ".js", ".in", ".svg", ""}


def written_names(tree: ast.Module) -> set[tuple[int, str]]:
    """The names that a module gives: its functions, classes, arguments and variables, each with its line."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add((node.lineno, node.name))
        elif isinstance(node, ast.arg):
            found.add((node.lineno, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add((node.lineno, node.id))
    return found


def test_names_are_whole_words() -> None:
    found = [
        f"{place(path, line)} {name}"
        for path in modules("src", "tests", "benchmarks")
        for line, name in sorted(written_names(parse(path)))
        if name not in OF_PYTEST and ABBREVIATIONS & set(name.lower().split("_"))
    ]
    assert found == []


def test_tests_are_functions() -> None:
    inside = [
        place(path, node.lineno)
        for path in modules("tests")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    ]
    assert inside == []
    assert [place(path) for path in modules("tests") if path.name.startswith("test_") and not functions(path)] == []


def test_no_path_of_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    names = listed or [str(path.relative_to(CHECKOUT)) for path in modules("src", "tests", "benchmarks")]
    files = [CHECKOUT / name for name in names if (CHECKOUT / name).suffix in TEXT and (CHECKOUT / name).is_file()]
    found = [
        place(path, number)
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if HOST_PATHS.search(line) and "HOST_PATHS" not in line
    ]
    assert found == []
