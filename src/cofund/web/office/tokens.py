"""The tokens that tell forms apart, so that one that is sent twice books once: made and signed here, so that none is made up."""

from __future__ import annotations

import secrets

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from cofund.actions.errors import Refused

_SIGNER = "cofund.form"


def new() -> str:
    """Make a token; it is not longer than the books keep."""
    return Signer(salt=_SIGNER).sign(secrets.token_urlsafe(12))


def kept(request: HttpRequest) -> str:
    """The token that a form was sent with, for the page that is shown again; a new one where it has none of ours."""
    posted = request.POST.get("token", "")
    return posted if _is_ours(posted) else new()


def required(request: HttpRequest) -> str:
    """The token that a form was sent with.

    Raises:
        Refused: it has none, or one that this site did not make.
    """
    posted = request.POST.get("token", "")
    if not _is_ours(posted):
        raise Refused(
            asked="You asked to record this.",
            wrong="The form came without the mark that this site gives to each form, so nothing was recorded.",
            remedy="Look at what the form says and send it once more from this page.",
        )
    return posted


def _is_ours(token: str) -> bool:
    """Whether this site made a token."""
    try:
        Signer(salt=_SIGNER).unsign(token)
    except BadSignature:
        return False
    return True
