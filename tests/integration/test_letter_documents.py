"""The letter of endorsement and the board's paper as PDF: tagged, in a language, with a title, and every amount of the record."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from pypdf import PdfReader
from tests.applications import brought_to, line, start, write
from tests.books import MILLION, Office, shipped
from tests.pdfs import assert_accessible, read
from tests.worlds import world

from cofund.exporters.documents.letters import board_paper_pdf, letter_pdf
from cofund.queries import letters, short_papers
from cofund.queries.letter_unlocks import of_lines
from cofund.queries.pools import Target
from cofund.queries.schemes import current
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application
from cofund.rules.money import in_words

AT = dt.datetime(2015, 10, 20, 12, tzinfo=dt.UTC)
LINES = (
    line(7 * MILLION, years={"2016": 3 * MILLION, "2017": 4 * MILLION}, recipient="Consortium"),
    line(
        123_456_789,
        "IK",
        currency="USD",
        scheme_amount_cents=110_000_001,
        years={"2016": 123_456_789},
        rate="1.1223",
        rate_on=dt.date(2015, 9, 1),
        rate_source="ECB",
        valuation="usual",
    ),
)


@world
def office() -> Office:
    """The book of IMI2, in 2015."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = AT
    return office


def letter_of(row: Application) -> tuple[PdfReader, str]:
    return read(letter_pdf(current("imi2")[0], row, letters.of_application(row)[0]))


def test_letter_is_tagged_and_shows_every_amount_of_the_record(office: Office) -> None:
    row = brought_to(office, "submitted", *LINES)
    reader, words = letter_of(row)
    assert_accessible(reader, "Letter of endorsement of Gates Foundation")
    for amount in (
        "EUR 7,000,000",
        "2016: EUR 3,000,000",
        "2017: EUR 4,000,000",
        "USD 1,234,567.89",
        "EUR 1,100,000.01",
    ):
        assert amount in words
    assert "EUR 8,100,000.01" in words
    assert "Rate 1.1223 of 1 September 2015, ECB" in words


def test_draft_says_so_in_words_until_it_is_handed_in(office: Office) -> None:
    row = start(office)
    write(office, row, *LINES)
    _, words = letter_of(row)
    assert "Draft This letter was not handed in." in words
    assert "version 1, Draft Page 1 of" in words
    handed_in = brought_to(office, "submitted", name="Other Trust")
    _, words = letter_of(handed_in)
    assert "Draft" not in words
    assert handed_in.letters.get().facts_digest in words.replace(" ", "")


def test_letter_is_a_letter_from_its_head_to_its_signature(office: Office) -> None:
    row = brought_to(office, "submitted", *LINES)
    _, words = letter_of(row)
    said = (
        "Gates Foundation Country: not stated",
        "To the Governing Board of",
        "by way of the Programme Office",
        "Date: 1 September 2015",
        "Subject: Letter of endorsement, Associated Partner of",
        "Gates Foundation asks the Governing Board to approve it as an Associated Partner of",
        "Duration. The partnership lasts from 1 January 2016 to 31 December 2021.",
        "Gates Foundation commits contributions of EUR 8,100,000.01 in all, as follows:",
        "No condition is stated.",
        "Gates Foundation is no member, and no constituent or affiliated entity of one.",
        "No other Union funds pay for it.",
        "No part of it finally comes from a public budget.",
        "We consent to the publication of what this letter states.",
        "For any question please turn to Ada Contact, ada@example.org.",
        "Yours faithfully, for Gates Foundation",
        "Signature Bo Signatory Director",
        "Right to sign: Statutes, article 7",
        "SHA-256 of what it states",
    )
    places = [words.find(one) for one in said]
    assert [one for one, place in zip(said, places, strict=True) if place < 0] == []
    assert places == sorted(places)


