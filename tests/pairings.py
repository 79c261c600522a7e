"""Past organisations, records of ROR and organisations of the directory that may be the same, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.place import Place, by_username

from cofund.actions import pairings
from cofund.actions.actors import Actor
from cofund.queries import clock
from cofund.records.corpus.models import ImportRun, PastOrganisation, RorName, RorRecord
from cofund.records.directory.models import BackgroundTask, Organisation, Pairing, User

OPERATOR = Actor("The operator", "operator")
OFFICER = Actor("Olga Officer", "officer")


@dataclass
class World:
    """Belgian and German organisations; the names say what each is there for."""

    run: ImportRun

    @classmethod
    def make(cls) -> World:
        """Build it: one of each kind of pairing."""
        made = cls(ImportRun.objects.create(source="ROR", file_name="a", file_bytes=1, started_at=clock.now()))
        made.record("036gts662", "Heart Fund Belgium", "BE", "https://heartfund.example", acronym="HFB")
        made.record(
            "029chgv08",
            "Technische Universität München",
            "DE",
            "https://www.tum.example",
            ["Technical University of Munich"],
        )
        made.record("02mhbdp94", "Munich Heart Centre", "DE", "https://heart.tum.example", parent="029chgv08")
        made.record("0220mzb33", "Fictional Institute of Virology", "DE", "")
        made.past(1, "HEART FUND BELGIUM VZW", "BE", "www.heartfund.example", vat="BE 0476.966.024")
        made.past(2, "TECHNISCHE UNIVERSITAET MUENCHEN", "DE", "http://www.tum.example/en")
        made.past(3, "MUNICH HEART CENTRE GMBH", "DE", "https://heart.tum.example")
        made.past(4, "FICTIONAL INSTITUTE FOR VIROLOGIE", "DE", "")
        made.past(5, "SOMEBODY ELSE", "FR", "")
        Organisation.objects.create(slug="heart", name="Heart Fund", country="BE", vat_number="BE0476966024")
        return made

    def record(
        self,
        key: str,
        name: str,
        country: str,
        site: str,
        others: list[str] | None = None,
        *,
        acronym: str = "",
        parent: str = "",
    ) -> RorRecord:
        """A record of ROR."""
        names = [{"value": name, "types": ["ror_display", "label"]}]
        names += [{"value": one, "types": ["label"]} for one in others or ()]
        names += [{"value": acronym, "types": ["acronym"]}] if acronym else []
        related: list[dict[str, Any]] = (
            [{"id": f"https://ror.org/{parent}", "type": "parent", "label": ""}] if parent else []
        )
        row = RorRecord.objects.create(
            run=self.run, id=key, name=name, status="active", country=country, names=names, relationships=related,
            links=[{"type": "website", "value": site}] if site else [],
        )  # fmt: skip
        RorName.objects.create(record=row, key=name.lower(), first_word=name.lower().split()[0], country=country)
        return row

    def past(self, pic: int, name: str, country: str, url: str = "", *, vat: str = "") -> PastOrganisation:
        """A past organisation."""
        return PastOrganisation.objects.create(
            run=self.run, pic=pic, name=name, country=country, url=url, vat_number=vat
        )

    def look(self) -> pairings.Report:
        """Look for pairings."""
        return pairings.look_for(OPERATOR)


def found(pic: int, kind: str) -> Pairing:
    """The surest pairing of a past organisation."""
    return Pairing.objects.filter(past_organisation=pic, kind=kind).order_by("-percent", "pk")[0]


def in_state(status: str) -> Pairing:
    """A pairing to an organisation of the directory, in a state."""
    row = found(1, "organisation")
    if status == "later":
        return pairings.put_off(OFFICER, row)
    if status == "accepted":
        return pairings.accept(OFFICER, row)
    return pairings.refuse(OFFICER, row, "Another one") if status == "refused" else row


def place() -> Place:
    """Pairings of every kind, one accepted to belong to a group, and a long task under way, to be looked at."""
    World.make().look()
    accepted = pairings.accept(OFFICER, found(3, "group"))
    task = BackgroundTask.objects.create(
        kind="fetch", asked_at=clock.now(), asked_by="Olga Officer", asked_by_role="officer",
        step="Importing a.zip", done=1, total=3,
    )  # fmt: skip
    User.objects.create_user("olga", role="officer", password=None)
    keys = {"record": found(4, "record").pk, "organisation": found(1, "organisation").pk}
    return Place(by_username(), {**keys, "accepted": accepted.pk, "task": task.pk})
