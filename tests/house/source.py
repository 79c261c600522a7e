"""The project's own source files, parsed once, for the tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.machine import CHECKOUT

PACKAGE = CHECKOUT / "src" / "cofund"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text(), filename=str(path))


def modules(*folders: str) -> list[Path]:
    """Every module written by hand in the folders of the checkout; migrations are written by Django."""
    found = [path for folder in folders for path in sorted((CHECKOUT / folder).glob("**/*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def place(path: Path, line: int | None = None) -> str:
    """A place in the checkout as editors and compilers write it."""
    return f"{path.relative_to(CHECKOUT)}" + (f":{line}" if line else "")


def functions(path: Path) -> list[Function]:
    """Every function and method of a module."""
    return [node for node in ast.walk(parse(path)) if isinstance(node, Function)]


def docstrings(path: Path) -> set[int]:
    """The identities of the constants in a module that are docstrings."""
    owners = [node for node in ast.walk(parse(path)) if isinstance(node, ast.Module | ast.ClassDef | Function)]
    firsts = [owner.body[0] for owner in owners if owner.body and ast.get_docstring(owner, clean=False) is not None]
    return {id(first.value) for first in firsts if isinstance(first, ast.Expr)}
