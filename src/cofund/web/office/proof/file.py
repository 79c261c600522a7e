"""The audit file of a project, sent while it is made."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404

from cofund.actions.proving import take_audit_file
from cofund.exporters.audit_file.scope import Scope
from cofund.exporters.audit_file.writing import stream
from cofund.queries import clock
from cofund.records.programme.models import Project
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.proof_links import may_take_file
from cofund.web.routes import reverse


@opened_by("make audit file")
def download(request: HttpRequest, scheme: str, slug: str) -> StreamingHttpResponse:
    """`/office/<scheme>/projects/<slug>/audit-file.zip`: everything that proves the project, as known now.

    A GET that writes: who took the file stands in the audit trail before a byte of it leaves.
    Not there for whoever has a conflict on the point of an application in it: the file holds the letters.
    """
    rows = Project.objects.select_related("topic", "scheme")
    project = get_object_or_404(rows, scheme__code=scheme, slug=slug)
    if not may_take_file(request, project):
        raise Http404
    now = clock.now()
    address = f"{settings.COFUND_SITE_URL}{reverse('audit-key')}"
    actor = actor_of(request)
    key = take_audit_file(actor, project, now, at=now)
    pieces = stream(Scope(project, now), key, made_at=now, made_by=actor.name, address=address)
    name = f"audit-file-{scheme}-{slug}-{now:%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
