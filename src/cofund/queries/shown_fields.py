"""Who sees what of one record: each field with the rule, its source, and the exception that holds for it or is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cofund.queries import clock, exceptions, identity, schemes
from cofund.queries.exceptions import Record
from cofund.queries.keeping import kept
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, PublicationException
from cofund.records.programme.models import RoleHolding, Topic
from cofund.rules import publication
from cofund.rules.publication import Default, Field


@dataclass(frozen=True, slots=True)
class Shown:
    """A field of a record. `exception` is the one that nobody lifted, `holds` whether it holds today."""

    default: Default
    exception: PublicationException | None
    holds: bool

    @property
    def audience(self) -> str:
        """Who may read it today."""
        return self.exception.audience if self.exception is not None and self.holds else self.default.audience


def of_record(record: Record) -> list[Shown]:
    """Give every field of a contribution, organisation or topic, in the order of the table."""
    running = {row.field: row for row in exceptions.of_record(record) if row.lifted_at is None}
    on = clock.today()
    found = []
    for field in publication.fields_of(exceptions.named(record)):
        row = running.get(field.key)
        holds = row is not None and row.from_on <= on and (row.until_on is None or on < row.until_on)
        found.append(Shown(default_of(record, field), row, holds))
    return found


def default_of(record: Record, field: Field) -> Default:
    """Who may read a field of a record by the rules; of an organisation, by the strictest law of its programmes."""
    if isinstance(record, Contribution):
        scheme, _ = schemes.current(record.book.scheme.code)
        return publication.default_of(scheme, field, in_kind=scheme.kind(record.kind).in_kind)
    if isinstance(record, Topic):
        return publication.default_of(schemes.current(record.scheme.code)[0], field)
    if field.code == "organisation.name":
        giver = publication.BY_CODE["contribution.giver"]
        for code in programmes_of(record):
            stated = publication.default_of(schemes.current(code)[0], giver)
            if stated.is_law:
                return Default(field, field.audience, stated.source, is_law=True)
    return Default(field, field.audience, "The product's own default")


@kept(256)
def programmes_of(organisation: Organisation) -> tuple[str, ...]:
    """The codes of the programmes in which an organisation holds a role or gives something."""
    codes = set(RoleHolding.objects.filter(organisation=organisation).order_by().values_list("scheme__code", flat=True))
    given = identity.given_by(Contribution.objects.order_by(), organisation.pk)
    return tuple(sorted(codes | set(given.values_list("book__scheme__code", flat=True))))


def subject_of(record: Record) -> str:
    """How the audit trail names a record."""
    if isinstance(record, Contribution):
        return f"{record.book.scheme.code}/contribution/{record.reference}"
    return (
        f"organisation/{record.slug}"
        if isinstance(record, Organisation)
        else f"{record.scheme.code}/topic/{record.code}"
    )


def lifted(record: Record) -> Sequence[PublicationException]:
    """The exceptions of a record that were lifted, the newest first."""
    return [row for row in exceptions.of_record(record) if row.lifted_at is not None]
