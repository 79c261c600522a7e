"""Where things are in the API: one function for each kind of thing."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from cofund.api.shapes.common import Reference
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Decision, Group, Idea, Project, Topic

ROOT: Final = "/api/v1"


def programme(code: str, *parts: str) -> str:
    """The address of a programme, or of something in it."""
    return "/".join([ROOT, "programmes", *(quote(one, safe="") for one in (code, *parts))])


def of_rule(scheme: str, key: str) -> str:
    """The address of a rule of a programme."""
    return programme(scheme, "rules", key)


def of_rule_version(scheme: str, number: int) -> str:
    """The address of a version of a programme's rules."""
    return programme(scheme, "rule-versions", str(number))


def of_organisation(row: Organisation) -> Reference:
    """A partner."""
    return Reference(id=row.slug, name=str(row), href=f"{ROOT}/partners/{row.slug}")


def of_topic(row: Topic, scheme: str) -> Reference:
    """A topic."""
    return Reference(id=row.code, name=row.title, href=programme(scheme, "topics", row.code))


def of_call(row: Call, scheme: str) -> Reference:
    """A call."""
    return Reference(id=row.code, name=row.name or row.code, href=programme(scheme, "calls", row.code))


def of_project(row: Project, scheme: str) -> Reference:
    """A project."""
    return Reference(id=row.slug, name=row.acronym, href=programme(scheme, "projects", row.slug))


def of_target(row: Contribution) -> Reference:
    """What a contribution is for: its project, or its topic before there is one."""
    scheme = row.book.scheme.code
    if row.project is not None:
        return of_project(row.project, scheme)
    code = row.topic.code if row.topic is not None else ""
    return Reference(id=code, name=row.target_name, href=programme(scheme, "topics", code))


def of_decision(row: Decision, title: str) -> Reference:
    """A decision, by the title that may be read."""
    return Reference(id=row.number, name=title, href=programme(row.scheme.code, "decisions", row.number))


def of_group(row: Group) -> Reference:
    """A group."""
    return Reference(id=row.slug, name=row.name, href=programme(row.scheme.code, "groups", row.slug))


def of_story(slug: str) -> str:
    """The address of a story."""
    return f"{ROOT}/stories/{slug}"


def of_idea(row: Idea) -> Reference:
    """An idea."""
    return Reference(id=row.reference, name=row.title_said, href=f"{ROOT}/ideas/{row.reference}")


def of_contribution(reference: str) -> str:
    """The address of a contribution."""
    return f"{ROOT}/contributions/{quote(reference, safe='')}"
