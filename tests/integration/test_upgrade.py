"""A site that was made with an earlier release: its schemes get their newer version, its books agree, its pages open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from cofund.actions.actors import Actor
from cofund.actions.demonstration import loading, reading
from cofund.actions.opening import open_scheme
from cofund.commands.preparing import open_shipped
from cofund.queries import envelope, schemes, verification
from cofund.queries.demonstration import edition_loaded
from cofund.records.ledger.models import Book, Entry
from cofund.records.programme.models import SchemeVersion
from cofund.schemes import DIGESTS, digest_of, is_earlier, shipped

# The text of the first version of IMI2, word for word as it was shipped.
FIRST = (Path(__file__).parent / "earlier" / "imi2.toml").read_text(encoding="utf-8")
OPENED_AT = datetime(2014, 6, 27, 9, tzinfo=UTC)


def labels(code: str) -> list[str]:
    """The versions of a scheme on this site, the oldest first."""
    return list(SchemeVersion.objects.filter(scheme__code=code).order_by("number").values_list("label", flat=True))


def test_every_shipped_text_is_noted_so_that_it_is_known_once_it_is_replaced() -> None:
    assert {file.removesuffix(".toml"): digest_of(text) for file, text in shipped().items()} == {
        code: digests[-1] for code, digests in DIGESTS.items()
    }
    assert is_earlier("imi2", digest_of(FIRST))


@pytest.mark.django_db
def test_site_of_an_earlier_release_takes_in_the_newer_version(client: Client) -> None:
    open_scheme(Actor.operator(), FIRST, file="imi2.toml", at=OPENED_AT)
    loading.load()
    assert labels("imi2") == ["1"]
    before = [(row.tranche, row.standing, row.contributed_cents) for row in envelope.statement("imi2")]
    open_shipped()
    assert labels("imi2") == ["1", "3"]
    assert Book.objects.get(scheme__code="imi2").version == schemes.current("imi2")[1]
    assert [(row.tranche, row.standing, row.contributed_cents) for row in envelope.statement("imi2")] == before
    assert set(Entry.objects.filter(book__scheme__code="imi2").values_list("scheme_version__label", flat=True)) == {"1"}
    assert {code: verification.verify(code).findings for code in verification.books()} == dict.fromkeys(DIGESTS, ())
    pages = ("/", "/programmes/imi2/", "/programmes/imi2/rules/", "/programmes/imi2/projects/innodia/", "/check/imi2/")
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
    open_shipped()
    assert labels("imi2") == ["1", "3"]


@pytest.mark.django_db
def test_version_of_an_office_is_never_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    own = FIRST.replace('version = "1"', 'version = "1 of our office"')
    open_scheme(Actor.operator(), own, file="imi2.toml", at=OPENED_AT)
    open_shipped()
    assert labels("imi2") == ["1 of our office"]
    assert capsys.readouterr().out == "imi2: this site has a version of its own, which stays in force.\n"


@pytest.mark.django_db
def test_demonstration_of_this_release_is_known_as_such(demonstration: None) -> None:
    assert edition_loaded() == reading.edition()
