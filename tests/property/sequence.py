"""A long sequence of actions, the same anywhere: `python -m tests.property.sequence SEED STEPS RULES`, on a new database."""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from typing import Any

import django


def deliver(choose: random.Random, one: Any, cents: int, grounds: Any, at: dt.datetime) -> None:
    """One step of the yearly round, at random."""
    from tests.books import FINANCE

    from cofund.actions import delivering
    from cofund.actions.delivering import Delivery

    step = choose.choice(["report", "report", "certify", "validate", "send_back"])
    delivery = (Delivery(cents, choose.choice([None, cents])),) if step in ("validate", "send_back") else ()
    amount = () if step == "send_back" else (cents,)
    getattr(delivering, step)(FINANCE, one, *amount, *delivery, grounds, at=at)


def change(choose: random.Random, one: Any, cents: int, grounds: Any, at: dt.datetime) -> None:
    """One change of a contribution, at random."""
    from tests.books import FINANCE

    from cofund.actions import contributions

    act = choose.choice(["amend", "reduce", "withdraw", "deliver", "release"])
    amount = () if act in ("withdraw", "release") else (cents,)
    getattr(contributions, act)(FINANCE, one, *amount, grounds, at=at)


def balances() -> dict[str, int]:
    """What every account holds in the end."""
    from cofund.records.ledger.models import Transfer
    from cofund.rules.position import Flow, Position

    whole = Position()
    for flow in Transfer.objects.values_list("from_account__code", "to_account__code", "amount_cents", "effective_on"):
        whole.add(Flow(*flow))
    return {code: whole.balance(code) for code in sorted(whole.codes())}


def result(refusals: list[str]) -> dict[str, Any]:
    """What a sequence ended in."""
    from cofund.queries.verification import verify

    verified = verify("fund")
    return {
        "findings": [str(finding) for finding in verified.findings],
        "hash": verified.last_hash,
        "entries": verified.entries,
        "balances": balances(),
        "refusals": refusals,
    }


def run(seed: int, steps: int, rules: dict[str, str]) -> dict[str, Any]:
    """Book at random from a seed; give the last hash, what every account holds, and every refusal in words.

    `rules` are those of the tranche, as its scheme writes them: `{"ratio": '"2/3"'}`.
    """
    from tests.books import DAY, EPOCH, FINANCE, Office, fund

    from cofund.actions import corrections
    from cofund.actions.errors import Refused
    from cofund.queries.pools import Target
    from cofund.records.ledger.models import Contribution, Entry

    choose = random.Random(seed)
    office = Office.with_scheme(fund(**rules), "fund")
    office.at = EPOCH
    refusals = []
    for _ in range(steps):
        office.at += dt.timedelta(minutes=1)
        day = DAY + dt.timedelta(days=choose.randrange(10))
        where = choose.choice(["T1", "T2", "T3", "p0", "p1"])
        is_topic = where.startswith("T")
        target = Target(topic=office.topic(where)) if is_topic else Target(project=office.project(where))
        made = list(Contribution.objects.order_by("pk"))
        one, cents = (choose.choice(made) if made else None), choose.randrange(1, 40_000)
        action = choose.choice(
            ["pledge"] * 4
            + ["endorse"] * 3
            + ["reserve", "commit", "award", "ceiling", "correct"]
            + ["change"] * 4
            + ["round"] * 3
        )
        try:
            if action == "pledge" or one is None:
                role = choose.choice(["partner", "member", "other"])
                more = {"kind": choose.choice(["FC", "WORK"]), "accepts_unmatched": True}
                office.pledge(cents, choose.choice("ABC"), target=target, role=role, on=day, **more)
            elif action == "endorse":
                office.endorse(one, None, day)
            elif action == "reserve":
                office.reserve(target, day, amends_work_plan=True)
            elif action == "commit":
                # Two topics lead to one project, so that its cap binds what comes second.
                slug = {"T1": "of-t1", "T2": "of-t1", "T3": "of-t3"}.get(where, where)
                office.commit(target, office.project(slug, target.topic), day)
            elif action == "award":
                office.award(cents, target, day)
            elif action == "ceiling":
                choose.choice([office.cut, office.top_up])(cents // 10, "main", day)
            elif action == "correct":
                entry = choose.choice(list(Entry.objects.order_by("number")))
                corrections.correct(FINANCE, entry, office.grounds(), at=office.at)
            elif action == "round":
                deliver(choose, one, cents, office.grounds(day), office.at)
            else:
                change(choose, one, cents, office.grounds(day), office.at)
        except Refused as error:
            refusals.append(str(error))
    return result(refusals)


if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]))))
