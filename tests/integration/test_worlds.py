"""The worlds of the tests: each test finds its world as it was built, whatever the one before it did."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests.worlds import Standing, world

from cofund.records.directory.models import Organisation

pytestmark = pytest.mark.django_db
BUILT: list[str] = []


@world
def one() -> list[Organisation]:
    """One organisation, and a file."""
    BUILT.append("one")
    Path(settings.MEDIA_ROOT).mkdir()
    Path(settings.MEDIA_ROOT, "kept").write_text("as built")
    return [Organisation.objects.create(slug="one", name="One")]


@world
def two() -> list[Organisation]:
    """Two others."""
    BUILT.append("two")
    return [Organisation.objects.create(slug=slug, name=slug) for slug in ("two", "three")]


def slugs() -> list[str]:
    """What stands in the database."""
    return sorted(Organisation.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_test_finds_its_world_as_it_was_built(one: list[Organisation], number: int) -> None:
    file = Path(settings.MEDIA_ROOT, "kept")
    assert (slugs(), [each.name for each in one], file.read_text()) == (["one"], ["One"], "as built")
    Organisation.objects.filter(slug="one").update(slug="changed")
    Organisation.objects.create(slug="more", name="More")
    one[0].name = "Changed"
    one.clear()
    file.write_text("changed")
    assert BUILT == ["one"]


def test_test_without_a_world_finds_an_empty_database() -> None:
    assert slugs() == []


def test_other_world_stands_alone(two: list[Organisation]) -> None:
    assert (slugs(), len(two), list(Path(settings.COFUND_HOME).iterdir())) == (["three", "two"], 2, [])
    assert BUILT == ["one", "two"]


def test_world_that_cannot_be_built_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        Organisation.objects.create(slug="broken", name="Broken")
        raise ValueError("cannot be built")

    standing = Standing(lambda: tmp_path)
    with transaction.atomic():
        with pytest.raises(ValueError, match="cannot be built"):
            standing.change_to(broken)
        assert slugs() == []
        with pytest.raises(AssertionError, match="no world stands"):
            standing.copied(tmp_path / "copy")
