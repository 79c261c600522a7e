"""Points of an agenda: the page of one with its short paper, papers and votes; a new one, its words, and its papers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from cofund.actions.governance import agenda
from cofund.actions.governance import papers as paper_acting
from cofund.exporters.documents import letters as documents
from cofund.queries import ballots, groups, meetings, schemes
from cofund.web import components as c
from cofund.web.handing import file_of, kept
from cofund.web.office import navigation, proof_links
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit, watched
from cofund.web.office.governance import lookup, point
from cofund.web.office.governance.forms import ItemForm, NewItemForm, PaperForm
from cofund.web.routes import reverse


@opened_by("read meetings")
def page(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/`: what is asked, the short paper, the papers, and how it stands."""
    row = lookup.item_or_404(request, item)
    row.meeting.group = row.meeting.group
    state = ballots.state_of(row.meeting)
    context = navigation.context(
        request, f"Point {row.number}", row.meeting.group.scheme.code, lookup.meeting_crumbs(row.meeting)
    )
    context |= point.context(request, row, state, state.one(row.pk))
    context |= proof_links.about(request, f"{row.meeting.group.scheme.code}/meeting/{row.meeting_id}/item/{row.pk}")
    return render(request, "cofund/pages/office/governance/item.html", context)


@opened_by("put on agenda")
def new(request: HttpRequest, meeting: int) -> HttpResponse:
    """`/office/governance/meetings/<meeting>/new-point/`: put something on the agenda."""
    row = lookup.meeting_or_404(request, meeting)
    form = NewItemForm(request.POST if request.method == "POST" else None, group=row.group)
    href = reverse("office-meeting", args=[row.pk])
    words = "Applications of partners are put on the agenda from their own pages, once they are complete and eligible."
    editing = Editing(
        "Put a point on the agenda",
        "Put it on the agenda",
        href,
        "The point is on the agenda.",
        lede=f"{row.title}, {row.group.name}",
        scheme=row.group.scheme.code,
        crumbs=lookup.meeting_crumbs(row),
        callouts=(c.Callout("Where are the applications?", words),) if groups.decision_rule(row.group) else (),
    )

    def act(data: dict[str, Any]) -> str:
        made = agenda.put_on_agenda(actor_of(request), row, agenda.ItemWanted(**data))
        return reverse("office-item", args=[made.pk])

    return edit(request, editing, form, act)


@opened_by("edit item")
def change(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/edit/`: the words of a point."""
    row = lookup.item_or_404(request, item)
    initial = {name: getattr(row, name) for name in ("title", "proposal", "risks")}
    if meetings.has_conflict(request.user, row):
        raise Http404
    form = watched(ItemForm(request.POST if request.method == "POST" else None, initial=initial), agenda.words(row))
    href = reverse("office-item", args=[row.pk])
    editing = Editing(
        "Change the point",
        "Save",
        href,
        "The point is changed.",
        scheme=row.meeting.group.scheme.code,
        crumbs=lookup.item_crumbs(row),
    )

    def act(data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        agenda.edit_item(actor_of(request), row, agenda.ItemWanted(row.kind, **data), seen=seen)
        return href

    return edit(request, editing, form, act)


@opened_by("add paper")
def paper(request: HttpRequest, item: int) -> HttpResponse:
    """`/office/governance/points/<item>/paper/`: a text or a file for the group."""
    row = lookup.item_or_404(request, item)
    form = PaperForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    href = reverse("office-item", args=[row.pk])
    editing = Editing(
        "Add a paper",
        "Add the paper",
        href,
        "The paper is added.",
        lede=f"For point {row.number}: {row.title}",
        scheme=row.meeting.group.scheme.code,
        crumbs=lookup.item_crumbs(row),
    )

    def act(data: dict[str, Any]) -> str:
        wanted = paper_acting.PaperWanted(data["title"], data["text"], data["file"], data["is_confidential"])
        paper_acting.add_paper(actor_of(request), row, wanted)
        return href

    return edit(request, editing, form, act)


@opened_by("read meetings")
def download(request: HttpRequest, paper: int) -> HttpResponseBase:
    """`/office/governance/papers/<paper>/`: the file of a paper, for those who may read it."""
    return file_of(lookup.paper_or_404(request, paper))


@opened_by("read meetings")
def letter(request: HttpRequest, item: int, letter: int) -> HttpResponse:
    """`/office/governance/points/<item>/letters/<letter>.pdf`: the letter that a point is about, for those who decide on it."""
    found = lookup.letter_or_404(request, item, letter)
    row = found.application
    content = documents.letter_pdf(schemes.current(row.scheme.code)[0], row, found)
    name = f"letter-{row.reference}-{found.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@opened_by("read meetings")
def signed(request: HttpRequest, item: int, letter: int) -> HttpResponseBase:
    """`/office/governance/points/<item>/letters/<letter>/signed/`: the signed document of that letter, as it was handed in."""
    found = lookup.letter_or_404(request, item, letter)
    return kept(found.file, found.file_name)
