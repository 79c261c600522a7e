"""Modules and functions stay small enough to be read at once, and each module says what it is for."""

import ast

from tests.house.source import functions, modules, parse, place

LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 60
EVERYWHERE = ("src", "tests", "benchmarks")


def test_module_fits() -> None:
    sizes = {place(path): len(path.read_text().splitlines()) for path in modules(*EVERYWHERE)}
    assert {name: size for name, size in sizes.items() if size > LINES_OF_A_MODULE} == {}


def test_function_fits() -> None:
    sizes = {
        place(path, each.lineno): (each.end_lineno or each.lineno) - each.lineno + 1
        for path in modules(*EVERYWHERE)
        for each in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > LINES_OF_A_FUNCTION} == {}


def test_module_opens_with_what_it_is_for() -> None:
    silent = [place(path) for path in modules(*EVERYWHERE) if path.read_text() and not ast.get_docstring(parse(path))]
    assert silent == []


def test_public_function_of_the_package_says_what_it_gives() -> None:
    public = [(path, each) for path in modules("src") for each in functions(path) if not each.name.startswith("_")]
    assert [place(path, each.lineno) for path, each in public if not ast.get_docstring(each)] == []
