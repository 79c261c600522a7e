"""Every code under which the consortium check finds something stands in a table of scenario S7, which tells what it is found in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from tests.house.source import PACKAGE, parse
from tests.spec.tables import HERE, read

TABLES = HERE / "scenarios" / "s07_consortium_check.md"
ASSERTED = re.compile(r"\b(?:finds|warns of|mentions) what is about (\w+)")


def codes(tree: ast.AST) -> set[str]:
    """The codes of the findings that a syntax tree makes."""
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_finding(node)]
    return {_text(call.args[0] if call.args else call) for call in made}


def asserted(cells: Iterable[str]) -> set[str]:
    """The codes that cells of the column Then ask for."""
    return {code for cell in cells for code in ASSERTED.findall(cell)}


def _is_finding(call: ast.Call) -> bool:
    """Whether a call makes a finding."""
    return isinstance(call.func, ast.Name) and call.func.id == "Finding"


def _text(node: ast.expr) -> str:
    """The text that a constant is; where a code is anything else, its source, which no table asks for."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def test_every_finding_stands_in_a_table() -> None:
    found = codes(parse(PACKAGE / "rules" / "consortium_findings.py"))
    cells = [record["Then"] for table in read(TABLES) for record in table.records()]
    assert "turnover" in found
    assert asserted(cells) == found


def test_finding_that_no_table_asks_for_is_recognised() -> None:
    tree = ast.parse('yield Finding("kind", BLOCK, words)\nFinding(f"line-{number}", WARN, words)\nOther("x")\n')
    assert codes(tree) - asserted(["the plan fails; finds what is about kind"]) == {"f'line-{number}'"}
