"""Reasons for a recommendation, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from cofund.analysis.reasons import Reason
from cofund.rules.places import country_code

_EPOCH = date(1970, 1, 1)


def in_words(reason: Reason, fields: Mapping[str, str]) -> str:
    """How a reason reads. `fields` names the fields of science by code."""
    projects = "1 project" if reason.number == 1 else f"{reason.number} projects"
    sentences = {
        "near projects": f"took part in {projects} near to this text",
        "with known": f"worked with your members in {projects}",
        "call family": f"took part in {projects} of {reason.what}",
        "older titles": f"took part in {projects} of the programme before with a near title",
        "field": f"took part in {projects} on {fields.get(reason.what) or reason.what}",
        "own words": f"names itself by words of this text: {reason.what}",
        "company": f"worked in {projects} with others who are recommended",
        "town": f"sits in {reason.what}, which the text names{_as_own(reason.number)}",
        "country": f"sits in a country of which the text speaks ({country_code(reason.what)}){_as_own(reason.number)}",
        "took part": f"took part in {projects}",
    }
    return f"{sentences[reason.kind]}{_last(reason)}"


def _as_own(projects: int) -> str:
    """That so many projects of the candidate name the place as well."""
    return {0: "", 1: ", as does 1 of its projects"}.get(projects, f", as do {projects} of its projects")


def _last(reason: Reason) -> str:
    if reason.last_day is None:
        return ""
    year = (_EPOCH + timedelta(days=reason.last_day)).year
    return f", signed in {year}" if reason.number == 1 else f", the last signed in {year}"
