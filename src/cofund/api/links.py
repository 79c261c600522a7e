"""What can be asked next: for each operation the ones whose keys its answer holds, as links of OpenAPI.

A list leads to its first thing, a programme to what it has, what was written to what can be read and written of it.

Source: OpenAPI Specification 3.1.0, Link Object and Runtime Expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

_ID, _REFERENCE = "$response.body#/items/0/id", "$response.body#/items/0/reference"
_OWN, _OF_ITEM = "$response.body#/id", "$response.body#/items/0/programme"
_ASKED: Final = "$request.path.programme"
_PROGRAMME: Final = "/programmes/{programme}"
_CONTRIBUTION: Final = "/contributions/{reference}"
_CHANGES: Final = (f"{_CONTRIBUTION}/reduce", f"{_CONTRIBUTION}/withdraw")


class Link(NamedTuple):
    """A way from an operation to another, each by method and address below the API, with where its keys are found."""

    source: tuple[str, str]
    target: tuple[str, str]
    parameters: Mapping[str, str]


def every() -> Iterator[Link]:
    """Give all links."""
    yield from _of_programme()
    yield from _of_lists()
    yield from _of_contributions()
    yield from _of_leads()


def tell(paths: Mapping[str, Any], root: str) -> None:
    """Write each link into the answer of its operation that goes well."""
    for link in every():
        operation = _at(paths, root, link.source)
        answer = next(told for status, told in sorted(operation["responses"].items()) if status in {"200", "201"})
        name = _at(paths, root, link.target)["operationId"]
        answer.setdefault("links", {})[name.removeprefix("cofund_api_routes_")] = {
            "operationId": name,
            "parameters": dict(link.parameters),
        }


def _at(paths: Mapping[str, Any], root: str, place: tuple[str, str]) -> dict[str, Any]:
    """The operation at a place."""
    method, path = place
    found: dict[str, Any] = paths[root + path][method]
    return found


def _of_programme() -> Iterator[Link]:
    """From the programmes to one, and from there to all that it has."""
    yield Link(("get", "/programmes"), ("get", _PROGRAMME), {"programme": _ID})
    lists = ("tranches", "rules", "rule-versions", "calls", "topics", "projects", "partners", "contributions")
    more = ("decisions", "groups", "meetings", "success", "trajectory", "documents", "published")
    for name in (*lists, *more):
        yield Link(("get", _PROGRAMME), ("get", f"{_PROGRAMME}/{name}"), {"programme": _OWN})
    for name in ("pledges", "leads"):
        yield Link(("get", _PROGRAMME), ("post", f"{_PROGRAMME}/{name}"), {"programme": _OWN})


def _of_lists() -> Iterator[Link]:
    """From a list to the first thing in it."""
    of_programme = ("call", "topic", "project", "decision", "group", "meeting", "document", "rule")
    for name in of_programme:
        path = f"{_PROGRAMME}/{name}s"
        yield Link(("get", path), ("get", f"{path}/{{{name}}}"), {"programme": _ASKED, name: _ID})
    versions = f"{_PROGRAMME}/rule-versions"
    number = "$response.body#/items/0/number"
    yield Link(("get", versions), ("get", f"{versions}/{{version}}"), {"programme": _ASKED, "version": number})
    tranches = f"{_PROGRAMME}/tranches"
    keys = {"programme": _ASKED, "tranche": _ID}
    yield Link(("get", tranches), ("get", f"{tranches}/{{tranche}}/movements"), keys)
    for path in ("/partners/{partner}", "/partners/{partner}/credit"):
        yield Link(("get", f"{_PROGRAMME}/partners"), ("get", path), {"partner": _ID})
    yield Link(("get", "/partners/{partner}"), ("get", "/partners/{partner}/credit"), {"partner": _OWN})
    open_topics = {"programme": _OF_ITEM, "topic": _ID}
    yield Link(("get", "/topics"), ("get", f"{_PROGRAMME}/topics/{{topic}}"), open_topics)
    for path, key in (("/stories", "story"), ("/ideas", "idea"), ("/desk/applications", "application")):
        yield Link(("get", path), ("get", f"{path}/{{{key}}}"), {key: _ID})
    for name, key in (("opportunities", "opportunity"), ("awards", "award")):
        path = f"/common-grants/{name}"
        yield Link(("get", path), ("get", f"{path}/{{{key}}}"), {key: _ID})
    search = ("post", "/common-grants/opportunities/search")
    yield Link(search, ("get", "/common-grants/opportunities/{opportunity}"), {"opportunity": _ID})


def _of_contributions() -> Iterator[Link]:
    """From contributions, listed or just written, to one and to what can be done with it."""
    for path in (f"{_PROGRAMME}/contributions", "/desk/contributions"):
        yield Link(("get", path), ("get", _CONTRIBUTION), {"reference": _REFERENCE})
    for path in _CHANGES:
        yield Link(("get", _CONTRIBUTION), ("post", path), {"reference": "$response.body#/reference"})
    written = {"reference": "$response.body#/contribution/reference"}
    pledges = f"{_PROGRAMME}/pledges"
    for path in (pledges, *_CHANGES):
        yield Link(("post", path), ("get", _CONTRIBUTION), written)
    for path in _CHANGES:
        yield Link(("post", pledges), ("post", path), written)


def _of_leads() -> Iterator[Link]:
    """From leads, listed or just opened, to one and to its next step."""
    one, step = "/leads/{lead}", "/leads/{lead}/next-step"
    yield Link(("get", "/leads"), ("get", one), {"lead": _ID})
    yield Link(("get", one), ("post", step), {"lead": _OWN})
    yield Link(("post", step), ("get", one), {"lead": _OWN})
    for target in (("get", one), ("post", step)):
        yield Link(("post", f"{_PROGRAMME}/leads"), target, {"lead": _OWN})
