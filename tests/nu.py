"""The Nu HTML checker, the one behind validator.w3.org, over pages that a test collected."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.machine import nu_checker


def assert_valid_html(pages: Mapping[str, str]) -> None:
    """Fail with every error and warning in the pages, given as name to HTML; skip where there is no checker.

    All pages go to one Java process: starting it costs more than checking a page.
    """
    command = nu_checker()
    if command is None:
        pytest.skip("NU HTML CHECKER MISSING: it takes java and build/vnu.jar, or COFUND_VNU_JAR")
    with tempfile.TemporaryDirectory(prefix="cofund-html-") as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(html)
            names[path.name] = name
        answer = subprocess.run(
            [*command, "--format", "json", "--exit-zero-always", *(str(Path(folder) / name) for name in names)],
            capture_output=True,
            text=True,
            check=True,
        )
    messages = json.loads(answer.stderr)["messages"]
    found = [
        f"{names.get(Path(each.get('url', '')).name, '?')}:{each.get('lastLine', '?')}: {each['message']}"
        for each in messages
        if each["type"] == "error" or each.get("subType") == "warning"
    ]
    assert not found, "\n".join(found)
