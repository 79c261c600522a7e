"""A small corpus of made-up past projects, as arrays, for the tests of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cofund.analysis.corpus import Corpus, table
from cofund.analysis.history import Question
from cofund.analysis.words import count_terms, keep_shared


@dataclass
class Made:
    """One made-up project: its day, text, members by name (the first one leads), topic's code and title, field."""

    day: int
    text: str
    members: Sequence[str]
    code: str = "HORIZON-HLTH-2022-DISEASE-01-01"
    topic: str = "Health and disease"
    field: str = "/1/2"
    is_current: bool = True
    is_grant_of_one: bool = False


@dataclass
class Small:
    """A corpus of made-up projects, and the way to ask it by names."""

    projects: Sequence[Made]
    domains: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)  # Belgium where nothing is stated
    towns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = sorted({name for project in self.projects for name in project.members})
        self.places = {name: place for place, name in enumerate(names)}
        vocabulary: dict[str, int] = {}
        tables = [
            count_terms([project.text for project in self.projects], vocabulary, grows=True),
            count_terms([project.topic for project in self.projects], vocabulary, grows=True),
            count_terms([f"{name} {self.domains.get(name, '')}" for name in names], vocabulary, grows=True),
        ]
        terms, (texts, topics, own) = keep_shared(vocabulary, tables, texts=1)
        self.vocabulary = {term: place for place, term in enumerate(terms)}
        pairs = [(row, self.places[name]) for row, one in enumerate(self.projects) for name in one.members]
        leads = [(row, self.places[one.members[0]]) for row, one in enumerate(self.projects)]
        fields = sorted({one.field for one in self.projects})
        shape = (len(self.projects), len(names))
        self.corpus = Corpus(
            projects=np.arange(101, 101 + len(self.projects)), signed=np.array([one.day for one in self.projects]),
            is_current=np.array([one.is_current for one in self.projects]),
            is_grant_of_one=np.array([one.is_grant_of_one for one in self.projects]),
            is_health=np.array(["HLTH" in one.code for one in self.projects]), codes=[one.code for one in self.projects],
            terms=terms, texts=texts, topic_texts=topics,
            members=table([row for row, _ in pairs], [column for _, column in pairs], shape),
            coordinators=table([row for row, _ in leads], [column for _, column in leads], shape),
            fields=table(list(range(shape[0])), [fields.index(one.field) for one in self.projects], (shape[0], len(fields))),
            field_names=fields, organisations=np.arange(900, 900 + len(names)), own_words=own,
            countries=[self.countries.get(name, "BE") for name in names], kinds=["HES" for _ in names],
            towns=[self.towns.get(name, "") for name in names],
        )  # fmt: skip

    def ask(self, text: str, code: str = "", known: Sequence[str] = ()) -> Question:
        """A question in words."""
        return Question(
            count_terms([text], self.vocabulary, grows=False), code, tuple(self.places[name] for name in known)
        )

    def names(self, columns: Sequence[int]) -> list[str]:
        """The names of organisations."""
        found = list(self.places)
        return [found[int(column)] for column in columns]


def two_fields() -> Small:
    """Twelve projects, half on diabetes and half on harbours, each with members of its own, and one member in both."""
    projects = []
    for number in range(6):
        projects.append(
            Made(
                10 + number,
                f"insulin pumps for children with diabetes, study {number}",
                ["Clinic", f"Ward {number}", "Bridge"],
            )
        )
        projects.append(
            Made(
                10 + number, f"harbour quays of concrete against sea water, pier {number}", ["Port", f"Dock {number}"],
                code="HORIZON-CL5-2022-D6-01-01", topic="Ports of the future", field="/3/4",
            )
        )  # fmt: skip
    return Small(projects)
