"""The text of a topic: any version, what changed between two of them, and the next version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import topic_texts as acting
from cofund.queries import access, topic_texts
from cofund.rules.lifecycle_topics import TOPIC
from cofund.web import components as c
from cofund.web.formatting import counted
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing, edit
from cofund.web.office.topics.forms import TextForm
from cofund.web.office.topics.page import topic_or_404
from cofund.web.routes import reverse


@opened_by("read the books")
def read(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/text/`: a version, and what changed since another one."""
    row = topic_or_404(scheme, code)
    address = c.Address.of(request.path, request.GET.items())
    found = topic_texts.read(topic_texts.versions(row), address.get("version"), address.get("compared_with"))
    back = reverse("office-topic", args=[scheme, code])
    crumbs = (c.Link("Topics", reverse("office-topics", args=[scheme])), c.Link(row.code, back))
    may_write = access.may(request.user, "write topic version") and TOPIC.allows("write topic version", row.status)
    context = navigation.context(request, "Text", scheme, crumbs) | {
        "topic": row,
        "reading": found,
        "address": address,
        "may_write": may_write,
        "write_href": reverse("office-topic-write", args=[scheme, code]),
    }
    return render(request, "cofund/pages/office/topics/text.html", context)


@opened_by("write topic version")
def write(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/text/new/`: write the next version, beginning with the last one."""
    row = topic_or_404(scheme, code)
    last = row.versions.order_by("-number").first()
    start: dict[str, Any] = {"title": row.title, "seen": last.number if last else 0}
    if last is not None:
        start |= {"title": last.title} | {name: getattr(last, name) for name in acting.SECTIONS}
    form = TextForm(request.POST if request.method == "POST" else None, initial=start)
    back = reverse("office-topic-text", args=[scheme, code])
    page = Editing(
        f"Write version {last.number + 1 if last else 1} of {row.code}",
        "Keep this version",
        back,
        "The version is kept.",
        "Each version stays. What changed since the last one is shown word by word.",
        scheme,
        (
            c.Link("Topics", reverse("office-topics", args=[scheme])),
            c.Link(row.code, reverse("office-topic", args=[scheme, code])),
            c.Link("Text", back),
        ),
    )

    def act(data: dict[str, Any]) -> str:
        sections = {name: data[name] for name in acting.SECTIONS}
        written = acting.write(
            *(actor_of(request), row, data["title"], sections, data["reason"]),
            is_material=data["is_material"],
            seen=data["seen"],
        )
        if written.asked:
            asked = counted(len(written.asked), "pledge or letter", "pledges and letters")
            messages.info(request, f"{asked} had come in before: the partners are asked whether they stand.")
        if written.told:
            messages.info(request, f"{counted(len(written.told), 'notice')} went to partners who need not answer.")
        number = written.version.number
        compared = f"&compared_with={number - 1}" if number > 1 else ""
        return f"{back}?version={number}{compared}"

    return edit(request, page, form, act)