def test_letter_says_what_stands_against_it_and_on_what_it_hangs(office: Office) -> None:
    row = start(office)
    changes = {"no_other_union_funding": False, "other_union_funding": "Horizon grant", "public_origin_percent": 40}
    write(office, row, *LINES, **changes, conditions="The board agrees", consents_to_publication=False)
    _, words = letter_of(row)
    assert "Other Union funds pay for a part of it: Horizon grant" in words
    assert "40 % of it finally comes from a public budget." in words
    assert "It is subject to the following: The board agrees" in words
    assert "We do not consent to the publication of what this letter states." in words


def test_empty_draft_can_be_set_too(office: Office) -> None:
    _, words = letter_of(start(office))
    assert "No contribution is stated." in words and "not stated" in words


def test_words_of_a_letter_are_never_markup(office: Office) -> None:
    row = start(office)
    wanted = '#let x = 1; = Heading *bold* $a^2$ @label <tag> "quoted" \\ #read("/etc/passwd")'
    write(office, row, line(MILLION, recipient=wanted), subject_matter=wanted)
    _, words = letter_of(row)
    assert words.replace(" ", "").count(wanted.replace(" ", "")) == 2


def test_board_paper_has_the_checklist_and_what_it_would_unlock(office: Office) -> None:
    row = brought_to(office, "scheduled")
    scheme = current("imi2")[0]
    letter = letters.of_application(row)[0]
    found = of_lines(
        scheme,
        Target(topic=row.topic),
        row.role,
        row.organisation,
        letters.facts_of(letter).lines,
        no_other_union_funding=True,
        on=AT.date(),
    )
    reader, words = read(board_paper_pdf(scheme, row, letter, found))
    assert_accessible(reader, "Application of Gates Foundation")
    assert "1 Financial contribution through the joint undertaking EUR 7,000,000 EUR 7,000,000" in words
    assert "No participant identification code of Gates Foundation is recorded." in words
    effect = short_papers.effects_of(scheme, row)[0]
    amounts = [in_words(cents, "EUR") for cents in (effect.free_cents, effect.taken_cents, effect.after_cents)]
    assert " ".join((effect.label, *amounts)) in words
    assert (effect.taken_cents, effect.after_cents) == (7 * MILLION, effect.free_cents - 7 * MILLION)
    assert "To approve Gates Foundation as Associated Partner for T1" in words
    stated = re.search(r"Amounts as of (.+?), by the rules of version (\S+)\.", words)
    assert stated is not None
    assert stated[2] == scheme.version
    assert f"{timezone.localdate():%B %Y}" in stated[1]
    # Every amount on the paper is one of the letter, of what it unlocks, or of the envelope.
    lines_of = letters.facts_of(letter).lines
    held = [one.amount_cents for one in lines_of]
    held += [one.unlock.match.match_cents for one in found if one.unlock is not None and one.unlock.match is not None]
    held += [effect.free_cents, effect.taken_cents, effect.after_cents]
    assert set(re.findall(r"EUR [\d,.]*\d", words)) == {in_words(cents, "EUR") for cents in held if cents is not None}


@pytest.mark.parametrize("name", ["Bundesgesundheitsforschungsförderungsgesellschaft mbH", "Gesundheit" * 28])
def test_long_name_stays_on_the_paper(office: Office, name: str) -> None:
    row = brought_to(office, "eligible", *LINES)
    Organisation.objects.filter(pk=row.organisation_id).update(name=name)
    row = Application.objects.get(pk=row.pk)
    letter = letters.of_application(row)[0]
    rules = current("imi2")[0]
    lines_of = letters.facts_of(letter).lines
    target = Target(topic=row.topic)
    found = of_lines(rules, target, row.role, row.organisation, lines_of, no_other_union_funding=True, on=AT.date())
    for content in (letter_pdf(rules, row, letter), board_paper_pdf(rules, row, letter, found)):
        reader, words = read(content)
        assert name.replace(" ", "") in words.replace(" ", "").replace("\u200b", "")
        # A line of the paper holds about a hundred letters: what is longer would run out of it.
        assert [one for page in reader.pages for one in page.extract_text().splitlines() if len(one) > 130] == []
