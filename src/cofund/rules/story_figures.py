"""Figures that stay live in the text of a story: how a placeholder is written, and which figures there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# A placeholder stands on one line; what is between the braces is read by `read_figure` and `read_picture`.
PLACEHOLDER: Final = re.compile(r"\{\{[ \t]*([^{}\n]{1,200}?)[ \t]*\}\}")
_FIGURE: Final = re.compile(r"(partner|project|programme)(?::([a-z0-9][a-z0-9/_-]{0,199}))?\.([a-z]+)")
_PICTURE: Final = re.compile(r"picture\.([1-9][0-9]{0,2})")

# What each figure means, by what it is of and by its name.
MEANINGS: Final[dict[str, dict[str, str]]] = {
    "partner": {
        "given": "everything that the partner gives now, joint contributions in full",
        "matched": "the public money that stands against what the partner gives",
        "together": "what the partner gives, and the match on it",
        "leverage": "partner multiplier (L1): contributions and match, divided by the contributions",
        "projects": "how many projects and topics the partner gives to",
    },
    "project": {
        "total": "everything behind the project, each euro once",
        "public": "the public money of the project",
        "partners": "what partners give to the project",
        "members": "what members give to the project",
        "multiplier": "project multiplier (L2): total divided by the partners' contributions",
    },
    "programme": {
        "contributed": "what partners give to the programme's projects and topics",
        "matched": "the public money that stands against it",
        "partners": "how many partners are public",
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure as a text asks for it: of what (`partner`, `project`, `programme`), of which one where it says so, and its name.

    `key` is the short name of a partner in addresses, or `programme/project` for a project; empty means the one that the story is
    tied to.
    """

    of: str
    key: str
    name: str

    @property
    def written(self) -> str:
        """The words between the braces."""
        return f"{self.of}{f':{self.key}' if self.key else ''}.{self.name}"

    @property
    def meaning(self) -> str:
        """What the figure is."""
        return MEANINGS[self.of][self.name]


def read_figure(words: str) -> Asked | None:
    """Read the words between the braces as a figure; None where there is no such figure."""
    match = _FIGURE.fullmatch(words.strip())
    if match is None or match[3] not in MEANINGS[match[1]]:
        return None
    return Asked(match[1], match[2] or "", match[3])


def read_picture(words: str) -> int | None:
    """Read the words between the braces as the number of a picture of the story; None where they are none."""
    match = _PICTURE.fullmatch(words.strip())
    return int(match[1]) if match else None


def names() -> tuple[str, ...]:
    """Every figure as it is written for the partner, project or programme that a story is tied to."""
    return tuple(f"{of}.{name}" for of, found in MEANINGS.items() for name in found)
