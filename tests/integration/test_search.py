"""The public search: everything public is found as it is now, nothing else is, in the same order on both databases."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.books import DAY, MILLION, Office, shipped
from tests.worlds import world

from cofund.actions import search_index
from cofund.queries.search import finding, highlights, words
from cofund.queries.search.finding import Question
from cofund.records.directory.models import Organisation, OrganisationName
from cofund.records.programme.models import (
    Call,
    Consultation,
    Decision,
    Idea,
    Project,
    RoleHolding,
    SearchEntry,
    Topic,
    TopicVersion,
)

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    return Office.with_scheme(shipped("imi2"), "imi2")


def _found(text: str, **chosen: str) -> list[tuple[str, str]]:
    """Kind and key of what a visitor finds now."""
    search_index.bring_in_step()
    answer = finding.find(Question(text, chosen), slice(0, 100))
    assert answer.count == len(answer.entries)
    return [(entry.kind, entry.key) for entry in answer.entries]


def _topic(office: Office, code: str, title: str, **more: str) -> Topic:
    return Topic.objects.create(scheme=office.row, code=code, title=title, **more)


def _partner(office: Office, slug: str, name: str, **more: str) -> Organisation:
    """An organisation in a role, which is public."""
    row = Organisation.objects.create(slug=slug, name=name, **more)
    RoleHolding.objects.create(scheme=office.row, organisation=row, role="partner")
    return row


def test_words_are_compared_without_accents_and_capitals() -> None:
    assert words.words_of("Fundación ÉLAN, Straße; Łódź–Øre’s IMI2-2015") == [
        *("fundacion", "elan", "strasse", "lodz", "ore", "s", "imi2", "2015"),
    ]


def test_question_is_taken_apart_into_words_and_phrases() -> None:
    asked = words.asked('juvenile "beta cells" IMI2-2015-03 juvenile')
    assert [(term.words, term.goes_on) for term in asked.terms] == [
        (("juvenile",), True),
        (("beta", "cells"), False),
        (("imi2", "2015", "03"), True),
    ]
    assert not asked.is_cut


def test_every_kind_of_public_thing_is_found(office: Office) -> None:
    topic = _topic(office, "Q-1", "Quokka topic")
    Call.objects.create(scheme=office.row, code="Q-CALL", name="Quokka call", opened_on=DAY)
    Project.objects.create(scheme=office.row, slug="quokka", acronym="QUOKKA", topic=topic, starts_on=DAY)
    _partner(office, "quokka-trust", "Quokka Trust", country="BE", kind="foundation")
    Decision.objects.create(
        scheme=office.row, number="Q-GB-1", decided_on=DAY, title="On quokkas", published_at=timezone.now()
    )
    Idea.objects.create(
        scheme=office.row,
        reference="q-idea",
        title="Quokka idea",
        is_public=True,
        shown_at=timezone.now(),
        recorded_at=timezone.now(),
    )
    assert _found("quokka") == [
        ("topic", "Q-1"),
        ("call", "Q-CALL"),
        ("project", "quokka"),
        ("partner", "quokka-trust"),
        ("decision", "Q-GB-1"),
        ("idea", "q-idea"),
    ]
    assert ("programme", "imi2") in _found("Innovative Medicines")
    assert ("document", "annual-report") in _found("annual report")


def test_what_is_changed_is_found_as_it_is_now(office: Office) -> None:
    """A title that changes, a row that goes and a name that comes are known to the next search, without anybody telling it."""
    topic = _topic(office, "T-1", "About marmots")
    assert _found("marmots") == [("topic", "T-1")]
    Topic.objects.filter(pk=topic.pk).update(title="About beavers")
    assert (_found("marmots"), _found("beavers")) == ([], [("topic", "T-1")])
    topic.delete()
    assert _found("beavers") == []
    row = _partner(office, "trust", "Trust of the Alps")
    OrganisationName.objects.create(organisation=row, name="Alpenstiftung")
    assert _found("alpenstiftung") == [("partner", "trust")]
    RoleHolding.objects.filter(organisation=row).delete()
    assert _found("alps") == []


def test_contribution_is_found_only_from_the_stage_that_its_scheme_publishes_from(office: Office) -> None:
    """Neither the contribution nor its giver is there while it is a pledge; both are once its grant is signed."""
    made = office.pledge(2 * MILLION, "Secret Wombat Trust", kind="FC_JU").contribution
    assert _found("wombat") == []
    assert not SearchEntry.objects.filter(words__contains="wombat").exists()
    office.endorse(made)
    office.reserve()
    assert _found("wombat") == []
    office.commit()
    assert _found("wombat") == [("partner", "secret-wombat-trust"), ("contribution", made.reference)]
    assert _found("wombat", kind="contribution", year=str(DAY.year)) == [("contribution", made.reference)]


def test_what_is_not_public_is_in_no_entry(office: Office) -> None:
    """An idea not shown, a decision not published, an organisation that only knocked, a text not yet consulted on."""
    now = timezone.now()
    Idea.objects.create(scheme=office.row, reference="i", title="Hidden narwhal", is_public=True, recorded_at=now)
    Decision.objects.create(scheme=office.row, number="D", decided_on=DAY, title="Hidden narwhal", text="narwhal")
    Organisation.objects.create(slug="o", name="Hidden narwhal")
    topic = _topic(office, "T-2", "Open title")
    TopicVersion.objects.create(
        topic=topic, number=1, title="Narwhal", challenge="narwhal", reason="First", written_by="X", written_at=now
    )
    assert _found("narwhal") == []
    assert not SearchEntry.objects.filter(words__contains="narwhal").exists()
    Consultation.objects.create(topic=topic, opens_on=DAY, closes_on=DAY)
    assert _found("narwhal") == [("topic", "T-2")]
    Idea.objects.filter(reference="i").update(shown_at=now)
    assert _found("narwhal") == [("idea", "i"), ("topic", "T-2")]
    Idea.objects.filter(reference="i").update(shown_at=None)
    assert _found("narwhal") == [("topic", "T-2")]


def test_words_may_go_on_and_phrases_stand_as_they_are(office: Office) -> None:
    _topic(office, "A", "Beta cells of children")
    _topic(office, "B", "Cells and beta blockers")
    assert _found("bet cel") == [("topic", "A"), ("topic", "B")]
    assert _found('"beta cells"') == [("topic", "A")]
    assert _found('"beta cell"') == []
    assert _found("children beta") == [("topic", "A")]
    assert _found("éTÁ") == []
    assert _found("BÉTÁ CHÍLD") == [("topic", "A")]


def test_title_counts_before_text_and_then_kind_and_title(office: Office) -> None:
    _topic(office, "A", "Something", summary="about otters")
    _topic(office, "C", "Otters in winter")
    _topic(office, "B", "Otters in summer")
    Project.objects.create(scheme=office.row, slug="otter", acronym="OTTER")
    assert _found("otter") == [("topic", "B"), ("topic", "C"), ("project", "otter"), ("topic", "A")]


def test_facets_count_what_there_would_be(office: Office) -> None:
    for number, (country, kind) in enumerate((("BE", "foundation"), ("BE", "company"), ("FR", "company"))):
        _partner(office, f"lynx-{number}", f"Lynx {number}", country=country, kind=kind)
    search_index.bring_in_step()
    answer = finding.find(Question("lynx", {"country": "BE"}), slice(0, 10))
    assert answer.count == 2
    assert answer.facets["country"] == {"BE": 2, "FR": 1}
    assert answer.facets["partner_kind"] == {"company": 1, "foundation": 1}
    assert _found("lynx", country="BE", partner_kind="company") == [("partner", "lynx-1")]
    assert _found("lynx", kind="topic") == []
    assert _found("lynx", year="no year") == []


@pytest.mark.parametrize(
    "text",
    [
        '"', "'", "*", "a*", "NOT", "AND OR", "NEAR(a b)", "title_words : a", "-a", "a & b | !c", "a <-> b", ":*", "(", ")))",
        "'; DROP TABLE programme_searchentry; --", "%", "\\", "\x00", "a\x00b", "{x y} : z", "^a", "a + b",
        "+" * 10_000, "ab " * 3_334, "\u202e", "😀",
    ],
)  # fmt: skip
def test_question_in_a_query_language_is_words_and_harmless(office: Office, text: str) -> None:
    """Whatever is typed is looked for as words, or finds nothing; it is never an error."""
    _topic(office, "A", "Plain")
    search_index.bring_in_step()
    assert finding.find(Question(text), slice(0, 5)).count >= 0
    assert _found("plain") == [("topic", "A")]


def test_long_question_says_that_it_was_cut() -> None:
    assert words.asked("word " * 2_000).is_cut
    assert words.asked(" ".join(f"w{number}" for number in range(13))).is_cut
    assert len(words.asked("a" * 10_000).terms) == 1


def test_no_question_gives_everything_and_signs_alone_nothing(office: Office) -> None:
    _topic(office, "A", "One")
    assert ("topic", "A") in _found("")
    assert _found("?!") == []


def test_bring_in_step_changes_nothing_where_nothing_is_another(office: Office) -> None:
    _topic(office, "A", "One")
    assert search_index.bring_in_step() > 0
    before = list(SearchEntry.objects.order_by("pk").values_list("pk", "digest"))
    assert search_index.bring_in_step() == 0
    assert list(SearchEntry.objects.order_by("pk").values_list("pk", "digest")) == before


def test_entries_of_another_process_are_taken_as_they_are(office: Office) -> None:
    """What somebody else wrote wrongly into the entries is put right by the next search."""
    _topic(office, "A", "Right")
    search_index.bring_in_step()
    SearchEntry.objects.filter(key="A").update(title="Wrong", title_words="xwrong", words="xwrong", digest="")
    assert (_found("wrong"), _found("right")) == ([], [("topic", "A")])


def test_marked_pieces_are_the_text_itself() -> None:
    terms = words.asked("éta ZELL").terms
    text = "Eta: die Zellen; étage <b>"
    pieces = highlights.marked(text, terms)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_found] == ["Eta", "Zellen", "étage"]


def test_excerpt_shows_what_was_asked_for() -> None:
    text = f"{'before ' * 100}needle {'after ' * 100}"
    pieces = highlights.excerpt(text, words.asked("needle").terms)
    assert [piece.text for piece in pieces if piece.is_found] == ["needle"]
    assert len("".join(piece.text for piece in pieces)) < 300
