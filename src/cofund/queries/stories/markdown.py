"""Turns the Markdown of a story into HTML that is safe in every page and feed: a short list of elements, and nothing from outside.

Two doors, one behind the other: the Markdown reader takes no HTML and no address but http, https, mailto and the site's own; what
it gives is cleaned once more against the list below. Figures and pictures are put in afterwards, so that no text can forge one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cofund.rules.story_figures import PLACEHOLDER, read_picture

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# How deep quotes and lists may lie in each other, and how much text one link or list may make the reader look at.
DEEPEST: Final = 12
ELEMENTS: Final = frozenset(
    {*("p", "h2", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "br")}
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto"}
# Signs that no keyboard writes stand where a figure or picture comes; they are taken out of every text first.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
_PLACED: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_ALONE: Final = re.compile(f"<p>{_OPEN}(\\d+){_CLOSE}</p>")
_LOWEST, _HIGHEST = 2, 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A placeholder in a text: the words between its braces, and whether it stands inside a link, or alone in its paragraph."""

    words: str
    in_link: bool
    is_alone: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A text as HTML with marks for its placeholders, the placeholders in their order, and what a text may not have, in words."""

    html: str
    placed: tuple[Placed, ...]
    faults: tuple[str, ...]

    def with_places(self, of: Callable[[Placed], SafeString]) -> SafeString:
        """The HTML with what stands for each placeholder; a picture alone in its paragraph takes the paragraph's place."""
        found = [of(one) for one in self.placed]

        def put(match: re.Match[str]) -> str:
            number = int(match[1])
            return found[number] if number < len(found) else ""

        def alone(match: re.Match[str]) -> str:
            return put(match) if read_picture(self.placed[int(match[1])].words) else match[0]

        whole = _PLACED.sub(put, _ALONE.sub(alone, self.html))
        return mark_safe(whole)  # noqa: S308  # cleaned in `read`; what is put in is escaped where it is made


@lru_cache(maxsize=128)
def read(text: str) -> Read:
    """Read a text; the same text is read once."""
    import nh3

    reader = _reader()
    tokens = reader.parse(_PRIVATE.sub("", text.replace("\r\n", "\n")))
    placed: list[Placed] = []
    faults: list[str] = []
    _level(tokens)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            is_paragraph = before is not None and before.type == "paragraph_open"
            placed += _placed(token.children or [], len(placed), faults, is_paragraph=is_paragraph)
    if any(token.level > DEEPEST for token in tokens):
        faults.append(f"Quotes and lists lie more than {DEEPEST // 2} deep in each other.")
    written = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(
        written,
        tags=set(ELEMENTS),
        attributes={name: set(found) for name, found in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    return Read(clean, tuple(placed), tuple(dict.fromkeys(faults)))


def _placed(children: Sequence[Token], count: int, faults: list[str], *, is_paragraph: bool) -> Iterator[Placed]:
    """The placeholders of one run of text; each token is given its number."""
    links = 0
    for token in children:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "image":
            faults.append(
                "A picture cannot be shown from another address. Add it to the story, and write {{ picture.1 }}."
            )
        if token.type == "placeholder":
            token.meta["number"] = count
            count += 1
            yield Placed(token.content, links > 0, is_paragraph and len(children) == 1)


def _level(tokens: Sequence[Token]) -> None:
    """Let headings begin below the title of the page, and never skip a level."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1:])
            above = [*(one for one in above if one < written), written]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST - 1 + len(above), _HIGHEST)}"


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    """The Markdown reader of this site: the common rules without HTML, and placeholders."""
    from markdown_it import MarkdownIt

    found = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST + 4})
    found.disable(["html_block", "html_inline"])
    found.inline.ruler.before("escape", "placeholder", _placeholder)
    found.add_render_rule("placeholder", _mark)
    found.add_render_rule("image", _no_image)
    return found


def _placeholder(state: StateInline, silent: bool) -> bool:
    """Read `{{ … }}` as one sign of the text."""
    match = PLACEHOLDER.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("placeholder", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _mark(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """The mark that stands for a placeholder until what it stands for is put in."""
    return f"{_OPEN}{tokens[index].meta['number']}{_CLOSE}"


def _no_image(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A picture from elsewhere is never shown; its words are."""
    return escape(tokens[index].content)
