"""What public pages say about their own use: how to cite them, and how to show a part of them elsewhere."""

from __future__ import annotations

from django import template
from django.template import Context

from cofund.web.public import citing, embeds
from cofund.web.public.citing import Citation

register = template.Library()


@register.simple_tag(takes_context=True)
def citation(context: Context) -> Citation | None:
    """`{% citation as cited %}`: how the present page is cited; None where it is not."""
    request = context.get("request")
    return citing.of(request) if request is not None else None


@register.simple_tag(name="embeds", takes_context=True)
def embeds_tag(context: Context) -> list[tuple[str, str]]:
    """`{% embeds as snippets %}`: what of the present page can be shown elsewhere, with the text that does it."""
    request = context.get("request")
    return embeds.snippets(request) if request is not None else []
