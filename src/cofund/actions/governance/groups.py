"""Groups and their seats: made, changed, and ended; a seat that was held stays in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.utils.text import slugify

from cofund.actions import audit
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, together
from cofund.actions.locks import writing
from cofund.queries import ballots, clock, groups
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import AgendaItem, Certainty, Conflict, Group, Scheme, Seat
from cofund.rules import voting


@dataclass(frozen=True, slots=True)
class GroupWanted:
    """A group as somebody describes it."""

    name: str
    kind: str
    remit: str = ""
    from_on: date | None = None
    until_on: date | None = None
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class SeatWanted:
    """A seat as somebody describes it; `weight` is a fraction in text, empty for an equal part of what the bloc has left."""

    capacity: str = Seat.Capacity.MEMBER
    organisation: Organisation | None = None
    holder: str = ""
    person: str = ""
    user: User | None = None
    bloc: str = ""
    weight: str = ""
    from_on: date | None = None
    until_on: date | None = None
    source_url: str = ""
    note: str = ""


def add_group(actor: Actor, scheme_code: str, wanted: GroupWanted, *, at: datetime | None = None) -> Group:
    """Make a group of a scheme.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the name is taken, or says nothing.
    """
    actor.require("add group")
    asked = f"You asked to add the group {wanted.name}."
    with writing():
        scheme = Scheme.objects.get(code=scheme_code)
        slug = slugify(wanted.name)[:80]
        together(lambda: _check_name(scheme, slug, asked), lambda: _check_days(wanted.from_on, wanted.until_on, asked))
        group = Group.objects.create(scheme=scheme, slug=slug, **_fields(wanted))
        _audit(actor, "add group", group, at, None)
        return group


def edit_group(actor: Actor, group: Group, wanted: GroupWanted, *, seen: str = "", at: datetime | None = None) -> Group:
    """Change what is said of a group; its address stays. `seen` is the mark of what the writer was shown of `said_of`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the last day lies before the first, a board with votes would stop being one, or somebody changed it meanwhile.
    """
    actor.require("edit group")
    asked = f"You asked to change the group {group.name}."
    with writing():
        row = Group.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=group.pk)
        together(lambda: _check_days(wanted.from_on, wanted.until_on, asked), lambda: _check_kind(row, wanted, asked))
        before = said_of(row)
        for name, value in _fields(wanted).items():
            setattr(row, name, value)
        unseen.check(asked, seen, before, said_of(row))
        row.save()
        _audit(actor, "edit group", row, at, before)
        return row


def add_seat(actor: Actor, group: Group, wanted: SeatWanted, *, at: datetime | None = None) -> Seat:
    """Add a seat to a group.

    Raises:
        NotAllowed: the role does not include it.
        Refused: nobody holds it, its bloc or weight does not fit the scheme, or the person cannot sign in.
    """
    actor.require("add seat")
    with writing():
        Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
        seat = Seat(group=group)
        _fill(seat, wanted, f"You asked to add a seat to {group.name}.")
        seat.save()
        _audit_seat(actor, "add seat", seat, at, None)
        return seat


def edit_seat(actor: Actor, seat: Seat, wanted: SeatWanted, *, seen: str = "", at: datetime | None = None) -> Seat:
    """Change what is said of a seat. Who follows whom in a place is another seat; this is for what was wrong or is new.

    `seen` is the mark of what the writer was shown of `said`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: as for a new seat; somebody else would get it while a conflict of its person stands on an open point; or
            somebody changed it meanwhile.
    """
    actor.require("edit seat")
    with writing():
        Group.objects.select_for_update(of=("self",)).get(pk=seat.group_id)
        row = Seat.objects.select_related("group__scheme").get(pk=seat.pk)
        before, asked = said(row), f"You asked to change a seat of {row.group.name}."
        _check_conflicts(row, wanted, asked)
        _fill(row, wanted, asked)
        unseen.check(asked, seen, before, said(row))
        row.certainty = Certainty.RECORDED
        row.save()
        _audit_seat(actor, "edit seat", row, at, before)
        return row


def end_seat(actor: Actor, seat: Seat, until_on: date, reason: str, *, at: datetime | None = None) -> Seat:
    """End a seat with a day; it stays in the history.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the seat has ended before, or would end before it began.
    """
    actor.require("end seat")
    asked = f"You asked to end the seat of {groups.name_of(seat)} in {seat.group.name}."
    with writing():
        row = Seat.objects.select_for_update(of=("self",)).select_related("group__scheme").get(pk=seat.pk)
        if row.until_on is not None and row.until_on <= until_on:
            wrong = f"It ended on {row.until_on.isoformat()}."
            raise Refused(asked=asked, wrong=wrong, remedy="Add a new seat if somebody follows.", field="until_on")
        _check_days(row.from_on, until_on, asked)
        before = said(row)
        row.until_on = until_on
        row.save(update_fields=["until_on"])
        _audit_seat(actor, "end seat", row, at, before, reason)
        return row


def _check_name(scheme: Scheme, slug: str, asked: str) -> None:
    """Refuse a name that is none, or that another group of the scheme has."""
    if not slug or Group.objects.filter(scheme=scheme, slug=slug).exists():
        wrong = "There is a group of this name already." if slug else "A group has a name with letters or digits."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter another name.", field="name")


def _check_kind(row: Group, wanted: GroupWanted, asked: str) -> None:
    """Refuse to make something else of a board whose seats have votes."""
    if row.kind == Group.Kind.BOARD != wanted.kind and row.seats.exclude(bloc="").exists():
        wrong = "Seats of it have votes, and only a board decides by votes."
        raise Refused(asked=asked, wrong=wrong, remedy="Take the blocs off its seats first.", field="kind")


def _fields(wanted: GroupWanted) -> dict[str, object]:
    """What of a group can be changed."""
    return {name: getattr(wanted, name) for name in ("name", "kind", "remit", "from_on", "until_on", "source_url")}


def _fill(seat: Seat, wanted: SeatWanted, asked: str) -> None:
    """Take what is wanted into a seat, once it fits."""
    for name in SeatWanted.__dataclass_fields__:
        value = getattr(wanted, name)
        setattr(seat, name, value.strip() if isinstance(value, str) else value)
    together(
        lambda: _check_holder(seat, asked),
        lambda: _check_days(wanted.from_on, wanted.until_on, asked),
        lambda: _check_votes(seat, asked),
    )


def _check_holder(seat: Seat, asked: str) -> None:
    """Refuse a seat that nobody holds."""
    if seat.organisation is None and not seat.holder and not seat.person:
        remedy = "Choose an organisation, or say whom it speaks for."
        raise Refused(asked=asked, wrong="Nobody holds it.", remedy=remedy, field="organisation")


def _check_conflicts(seat: Seat, wanted: SeatWanted, asked: str) -> None:
    """Refuse to give a seat to somebody else while a conflict stands on a point without a result: it would follow the seat."""
    if seat.user_id == (wanted.user.pk if wanted.user else None):
        return
    open_points = Conflict.objects.filter(seat=seat, lifted_at=None, item__status=AgendaItem.Status.TABLED)
    found = open_points.select_related("item__meeting").first()
    if found is not None:
        raise Refused(
            asked=asked,
            wrong=f"Its person has a conflict of interest on point {found.item.number} of {found.item.meeting}, which waits.",
            remedy="Wait for its result, or end this seat and add one for whoever follows.",
            field="user",
        )


def _check_votes(seat: Seat, asked: str) -> None:
    """Refuse a bloc that the scheme does not know, votes of an observer, and weights that do not fit."""
    if not seat.bloc:
        if seat.weight:
            raise Refused(asked=asked, wrong="A weight needs a bloc.", remedy="Choose the bloc.", field="bloc")
        return
    rule = groups.decision_rule(seat.group)
    if rule is None or seat.bloc not in rule.blocs:
        known = f"Its blocs are {', '.join(rule.blocs)}." if rule else "This group does not decide by votes."
        raise Refused(
            asked=asked,
            wrong=f"The scheme knows no such bloc here. {known}",
            remedy="Leave the bloc empty, or choose one of these.",
            field="bloc",
        )
    if seat.capacity == Seat.Capacity.OBSERVER:
        wrong = "An observer has no vote, so it is of no bloc."
        raise Refused(
            asked=asked, wrong=wrong, remedy="Leave the bloc empty, or choose another capacity.", field="bloc"
        )
    try:
        weight = Fraction(seat.weight) if seat.weight else None
    except (ValueError, ZeroDivisionError):
        weight = Fraction(0)
    if weight is not None and weight <= 0:
        wrong = "The weight is no positive number or fraction, such as 12.5 or 25/2."
        raise Refused(
            asked=asked, wrong=wrong, remedy="Correct it, or leave it empty for an equal part.", field="weight"
        )
    on = max(filter(None, (seat.from_on, clock.today() if seat.from_on is None else None)))
    others = [one for one in groups.seats(seat.group, on) if one.pk != seat.pk]
    sheet = ballots.voting_seats([*others, seat], rule)
    try:
        voting.weights(rule, sheet)
    except voting.WeightsError as error:
        # While a bloc is being filled, what is missing may still come; more than there is may not.
        if _is_too_much(sheet, seat.bloc, rule.blocs[seat.bloc]):
            raise Refused(
                asked=asked, wrong=str(error), remedy="Lower the weight, or end another seat first.", field="weight"
            ) from error


def _is_too_much(sheet: list[voting.VotingSeat], bloc: str, votes: int) -> bool:
    """Whether the weights stated for a bloc are more than its votes."""
    return sum((one.weight for one in sheet if one.bloc == bloc and one.weight is not None), Fraction(0)) > votes


def _check_days(from_on: date | None, until_on: date | None, asked: str) -> None:
    """Refuse a last day before the first."""
    if from_on is not None and until_on is not None and until_on < from_on:
        wrong = f"It would end before it began on {from_on.isoformat()}."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter a later last day.", field="until_on")


def said_of(group: Group) -> dict[str, str]:
    """Give what is said of a group, for the audit trail and for whoever changes it."""
    return {name: str(getattr(group, name) or "") for name in GroupWanted.__dataclass_fields__}


def said(seat: Seat) -> dict[str, str]:
    """Give what is said of a seat, for the audit trail and for whoever changes it."""
    return {name: str(getattr(seat, name) or "") for name in SeatWanted.__dataclass_fields__}


def _audit(actor: Actor, action: str, group: Group, at: datetime | None, before: dict[str, str] | None) -> None:
    subject, after = f"{group.scheme.code}/group/{group.slug}", said_of(group)
    audit.record(actor, action, subject, at=at or clock.now(), before=before, after=after)


def _audit_seat(
    actor: Actor, action: str, seat: Seat, at: datetime | None, before: dict[str, str] | None, reason: str = ""
) -> None:
    subject = f"{seat.group.scheme.code}/group/{seat.group.slug}/seat/{seat.pk}"
    audit.record(actor, action, subject, at=at or clock.now(), before=before, after=said(seat), reason=reason)
