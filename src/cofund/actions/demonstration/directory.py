"""Writes what the demonstration needs around its books: organisations, roles, calls, topics, projects and log-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.demonstration.reading import Case, Facts, Table
from cofund.queries import demonstration
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.programme.models import Call, Certainty, Project, RoleHolding, Scheme, Topic

# Username, name as it is shown, role, and the organisation that a partner speaks for.
PEOPLE = (
    ("partner", "Pat Partner", User.Role.PARTNER, "jdrf"),
    ("delegate", "Dora Delegate", User.Role.DELEGATE, None),
    ("officer", "Olga Officer", User.Role.OFFICER, None),
    ("science", "Sven Science", User.Role.SCIENTIFIC_OFFICER, None),
    ("governance", "Greta Governance", User.Role.GOVERNANCE_OFFICER, None),
    ("finance", "Finn Finance", User.Role.FINANCE_OFFICER, None),
    ("auditor", "Ada Auditor", User.Role.AUDITOR, None),
)


def write_organisations(rows: tuple[Table, ...]) -> dict[str, Organisation]:
    """Write the organisations and the roles that they hold; give them by their slug."""
    written = {}
    for row in rows:
        stated: dict[str, Any] = {
            key: row[key] for key in ("slug", "name", "short_name", "kind", "country", "pic") if key in row
        }
        one, _ = Organisation.objects.get_or_create(
            slug=stated.pop("slug"), defaults={**stated, "source_url": row.get("source", "")}
        )
        written[one.slug] = one
        for role in row.get("roles", ()):
            RoleHolding.objects.create(
                scheme=Scheme.objects.get(code=role["scheme"]),
                organisation=one,
                role=role["role"],
                from_on=role.get("from_on"),
                source_url=role["source"],
                certainty=Certainty.VERIFIED,
                note=role.get("note", ""),
            )
    return written


def write_coverage(facts: Facts) -> None:
    """Say on the scheme itself how much of it is known."""
    if facts.coverage_note:
        Scheme.objects.filter(code=facts.scheme).update(
            is_lower_bound=facts.is_lower_bound, coverage_note=facts.coverage_note.strip()
        )


def write_calls(facts: Facts) -> None:
    """Write the calls of a scheme."""
    scheme = Scheme.objects.get(code=facts.scheme)
    for row in facts.calls:
        stated = {"name": row["name"], "opened_on": row.get("opened_on"), "closed_on": row.get("closed_on")}
        Call.objects.get_or_create(
            scheme=scheme, code=row["code"], defaults={**stated, "source_url": row.get("source", "")}
        )


def write_target(facts: Facts, case: Case) -> tuple[Topic | None, Project | None]:
    """Write the topic and the project of a case, as far as it has them."""
    scheme = Scheme.objects.get(code=facts.scheme)
    call = Call.objects.get(scheme=scheme, code=case.call) if case.call else None
    topic = project = None
    if case.topic:
        # A project without booked contributions was granted all the same; with them, the actions move the status.
        status = Topic.Status.GRANTED if case.slug and not case.lines else Topic.Status.DRAFTING
        # With contributions the booking of the adoption states its day. Two projects can come of one topic.
        stated_on = None if case.lines else case.adopted_on
        topic, _ = Topic.objects.get_or_create(
            scheme=scheme,
            code=case.topic,
            defaults={
                "call": call,
                "title": case.topic_title,
                "status": case.status or status,
                "status_certainty": case.status_certainty or Certainty.RECORDED,
                "status_note": case.status_note,
                "adopted_on": stated_on,
                "adopted_certainty": Certainty.ASSUMED if stated_on else Certainty.RECORDED,
                "is_historical": not case.is_to_try,
                "source_url": case.source,
            },
        )
    if case.slug:
        project = Project.objects.create(
            scheme=scheme,
            topic=topic,
            call=call,
            slug=case.slug,
            acronym=case.acronym,
            title=case.title,
            grant_agreement=case.grant_agreement,
            starts_on=case.starts_on,
            ends_on=case.ends_on,
            is_historical=True,
            note=case.note.strip(),
            source_url=case.source,
            certainty=Certainty.VERIFIED,
        )
    return topic, project


def write_people(actor: Actor, organisations: dict[str, Organisation], at: datetime) -> None:
    """Write the demonstration's log-ins, each with its audit row."""
    # Hashing is slow on purpose. The password is public and the same for all of them, so that it is hashed once.
    password = make_password(demonstration.PASSWORD)
    for username, name, role, organisation in PEOPLE:
        first, last = name.split()
        person = User.objects.create(
            username=username,
            password=password,
            email=f"{username}@{demonstration.EMAIL_DOMAIN}",
            first_name=first,
            last_name=last,
            role=role,
            organisation=organisations[organisation] if organisation else None,
        )
        audit.record(
            actor, "user.create", f"user/{username}", at=at, after={"role": role.value}, reason="Demonstration"
        )
        if person.organisation is not None:
            for right in PartnerRight.Right:
                PartnerRight.objects.create(user=person, organisation=person.organisation, right=right, granted_at=at)
