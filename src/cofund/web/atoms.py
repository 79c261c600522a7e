"""The smallest pieces of a page as safe HTML: money, badges, marks and every value that a table or a fact can hold."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cofund.web import formatting
from cofund.web.components.values import Certainty, Link, Money, Percent, Ratio, Status, Tone, Value, Visibility

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


def icon(shape: str) -> SafeString:
    """A small drawing that is hidden from those who listen: the words beside it say the same."""
    # The shapes are the constants above, never text of a person.
    return format_html(
        '<svg class="icon" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(shape),  # noqa: S308
    )


def money(value: Money) -> SafeString:
    """An amount with its exact value behind it; not known and below zero are said in words."""
    if value.cents is None:
        return format_html('<span class="money money-unknown">{}</span>', formatting.NOT_KNOWN)
    exact = formatting.exact_money(value.cents, value.currency)
    if value.short:
        text = formatting.short_money(value.cents, value.currency)
    else:
        text = formatting.money(value.cents, value.currency, with_cents=value.with_cents)
    if value.bare:
        text = text.replace(f"{value.currency} ", "", 1)
    return format_html(
        '<data class="money{}" value="{}" title="{}">{}</data>',
        " money-negative" if value.cents < 0 else "",
        formatting.machine_amount(value.cents),
        exact,
        text,
    )


def status(value: Status) -> SafeString:
    """A badge: shape, word and colour."""
    return format_html(
        '<span class="status status-{}">{}{}</span>', value.tone.value, icon(SHAPES[value.tone]), value.label
    )


def certainty(value: Certainty) -> SafeString:
    """The mark of how sure we are; what it means is in its hint and on the page about the data."""
    return format_html('<span class="certainty certainty-{0}" title="{1}">{0}</span>', value.value, value.meaning)


def visibility(value: Visibility) -> SafeString:
    """The marker of who may read this."""
    return format_html(
        '<span class="visibility visibility-{0}" title="{1}">{2}{0}</span>',
        value.value,
        value.meaning,
        icon(VISIBILITY_SHAPES[value]),
    )


def link(value: Link) -> SafeString:
    """A link; a file says so by its mark-up, the current place by its state."""
    return format_html(
        '<a href="{}"{}{}>{}</a>',
        value.href,
        mark_safe(" download") if value.download else "",
        mark_safe(' aria-current="page"') if value.current else "",
        value.text,
    )


def day(value: date) -> SafeString:
    """A day written out, with the machine's form behind it."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formatting.day(value))


def instant(value: datetime) -> SafeString:
    """An instant with its time zone, and the machine's form behind it."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), formatting.instant(value))


def unknown() -> SafeString:
    """What stands where nothing is known."""
    return format_html('<span class="unknown">{}</span>', formatting.NOT_KNOWN)


def value(item: Value) -> SafeString:
    """Any value that a table, a fact or a tile can hold, as HTML."""
    match item:
        case None | "":
            return unknown()
        case Money():
            return money(item)
        case Percent():
            return figure(formatting.percent(item.value, item.places)) if item.value is not None else unknown()
        case Ratio():
            return figure(formatting.ratio(item.value, item.places)) if item.value is not None else unknown()
        case Status():
            return status(item)
        case Certainty():
            return certainty(item)
        case Visibility():
            return visibility(item)
        case Link():
            return link(item)
        case datetime():
            return instant(item)
        case date():
            return day(item)
        case int():
            return figure(f"{item:,}")
        case _:
            return format_html("{}", item)


def figure(text: str) -> SafeString:
    """A number that is not money, in figures of one width."""
    return format_html('<span class="figure">{}</span>', text)
