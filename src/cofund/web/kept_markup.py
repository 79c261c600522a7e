"""Parts of a page kept as HTML for as long as nothing is written: what a report shows is drawn once, and not for each reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cofund.queries.keeping import kept

Arguments = ParamSpec("Arguments")


def kept_markup(
    template: str, maxsize: int
) -> Callable[[Callable[Arguments, dict[str, Any]]], Callable[Arguments, SafeString]]:
    """Make of a function that gives what a template shows one that gives its HTML, while the database and the day are the same.

    Only for what depends on nothing but the arguments and the rows: not on who reads, and not on a form.
    At most `maxsize` are kept.
    """

    def keeping(build: Callable[Arguments, dict[str, Any]]) -> Callable[Arguments, SafeString]:
        @kept(maxsize)
        def drawn(language: str | None, *args: Any, **kwargs: Any) -> SafeString:
            del language
            return render_to_string(template, build(*args, **kwargs))

        @wraps(build)
        def reading(*args: Arguments.args, **kwargs: Arguments.kwargs) -> SafeString:
            return drawn(get_language(), *args, **kwargs)

        return reading

    return keeping
