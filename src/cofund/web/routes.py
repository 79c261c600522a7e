"""The address of a page by its name, remembered: a list asks for the same hundred addresses again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf
from django.urls import reverse as look_up


def reverse(name: str, *, args: Sequence[str | int] = (), kwargs: Mapping[str, str | int] | None = None) -> str:
    """Give the address of a page, as `django.urls.reverse` does.

    Raises: django.urls.NoReverseMatch where no page of this name takes these arguments.
    """
    return _address(
        name, tuple(args), tuple((kwargs or {}).items()), get_urlconf(settings.ROOT_URLCONF), get_script_prefix()
    )


@lru_cache(maxsize=20_000)
def _address(
    name: str,
    args: tuple[str | int, ...],
    kwargs: tuple[tuple[str, str | int], ...],
    urlconf: str,
    prefix: str,
) -> str:
    """Ask Django for an address that was not asked for before; `prefix` is where the site hangs, which Django adds by itself."""
    del prefix
    return look_up(name, urlconf, args=args, kwargs=dict(kwargs))
