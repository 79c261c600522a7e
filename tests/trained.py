"""A made-up past that is long enough to learn from: two years of projects on four subjects, bodies that come often and seldom."""

from __future__ import annotations

import random
from pathlib import Path

from django.conf import settings
from tests.candidates import DIABETES, HARBOURS, Candidates
from tests.cordis_files import field, legal_basis, organization, project, topic, write_download

# Each subject with the call that its projects were in. The bodies of the first have codes from 100 on, of the second from 200 on.
SUBJECTS = (
    (DIABETES, "HORIZON-JU-IHI-2022-01-01"),
    (HARBOURS, "HORIZON-CL5-2022-D6-01-01"),
    ("steel furnaces fired with hydrogen", "HORIZON-CL4-2022-TWIN-01-01"),
    ("wheat and its rust in dry fields", "HORIZON-CL6-2022-FARM-01-01"),
)
HUB = 100  # takes part in nine of ten projects on diabetes
_MONTHS, _A_MONTH = 24, 3
_KINDS = ("HES", "PRC", "OTH", "REC")


def taking_part(place: int, turn: int) -> list[int]:
    """Who takes part in a subject's project: nearly always its hub, and one each of four, of twelve and of twenty-five bodies.

    They are drawn, the same ones each time: whoever came by turns could be foretold from when it came last.
    """
    base, drawn = 100 * (place + 1), random.Random(1000 * place + turn)
    found = [base] if drawn.random() < 0.9 else []
    return [*found, base + 1 + drawn.randrange(4), base + 10 + drawn.randrange(12), base + 30 + drawn.randrange(25)]


def corpus_file(path: Path) -> Path:
    """The download: three projects a month on each subject."""
    projects, members, topics, fields, bases = [], [], [], [], []
    for turn in range(_MONTHS * _A_MONTH):
        month, third = divmod(turn, _A_MONTH)
        day = f"{2021 + month // 12}-{month % 12 + 1:02d}-{third * 9 + 1:02d}"
        for place, (words, code) in enumerate(SUBJECTS):
            number = 1000 * (place + 1) + turn
            projects.append(
                project(
                    number, acronym=f"P{number}", ecSignatureDate=day, topics=code, masterCall=code[:-3], title=words,
                    objective=f"Study number{number} of {words}.",
                )
            )  # fmt: skip
            for order, pic in enumerate(taking_part(place, turn), start=1):
                members.append(
                    organization(
                        number, pic, order=str(order), role="coordinator" if order == 1 else "participant",
                        name=f"BODY {pic}", shortName="", vatNumber="", activityType=_KINDS[pic % 4],
                    )
                )  # fmt: skip
            topics.append(topic(number, topic=code))
            fields.append(field(number))
            bases.append(legal_basis(number))
    return write_download(
        path, project=projects, organization=members, topics=topics, euroSciVoc=fields, legalBasis=bases
    )


def make() -> Candidates:
    """An office with a topic on diabetes, that past, and an index whose trees and bands were learned from it."""
    return Candidates.make(Path(settings.COFUND_HOME), past=corpus_file, trains=True)
