"""The next report begins with what the returned one said: its lines, what they consist of, and their evidence."""

from __future__ import annotations

from django.db.models import Model

from cofund.records.ledger.models import Evidence, InKindLine, Report, ReportLine


def copy_lines(source: Report, target: Report) -> None:
    """Copy the lines of a report into a draft; what was certified, accepted or booked of them is not copied."""
    for line in source.lines.all():
        made = ReportLine.objects.create(
            report=target,
            number=line.number,
            contribution_id=line.contribution_id,
            activity_id=line.activity_id,
            reported_cents=line.reported_cents,
            note=line.note,
        )
        in_kind = {}
        for row in line.in_kind.all():
            in_kind[row.pk] = InKindLine.objects.create(report_line=made, **_stated(row))
        for evidence in line.evidence.all():
            inside = in_kind.get(evidence.in_kind_line_id) if evidence.in_kind_line_id else None
            Evidence.objects.create(report_line=made, in_kind_line=inside, **_stated(evidence))


def _stated(row: Model) -> dict[str, object]:
    """The columns of a row that say something, without its key and what it belongs to."""
    links = ("id", "report_line", "in_kind_line")
    return {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in links
    }
