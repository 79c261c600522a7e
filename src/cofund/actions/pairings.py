"""Looks for pairings of past organisations, and decides them: accepted, refused, put off, taken back, one or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.locks import writing
from cofund.queries import clock, pairings
from cofund.queries.unifying.comparing import Found
from cofund.queries.unifying.looking import Country, look
from cofund.queries.unifying.sides import countries
from cofund.records.directory.models import CorpusLink, Pairing
from cofund.rules.lifecycle_pairings import PAIRING

# Told of countries done and of all there are.
Progress = Callable[[int, int], None]
_BATCH: Final = 1_000
_COMPARED: Final = ("basis", "percent", "is_certain", "reasons")
# What a pairing to an organisation rests on, as its link says it.
_BASES: Final = {
    "pic": CorpusLink.Basis.PIC,
    "vat": CorpusLink.Basis.VAT,
    "ror": CorpusLink.Basis.ROR,
    "name": CorpusLink.Basis.NAME,
}


@dataclass
class Report:
    """What looking for pairings found, in past organisations, and what it wrote, in pairings."""

    past: int = 0
    records: int = 0
    certain: int = 0
    to_look_at: int = 0
    organisations: int = 0
    groups: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


def look_for(actor: Actor, progress: Progress = lambda done, total: None, *, at: datetime | None = None) -> Report:
    """Look for what every past organisation may be, and keep it to be decided; what was decided stays as it is.

    Each country is one transaction: a run that breaks off can simply be started again.

    Raises:
        NotAllowed: the role does not include it.
    """
    actor.require("look for pairings")
    instant, report, total = at or clock.now(), Report(), len(countries())
    progress(0, total)
    for done, country in enumerate(look(), start=1):
        _count(report, country)
        with writing():
            _keep(report, country, instant)
        progress(done, total)
    with writing():
        after = {name: getattr(report, name) for name in ("past", "records", "added", "changed", "removed")}
        audit.record(actor, "look for pairings", "pairings", at=instant, after=after)
    return report


def accept(actor: Actor, wanted: Pairing, *, at: datetime | None = None) -> Pairing:
    """Accept a pairing; one to an organisation links the two.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was decided already, or the past organisation is another record by what was accepted.
    """
    instant = at or clock.now()
    with writing():
        row = _current(actor, "accept pairing", wanted)
        other = pairings.accepted_instead(row)
        if other is not None:
            raise Refused(
                asked=f"You asked to accept that {row}.",
                wrong=f"It was accepted that it {other.get_kind_display()} {other.other}.",
                remedy="Take that back first, or refuse this one.",
            )
        row.link = _linked(row, instant)
        return _decided(actor, "accept pairing", row, instant, "")


def refuse(actor: Actor, wanted: Pairing, reason: str, *, at: datetime | None = None) -> Pairing:
    """Refuse a pairing, so that it is not found again.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was decided already.
    """
    with writing():
        row = _current(actor, "refuse pairing", wanted)
        return _decided(actor, "refuse pairing", row, at or clock.now(), reason)


def put_off(actor: Actor, wanted: Pairing, *, at: datetime | None = None) -> Pairing:
    """Put a pairing off: it stays to be decided, after all others.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it was decided or put off already.
    """
    with writing():
        row = _current(actor, "put pairing off", wanted)
        return _decided(actor, "put pairing off", row, at or clock.now(), "")


def take_back(actor: Actor, wanted: Pairing, reason: str, *, at: datetime | None = None) -> Pairing:
    """Take a decision on a pairing back: it is to be looked at again, and the link that its acceptance made goes.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is not decided, or no reason is given.
    """
    with writing():
        row = _current(actor, "take pairing back", wanted)
        if not reason.strip():
            asked = f"You asked to take back what was decided on: {row}."
            raise Refused(
                asked=asked, wrong="No reason is given.", remedy="Say what was wrong with it.", field="reason"
            )
        link, row.link = row.link, None
        decided = _decided(actor, "take pairing back", row, at or clock.now(), reason)
        if link is not None:
            link.delete()
        return decided


def accept_certain(actor: Actor, kind: str, *, at: datetime | None = None) -> int:
    """Accept at once all certain pairings of a kind that are to be looked at; give how many.

    Raises:
        NotAllowed: the role does not include it.
        Refused: there is none.
    """
    actor.require("accept certain pairings")
    instant = at or clock.now()
    with writing():
        rows = list(pairings.certain(kind).select_for_update(of=("self",)))
        if not rows:
            asked = "You asked to accept all certain pairings."
            raise Refused(asked=asked, wrong="None is left.", remedy="Nothing is left to do.")
        _link_all(rows, instant)
        for row in rows:
            row.status, row.decided_at, row.decided_by = Pairing.Status.ACCEPTED, instant, actor.name
        Pairing.objects.bulk_update(rows, ["status", "decided_at", "decided_by", "link"], batch_size=_BATCH // 4)
        after = {"kind": kind, "count": len(rows), "pairings": [row.pk for row in rows]}
        audit.record(actor, "accept certain pairings", "pairings", at=instant, after=after)
        return len(rows)


def _current(actor: Actor, action: str, wanted: Pairing) -> Pairing:
    """The pairing as it stands now, locked. Raises: NotAllowed, Refused."""
    actor.require(action)
    row = Pairing.objects.select_for_update(of=("self",)).select_related(
        "past_organisation", "record", "organisation", "link"
    )
    found = row.get(pk=wanted.pk)
    if not PAIRING.allows(action, found.status):
        raise Refused(
            asked=f"You asked to {action.replace('pairing', 'the pairing')}: {found}.",
            wrong=f"It stands at “{PAIRING.states[found.status]}”.",
            remedy=f"This is possible where it stands at: {PAIRING.in_words(PAIRING.step(action).starts_from)}.",
        )
    return found


def _decided(actor: Actor, action: str, row: Pairing, instant: datetime, reason: str) -> Pairing:
    """Write a decision with its audit row."""
    before = {"status": row.status}
    row.status = PAIRING.step(action).to
    row.decided_at, row.decided_by, row.decision_reason = instant, actor.name, reason.strip()
    row.save(update_fields=["status", "decided_at", "decided_by", "decision_reason", "link"])
    after: dict[str, Any] = {
        "status": row.status,
        "pic": row.past_organisation_id,
        "kind": row.kind,
        "percent": row.percent,
    }
    after["other"] = row.record_id or row.organisation_id
    audit.record(actor, action, f"pairing/{row.pk}", at=instant, before=before, after=after, reason=reason)
    return row


def _linked(row: Pairing, instant: datetime) -> CorpusLink | None:
    """The link that accepting a pairing to an organisation makes; none where there is one that was made otherwise."""
    if row.organisation_id is None:
        return None
    link, is_new = CorpusLink.objects.get_or_create(
        organisation_id=row.organisation_id,
        past_organisation_id=row.past_organisation_id,
        defaults={"basis": _basis(row), "recorded_at": instant},
    )
    return link if is_new else None


def _link_all(rows: Iterable[Pairing], instant: datetime) -> None:
    """Make the links of many pairings to organisations."""
    for row in rows:
        row.link = _linked(row, instant)


def _basis(row: Pairing) -> str:
    """On what a link rests. Where it is a website, or a name that is not quite the same, the office's word stands for it."""
    is_same_name = row.basis != "name" or any("same name" in reason for reason in row.reasons)
    return str(_BASES[row.basis]) if row.basis in _BASES and is_same_name else str(CorpusLink.Basis.STATED)


