"""The pages of public forms, which differ between visitors in two tokens alone: kept without them, and given with new ones.

A form holds the token against forged requests, which belongs to the visitor's cookie, and the mark that makes it count once. Both
are taken out of what is kept, so that nothing of one visitor is given to another. What is given holds secrets and is not packed:
beside text that a visitor can choose, its length would tell them.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest
from django.middleware.csrf import get_token

from cofund.web.office import tokens

# By the names of their addresses: forms that are the same for everybody until something is written or the day is over.
FORMS: Final = frozenset({"contribute", "topic-comment", "consortium", "idea-suggest"})
# No HTML holds a zero byte.
_FORGERY: Final = b"\0forgery\0"
_ONCE: Final = b"\0once\0"
_HOLES: Final = (
    (re.compile(rb'(?<= name="csrfmiddlewaretoken" value=")[^"]+(?=")'), _FORGERY),
    (re.compile(rb'(?<= name="token" value=")[^"]+(?=")'), _ONCE),
)


def emptied(content: bytes) -> bytes | None:
    """Take the tokens out of the page of a form; None where it has no token against forged requests, and so is none."""
    for pattern, hole in _HOLES:
        content = pattern.sub(hole, content)
    return content if _FORGERY in content else None


def filled(content: bytes, request: HttpRequest) -> bytes:
    """Put a visitor's own tokens into the page of a form; its cookie goes out with it."""
    return content.replace(_FORGERY, get_token(request).encode()).replace(_ONCE, tokens.new().encode())
