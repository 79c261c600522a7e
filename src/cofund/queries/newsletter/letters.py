"""How the e-mails of the newsletter read, as text and as HTML: one column, no image, nothing that tells who opened it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cofund.queries import languages
from cofund.queries.newsletter import wording
from cofund.queries.newsletter.news import Item
from cofund.records.programme.models import NewsletterIssue
from cofund.rules.newsletter import THEMES

_THEME_WORDS: Final = (
    gettext_noop("Stories"), gettext_noop("Topics"), gettext_noop("Ideas"), gettext_noop("Contributions"),
    gettext_noop("Decisions"),
)  # fmt: skip
_FONT: Final = "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;"


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail: its subject, and both parts with `[[preferences]]` and `[[leave]]` where the links of each reader come."""

    subject: str
    text: str
    html: str


def selected(
    items: Sequence[Item], schemes: Collection[str], themes: Collection[str], followed: Collection[str]
) -> tuple[Item, ...]:
    """The news that somebody wants: of the chosen programmes and themes (all where none is), and of followed topics (`imi2/T1`).

    What is about no programme is for the readers of each.
    """
    return tuple(
        item
        for item in items
        if item.followed_as in followed
        or ((not schemes or item.scheme in ("", *schemes)) and (not themes or item.theme in themes))
    )


def of_issue(issue: NewsletterIssue, items: Sequence[Item], names: dict[str, str], language: str = "en") -> Letter:
    """An issue with the news that one reader wants. `names` are those of the programmes by code."""
    with languages.speaking(language):
        return _letter(issue.title, paragraphs(issue.intro), by_theme(items), names, f"/newsletter/archive/{issue.pk}/")


def of_followed(items: Sequence[Item], names: dict[str, str], language: str = "en") -> Letter:
    """What is new in topics that somebody follows."""
    with languages.speaking(language):
        codes = ", ".join(dict.fromkeys(item.topic for item in items))
        title = _("News of %(topics)s") % {"topics": codes}
        return _letter(title[:200], (_("You follow these topics."),), by_theme(items), names, "")


def by_theme(items: Iterable[Item]) -> dict[str, list[Item]]:
    """News under their themes, in the order of an issue."""
    found: dict[str, list[Item]] = {theme: [] for theme in THEMES}
    for item in items:
        found[item.theme].append(item)
    return {theme: rows for theme, rows in found.items() if rows}


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a plain text: what an empty line parts."""
    return tuple(" ".join(one.split()) for one in re.split(r"\n\s*\n", text.replace("\r", "")) if one.strip())


def _letter(
    title: str, opening: Sequence[str], news: dict[str, list[Item]], names: dict[str, str], archive: str
) -> Letter:
    """Both parts of an e-mail; its links lead to pages in its language."""
    language = languages.spoken_now()
    news = {theme: [_addressed(wording.said(one), language) for one in items] for theme, items in news.items()}
    archive = languages.at(archive, language) if archive else ""
    return Letter(title, _text(title, opening, news, names, archive), str(_html(title, opening, news, names, archive)))


def _addressed(item: Item, language: str) -> Item:
    """News with the whole address of its page."""
    return replace(item, path=languages.at(item.path, language))


def _text(title: str, opening: Sequence[str], news: dict[str, list[Item]], names: dict[str, str], archive: str) -> str:
    """The part for those who read text."""
    colon = "\u00a0:" if languages.spoken_now() == languages.FRENCH else ":"
    blocks = [title, "=" * min(len(title), 70), *(f"\n{one}" for one in opening)]
    for theme, items in news.items():
        heading = _(THEMES[theme])
        blocks += [f"\n{heading}", "-" * len(heading)]
        for item in items:
            blocks.append(f"* {item.title}\n  {_of(item, names)}\n  {item.path}")
    blocks.append("\n-- ")
    if archive:
        blocks.append(f"{_('On the web')}{colon} {archive}")
    blocks += [
        f"{_('Choose what you get, and how often')}{colon} [[preferences]]",
        f"{_('Leave in one click')}{colon} [[leave]]",
    ]
    return "\n".join(blocks) + "\n"


def _of(item: Item, names: dict[str, str]) -> str:
    """What an item says, and of which programme, where it is of one."""
    return ", ".join(filter(None, (item.said, names.get(item.scheme, item.scheme))))


def _html(
    title: str, opening: Sequence[str], news: dict[str, list[Item]], names: dict[str, str], archive: str
) -> SafeString:
    """The part for those who read HTML."""
    words = format_html_join("", '<p style="margin:0 0 16px">{}</p>', ((one,) for one in opening))
    sections = [
        format_html(
            '<h2 style="font-size:20px;margin:28px 0 8px">{}</h2><ul style="margin:0;padding:0 0 0 20px">{}</ul>',
            _(THEMES[theme]),
            format_html_join(
                "",
                '<li style="margin:0 0 12px"><a href="{}" style="color:#0b4f8a">{}</a><br>{}</li>',
                ((one.path, one.title, _of(one, names)) for one in items),
            ),
        )
        for theme, items in news.items()
    ]
    ends = [(archive, _("On the web"))] if archive else []
    ends += [("[[preferences]]", _("Choose what you get, and how often")), ("[[leave]]", _("Leave in one click"))]
    footer = format_html_join(mark_safe(" · "), '<a href="{}" style="color:#0b4f8a">{}</a>', ends)  # a constant
    return format_html(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title></head>\n'
        '<body style="margin:0;padding:24px;background:#ffffff;{}"><main style="max-width:600px;margin:0 auto">\n'
        '<h1 style="font-size:26px;line-height:1.25;margin:0 0 16px">{}</h1>\n{}{}\n'
        '<p style="margin:32px 0 0;padding:16px 0 0;border-top:1px solid #767676;font-size:14px">{}</p>'
        "</main></body></html>\n",
        languages.spoken_now(), title, mark_safe(_FONT), title, words,  # noqa: S308  # a constant
        mark_safe("\n".join(sections)), footer,  # noqa: S308  # each is escaped where it is written
    )  # fmt: skip
