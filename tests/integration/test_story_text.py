"""The text of a story is a guest: whatever somebody writes, a page shows words, and never runs, loads or breaks anything."""

from __future__ import annotations

import time

import pytest
from django.utils.html import escape
from django.utils.safestring import SafeString
from lxml import html as parser

from cofund.queries.stories import markdown
from cofund.queries.stories.markdown import ELEMENTS, read

HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://example.org'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>body{display:none}</style>",
    "<base href='https://example.org/'>",
    "<form action='https://example.org'><input name=a></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//example.org/ \"' onmouseover='alert(1)\")",
    '[x](https://example.org "a\\" onmouseover=\\"alert(1)")',
    "<javascript:alert(1)>",
    '<https://example.org/"onmouseover=alert(1)>',
    "![x](https://example.org/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![<img src=x onerror=alert(1)>](https://example.org/x)",
    "[r]: javascript:alert(1)\n\n[r]",
    "```<script>\nalert(1)\n```",
    "`<script>alert(1)</script>`",
    "# <script>alert(1)</script>",
    "\ue0000\ue001 \ue0009\ue001",
    "\u202ereversed\u202c \x00\x08",
]


def elements(text: str) -> list[parser.HtmlElement]:
    """Every element of what a text becomes."""
    whole = read(text).with_places(lambda one: SafeString(escape(one.words)))
    return [one for one in parser.fragment_fromstring(whole, create_parent="div").iter() if one.tag != "div"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_words(text: str) -> None:
    for one in elements(text):
        assert isinstance(one.tag, str)
        assert one.tag in ELEMENTS
        assert set(one.attrib) <= {"href", "title", "start", "rel"}
        assert one.get("href", "/").split(":")[0] in ("http", "https", "mailto", "/", "//example.org/")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_shows_what_was_written_and_nothing_is_lost_in_silence(text: str) -> None:
    assert "<script" not in read(text).html
    assert "\x00" not in read(text).html


def test_links_tell_no_search_engine_and_no_other_site() -> None:
    assert read("[x](https://example.org) and <https://example.org>").html == (
        '<p><a href="https://example.org" rel="nofollow noopener noreferrer">x</a> and '
        '<a href="https://example.org" rel="nofollow noopener noreferrer">https://example.org</a></p>\n'
    )


def test_picture_from_elsewhere_is_a_fault_and_never_loaded() -> None:
    found = read("![A cat](https://example.org/cat.png)")
    assert (found.html, len(found.faults)) == ("<p>A cat</p>\n", 1)


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    found = elements("# One\n\n#### Two\n\n###### Three\n\n# Four")
    assert [(one.tag, one.text) for one in found] == [("h2", "One"), ("h3", "Two"), ("h4", "Three"), ("h2", "Four")]
    assert [one.tag for one in elements("## One\n\n## Two\n\n### Three\n\n# Four\n\n###### Five")] == [
        "h2",
        "h2",
        "h3",
        "h2",
        "h3",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000 + "x",
        "- " * 20_000 + "x",
        "[" * 30_000 + "x" + "](a)" * 7_000,
        "*" * 50_000,
        "*a_" * 20_000,
        "`" * 30_000 + "x",
        "<" * 50_000,
        "{{" * 30_000,
        "{{ partner.given }} " * 3_000,
        "\n".join(" " * number + "- x" for number in range(300)),
        "&#x110000;" * 6_000,
    ],
    ids=["quotes", "lists", "links", "stars", "marks", "ticks", "angles", "braces", "figures", "steps", "entities"],
)
def test_text_made_to_exhaust_is_read_in_time(text: str) -> None:
    began = time.monotonic()
    found = markdown.read.__wrapped__(text)
    assert "<script" not in found.html
    assert time.monotonic() - began < 5


def test_text_of_a_million_signs_is_read_in_time() -> None:
    began = time.monotonic()
    markdown.read.__wrapped__("word " * 200_000)
    assert time.monotonic() - began < 10


def test_deep_nesting_is_a_fault() -> None:
    found = read("> > > > > > > > > > > > > > deep").faults
    assert len(found) == 1


def test_placeholder_stands_where_it_is_written_and_in_no_code_or_address() -> None:
    found = read(
        "A {{ partner.given }}, [b {{partner.matched}}](https://example.org/{{x}}) `{{ c }}`\n\n{{ picture.1 }}"
    )
    assert [(one.words, one.in_link, one.is_alone) for one in found.placed] == [
        ("partner.given", False, False),
        ("partner.matched", True, False),
        ("picture.1", False, True),
    ]
    assert found.with_places(lambda one: SafeString(f"[{one.words}]")) == (
        "<p>A [partner.given], "
        '<a href="https://example.org/%7B%7Bx%7D%7D" rel="nofollow noopener noreferrer">b [partner.matched]</a> '
        "<code>{{ c }}</code></p>\n[picture.1]\n"
    )


def test_marks_of_placeholders_cannot_be_forged() -> None:
    found = read("\ue0000\ue001 {{ partner.given }}")
    assert found.with_places(lambda one: SafeString("[put]")) == "<p>0 [put]</p>\n"
