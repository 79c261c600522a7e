"""Everything that the office can do to what it looks at: for each act its permission, its form, and the one action it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cofund.actions import contributions, corrections, targets, topics, tranches
from cofund.actions.actors import Actor
from cofund.actions.share_exceptions import ShareException
from cofund.actions.submissions import Act as Booking
from cofund.queries.contributions import ContributionState
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Topic, Tranche
from cofund.rules.lifecycle_topics import TOPIC, is_before_adoption
from cofund.rules.stages import UNVALIDATED_STAGES
from cofund.web.office import forms

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: one of these, in the book of a scheme."""

    scheme: str
    name: str
    href: str
    contribution: Contribution | None = None
    target: Target | None = None
    tranche: Tranche | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `permission` is its row in the role table; `perform` gives the booking that the form's data ask for."""

    code: str
    permission: str
    verb: str
    title: str
    lede: str
    form: type[forms.ActForm]
    perform: Callable[[Actor, Subject, Data], Booking]
    is_grave: bool = False


def _contribution(subject: Subject) -> Contribution:
    """The contribution of a subject that has one."""
    assert subject.contribution is not None
    return subject.contribution


def _target(subject: Subject) -> Target:
    """The topic or project of a subject that has one."""
    assert subject.target is not None
    return subject.target


def _topic(subject: Subject) -> Topic:
    """The topic of a subject that has one."""
    topic = _target(subject).topic
    assert topic is not None
    return topic


def _tranche(subject: Subject) -> str:
    """The code of a subject's tranche."""
    assert subject.tranche is not None
    return subject.tranche.code


def _entry(subject: Subject) -> Entry:
    """The entry of a subject that has one."""
    assert subject.entry is not None
    return subject.entry


def _exception(data: Data) -> ShareException:
    """What a form states to allow a share that is not within its limit."""
    return ShareException(
        data.get("share_exception", ""),
        data.get("exception_decision", ""),
        data.get("exception_decided_on"),
        data.get("exception_text", ""),
    )


def _endorse(actor: Actor, subject: Subject, data: Data) -> Booking:
    """The board's endorsement, in full where no amount is given."""
    one, exception = _contribution(subject), _exception(data)
    return lambda grounds: (
        contributions.endorse(actor, one, grounds, amount_cents=data["amount"], share_exception=exception).entry
    )


def _amend(actor: Actor, subject: Subject, data: Data) -> Booking:
    """A new amount in all."""
    one, accepts = _contribution(subject), bool(data["accepts_unmatched"])
    return lambda grounds: contributions.amend(actor, one, data["amount"], grounds, accepts_unmatched=accepts).entry


def _sign(actor: Actor, subject: Subject, data: Data) -> Booking:
    """The signature of a grant."""
    wanted = topics.NewProject(
        data.get("acronym", ""),
        data.get("grant_agreement", ""),
        data.get("title", ""),
        starts_on=data.get("starts_on"),
        starts_before_signature=bool(data.get("starts_before_signature")),
        share_exception=_exception(data),
    )
    return lambda grounds: topics.sign_grant(actor, subject.scheme, _target(subject), wanted, grounds)


def _reserve(actor: Actor, subject: Subject, data: Data) -> Booking:
    """The adoption of a topic, or the amendment of its work plan."""
    amends = bool(data["amends_work_plan"])
    return lambda grounds: targets.reserve(actor, subject.scheme, _target(subject), grounds, amends_work_plan=amends)[0]


