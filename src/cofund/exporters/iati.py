"""The activities of a programme in the IATI standard, version 2.03, activity by activity, in memory that does not grow.

Source: https://iatistandard.org/en/iati-standard/203/. Add up the incoming commitments (11), and each euro counts once:
the outgoing commitments (2) are what of it the programme pays on, and the incoming pledges (13) what is not committed yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.exporters.cells import decimal
from cofund.exporters.markup import HEAD, element, opening, told
from cofund.queries import open_activities as acts
from cofund.queries.open_activities import Activity, OpenPledge
from cofund.queries.open_grants import ORGANISATION, PROGRAMME, OpenGrant, Party
from cofund.records.programme.models import Project, Topic

VERSION: Final = "2.03"
OUTGOING_COMMITMENT, INCOMING_COMMITMENT, INCOMING_PLEDGE = "2", "11", "13"
FUNDING, ACCOUNTABLE, EXTENDING, IMPLEMENTING = "1", "2", "3", "4"
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"
# ActivityStatus: pipeline, implementation, finalisation (money is still to be accepted), closed, cancelled.
_STATES: Final[Mapping[str, str]] = {
    acts.PIPELINE: "1",
    acts.RUNNING: "2",
    acts.ENDED: "3",
    acts.CLOSED: "4",
    acts.DROPPED: "5",
}
# OrganisationType of what the directory knows of an organisation. Whether a patient organisation is national or international it
# does not know, and for associations of companies the standard has no type: those are left out.
_TYPES: Final[Mapping[str, str]] = {
    "foundation": "60",
    "funding_body": "15",
    "company": "70",
    "small_company": "70",
    "public_research": "80",
    "product_partnership": "30",
    "state": "10",
    "international": "40",
}
PUBLIC_PRIVATE: Final = "30"
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class File:
    """What holds for all activities of a file: who publishes, of which programme, of which day and knowledge.

    `prefix` is the publisher's identifier of an organisation in IATI; `funder` the public funder in the words of the scheme;
    `address_of` gives the page of an activity.
    """

    prefix: str
    scheme: str
    programme: str
    funder: str
    currency: str
    starts_on: date | None
    ends_on: date | None
    on: date
    known_at: datetime
    address: str
    address_of: Callable[[Activity], str]

    def identifier(self, code: str) -> str:
        """The identifier of an activity of the programme."""
        return f"{self.prefix}-{self.scheme}-{_PLAIN.sub('-', code)}"

    def reference(self, code: str) -> str:
        """The identifier of a transaction; references name their programme themselves."""
        return f"{self.prefix}-{_PLAIN.sub('-', code)}"


def as_xml(file: File, activities: Iterable[Activity]) -> Iterator[str]:
    """Give the file piece by piece; the same activities in the same order give the same text.

    An activity of which no day at all is known is left out, as the standard demands one.
    """
    yield HEAD
    instant = file.known_at.isoformat(timespec="seconds")
    yield opening("iati-activities", {"version": VERSION, "generated-datetime": instant}) + "\n"
    if file.starts_on is not None:
        yield from _programme(file, file.starts_on)
    for activity in activities:
        if _first_day(activity) is not None:
            yield from _activity(file, activity)
    yield "</iati-activities>\n"


def is_told(activity: Activity) -> bool:
    """Tell whether an activity stands in the file: a day of it is known."""
    return _first_day(activity) is not None


def _programme(file: File, starts_on: date) -> Iterator[str]:
    """The programme as the parent of all other activities; money stands with those alone, so that nobody adds it twice."""
    yield opening("iati-activity", _attributes(file, file.known_at, level="1")) + "\n"
    yield told("iati-identifier", file.identifier("programme")) + _reporting(file) + "\n"
    yield _narrated("title", file.programme)
    words = f"The programme as a whole. Its money is told with its projects and topics, as of {file.on.isoformat()}."
    yield _narrated("description", words, {"type": "1"}) + "\n"
    yield _participating(Party("", "", file.funder), FUNDING)
    yield _own(file, ACCOUNTABLE) + "\n"
    has_ended = file.ends_on is not None and file.ends_on < file.on
    yield element("activity-status", {"code": _STATES[acts.ENDED if has_ended else acts.RUNNING]})
    yield _day(ACTUAL_START if starts_on <= file.on else PLANNED_START, starts_on)
    if file.ends_on is not None:
        yield _day(ACTUAL_END if has_ended else PLANNED_END, file.ends_on)
    yield _where_and_what() + _page(file.address, "This data as a page") + "\n</iati-activity>\n"


def _activity(file: File, activity: Activity) -> Iterator[str]:
    """One project or topic, in the order that the schema demands."""
    yield opening("iati-activity", _attributes(file, activity.recorded_at or file.known_at, level="2")) + "\n"
    yield told("iati-identifier", file.identifier(_code(activity.target))) + _reporting(file) + "\n"
    yield _narrated("title", _title(activity.target))
    yield _narrated("description", _words(activity), {"type": "1"}) + "\n"
    for party in _funders(activity):
        yield _participating(party, FUNDING)
    if activity.public_cents > 0:
        yield _participating(Party("", "", file.funder), FUNDING)
    yield _own(file, ACCOUNTABLE)
    if activity.paid is not None:
        yield _own(file, EXTENDING) + _participating(activity.paid.recipient, IMPLEMENTING)
    if isinstance(activity.target, Project) and activity.target.grant_agreement:
        yield element("other-identifier", {"ref": activity.target.grant_agreement, "type": "A1"})
    yield "\n" + element("activity-status", {"code": _STATES[activity.state]})
    yield from _days(file, activity)
    yield _where_and_what() + element("default-finance-type", {"code": "110"}) + "\n"
    yield from _transactions(file, activity)
    yield _page(file.address_of(activity), "Page with all figures and their history")
    if file.starts_on is not None:
        yield element("related-activity", {"ref": file.identifier("programme"), "type": "1"})
    yield "\n</iati-activity>\n"


def _attributes(file: File, changed_at: datetime, *, level: str) -> dict[str, str | None]:
    """The attributes of an activity."""
    changed = changed_at.isoformat(timespec="seconds")
    return {
        "last-updated-datetime": changed,
        "xml:lang": "en",
        "default-currency": file.currency,
        "hierarchy": level,
    }


def _reporting(file: File) -> str:
    """Who reports: the programme, which is a public-private partnership."""
    attributes = {"ref": file.prefix, "type": PUBLIC_PRIVATE, "secondary-reporter": "0"}
    return element("reporting-org", attributes, told("narrative", file.programme))


def _own(file: File, role: str) -> str:
    """The programme itself in a role."""
    attributes = {"ref": file.prefix, "type": PUBLIC_PRIVATE, "role": role}
    return element("participating-org", attributes, told("narrative", file.programme))


def _participating(party: Party, role: str) -> str:
    """Somebody else in a role."""
    attributes = {"ref": reference(party), "type": _TYPES.get(party.organisation_kind), "role": role}
    return element("participating-org", attributes, told("narrative", party.name))


def reference(party: Party) -> str | None:
    """The identifier of an organisation that the world knows, as a register of org-id.guide gives it; None where none is known."""
    if party.ror:
        return f"XI-ROR-{party.ror}"
    return f"XI-LEI-{party.lei}" if party.lei else None


def _funders(activity: Activity) -> list[Party]:
    """Everybody who gives, once."""
    given = (party for one in activity.incoming for party in one.funders)
    pledged = (party for one in activity.pledges for party in one.givers)
    return list(dict.fromkeys([*given, *pledged]))


def _code(target: Project | Topic) -> str:
    """What the identifier of an activity ends with; projects and topics cannot be taken for each other."""
    return target.slug if isinstance(target, Project) else f"topic-{target.code}"


def _title(target: Project | Topic) -> str:
    """What an activity is called."""
    if isinstance(target, Topic):
        return f"Topic {target.code}: {target.title}"
    return f"{target.acronym}: {target.title}" if target.title else target.acronym


def _words(activity: Activity) -> str:
    """What an activity is, in words; what is not known is said."""
    target = activity.target
    if isinstance(target, Topic):
        return target.summary or f"A topic that no project works on yet: {target.title}."
    topic = f"A project on the topic {target.topic.code}: {target.topic.title}." if target.topic else "A project."
    if activity.paid is None and not activity.incoming and not activity.pledges:
        return f"{topic} No amount of it is public."
    return topic


def _first_day(activity: Activity) -> date | None:
    """The first day that is known of an activity."""
    target = activity.target
    planned = target.starts_on or target.signed_on if isinstance(target, Project) else target.adoption_planned_on
    return planned or activity.first_on or (target.ends_on if isinstance(target, Project) else None)


def _days(file: File, activity: Activity) -> Iterator[str]:
    """When an activity begins and ends: planned as long as the day is to come."""
    target, on = activity.target, file.on
    begins = target.starts_on if isinstance(target, Project) else target.adoption_planned_on
    ends = target.ends_on if isinstance(target, Project) else None
    if begins is not None:
        is_past = begins <= on and isinstance(target, Project)
        yield _day(ACTUAL_START if is_past else PLANNED_START, begins)
    elif ends is None or ends > on:
        first = _first_day(activity)
        assert first is not None
        yield _day(PLANNED_START, first, "When work begins is not known; this is the first day that is known.")
    if ends is not None:
        yield _day(ACTUAL_END if ends < on else PLANNED_END, ends)


def _day(kind: str, on: date, note: str = "") -> str:
    """One day of an activity."""
    return element(
        "activity-date",
        {"iso-date": on.isoformat(), "type": kind},
        *((told("narrative", note),) if note else ()),
    )


def _where_and_what() -> str:
    """Where and for what: research for the whole world (UN M49), of a sector that the books do not tell (OECD DAC 43082)."""
    region = element("recipient-region", {"code": "001", "vocabulary": "2"}, told("narrative", "World"))
    return region + element("sector", {"vocabulary": "1", "code": "43082"})


def _transactions(file: File, activity: Activity) -> Iterator[str]:
    """The money of an activity: pledges, what is committed to it by contributors and the public, and what is paid on."""
    for pledge in activity.pledges:
        yield _pledge(file, pledge)
    for grant in activity.incoming:
        yield _commitment(file, grant)
    if activity.paid is None:
        return
    paid = activity.paid
    if activity.public_cents > 0:
        words = "Public money behind the project, whether it matches contributions or not."
        from_funder, to_own = _side("provider-org", Party("", "", file.funder)), _side_of(file, "receiver-org")
        yield _transaction(
            file, f"{paid.reference}-public", INCOMING_COMMITMENT, paid.awarded_on, activity.public_cents,
            words + _assumed(paid.assumed), from_funder + to_own,
        )  # fmt: skip
    sides = _side_of(file, "provider-org") + _side("receiver-org", paid.recipient)
    words = f"{paid.title}: public money and the cash of contributors that passes through the programme."
    yield _transaction(
        file,
        paid.reference,
        OUTGOING_COMMITMENT,
        paid.awarded_on,
        paid.amount_cents,
        words + _assumed(paid.assumed),
        sides,
    )


def _pledge(file: File, pledge: OpenPledge) -> str:
    """What a contributor has promised, to the programme, and nobody has committed yet."""
    words = f"{pledge.kind}, promised as {pledge.role}.{_joint(pledge.givers)}{_assumed(pledge.assumed)}"
    sides = _givers(pledge.givers) + _side_of(file, "receiver-org")
    return _transaction(file, pledge.reference, INCOMING_PLEDGE, pledge.pledged_on, pledge.amount_cents, words, sides)


def _commitment(file: File, grant: OpenGrant) -> str:
    """What a contributor gives from the grant on: through the programme, or to the project itself."""
    to_own = grant.recipient.kind == PROGRAMME
    receiver = _side_of(file, "receiver-org") if to_own else _side("receiver-org", grant.recipient)
    words = grant.description + _assumed(grant.assumed)
    return _transaction(
        file, grant.reference, INCOMING_COMMITMENT, grant.awarded_on, grant.amount_cents, words,
        _givers(grant.funders) + receiver,
    )  # fmt: skip


def _transaction(file: File, code: str, kind: str, on: date, cents: int, words: str, sides: str) -> str:
    """One movement of money, in the currency of the file."""
    day = on.isoformat()
    return (
        element(
            "transaction",
            {"ref": file.reference(code)},
            element("transaction-type", {"code": kind}),
            element("transaction-date", {"iso-date": day}),
            told("value", decimal(cents), {"value-date": day}),
            _narrated("description", words),
            sides,
        )
        + "\n"
    )


def _givers(parties: tuple[Party, ...]) -> str:
    """Who gives; the standard has room for one, so that several stand as one with all of their names."""
    if len(parties) == 1:
        return _side("provider-org", parties[0])
    return _side("provider-org", Party("", "", "; ".join(one.name for one in parties)))


def _side(name: str, party: Party) -> str:
    """Who gives or gets."""
    kind = _TYPES.get(party.organisation_kind) if party.kind == ORGANISATION else None
    return element(name, {"ref": reference(party), "type": kind}, told("narrative", party.name))


def _side_of(file: File, name: str) -> str:
    """The programme as the one who gives or gets."""
    return element(name, {"ref": file.prefix, "type": PUBLIC_PRIVATE}, told("narrative", file.programme))


def _joint(parties: tuple[Party, ...]) -> str:
    """What is said where several give together."""
    return " Given jointly; how it is split is not known." if len(parties) > 1 else ""


def _assumed(is_assumed: bool) -> str:
    """What is said of a day that is not known for sure."""
    return " The day is assumed." if is_assumed else ""


def _narrated(name: str, words: str, attributes: Mapping[str, str | None] | None = None) -> str:
    """An element that says something in words."""
    return element(name, attributes, told("narrative", words))


def _page(address: str, title: str) -> str:
    """The page about an activity (category A12, activity web page)."""
    attributes = {"format": "text/html", "url": address}
    return element("document-link", attributes, _narrated("title", title), element("category", {"code": "A12"}))
