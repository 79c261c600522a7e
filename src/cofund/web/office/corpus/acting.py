"""What is done with the index: a task is started, or cancelled."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions import background as actions
from cofund.queries import background
from cofund.records.directory.models import BackgroundTask
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.corpus.page import index_page
from cofund.web.office.editing import press
from cofund.web.routes import reverse

# A file is named at the command line alone: a page must not read any file of the server.
_KINDS = (BackgroundTask.Kind.FETCH, BackgroundTask.Kind.INDEX)


@opened_by("build index")
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """`/office/index/<kind>/start/`: fetch, import and build, or build alone, in a process of its own."""
    if kind not in _KINDS:
        raise Http404
    said = "It is started. This page shows how far it is; you can leave it."
    return _press(request, lambda: actions.start(actor_of(request), kind), said)


@opened_by("cancel task")
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/index/tasks/<key>/cancel/`: ask the task under way to end."""
    row = background.find(key)
    if row is None:
        raise Http404
    return _press(request, lambda: actions.cancel(actor_of(request), row), "It is told to end.")


def _press(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    """Do something once, and show the page again with what came of it."""
    return press(request, reverse("office-index"), act, said, lambda refused: index_page(request, refused))
