"""Writes what the demonstration knows of calls, of where topics came from, and of the ideas and scopes of JDRF."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from cofund.actions.demonstration.reading import Table, cents
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import (
    Call,
    CallResult,
    Certainty,
    Credit,
    Idea,
    IndicativeContribution,
    Scheme,
    Seat,
    Topic,
)

TEXT_ELSEWHERE = "It stands in the documents of the call."
_DAYS = ("drafts_published_on", "opened_on", "stage1_closed_on", "closed_on", "results_on")
_COUNTS = ("submitted", "ineligible", "above_threshold", "selected")


def write(organisations: Mapping[str, Organisation], at: datetime) -> None:
    """Write the calls with their results, what is known of topics, and the ideas, for the schemes of this site."""
    path = files("cofund.actions.demonstration") / "facts" / "topics.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    schemes = {one.code: one for one in Scheme.objects.filter(book__isnull=False)}
    for row in table["calls"]:
        _call(schemes[row["scheme"]], row)
    for scheme in schemes.values():
        Topic.objects.filter(scheme=scheme, versions=None).update(text_note=TEXT_ELSEWHERE)
    for row in table["topics"]:
        _topic(schemes[row["scheme"]], row, organisations)
    for row in table["ideas"]:
        for _ in range(row["count"]):
            _idea(schemes[row["scheme"]], row, organisations[row["organisation"]], at)


def _call(scheme: Scheme, row: Table) -> None:
    """One call: what is stated of it is added to what stands there already."""
    stated: dict[str, Any] = {name: row[name] for name in (*_DAYS, "name", "procedure", "restricted_to") if name in row}
    stated |= {"is_fast_track": row.get("is_fast_track", False), "note": row.get("note", "")}
    stated |= {name: row.get(name, Certainty.VERIFIED) for name in ("certainty", "amounts_certainty")}
    stated |= {f"{name}_cents": cents(row[name]) for name in ("budget", "members") if name in row}
    if "source" in row:
        stated["source_url"] = row["source"]
    call, _ = Call.objects.update_or_create(scheme=scheme, code=row["code"], defaults=stated)
    for one in row.get("results", ()):
        CallResult.objects.create(
            call=call,
            stage=one["stage"],
            asked_cents=cents(one["asked"]) if "asked" in one else None,
            recommended_cents=cents(one["recommended"]) if "recommended" in one else None,
            note=one.get("note", ""),
            source_url=call.source_url,
            certainty=Certainty.VERIFIED,
            **{f"{name}_count": one.get(name) for name in _COUNTS},
        )


def _topic(scheme: Scheme, row: Table, organisations: Mapping[str, Organisation]) -> None:
    """What is known of one topic beside its money."""
    topic = Topic.objects.get(scheme=scheme, code=row["code"])
    stated = {name: row[name] for name in ("summary", "status_certainty", "status_note") if name in row}
    if stated:
        Topic.objects.filter(pk=topic.pk).update(**stated)
    for one in row.get("credits", ()):
        Credit.objects.create(
            topic=topic,
            part=one["part"],
            organisation=organisations[one["organisation"]],
            note=one.get("note", ""),
            source_url=one["source"],
            certainty=one["certainty"],
        )
    for one in row.get("indicative", ()):
        IndicativeContribution.objects.create(
            topic=topic,
            source=one["source"],
            organisation=organisations[one["organisation"]] if "organisation" in one else None,
            is_in_kind=one.get("in_kind", False),
            amount_cents=cents(one["amount"]),
            source_url=topic.source_url,
            certainty=Certainty.VERIFIED,
        )


def _idea(scheme: Scheme, row: Table, organisation: Organisation, at: datetime) -> None:
    """One idea of which the title is not published, with who is credited for what."""
    number = Idea.objects.filter(scheme=scheme).count() + 1
    proposed = row["part"] == Credit.Part.PROPOSED
    seat = Seat.objects.filter(group__scheme=scheme, organisation=organisation).order_by("pk").first()
    made = Idea.objects.create(
        scheme=scheme,
        reference=f"{scheme.code}-idea-{number}",
        title=f"Idea {number}, title not published",
        is_title_known=False,
        organisation=organisation if proposed else None,
        seat=seat if proposed else None,
        # No source tells who reviewed it; the seat says from which group it came.
        group=None,
        status=row["status"],
        outcome=row["outcome"],
        is_public=True,
        shown_at=at,
        recorded_at=at,
        certainty=row["certainty"],
        source_url=row["source"],
    )
    Credit.objects.create(
        idea=made,
        part=row["part"],
        organisation=organisation,
        seat=seat,
        source_url=row["source"],
        certainty=row.get("credit_certainty", row["certainty"]),
    )
