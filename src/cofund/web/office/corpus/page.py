"""The recommendation index: its state with what to do, its task under way, its files, and the latest imports and tasks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, background, clock, index_files, index_state
from cofund.records.directory.models import BackgroundTask
from cofund.web import components as c
from cofund.web.lists import page_of
from cofund.web.office import navigation, tokens
from cofund.web.office.access import opened_by
from cofund.web.office.corpus import scoring, showing
from cofund.web.routes import reverse


@opened_by("read index")
def shown(request: HttpRequest) -> HttpResponse:
    """`/office/index/`: the recommendation index."""
    return index_page(request)


@opened_by("read index")
def progress(request: HttpRequest) -> HttpResponse:
    """`/office/index/progress/`: how far the task under way is, for the page to show; without scripts it is opened anew."""
    context = _task(request)
    answer = render(request, "cofund/pages/office/corpus/progress.html", context)
    if context["task"] is None:
        # It has ended: the page shows what came of it.
        answer["HX-Refresh"] = "true"
    return answer


def index_page(request: HttpRequest, refused: c.Callout | None = None) -> HttpResponse:
    """The page, with a refusal where something was refused."""
    state, score = index_state.look(), index_files.score()
    address = c.Address.of(reverse("office-index"), request.GET.items())
    part, pages = page_of(address, len(state.files))
    may_build = access.may(request.user, "build index")
    context = navigation.context(request, "Recommendation index") | _task(request)
    context |= {
        "notice": showing.notice(state),
        "facts": showing.facts(state, score, clock.now()),
        "scores": scoring.tables(score),
        "measured": scoring.about(score) if score else "",
        "files": showing.files_table(state, part, pages) if state.files else None,
        "imports": showing.imports_table(index_state.latest_imports()),
        "tasks": showing.tasks_table(background.latest()),
        "is_building_elsewhere": state.is_building and context["task"] is None,
        "may_start": may_build and context["task"] is None,
        "build_verb": "Update the index" if state.state == index_state.WHOLE else "Build the index",
        "token": tokens.kept(request),
        "refused": refused,
    }
    return render(request, "cofund/pages/office/corpus/index.html", context, status=422 if refused else 200)


def _task(request: HttpRequest) -> dict[str, Any]:
    """The task whose process is at work, if there is one, and how far it is."""
    row = background.open_task()
    if row is None or background.standing(row) != BackgroundTask.Status.OPEN:
        return {"task": None}
    return {
        "task": row,
        "percent": row.done * 100 // row.total if row.total else None,
        "may_cancel": access.may(request.user, "cancel task") and row.cancel_asked_at is None,
    }
