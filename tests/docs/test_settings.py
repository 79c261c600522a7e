"""`docs/settings.md` names every variable of the environment that is read, and no other."""

import re

from tests.machine import CHECKOUT

DOCUMENTED = re.compile(r"^\| `(COFUND_\w+)` \|", re.MULTILINE)
READ_BY_SETTINGS = re.compile(r'env\.\w+\(\s*"(COFUND_\w+)"')
READ_BY_TESTS = re.compile(r'environ(?:\.get\(|\[)\s*"(COFUND_\w+)"')


def sections() -> tuple[str, str]:
    """The part of the document about the site, and the part about the tests."""
    site, tests = (CHECKOUT / "docs" / "settings.md").read_text().split("\n## Of the tests\n")
    return site, tests


def test_settings_of_the_site_are_documented_both_ways() -> None:
    read = set(READ_BY_SETTINGS.findall((CHECKOUT / "src/cofund/project/settings.py").read_text()))
    assert set(DOCUMENTED.findall(sections()[0])) == read


def test_settings_of_the_tests_are_documented_both_ways() -> None:
    sources = [path.read_text() for path in (CHECKOUT / "tests").glob("**/*.py")]
    read = {name for source in sources for name in READ_BY_TESTS.findall(source)}
    of_the_site = set(DOCUMENTED.findall(sections()[0]))
    assert set(DOCUMENTED.findall(sections()[1])) == read - of_the_site


def test_settings_alone_read_the_environment() -> None:
    package = CHECKOUT / "src" / "cofund"
    reading = re.compile(r"\b(environ(\.get\(|\[)[^=\n]*(?!\s*=)|getenv\()")
    others = [path for path in package.glob("**/*.py") if path != package / "project" / "settings.py"]
    assert [str(path.relative_to(package)) for path in others if reading.search(path.read_text())] == []
