"""Records calls with their days and their counted results, and what sources are meant to give to a topic by its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from cofund.actions import audit, checks, topic_checks
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, together
from cofund.actions.locks import writing
from cofund.queries import clock, schemes
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Call, Certainty, IndicativeContribution, Scheme, Topic
from cofund.rules import timeline
from cofund.rules.lifecycle_topics import TOPIC

# The public money itself, as a source of an indicative contribution.
PUBLIC_SOURCE = "public"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known of a call; amounts in cents of the scheme's currency."""

    code: str
    name: str = ""
    procedure: str = Call.Procedure.UNKNOWN
    is_fast_track: bool = False
    restricted_to: str = ""
    budget_cents: int | None = None
    members_cents: int | None = None
    drafts_published_on: date | None = None
    opened_on: date | None = None
    stage1_closed_on: date | None = None
    closed_on: date | None = None
    results_on: date | None = None
    note: str = ""
    source_url: str = ""


def save_call(
    actor: Actor,
    scheme_code: str,
    wanted: CallFacts,
    *,
    call: Call | None = None,
    seen: str = "",
    at: datetime | None = None,
) -> Call:
    """Record a call, or what has become known of one that there is; `seen` is the mark of what the writer was shown of `known`.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the code is empty or taken, the days cannot be true, or somebody changed it meanwhile.
    """
    actor.require("edit call")
    code = wanted.code.strip()
    asked = f"You asked to record the call {code}."
    currency = schemes.current(scheme_code)[0].currency
    with writing():
        scheme = topic_checks.locked_scheme(scheme_code, asked)
        together(
            lambda: _check_code(scheme, code, call, asked),
            lambda: _check_stages(wanted, asked),
            lambda: _check_days(wanted, asked),
            *(
                partial(checks.check_size, getattr(wanted, name) or 0, currency, asked, name)
                for name in ("budget_cents", "members_cents")
            ),
        )
        row = Call.objects.select_for_update().get(pk=call.pk) if call else Call(scheme=scheme)
        before = known(row) if call else None
        for name in CallFacts.__dataclass_fields__:
            setattr(row, name, getattr(wanted, name))
        row.code = code
        after = known(row)
        unseen.check(asked, seen, before or {}, after)
        row.save()
        audit.record(
            actor,
            "edit call",
            f"{scheme.code}/call/{code}",
            at=at or clock.now(),
            before=before,
            after=after,
            evidence=wanted.source_url,
        )
        return row


def known(call: Call) -> dict[str, Any]:
    """Give what is known of a call, for the audit trail and for whoever changes it."""
    return {name: _plain(getattr(call, name)) for name in CallFacts.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Indicated:
    """What a source is meant to give to a topic: the code of a role, or `public`; cents of the scheme's currency."""

    source: str
    amount_cents: int
    is_in_kind: bool = False
    organisation: Organisation | None = None
    stated_on: date | None = None
    source_url: str = ""


def state_contribution(
    actor: Actor, topic: Topic, wanted: Indicated, *, at: datetime | None = None
) -> IndicativeContribution:
    """Record what a source is meant to give to a topic by its text. No money of the books.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the topic is decided, the scheme knows no such source, or the amount is not more than nothing.
    """
    actor.require("state contributions")
    asked = f"You asked to state what is meant to be given to {topic.code}."
    rules, _ = schemes.current(topic.scheme.code)
    if wanted.source not in (PUBLIC_SOURCE, *(role.code for role in rules.roles)):
        remedy = "Choose one of the list."
        raise Refused(asked=asked, wrong="The programme knows no such source.", remedy=remedy, field="source")
    if wanted.source == PUBLIC_SOURCE and wanted.is_in_kind:
        wrong = "Public money is cash."
        raise Refused(asked=asked, wrong=wrong, remedy="Choose cash.", field="is_in_kind")
    if wanted.amount_cents <= 0:
        wrong = "That is not more than nothing."
        raise Refused(asked=asked, wrong=wrong, remedy="Enter the amount.", field="amount")
    checks.check_size(wanted.amount_cents, rules.currency, asked)
    with writing():
        row = topic_checks.locked_topic(topic)
        topic_checks.check_step(TOPIC, "state contributions", row.status, asked)
        made = IndicativeContribution.objects.create(
            topic=row,
            source=wanted.source,
            organisation=wanted.organisation,
            is_in_kind=wanted.is_in_kind,
            amount_cents=wanted.amount_cents,
            stated_on=wanted.stated_on,
            source_url=wanted.source_url,
            certainty=Certainty.RECORDED,
        )
        _audit_indicated(actor, made, None, _facts(made), at)
        return made


def remove_contribution(actor: Actor, made: IndicativeContribution, *, at: datetime | None = None) -> None:
    """Take back what a source was meant to give; the audit row keeps it.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the topic is decided.
    """
    actor.require("state contributions")
    asked = f"You asked to take back what is meant to be given to {made.topic.code}."
    with writing():
        row = topic_checks.locked_topic(made.topic)
        topic_checks.check_step(TOPIC, "state contributions", row.status, asked)
        _audit_indicated(actor, made, _facts(made), None, at)
        IndicativeContribution.objects.filter(pk=made.pk).delete()


def _check_code(scheme: Scheme, code: str, call: Call | None, asked: str) -> None:
    """Refuse a code that is none, or that another call has."""
    others = Call.objects.filter(scheme=scheme, code=code)
    if not code or "/" in code:
        wrong = "A call has a code without slashes."
    elif (others.exclude(pk=call.pk) if call else others).exists():
        wrong = "There is a call of this code already."
    else:
        return
    raise Refused(asked=asked, wrong=wrong, remedy="Enter the code of this call.", field="code")


def _check_stages(wanted: CallFacts, asked: str) -> None:
    """Refuse a first deadline of a call with one stage."""
    if wanted.stage1_closed_on is not None and wanted.procedure == Call.Procedure.SINGLE_STAGE:
        wrong = "A call of one stage has no deadline of short proposals."
        remedy = "Leave it empty, or choose two stages."
        raise Refused(asked=asked, wrong=wrong, remedy=remedy, field="stage1_closed_on")


def _check_days(wanted: CallFacts, asked: str) -> None:
    """Refuse days in the wrong order."""
    names = {
        "drafts": "drafts_published_on",
        "launch": "opened_on",
        "stage1": "stage1_closed_on",
        "deadline": "closed_on",
        "results": "results_on",
    }
    found = timeline.wrong_order(timeline.Dates(**{key: getattr(wanted, name) for key, name in names.items()}))
    if found is not None:
        first, second = (timeline.LABELS[key] for key in found)
        wrong = f"“{second}” lies before “{first}”."
        raise Refused(asked=asked, wrong=wrong, remedy="Correct one of the two days.", field=names[found[1]])


def _facts(made: IndicativeContribution) -> dict[str, Any]:
    """An indicative contribution as its audit row keeps it."""
    return {
        "source": made.source,
        "organisation": str(made.organisation) if made.organisation else None,
        "is_in_kind": made.is_in_kind,
        "amount_cents": made.amount_cents,
    }


def _audit_indicated(
    actor: Actor,
    made: IndicativeContribution,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    at: datetime | None,
) -> None:
    """Leave the audit row of an indicative contribution that came or went."""
    subject = f"{made.topic.scheme.code}/topic/{made.topic.code}"
    evidence = made.source_url if after else ""
    audit.record(
        actor, "state contributions", subject, at=at or clock.now(), before=before, after=after, evidence=evidence
    )


def _plain(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value
