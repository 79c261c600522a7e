"""What the installed schemes say: the newest version of a scheme, or the version that an entry was computed with."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache

from cofund.queries.keeping import kept
from cofund.records.programme.models import SchemeVersion
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import Scheme


class SchemeNotInstalledError(LookupError):
    """A scheme was asked for that this site does not have."""

    def __init__(self, scheme_code: str, installed: tuple[str, ...]) -> None:
        """Carry what was asked, and which schemes the site has."""
        self.scheme_code, self.installed = scheme_code, installed
        near = get_close_matches(scheme_code.lower(), installed, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        super().__init__(
            f"There is no scheme '{scheme_code}' on this site.{meant} It has: {', '.join(installed) or 'none'}. "
            "Install one with `cofund scheme install FILE`."
        )


def current(scheme_code: str) -> tuple[Scheme, SchemeVersion]:
    """The newest version of a scheme: what it says, and its row. One database query at most, whatever schemes are asked for.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    version = _newest().get(scheme_code)
    if version is None:
        raise SchemeNotInstalledError(scheme_code, installed())
    return _parsed(version.pk, version.digest), version


@kept(32)
def versions(scheme_code: str) -> tuple[SchemeVersion, ...]:
    """Give every version of a scheme, the newest first; without the text of its file.

    Raises: SchemeNotInstalledError where the site does not have the scheme.
    """
    rows = SchemeVersion.objects.select_related("scheme").defer("content").filter(scheme__code=scheme_code)
    found = tuple(rows.order_by("-number"))
    if not found:
        raise SchemeNotInstalledError(scheme_code, installed())
    return found


@kept(1)
def _newest() -> dict[str, SchemeVersion]:
    """The newest version of each scheme."""
    rows = SchemeVersion.objects.select_related("scheme").defer("content").order_by("number")
    return {version.scheme.code: version for version in rows}


def of_version(version_id: int) -> Scheme:
    """What a version of a scheme says. One database query.

    Raises: SchemeVersion.DoesNotExist where there is no such version.
    """
    return _parsed(version_id, SchemeVersion.objects.values_list("digest", flat=True).get(pk=version_id))


def of_version_and_digest(version_id: int, digest: str) -> Scheme:
    """What a version of a scheme says. No database query where it was asked for before."""
    return _parsed(version_id, digest)


@kept(8)
def installed() -> tuple[str, ...]:
    """The codes of the schemes that this site has, in alphabetical order."""
    codes = SchemeVersion.objects.order_by("scheme__code").values_list("scheme__code", flat=True).distinct()
    return tuple(codes)


@lru_cache(maxsize=256)
def _parsed(version_id: int, digest: str) -> Scheme:
    """A version as plain values. Versions never change; the digest guards against an id that is used again."""
    version = SchemeVersion.objects.select_related("scheme").get(pk=version_id, digest=digest)
    return parse(version.content, file=f"{version.scheme.code} version {version.number}")
