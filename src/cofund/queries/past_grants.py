"""Past projects of a programme's calls, with who took part and what it cost, as they were imported from CORDIS."""

from __future__ import annotations

from django.db.models import Prefetch, Q

from cofund.records.corpus.models import PastParticipation, PastProject
from cofund.rules.own_cost import Part, PastGrant


def of_calls(prefix: str) -> list[PastGrant]:
    """The past projects whose call or topic begins with `prefix`, such as `HORIZON-JU-IHI`, by call and acronym. Two queries."""
    rows = PastProject.objects.filter(Q(master_call__startswith=prefix) | Q(main_topic__startswith=prefix))
    parts = PastParticipation.objects.order_by("position", "pk")
    rows = rows.prefetch_related(Prefetch("participations", queryset=parts)).order_by("master_call", "acronym", "pk")
    return [
        PastGrant(
            row.pk,
            row.acronym,
            row.master_call or row.main_topic,
            row.total_cost_cents,
            row.ec_max_contribution_cents,
            tuple(
                Part(one.role, one.country, one.total_cost_cents, one.ec_contribution_cents, bool(one.ended))
                for one in row.participations.all()
            ),
        )
        for row in rows
    ]
