"""Writing requests, each done once: the program names the request, and the same name gives the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, TypeAlias

from django.http import HttpRequest, HttpResponse
from ninja import Header
from pydantic import StringConstraints

from cofund.actions import answered
from cofund.api.callers import Holder
from cofund.api.shapes.common import Shape

Name: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:~-]{8,120}$"),
    Header(
        alias="Idempotency-Key",
        description="What the program calls this request: sent again under it, it is done once.",
    ),
]


def done_once(
    request: HttpRequest, holder: Holder, name: str, body: Shape | None, act: Callable[[], Shape]
) -> HttpResponse:
    """Do what is asked, or give what was answered when it was done: then the header `Idempotent-Replayed` says so.

    Raises:
        Refused: what the action refuses, or the name was used for another request.
    """
    asked = [request.method, request.path, body.model_dump(mode="json") if body is not None else None]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    found = answered.once(holder.key, name, digest, lambda: act().model_dump(mode="json"))
    response = HttpResponse(json.dumps(found.content, ensure_ascii=False), status=201, content_type="application/json")
    if found.was_there:
        response["Idempotent-Replayed"] = "true"
    return response
