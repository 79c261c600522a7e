"""The address of a website as a sign of who somebody is: its host, and the domain that somebody registered."""

from __future__ import annotations

import re
from typing import Final

_HOST: Final = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
# Where many have their pages: the host says nothing of who they are.
_SHARED: Final = frozenset(
    {
        *(
            "facebook.com",
            "linkedin.com",
            "twitter.com",
            "x.com",
            "instagram.com",
            "youtube.com",
            "wikipedia.org",
            "google.com",
        ),
        *("wordpress.com", "blogspot.com", "wixsite.com", "weebly.com", "webnode.com", "jimdo.com", "business.site"),
        *("github.io", "github.com", "gov.uk", "gouv.fr", "europa.eu", "nhs.uk"),
    }
)
# Second levels under which a country registers names: `ox.ac.uk` is registered, `ac.uk` is not.
_SECOND: Final = frozenset(
    {*("ac", "co", "com", "edu", "gob", "gouv", "gov", "gv", "mil"), *("net", "nhs", "nom", "or", "org")}
)


def host(url: str) -> str:
    """The host of a website without `www.`, in small letters; nothing where there is none, or where many share it."""
    # What stands before the host: the scheme, and a name with a password; after it: port, path, question.
    text = re.sub(r"^[a-z]+:/+", "", url.strip().lower())
    found = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    found = re.sub(r"^www\d?\.", "", found.rstrip("."))
    return "" if not _HOST.match(found) or registered(found) in _SHARED or found in _SHARED else found


def registered(name: str) -> str:
    """The part of a host that somebody registered: `chem.ox.ac.uk` gives `ox.ac.uk`."""
    parts = name.split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND:
        return ".".join(parts[-3:])
    return ".".join(parts[-2:])
