"""Takes over what open data know of an organisation: its record in ROR, and that it is a past organisation of the corpus."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.actions.organisations import current, keep_name, likely, subject_of
from cofund.queries import clock, duplicates, registry
from cofund.queries.duplicates import Stated
from cofund.queries.registry import RorMatch
from cofund.records.corpus.models import PastOrganisation, RorRecord
from cofund.records.directory.models import CorpusLink, Organisation, Pairing
from cofund.rules.identifiers import ror_address

LONGEST_NAME = 300
LONGEST_WEBSITE = 200


def take_from_ror(
    actor: Actor, organisation: Organisation, record: RorRecord, *, at: datetime | None = None
) -> Organisation:
    """Take a record's identifier, its other names, and its website where none is known yet.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it has an identifier already, the record was withdrawn, or another organisation has it.
    """
    actor.require("take from ROR")
    asked = f"You asked to take the ROR record {record.pk} for {organisation.name}."
    instant = at or clock.now()
    with writing():
        row = current(organisation, asked)
        if row.ror:
            remedy = "Change it among the facts of the organisation."
            raise Refused(asked=asked, wrong=f"It has the identifier {row.ror} already.", remedy=remedy)
        if record.status == "withdrawn":
            raise Refused(asked=asked, wrong="ROR withdrew the record.", remedy="Choose another one.")
        same = duplicates.same_identifiers(Stated((), "", {"ror": record.pk}), but=row.pk)
        if same:
            raise likely(asked, same)
        match = RorMatch(record, "")
        before: dict[str, Any] = {"ror": row.ror, "website": row.website}
        row.ror = record.pk
        if not row.website and len(match.website) <= LONGEST_WEBSITE:
            row.website = match.website
        row.save(update_fields=["ror", "website"])
        known = {row.name, row.short_name, *row.other_names.values_list("name", flat=True)}
        new = [name for name in (record.name, *match.other_names) if name not in known and len(name) <= LONGEST_NAME]
        for name in dict.fromkeys(new):
            keep_name(row, name, "from ROR")
        after = {"ror": row.ror, "website": row.website, "names": new}
        audit.record(
            actor, "take from ROR", subject_of(row), at=instant, before=before, after=after,
            evidence=ror_address(record.pk),
        )  # fmt: skip
        return row


def link_past(
    actor: Actor, organisation: Organisation, past: PastOrganisation, reason: str = "", *, at: datetime | None = None
) -> CorpusLink:
    """Record that an organisation is a past organisation; where nothing but the office's word stands for it, it says why.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is linked already, or no identifier and no name is the same and no reason is given.
    """
    actor.require("link to the corpus")
    asked = f"You asked to link {organisation.name} to the past organisation {past} (PIC {past.pk})."
    instant = at or clock.now()
    with writing():
        row = current(organisation, asked)
        if row.corpus_links.filter(past_organisation=past).exists():
            raise Refused(asked=asked, wrong="It is linked already.", remedy="Nothing is left to do.")
        basis = registry.basis_of(row, past) or (CorpusLink.Basis.STATED if reason.strip() else "")
        if not basis:
            wrong = "Neither an identifier nor name and country are the same."
            raise Refused(asked=asked, wrong=wrong, remedy="Say how you know that it is the same.", field="reason")
        made = CorpusLink.objects.create(organisation=row, past_organisation=past, basis=basis, recorded_at=instant)
        after = {"past organisation": past.pk, "basis": str(basis)}
        audit.record(actor, "link to the corpus", subject_of(row), at=instant, after=after, reason=reason)
        return made


def unlink_past(
    actor: Actor, organisation: Organisation, past: PastOrganisation, reason: str, *, at: datetime | None = None
) -> None:
    """Take back that an organisation is a past organisation.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not linked, the link came of a pairing that was accepted, or no reason is given.
    """
    actor.require("unlink from the corpus")
    asked = f"You asked to unlink {organisation.name} from the past organisation {past} (PIC {past.pk})."
    instant = at or clock.now()
    with writing():
        row = current(organisation, asked)
        link = row.corpus_links.select_for_update().filter(past_organisation=past).first()
        if link is None:
            raise Refused(asked=asked, wrong="It is not linked.", remedy="Nothing is left to do.")
        if Pairing.objects.filter(link=link).exists():
            remedy = "Take that pairing back, among the same organisations."
            raise Refused(asked=asked, wrong="The link came of a pairing that was accepted.", remedy=remedy)
        if not reason.strip():
            wrong = "No reason is given."
            raise Refused(asked=asked, wrong=wrong, remedy="Say why it is another organisation.", field="reason")
        before = {"past organisation": past.pk, "basis": link.basis}
        link.delete()
        audit.record(actor, "unlink from the corpus", subject_of(row), at=instant, before=before, reason=reason)
