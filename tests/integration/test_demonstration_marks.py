"""Groups, seats, ideas, credits and applications of the demonstration bear the marks of its facts, on their pages too."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cofund.records.ledger.models import Application
from cofund.records.programme.models import Credit, Group, Idea, Seat

pytestmark = pytest.mark.django_db


def facts(name: str) -> dict[str, Any]:
    """A file of facts."""
    return tomllib.loads((files("cofund.actions.demonstration") / "facts" / f"{name}.toml").read_text())


def test_groups_and_seats_are_as_sure_as_their_facts(demonstration: None) -> None:
    stated = facts("governance")["groups"]
    groups = {(row["scheme"], row["name"]): row.get("certainty", "verified") for row in stated}
    assert {(one.scheme.code, one.name): one.certainty for one in Group.objects.select_related("scheme")} == groups
    seats = Counter(
        (row["scheme"], row["name"], seat.get("organisation") or seat.get("holder"), seat.get("certainty", "verified"))
        for row in stated
        for seat in row.get("seats", ())
    )
    rows = Seat.objects.select_related("group__scheme", "organisation")
    found = Counter(
        (
            one.group.scheme.code,
            one.group.name,
            one.organisation.slug if one.organisation else one.holder,
            one.certainty,
        )
        for one in rows
    )
    assert found == seats


def test_ideas_and_credits_are_as_sure_as_their_facts(demonstration: None) -> None:
    stated = facts("topics")
    ideas = [row for row in stated["ideas"] for _ in range(row["count"])]
    found = [(one.certainty, one.status, one.group_id) for one in Idea.objects.order_by("pk")]
    assert found == [(row["certainty"], row["status"], None) for row in ideas]
    credited = [(row["part"], row["organisation"], row.get("credit_certainty", row["certainty"])) for row in ideas]
    credited += [
        (one["part"], one["organisation"], one["certainty"])
        for row in stated["topics"]
        for one in row.get("credits", ())
    ]
    rows = Credit.objects.select_related("organisation")
    kept = [(one.part, one.organisation.slug if one.organisation else "", one.certainty) for one in rows]
    assert sorted(kept) == sorted(credited)


def test_ideas_behind_the_scopes_of_jdrf_are_marked_as_inferred_on_their_pages(
    demonstration: None, client: Client
) -> None:
    # A credit that is verified bears no mark in the table; one that is less sure does.
    marks = ("inferred", "verified", "recalled", "assumed")
    for number, mark in enumerate(("verified", "verified", "verified", "inferred", "inferred"), start=1):
        main = client.get(reverse("idea", args=[f"imi2-idea-{number}"])).text.split("<main")[1].split("</main>")[0]
        assert re.findall(rf'class="certainty certainty-({"|".join(marks)})"', main) == [mark], number
        reviewed = main.split("Reviewed by")[1].split("</dd>")[0]
        assert ("not known" in reviewed, "Diabetes" in reviewed) == (True, False), number


def test_every_application_is_assumed(demonstration: None) -> None:
    stated = {(row["scheme"], row["organisation"]) for row in facts("applications")["applications"]}
    rows = Application.objects.select_related("scheme", "organisation")
    assert {(one.scheme.code, one.organisation.slug, one.certainty) for one in rows} == {
        (scheme, organisation, "assumed") for scheme, organisation in stated
    }
