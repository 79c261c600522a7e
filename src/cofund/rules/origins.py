"""Where a request comes from, as limits count it: read from its headers, without keeping who it was."""

from __future__ import annotations


def origin(forwarded: str, address: str, *, behind_proxy: bool) -> str:
    """Give the network address of a visitor; behind a proxy the one that the proxy itself saw, which stands last in its header.

    What stands before it in the header anybody can write.
    """
    told = forwarded.rpartition(",")[2].strip() if behind_proxy else ""
    return told or address
