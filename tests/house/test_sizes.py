"""Modules and functions stay small enough to be read at once, and each module says what it is for."""

import ast

from tests.house.source import Function, functions, modules, parse, place

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
    silent = [
        place(path, each.lineno)
        for path in modules("src")
        for each in _public_functions(parse(path))
        if not ast.get_docstring(each)
    ]
    assert silent == []


def _public_functions(owner: ast.Module | ast.ClassDef) -> list[Function]:
    """The functions and methods that others may call: not those inside a function, nor with a leading underscore."""
    found = [node for node in owner.body if isinstance(node, Function) and not node.name.startswith("_")]
    for node in owner.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found += _public_functions(node)
    return found