def _count(report: Report, country: Country) -> None:
    """Count what a country has."""
    report.records += country.records
    report.past += len(country.looked)
    for one in country.looked:
        first = one.found[Pairing.Kind.RECORD][:1]
        report.certain += bool(first) and first[0].is_certain
        report.to_look_at += bool(first) and not first[0].is_certain
        report.organisations += bool(one.found[Pairing.Kind.ORGANISATION])
        report.groups += bool(one.found[Pairing.Kind.GROUP])


def _keep(report: Report, country: Country, instant: datetime) -> None:
    """Write what is new or different of a country's pairings, and take those away that are found no longer and nobody decided."""
    for start in range(0, len(country.looked), _BATCH):
        part = country.looked[start : start + _BATCH]
        rows = Pairing.objects.filter(past_organisation__in=[one.pic for one in part]).order_by("pk")
        kept = {(row.past_organisation_id, row.kind, row.record_id or row.organisation_id): row for row in rows}
        new, changed = [], []
        for one in part:
            for kind, found in one.found.items():
                for each in found:
                    row = kept.pop((one.pic, kind, each.key), None)
                    if row is None:
                        new.append(_new(one.pic, kind, each, instant))
                    elif row.status == Pairing.Status.OPEN and _changed(row, each):
                        changed.append(row)
        Pairing.objects.bulk_create(new)
        Pairing.objects.bulk_update(changed, _COMPARED, batch_size=_BATCH // 4)
        gone = [row.pk for row in kept.values() if row.status == Pairing.Status.OPEN]
        Pairing.objects.filter(pk__in=gone).delete()
        report.added += len(new)
        report.changed += len(changed)
        report.removed += len(gone)


def _new(pic: int, kind: str, found: Found, instant: datetime) -> Pairing:
    """A pairing that nobody decided yet."""
    to = {"organisation_id": found.key} if kind == Pairing.Kind.ORGANISATION else {"record_id": found.key}
    values = {name: getattr(found, name) for name in _COMPARED} | {"reasons": list(found.reasons)}
    return Pairing(kind=kind, past_organisation_id=pic, found_at=instant, **to, **values)


def _changed(row: Pairing, found: Found) -> bool:
    """Let a pairing say what was found now; tell whether that is anything new."""
    now = {name: getattr(found, name) for name in _COMPARED} | {"reasons": list(found.reasons)}
    is_new = any(getattr(row, name) != value for name, value in now.items())
    for name, value in now.items():
        setattr(row, name, value)
    return is_new
