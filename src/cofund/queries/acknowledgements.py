"""The sentence in which a project names who paid for it, from the scheme's template, in every language that the scheme states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cofund.queries.contributions import ContributionState
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project
from cofund.rules.schemes import Scheme

ENGLISH: Final = "en"
NO_NUMBER: Final = "number not known"


@dataclass(frozen=True, slots=True)
class Sentence:
    """An acknowledgement in one language, by its two letters."""

    language: str
    text: str


def every(
    scheme: Scheme,
    project: Project | None,
    states: Sequence[ContributionState],
    reader: Audience,
    own: Organisation | None = None,
) -> tuple[Sentence, ...]:
    """Give the sentence in every language that the scheme states, English first; nothing where it states none.

    It names whose contributions the reader may read, and `own` with those of its own; else the scheme's word for all of them.
    """
    if project is None:
        return ()
    templates = {ENGLISH: scheme.acknowledgement} if scheme.acknowledgement else {}
    templates |= dict(scheme.acknowledgement_in)
    shown = [
        state
        for state in states
        if reader.may_name(state.contribution.pk)
        or (own is not None and own.pk in {one.pk for one in state.organisations})
    ]
    named = {
        "scheme": scheme.name,
        "project": project.acronym,
        "grant_agreement": project.grant_agreement or NO_NUMBER,
        "public_funder": scheme.label("public_funder"),
        "members": _names(scheme, shown, "member"),
        "partners": _names(scheme, shown, "partner"),
    }
    return tuple(Sentence(language, words.format(**named)) for language, words in templates.items())


def sentence(
    scheme: Scheme,
    project: Project | None,
    states: Sequence[ContributionState],
    reader: Audience,
    own: Organisation | None = None,
) -> str:
    """Give the sentence in English, or the first that there is; empty where there is none, or no project yet."""
    found = every(scheme, project, states, reader, own)
    return found[0].text if found else ""


def _names(scheme: Scheme, states: Sequence[ContributionState], side: str) -> str:
    """Who gives on one side, each once; the scheme's word for all of them where no name is public."""
    named = dict.fromkeys(
        one.name for state in states if scheme.role(state.contribution.role).side == side for one in state.organisations
    )
    words = list(named) or [role.label_plural for role in scheme.roles if role.side == side][:1]
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)
