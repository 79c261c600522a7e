"""What is on the way with a partner, before it stands in the books: its leads, and its applications with their letters."""

from __future__ import annotations

from django.db.models import Count

from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Application
from cofund.records.programme.models import Lead


@kept(64)
def leads(organisation: Organisation) -> list[Lead]:
    """Give the leads of an organisation, the newest first. One query."""
    return list(
        Lead.objects.filter(organisation=organisation).select_related("scheme", "topic").order_by("-opened_on", "-pk")
    )


@kept(64)
def applications(organisation: Organisation) -> list[tuple[Application, int]]:
    """Give the applications of an organisation with how many versions of the letter there are, the newest first. One query."""
    rows = Application.objects.filter(organisation=organisation).select_related("scheme", "topic", "project")
    return [(row, row.versions) for row in rows.annotate(versions=Count("letters")).order_by("-made_at", "-pk")]
