"""Papers of a point of the agenda: a text, a file, or both; confidential ones are for whoever has no conflict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from cofund.actions import audit, files
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.governance import guards
from cofund.actions.locks import writing
from cofund.queries import clock
from cofund.records.programme.models import AgendaItem, Paper


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """A paper as it is handed in. One that is not confidential is published with the agenda."""

    title: str
    text: str = ""
    upload: UploadedFile[bytes] | None = None
    is_confidential: bool = True


def add_paper(actor: Actor, item: AgendaItem, wanted: PaperWanted, *, at: datetime | None = None) -> Paper:
    """Add a paper to a point. One that comes after the day on which papers are due is taken, and marked late on its page.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the point has a result, the person has a conflict on it, or there is neither text nor a file that is taken.
    """
    actor.require("add paper")
    asked = f"You asked to add the paper “{wanted.title}”."
    if not wanted.text.strip() and wanted.upload is None:
        wrong = "It has neither a text nor a file."
        raise Refused(asked=asked, wrong=wrong, remedy="Write the text, or choose a file.", field="text")
    instant = at or clock.now()
    with writing():
        row = guards.locked_item(item.pk, "add paper", asked)
        guards.refuse_conflicted(actor, row, asked)
        kept = files.keep(wanted.upload) if wanted.upload is not None else None
        paper = Paper.objects.create(
            item=row,
            title=wanted.title.strip(),
            text=wanted.text.strip(),
            file=kept.path if kept else "",
            file_name=kept.name if kept else "",
            digest=kept.digest if kept else "",
            is_confidential=wanted.is_confidential,
            added_by=actor.name,
            added_at=instant,
        )
        after = {
            "title": paper.title,
            "is_confidential": paper.is_confidential,
            "file": paper.file_name,
            "digest": paper.digest,
        }
        subject = f"{row.meeting.group.scheme.code}/meeting/{row.meeting_id}/item/{row.pk}/paper/{paper.pk}"
        audit.record(actor, "add paper", subject, at=instant, after=after)
        return paper
