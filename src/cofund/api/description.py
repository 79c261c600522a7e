"""The description of the API (OpenAPI 3.1): what ninja writes, with every problem that an answer can be, plain parameters,
and what can be asked next.

Source: OpenAPI Specification 3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ninja import NinjaAPI

from cofund.api import links, problems
from cofund.api.shapes.common import ProblemDetails
from cofund.api.shapes.places import ROOT

# What every answer can be beside what a route says itself.
ALWAYS: Final = (401, 404, 405, 422, 429, 500)
# Beside those: what writes is sent a body, and what takes a key can find that it does not allow this.
OF_A_BODY: Final = (400, 413, 415)
OF_A_KEY: Final = (403,)
OF_WRITING: Final = (409,)
REFERENCE: Final = "#/components/schemas/{model}"
HEADERS: Final[dict[str, Any]] = {
    "RateLimit": {"description": "What is left, and until when.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How many requests a minute.", "schema": {"type": "string"}},
}
TAG: Final[dict[str, Any]] = {"ETag": {"description": "Ask again with `If-None-Match`.", "schema": {"type": "string"}}}


def of(made: NinjaAPI) -> dict[str, Any]:
    """Give the description of an API."""
    found: dict[str, Any] = dict(made.get_openapi_schema(path_prefix="api/v1"))
    found["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    components = found["components"]
    components["schemas"] |= _problem_schemas()
    components["responses"] = {problems.SLUGS[status]: _problem(status) for status in problems.TITLES}
    about = "A key that a person made on the page Keys, sent as `Authorization: Bearer cofund_…`."
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": about}}
    for method, operation in _operations(found):
        _plain_parameters(operation)
        _answers(method, operation)
    links.tell(found["paths"], ROOT)
    return found


def _operations(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its method."""
    for path in found["paths"].values():
        yield from path.items()


def _problem_schemas() -> dict[str, Any]:
    """The shape of a problem with what it is made of."""
    schema = ProblemDetails.model_json_schema(ref_template=REFERENCE, mode="serialization")
    parts = schema.pop("$defs", {})
    return {**parts, "ProblemDetails": schema}


def _problem(status: int) -> dict[str, Any]:
    """An answer that is a problem."""
    shape = {"$ref": REFERENCE.format(model="ProblemDetails")}
    headers = dict(HEADERS)
    if status == 429:
        headers["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    return {
        "description": problems.TITLES[status],
        "content": {problems.MEDIA_TYPE: {"schema": shape}},
        "headers": headers,
    }


def _answers(method: str, operation: dict[str, Any]) -> None:
    """Add the problems that every operation can end in, and the headers of what goes well."""
    told = {str(status): answer for status, answer in operation["responses"].items()}
    for answer in told.values():
        answer["headers"] = {**HEADERS, **(TAG if method == "get" else {})}
    if method == "get":
        told["304"] = {"description": "What you have is still so.", "headers": {**HEADERS, **TAG}}
    operation.setdefault("security", [{}, {"key": []}])
    takes_key = {} not in operation["security"]
    more = [*(OF_A_BODY if method == "post" else ()), *(OF_A_KEY if takes_key else ())]
    more += OF_WRITING if method == "post" and takes_key else ()
    for status in (*ALWAYS, *more):
        told[str(status)] = {"$ref": f"#/components/responses/{problems.SLUGS[status]}"}
    operation["responses"] = dict(sorted(told.items()))


def _plain_parameters(operation: dict[str, Any]) -> None:
    """What an address can leave out is left out: no parameter of it is ever null."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        others = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
        if len(others) == 1:
            schema.pop("anyOf")
            schema.update(others[0])
        for name in ("title", "description") + (("default",) if schema.get("default", "") in (None, "") else ()):
            schema.pop(name, None)
