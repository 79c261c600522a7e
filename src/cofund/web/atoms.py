"""The smallest pieces of a page as safe HTML: money, badges, marks and every value that a table or a fact can hold.

A page of a list has hundreds of them. They are put together as plain strings, each part escaped by `text` where it is put in, and
what has few values (states, marks, icons) is kept: Django's `format_html` took a third of the time of a list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from cofund.web import formatting
from cofund.web.components.values import Certainty, Link, Money, Percent, Ratio, Seal, Status, Tone, Value, Visibility
from cofund.web.languages import gettext as _
from cofund.web.languages import is_french

# Shapes on a field of 12 by 12: they differ without colour, and carry no text of their own.
SHAPES = {
    Tone.NEUTRAL: '<circle cx="6" cy="6" r="4"/>',
    Tone.WAITING: '<circle cx="6" cy="6" r="4"/><path class="icon-solid" d="M6 2a4 4 0 0 1 0 8z"/>',
    Tone.ACTIVE: '<circle class="icon-solid" cx="6" cy="6" r="4"/>',
    Tone.GOOD: '<path d="M2 6.5 5 9.5 10 3"/>',
    Tone.WARNING: '<path d="M6 1.8 11 10.4H1z"/><path d="M6 5v2.4M6 8.6v.6"/>',
    Tone.BAD: '<path d="M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5"/>',
    Tone.CLOSED: '<rect x="2.5" y="2.5" width="7" height="7"/><path d="M2.5 9.5 9.5 2.5"/>',
}
LOCK = '<rect class="icon-solid" x="2" y="5.5" width="8" height="5"/><path d="M3.8 5.5V4a2.2 2.2 0 0 1 4.4 0v1.5"/>'
EYE = '<path d="M1 6c2.5-4.5 7.5-4.5 10 0-2.5 4.5-7.5 4.5-10 0z"/><circle class="icon-solid" cx="6" cy="6" r="1.4"/>'
PEOPLE = '<circle cx="4" cy="4" r="2"/><path d="M1 10.5c0-4 6-4 6 0M8 2.2a2 2 0 0 1 0 3.6M9 7.4c1.2.4 2 1.4 2 3.1"/>'
VISIBILITY_SHAPES = {
    Visibility.PUBLIC: EYE,
    Visibility.PARTNERS: PEOPLE,
    Visibility.GROUP: PEOPLE,
    Visibility.INTERNAL: LOCK,
}


def text(value: object) -> str:
    """Any words as HTML: escaped, unless they are HTML already."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def safe(markup: str) -> SafeString:
    """Mark-up whose parts were all escaped by `text` or are our own."""
    return mark_safe(markup)  # noqa: S308


def data_block(data: Mapping[str, object]) -> SafeString:
    """Data within a page for programs that read it; no browser runs it, and no text in it can end it or begin markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return safe(f'<script type="application/ld+json">{text}</script>')


@lru_cache(maxsize=64)
def icon(shape: str) -> SafeString:
    """A small drawing that is hidden from those who listen: the words beside it say the same."""
    # The shapes are the constants above, never text of a person.
    return safe(
        '<svg class="icon" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">'
        f"{shape}</svg>"
    )


def money(value: Money) -> SafeString:
    """An amount with its exact value behind it; not known and below zero are said in words."""
    cents, currency = value.cents, value.currency
    if cents is None:
        return safe(f'<span class="money money-unknown">{formatting.not_known()}</span>')
    if value.short:
        shown = formatting.short_money(cents, currency)
    else:
        shown = formatting.money(cents, currency, with_cents=value.with_cents)
    if value.bare:
        shown = formatting.without_currency(shown, currency)
    negative = " money-negative" if cents < 0 else ""
    exact = text(formatting.exact_money(cents, currency))
    return safe(
        f'<data class="money{negative}" value="{formatting.machine_amount(cents)}" title="{exact}">{text(shown)}</data>'
    )


@lru_cache(maxsize=512)
def status(value: Status) -> SafeString:
    """A badge: shape, word and colour."""
    tone = value.tone
    return safe(f'<span class="status status-{tone.value}">{icon(SHAPES[tone])}{text(value.label)}</span>')


def certainty(value: Certainty) -> SafeString:
    """The mark of how sure we are; what it means is in its hint and on the page about the data."""
    return _certainty(value, is_french())


@lru_cache(maxsize=32)
def _certainty(value: Certainty, in_french: bool) -> SafeString:
    """The mark as it is kept for each language; `in_french` tells the kept ones apart."""
    name = value.value
    return safe(f'<span class="certainty certainty-{name}" title="{text(value.meaning)}">{_(name)}</span>')


def visibility(value: Visibility) -> SafeString:
    """The marker of who may read this."""
    return _visibility(value, is_french())


@lru_cache(maxsize=16)
def _visibility(value: Visibility, in_french: bool) -> SafeString:
    """The marker as it is kept for each language."""
    name = value.value
    shape = icon(VISIBILITY_SHAPES[value])
    return safe(f'<span class="visibility visibility-{name}" title="{text(value.meaning)}">{shape}{_(name)}</span>')


def link(value: Link) -> SafeString:
    """A link; a file says so by its mark-up, the current place by its state."""
    download = " download" if value.download else ""
    current = ' aria-current="page"' if value.current else ""
    return safe(f'<a href="{text(value.href)}"{download}{current}>{text(value.text)}</a>')


def day(value: date) -> SafeString:
    """A day written out, with the machine's form behind it."""
    return safe(f'<time datetime="{value.isoformat()}">{formatting.day(value)}</time>')


def instant(value: datetime) -> SafeString:
    """An instant with its time zone, and the machine's form behind it."""
    machine = value.isoformat(timespec="seconds")
    return safe(f'<time datetime="{machine}">{text(formatting.instant(value))}</time>')


def unknown() -> SafeString:
    """What stands where nothing is known."""
    return safe(f'<span class="unknown">{formatting.not_known()}</span>')


def figure(words: str) -> SafeString:
    """A number that is not money, in figures of one width."""
    return safe(f'<span class="figure">{text(words)}</span>')


def _seal(value: Seal) -> SafeString:
    return safe(f'<code class="seal">{text(value.text)}</code>')


def _percent(value: Percent) -> SafeString:
    return unknown() if value.value is None else figure(formatting.percent(value.value, value.places))


def _ratio(value: Ratio) -> SafeString:
    return unknown() if value.value is None else figure(formatting.ratio(value.value, value.places))


def _words(value: object) -> SafeString:
    return safe(text(value)) if value else unknown()


_BY_TYPE: Final[dict[type, Callable[[Any], SafeString]]] = {
    str: _words,
    Money: money,
    Percent: _percent,
    Ratio: _ratio,
    Seal: _seal,
    Status: status,
    Certainty: certainty,
    Visibility: visibility,
    Link: link,
    datetime: instant,
    date: day,
    int: lambda number: figure(formatting.number(number)),
    type(None): lambda _: unknown(),
}


def value(item: Value) -> SafeString:
    """Any value that a table, a fact or a tile can hold, as HTML."""
    shown = _BY_TYPE.get(type(item))
    if shown is None:
        # A kind of one of them, such as a choice of words.
        shown = next((made for kind, made in _BY_TYPE.items() if isinstance(item, kind)), _words)
    return shown(item)
