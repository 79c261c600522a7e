"""What the site of the public pages' benchmark has beside the big one: who takes part in its projects, and words to search for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

# 1,000 projects of five contributions each.
SIZE = {
    "organisations": 10_000,
    # A topic with a lead is adopted by a decision of a board of this site alone.
    "leads": 0,
    "contributions": 5_000,
    "contributions_a_topic": 5,
    "participations": 20_000,
}
SMALL = {"organisations": 200, "leads": 0, "contributions": 60, "contributions_a_topic": 5, "participations": 240}
PARTS = 1000
COUNTRIES = ("DE", "FR", "GB", "US", "NL", "BE", "ES", "IT", "SE", "CH", "DK", "AT")
KINDS = ("foundation", "company", "patient_organisation", "public_research", "small_company", "funding_body")
THEMES = (
    "diabetes of the young and the beta cells that are left",
    "antimicrobial resistance in hospitals",
    "rare cancers of children and their registries",
    "Alzheimer’s disease before its first symptoms",
    "a vaccine against tuberculosis for adolescents",
    "digital endpoints for Parkinson’s disease",
    "osteoarthritis: predicting who gets worse",
    "trials with few patients and their statistics",
)


def fill(scheme: Any, organisations: Sequence[Any], participations: int) -> None:
    """Put so many participations into the projects, and give organisations and projects what tells them apart."""
    from cofund.records.programme.models import Project, Topic

    _directory(organisations)
    projects = list(Project.objects.filter(scheme=scheme).order_by("pk"))
    for number, project in enumerate(projects):
        project.title = f"Project {number} on {THEMES[number % len(THEMES)]}"
        project.starts_on = date(2017, 1, 1) + timedelta(days=number % 1500)
        project.signed_on = project.starts_on - timedelta(days=30)
    Project.objects.bulk_update(projects, ("title", "starts_on", "signed_on"), batch_size=500)
    topics = list(Topic.objects.filter(scheme=scheme).order_by("pk"))
    for number, topic in enumerate(topics):
        topic.title = f"Topic {number}: {THEMES[number % len(THEMES)]}"
        topic.summary = f"Asks for work on {THEMES[number % len(THEMES)]}, public and private partners together."
    Topic.objects.bulk_update(topics, ("title", "summary"), batch_size=500)
    _participations(scheme, organisations, projects, participations)


def _directory(organisations: Sequence[Any]) -> None:
    """Organisations of many kinds and countries."""
    from cofund.records.directory.models import Organisation

    for number, one in enumerate(organisations):
        one.country, one.kind = COUNTRIES[number % len(COUNTRIES)], KINDS[number // 7 % len(KINDS)]
    Organisation.objects.bulk_update(organisations, ("country", "kind"), batch_size=500)


def _participations(scheme: Any, organisations: Sequence[Any], projects: Sequence[Any], count: int) -> None:
    """What a sheet of the grant system said of the participants of each project."""
    from cofund.queries import clock
    from cofund.records.ledger.models import GrantParticipant, SheetImport

    now = clock.now()
    sheet = SheetImport.objects.create(
        scheme=scheme,
        kind=SheetImport.Kind.PARTICIPANTS,
        status=SheetImport.Status.APPLIED,
        file_name="participants.csv",
        digest="0" * 64,
        read_at=now,
        read_by="Benchmark",
        applied_at=now,
        applied_by="Benchmark",
    )
    each = count // len(projects)
    rows = (
        GrantParticipant(
            sheet=sheet,
            project=project,
            organisation=organisations[(at * 7 + number) % len(organisations)],
            number=number + 1,
            kind="beneficiary",
            country=COUNTRIES[(at * 7 + number) % len(COUNTRIES)],
            eligible_cost_cents=400_000_00,
            public_money_cents=300_000_00,
        )
        for at, project in enumerate(projects)
        for number in range(each)
    )
    while part := list(islice(rows, PARTS)):
        GrantParticipant.objects.bulk_create(part)
