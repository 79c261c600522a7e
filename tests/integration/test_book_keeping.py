"""What holds for every booking: ceilings, both times, the audit row, who may do what, a later version of the scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from tests.books import DAY, FAR, FINANCE, OPERATOR, Office, fund, refused, shipped
from tests.worlds import world

from cofund.actions import contributions, corrections, targets, tranches
from cofund.actions.actors import Actor
from cofund.actions.errors import EnvelopeExhausted, NotAllowed
from cofund.actions.opening import open_scheme
from cofund.queries.contributions import states
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import AuditEvent
from cofund.records.ledger.models import Contribution, Entry
from cofund.rules import roles
from cofund.rules.envelope import Standing

LATER = dt.date(2016, 1, 1)


@world
def office() -> Office:
    return Office.with_scheme(fund(), "fund")


def test_ceiling_goes_up_and_down(office: Office) -> None:
    office.top_up(5_000)
    office.cut(105_000)
    assert office.standing() == Standing(0, 0, 0, 0, 0)
    grounds = office.grounds()
    assert refused(lambda: tranches.cut(FINANCE, "fund", "main", 1, grounds), EnvelopeExhausted).wrong == (
        "It has nothing open."
    )
    error = refused(lambda: tranches.top_up(FINANCE, "fund", "none", 1, grounds))
    assert (error.wrong, error.remedy) == (
        "There is no such tranche.",
        "The tranches are main, members; enter a positive amount.",
    )
    assert refused(lambda: tranches.top_up(FINANCE, "fund", "main", 0, grounds)).fields == {"field": "amount"}


def test_both_times_are_kept(office: Office) -> None:
    noon = dt.datetime(2016, 5, 1, 12, tzinfo=dt.UTC)
    made = office.pledge(10_000, on=DAY).contribution
    last = Entry.objects.order_by("-number")[0].recorded_at
    grounds = office.grounds(dt.date(2015, 11, 1))
    error = refused(lambda: contributions.amend(FINANCE, made, 20_000, grounds, at=noon))
    assert error.wrong == f"The book already goes to {last.isoformat()}."
    contributions.amend(FINANCE, made, 20_000, grounds, at=last + dt.timedelta(days=1))
    rows = Contribution.objects.filter(pk=made.pk)
    amounts = {
        (on, known): states(rows, as_of=on, known_at=known)[0].live_cents
        for on in (DAY, dt.date(2015, 11, 1))
        for known in (last, last + dt.timedelta(days=1))
    }
    assert list(amounts.values()) == [10_000, 10_000, 10_000, 20_000]


def test_every_entry_leaves_an_audit_row(office: Office) -> None:
    made = office.committed(60_000)
    contributions.amend(FINANCE, made, 50_000, office.grounds())
    contributions.reduce(FINANCE, made, 40_000, office.grounds())
    contributions.deliver(FINANCE, made, 10_000, office.grounds())
    released = contributions.release(FINANCE, made, office.grounds()).entry
    corrections.correct(FINANCE, released, office.grounds())
    contributions.withdraw(FINANCE, made, office.grounds())
    office.top_up(100), office.cut(100), office.award(5, Target(topic=office.topic("T2")))
    office.pledge(100, target=Target(topic=office.topic("T2")))
    targets.drop(FINANCE, "fund", office.topic("T2"), office.grounds())
    entries = list(Entry.objects.order_by("number").values_list("number", "actor_name", "reason"))
    trail = AuditEvent.objects.exclude(action="scheme.install").order_by("pk")
    assert [(row.after["entry"], row.actor_name, row.reason) for row in trail] == entries
    assert {row.actor_role for row in trail} == {roles.OPERATOR, roles.FINANCE_OFFICER}


@pytest.mark.parametrize("role", [roles.PUBLIC, roles.PARTNER, roles.AUDITOR, roles.OFFICER])
def test_roles_may_do_what_the_table_says(office: Office, role: str) -> None:
    actor, made, grounds = Actor("Somebody", role), office.committed(60_000), office.grounds()
    target = Target(topic=office.topic())
    entry = Entry.objects.order_by("-number")[0]
    acts: dict[str, Callable[[], object]] = {
        "endorse": lambda: contributions.endorse(actor, made, grounds),
        "amend": lambda: contributions.amend(actor, made, 1, grounds),
        "reduce": lambda: contributions.reduce(actor, made, 1, grounds),
        "withdraw": lambda: contributions.withdraw(actor, made, grounds),
        "deliver": lambda: contributions.deliver(actor, made, 1, grounds),
        "release": lambda: contributions.release(actor, made, grounds),
        "correct": lambda: corrections.correct(actor, entry, grounds),
        "reserve": lambda: targets.reserve(actor, "fund", target, grounds),
        "commit": lambda: targets.commit(actor, "fund", target, office.project(), grounds),
        "award": lambda: targets.award(actor, "fund", target, 1, grounds),
        "top up": lambda: tranches.top_up(actor, "fund", "main", 1, grounds),
        "cut": lambda: tranches.cut(actor, "fund", "main", 1, grounds),
        "install scheme": lambda: open_scheme(actor, shipped("foundation"), file="foundation.toml"),
    }
    for action, act in acts.items():
        if not roles.may(role, action):
            error = refused(act, NotAllowed)
            assert error.asked == f"Somebody asked to {action}."
            assert error.fields == {"action": action, "role": role}
    assert verify("fund").findings == ()


def test_operator_installs_a_later_version_without_moving_money(office: Office) -> None:
    office.pledge(60_000)
    text = fund(cap="5_000").replace('version = "1"', 'version = "2"')
    before = office.standing(on=FAR)
    open_scheme(OPERATOR, text, file="fund.toml")
    assert office.standing(on=FAR) == before
    made = office.pledge(10_000)
    assert made.entry.explanation["scheme_version"] == "2"
    assert verify("fund").findings == ()
