"""Money is whole cents and shares are fractions: no float and no true division where rules are computed."""

from __future__ import annotations

import ast

from tests.house.source import modules, parse, place


def inexact(tree: ast.AST) -> list[tuple[int, str]]:
    """The lines of a syntax tree that bring in binary fractions, each with how."""
    found = []
    # To ask whether a value is a float, and refuse it, is what keeps them out.
    refused = {id(node.args[1]) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_isinstance(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append((node.lineno, "float literal"))
        if isinstance(node, ast.Name) and node.id == "float" and id(node) not in refused:
            found.append((node.lineno, "float"))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append((node.lineno, "true division"))
        if isinstance(node, ast.Import) and any(name.name == "math" for name in node.names):
            found.append((node.lineno, "import math"))
    return found


def _is_isinstance(call: ast.Call) -> bool:
    """Whether a call asks for the type of a value."""
    return isinstance(call.func, ast.Name) and call.func.id == "isinstance"


def test_rules_are_exact() -> None:
    found = [f"{place(path, line)} {how}" for path in modules("src/cofund/rules") for line, how in inexact(parse(path))]
    assert found == []


def test_inexact_is_recognised() -> None:
    source = "a = 0.5\nb = float(1)\nc = 1 / 2\nd = 1 // 2\nd /= 2\nimport math\nisinstance(d, float)\n"
    assert sorted(inexact(ast.parse(source))) == [
        (1, "float literal"),
        (2, "float"),
        (3, "true division"),
        (5, "true division"),
        (6, "import math"),
    ]
