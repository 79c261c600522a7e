"""The address of a page by its name, kept: to put one together takes longer than most of what stands around it."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(name: str, *arguments: str | int) -> str:
    """The address of a page, as `reverse` gives it.

    Raises: NoReverseMatch where no page has this name and takes these arguments.
    """
    return _kept(name, arguments, get_script_prefix(), get_urlconf(settings.ROOT_URLCONF))


@lru_cache(maxsize=8192)
def _kept(name: str, arguments: tuple[str | int, ...], prefix: str, addresses: str) -> str:
    """The same, for one prefix of the site and one table of addresses, which do not change while they are in force."""
    return reverse(name, urlconf=addresses, args=arguments)