ON_CONTRIBUTION = (
    Act(
        "endorse",
        "endorse",
        "Endorse",
        "Endorse the pledge",
        "The board endorses what is pledged, in full or in part. The match stays promised until the topic is adopted.",
        forms.PartForm,
        _endorse,
    ),
    Act(
        "deliver",
        "deliver",
        "Record a delivery",
        "Record what was delivered and validated",
        "What is validated consumes its part of the match. In kind, what is more than is committed stands apart, unmatched.",
        forms.AmountForm,
        lambda actor, subject, data: (
            lambda grounds: contributions.deliver(actor, _contribution(subject), data["amount"], grounds).entry
        ),
    ),
    Act(
        "amend",
        "amend",
        "Amend",
        "Amend the amount",
        "The contribution gets a new version with a new amount; the match follows the rule of the programme.",
        forms.NewAmountForm,
        _amend,
    ),
    Act(
        "reduce",
        "reduce",
        "Reduce",
        "Reduce the amount",
        "The match that the contribution no longer carries goes back to the envelope.",
        forms.NewAmountForm,
        lambda actor, subject, data: (
            lambda grounds: contributions.reduce(actor, _contribution(subject), data["amount"], grounds).entry
        ),
    ),
    Act(
        "release",
        "release",
        "Close",
        "Close the contribution",
        "What was not delivered lapses; the match that it carried is open again.",
        forms.ActForm,
        lambda actor, subject, data: (
            lambda grounds: contributions.release(actor, _contribution(subject), grounds).entry
        ),
        is_grave=True,
    ),
    Act(
        "withdraw",
        "withdraw",
        "Withdraw",
        "Withdraw the contribution",
        "Everything that was not delivered is taken back, and its match is open again.",
        forms.ActForm,
        lambda actor, subject, data: (
            lambda grounds: contributions.withdraw(actor, _contribution(subject), grounds).entry
        ),
        is_grave=True,
    ),
)
ON_TARGET = (
    Act(
        "reserve",
        "reserve",
        "Adopt and reserve",
        "Adopt and reserve the match",
        "The decision adopts the topic; the match of everything endorsed is decided and reserved in the envelope.",
        forms.ReserveForm,
        _reserve,
    ),
    Act(
        "commit",
        "commit",
        "Sign the grant",
        "Sign the grant",
        "What is endorsed and reserved is committed to the project of the grant agreement.",
        forms.GrantForm,
        _sign,
    ),
    Act(
        "award",
        "award",
        "Fix the public money",
        "Fix the public money",
        "From then on the contributions share exactly this much public money.",
        forms.AwardForm,
        lambda actor, subject, data: (
            lambda grounds: targets.award(actor, subject.scheme, _target(subject), data["amount"], grounds)
        ),
    ),
    Act(
        "drop",
        "release",
        "Drop",
        "Drop the topic",
        "What was promised to it lapses, and its match is open again.",
        forms.ActForm,
        lambda actor, subject, data: lambda grounds: targets.drop(actor, subject.scheme, _topic(subject), grounds),
        is_grave=True,
    ),
)
ON_TRANCHE = (
    Act(
        "top-up",
        "top up",
        "Top up",
        "Top up the tranche",
        "The ceiling of the tranche rises by the amount.",
        forms.MoneyWithDecisionForm,
        lambda actor, subject, data: (
            lambda grounds: tranches.top_up(actor, subject.scheme, _tranche(subject), data["amount"], grounds)
        ),
    ),
    Act(
        "cut",
        "cut",
        "Cut",
        "Cut the tranche",
        "The ceiling of the tranche falls by the amount; only what is open can be cut.",
        forms.MoneyWithDecisionForm,
        lambda actor, subject, data: (
            lambda grounds: tranches.cut(actor, subject.scheme, _tranche(subject), data["amount"], grounds)
        ),
        is_grave=True,
    ),
)
ON_ENTRY = (
    Act(
        "correct",
        "correct",
        "Correct",
        "Correct this entry",
        "A new entry turns this one round as of its own day; this one stays as it was. What is right is booked anew.",
        forms.ActForm,
        lambda actor, subject, data: lambda grounds: corrections.correct(actor, _entry(subject), grounds),
        is_grave=True,
    ),
)


def on_contribution(state: ContributionState) -> tuple[Act, ...]:
    """The acts that make sense for a contribution as it stands, what usually comes next first."""
    fitting = {
        "pledged": ("endorse", "amend", "reduce", "withdraw"),
        "endorsed": ("amend", "reduce", "withdraw"),
        "committed": ("deliver", "amend", "reduce", "withdraw", "release"),
        "reported": ("deliver", "amend", "reduce", "withdraw", "release"),
        "certified": ("deliver", "amend", "reduce", "withdraw", "release"),
        "validated": ("amend", "release") if _has_undelivered(state) else ("amend",),
    }.get(state.stage, ())
    if "pledged" in state.amounts and "endorse" not in fitting:
        fitting = ("endorse", *fitting)
    if state.stage == "validated" and "committed" in state.amounts:
        fitting = ("deliver", *fitting)
    return tuple(act for code in fitting for act in ON_CONTRIBUTION if act.code == code)


def on_target(target: Target) -> tuple[Act, ...]:
    """The acts that make sense for a topic or project as it stands, what usually comes next first."""
    topic = target.topic
    if topic is None:
        codes: tuple[str, ...] = ("commit", "reserve", "award")
    elif is_before_adoption(topic.status):
        codes = ("reserve", "award", "drop") if TOPIC.allows("reserve", topic.status) else ("award", "drop")
    elif topic.status == Topic.Status.ADOPTED:
        codes = ("commit", "reserve", "award", "drop")
    else:
        codes = ()
    return tuple(_for_project(act, target) for code in codes for act in ON_TARGET if act.code == code)


def _for_project(act: Act, target: Target) -> Act:
    """The act with the form of a project that there is, where it is about one."""
    if act.code == "commit" and target.project is not None:
        return Act(
            act.code, act.permission, act.verb, act.title, act.lede, forms.ProjectGrantForm, act.perform, act.is_grave
        )
    return act


def _has_undelivered(state: ContributionState) -> bool:
    """Whether anything of a contribution still waits for its delivery."""
    return any(state.amounts.get(stage) for stage in ("pledged", "endorsed", *UNVALIDATED_STAGES))
