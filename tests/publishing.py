"""A programme of which something can be held back, and everything that the public reads of it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

from django.http.response import HttpResponseBase
from django.test import Client
from tests.books import MILLION, OPERATOR, Office, shipped
from tests.place import Place, by_username

from cofund.actions import published, publishing
from cofund.actions.publishing import NewException
from cofund.queries import clock
from cofund.queries.exceptions import Record
from cofund.queries.pools import Target
from cofund.records.directory.models import User
from cofund.records.ledger.models import Contribution, PublicationException
from cofund.records.programme.models import RoleHolding
from cofund.rules.publication import OFFICE

WHY = "A trial of a competitor runs"
EMBARGO = dt.date(2100, 3, 1)
# Amounts that no sum of some of the others equals, and names that no other text holds.
GIVEN = (
    (3 * MILLION + 141_592_65, "Quince Trust", "partner", "FC_JU", "T1"),
    (5 * MILLION + 271_828_18, "Walnut Fund", "partner", "IK", "T1"),
    (7 * MILLION + 161_803_39, "Medlar Company", "member", "IK", "T1"),
    (11 * MILLION + 57_721_56, "Sorrel Foundation", "partner", "FC_JU", "T2"),
    (13 * MILLION + 91_596_55, "Tansy Society", "partner", "FC_JU", "T3"),
)


def programme(at: dt.datetime | None = None) -> Office:
    """Two projects, one with three contributions and one with a single one, and a pledge to a topic that is being drafted.

    All was recorded at an instant, now unless it is given.
    """
    office = Office.with_scheme(shipped("imi2"), "imi2")
    office.at = at
    for cents, name, role, kind, code in GIVEN:
        made = office.pledge(cents, name, role=role, kind=kind, target=Target(topic=office.topic(code))).contribution
        if code != "T3":
            office.endorse(made)
    for code, slug in (("T1", "p1"), ("T2", "p2")):
        target = Target(topic=office.topic(code))
        office.reserve(target)
        office.commit(target, office.project(slug, office.topic(code)))
    holder = office.organisation("Holding Partner")
    RoleHolding.objects.create(scheme=office.row, organisation=holder, role="partner", recorded_at=clock.now())
    return office


def of(name: str) -> Contribution:
    """The contribution of a giver."""
    return Contribution.objects.get(party_rows__organisation__name=name)


def hold(
    office: Office,
    record: Record,
    field: str,
    audience: str = OFFICE,
    *,
    until: dt.date | None = EMBARGO,
    public_reason: bool = False,
) -> PublicationException:
    """Hold a field back, or open it."""
    wanted = NewException(field, audience, WHY, dt.date(2016, 1, 1), until, public_reason)
    return publishing.make(office.actor, record, wanted)


def amounts(cents: int) -> tuple[str, ...]:
    """An amount as pages and files spell it."""
    return (str(cents), f"{cents // 100:,}.{cents % 100:02d}", f"{cents // 100}.{cents % 100:02d}", f"{cents // 100:,}")


def addresses() -> Iterator[str]:
    """Every public page and file about the programme."""
    base = "/programmes/imi2"
    tables = ["/", "/programmes/", "/partners/?programme=imi2", f"{base}/", f"{base}/projects/", f"{base}/trajectory/"]
    tables += [f"{base}/projects/{slug}/" for slug in ("p1", "p2")]
    tables += [f"{base}/topics/{code}/" for code in ("T1", "T2", "T3")]
    tables += [f"{base}/movements/B/", f"{base}/topics/"]
    tables += [f"/contributions/{one.reference}/" for one in Contribution.objects.all()]
    for path in tables:
        mark = "&" if "?" in path else "?"
        yield from (path, f"{path}{mark}format=csv", f"{path}{mark}format=json")
    yield from (f"{base}/topics/T1/chain/", f"{base}/calls/", f"{base}/decisions/", f"{base}/decisions/?format=csv")
    yield from (f"{base}/journal.beancount", f"{base}/grants.json", f"{base}/grants.csv", f"{base}/open-data/")
    yield from (f"{base}/calendar.ics", f"{base}/projects/p1/?as_of=2015-12-31&known_on=2016-01-01")
    for key in ("annual-report", "states", "article-116e"):
        yield from (f"{base}/documents/{key}/", f"{base}/documents/{key}/?format=xlsx")


def read(client: Client, address: str) -> str:
    """What stands at an address, as text; also of a stream and of a workbook."""
    answer: HttpResponseBase = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return bytes(content).decode()


def place() -> Place:
    """A programme of which a name, an amount and a text are held back, with records of what was published."""
    office = programme()
    User.objects.create_user("olga", role="officer", password=None)
    User.objects.create_user("ada", role="auditor", password=None)
    published.record(OPERATOR, "imi2")
    held, other = of("Quince Trust"), of("Walnut Fund")
    hold(office, held, "amount")
    hold(office, other, "giver", public_reason=True)
    hold(office, held.party_rows.get().organisation, "website", until=None)
    hold(office, office.topic("T1"), "credits", until=None)
    lifted = hold(office, held, "place")
    publishing.lift(office.actor, held, lifted.field, "No longer needed")
    return Place(by_username(), {"held": held.reference})
