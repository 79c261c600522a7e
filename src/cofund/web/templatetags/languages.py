"""What a page says about its language: the tag of the page, links to its twin, and days within text."""

from __future__ import annotations

from datetime import date

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString

from cofund.web import atoms, formatting, languages, vocabulary

register = template.Library()


@register.simple_tag(name="language_tag")
def language_tag() -> str:
    """`{% language_tag %}`: the language of this page, `en-GB` or `fr`."""
    return languages.tag()


@register.simple_tag(name="language_links", takes_context=True)
def language_links(context: Context) -> SafeString:
    """`{% language_links %}`: where the same page stands in each language, for search engines; English for everybody else."""
    request: HttpRequest | None = context.get("request")
    found = languages.twins(request) if request is not None else ()
    links = [(one.tag, one.href) for one in found]
    links += [("x-default", href) for _, href in links[:1]]
    return atoms.safe(
        "".join(
            f'<link rel="alternate" hreflang="{tag}" href="{atoms.text(request.build_absolute_uri(href))}">\n'
            for tag, href in links
            if request is not None
        )
    )


@register.simple_tag(name="language_switch", takes_context=True)
def language_switch(context: Context) -> SafeString:
    """`{% language_switch %}`: a link to the same page in the other language, named as its readers name it."""
    request: HttpRequest | None = context.get("request")
    found = languages.twins(request) if request is not None else ()
    return atoms.safe(
        "".join(
            f'<a class="language" href="{atoms.text(one.href)}" lang="{one.tag}" hreflang="{one.tag}" rel="alternate">'
            f"{one.name}</a>"
            for one in found
            if not one.is_here
        )
    )


@register.simple_tag(name="in_english")
def in_english() -> SafeString:
    """`<p{% in_english %}>`: says that what stands there is English, where the page around it is not."""
    return atoms.safe(' lang="en"' if languages.is_french() else "")


@register.filter(name="written_day")
def written_day(value: date | None) -> str:
    """`{{ on|written_day }}`: 14 March 2021 as plain text, for titles and attributes."""
    return formatting.day(value)


@register.filter(name="spoken")
def spoken_filter(words: str) -> str:
    """`{{ rule.label|spoken }}`: words of a rule or a record in the language of the page, as far as they are known."""
    return vocabulary.spoken(str(words))


@register.filter(name="number")
def number(value: int) -> str:
    """`{{ count|number }}`: 1,204."""
    return formatting.number(value)
