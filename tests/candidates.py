"""An office that asks who should be asked: a made-up past of projects on diabetes and harbours, an index, a topic, an idea."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.books import Office, shipped
from tests.cordis_files import field as field_of_science
from tests.cordis_files import legal_basis, organization, project, topic, write_download

from cofund.actions.actors import Actor
from cofund.actions.index_files import build_index
from cofund.importers.cordis import import_cordis
from cofund.queries.candidate_subjects import Subject
from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import User
from cofund.records.programme.models import Idea, Topic, TopicVersion
from cofund.rules import roles

SCIENCE = Actor("Sven Science", roles.SCIENTIFIC_OFFICER)
AT = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
CODE = "HORIZON-JU-IHI-2024-07-01"
DIABETES = "insulin pumps and screening of children with diabetes"
HARBOURS = "harbour quays of concrete against sea water"
FIELDS = (
    {"euroSciVocCode": "/23/45/67", "euroSciVocPath": "/medicine/clinical/diabetes", "euroSciVocTitle": "diabetes"},
    {"euroSciVocCode": "/25/63/5", "euroSciVocPath": "/engineering/civil/coastal", "euroSciVocTitle": "coastal"},
)
# Who took part in the projects on diabetes: identification code, name, what CORDIS says it is, country, in which of the twenty.
PAST: tuple[tuple[int, str, str, str, range], ...] = (
    (100, "UNIVERSITY OF LEUVEN", "HES", "BE", range(20)),
    (101, "PUMP MAKERS NV", "PRC", "NL", range(0, 20, 2)),
    (102, "CHILDREN'S DIABETES FOUNDATION", "OTH", "US", range(0, 20, 3)),
    (103, "DIABETES PATIENTS EUROPE AISBL", "OTH", "BE", range(0, 20, 4)),
    (104, "INSTITUT DU PANCREAS", "REC", "FR", range(1, 20, 2)),
    (105, "HARBOUR AUTHORITY OF GENT", "PUB", "BE", range(2)),
    (106, "STICHTING NIEUWE INSULINE", "OTH", "NL", range(5, 6)),
    (107, "HELLENIC CENTRE FOR CHILDREN", "HES", "EL", range(7, 9)),
)
# And in those on harbours.
OTHERS: tuple[tuple[int, str, str, str, range], ...] = (
    (200, "DOCKS NV", "PRC", "BE", range(20)),
    (201, "TECHNICAL UNIVERSITY OF DELFT", "HES", "NL", range(20)),
)


def corpus_file(path: Path) -> Path:
    """The download: twenty projects on each subject, one a month."""
    projects, members, topics, fields, bases = [], [], [], [], []
    for subject, (words, bodies, code) in enumerate(
        ((DIABETES, PAST, "HORIZON-JU-IHI-2022-01-01"), (HARBOURS, OTHERS, "HORIZON-CL5-2022-D6-01-01"))
    ):
        for place in range(20):
            number, day = 1000 * (subject + 1) + place, f"{2022 + place // 12}-{place % 12 + 1:02d}-15"
            projects.append(
                project(
                    number, acronym=f"{('SUGAR', 'PIER')[subject]}{place}", ecSignatureDate=day, topics=code,
                    masterCall=code[:-3], title=words, objective=f"Study number{place} of {words}.",
                )
            )  # fmt: skip
            taking_part = [one for one in bodies if place in one[4]]
            for order, (pic, name, kind, country, _) in enumerate(taking_part, start=1):
                role = "coordinator" if order == 1 else "participant"
                members.append(
                    organization(
                        number, pic, order=str(order), role=role, name=name, shortName="", activityType=kind,
                        country=country, vatNumber="",
                    )
                )  # fmt: skip
            topics.append(topic(number, topic=code))
            fields.append(field_of_science(number, **FIELDS[subject]))
            bases.append(legal_basis(number))
    return write_download(
        path, project=projects, organization=members, topics=topics, euroSciVoc=fields, legalBasis=bases
    )


@dataclass
class Candidates:
    """An office of IHI with a topic and an idea on diabetes; with the past and its index where they are wanted."""

    office: Office
    topic: Topic
    idea: Idea
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def make(
        cls, folder: Path, *, has_index: bool = True, past: Callable[[Path], Path] = corpus_file, trains: bool = False
    ) -> Candidates:
        """Build it; the index lies in the home folder of the settings. Training takes a past that is long enough."""
        import_cordis(past(folder / "past.zip"))
        if has_index:
            build_index(trains=trains)
        office = Office.with_scheme(shipped("ihi"), "ihi")
        row = office.topic(CODE)
        Topic.objects.filter(pk=row.pk).update(title="Early diabetes", status="drafting")
        TopicVersion.objects.create(
            topic=row, number=1, title="Early diabetes", challenge=f"Better {DIABETES}.", scope="Screening.",
            reason="First", written_by="Sven", written_at=AT,
        )  # fmt: skip
        idea = Idea.objects.create(
            scheme=office.row, reference="ihi-idea-1", title="Insulin pumps", challenge=DIABETES, recorded_at=AT
        )
        row.refresh_from_db()
        return cls(office, row, idea)

    @property
    def subject(self) -> Subject:
        """The topic, as candidates are sought for it."""
        return Subject(topic=self.topic)

    @property
    def of_idea(self) -> Subject:
        """The idea, as candidates are sought for it."""
        return Subject(idea=self.idea)

    def past(self, pic: int) -> PastOrganisation:
        """A past organisation."""
        return PastOrganisation.objects.get(pk=pic)
