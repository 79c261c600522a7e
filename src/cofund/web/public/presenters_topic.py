"""What only a topic's page says: how far it is, and what a partner can still unlock."""

from __future__ import annotations

from datetime import date

from cofund.queries.dossiers import Dossier
from cofund.records.programme.models import Topic
from cofund.web import components as c
from cofund.web.formatting import day, money
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.presenters_project import adoption_mark, bounds, decided


def steps(dossier: Dossier, moment: Moment) -> list[c.Step]:
    """The way of a topic to its project."""
    topic = dossier.topic
    assert topic is not None
    if topic.status == Topic.Status.DROPPED:
        return [c.Step("Being drafted", "done"), c.Step("Dropped", "current")]
    order = [Topic.Status.DRAFTING, Topic.Status.ADOPTED, Topic.Status.GRANTED]
    place = order.index(Topic.Status(topic.status))
    granted_on = min((one.starts_on for one in dossier.projects if one.starts_on), default=None)
    days = (None, topic.adopted_on, granted_on)
    labels = ("Being drafted", "Adopted", "Project under way")
    href = p.project_href(dossier.scheme.code, dossier.projects[0], moment) if len(dossier.projects) == 1 else ""
    return [
        c.Step(
            label,
            "done" if number < place else "current" if number == place else "todo",
            days[number],
            href if number == len(labels) - 1 else "",
        )
        for number, label in enumerate(labels)
    ]


def facts(dossier: Dossier) -> list[c.Fact]:
    """What a topic is."""
    topic = dossier.topic
    assert topic is not None
    call = topic.call
    return [
        c.Fact("Code", topic.code),
        c.Fact("Call", (call.name or call.code) if call else "", note=call.code if call and call.name else ""),
        c.Fact("Call opens", call.opened_on if call else None),
        c.Fact("Call closes", call.closed_on if call else None),
        c.Fact("Money decided on", topic.adopted_on, certainty=adoption_mark(dossier)),
        c.Fact("Source", p.source(topic.source_url)),
    ]


def unlocks(dossier: Dossier) -> c.Explanation | None:
    """What a pledge of a partner would unlock today, by the same rule that books it; None where nothing can be."""
    found, scheme = dossier.unlocks, dossier.scheme
    if found is None:
        return None
    currency = scheme.currency
    pledged = money(found.eligible_cents, currency)
    lines = bounds(found.eligible_cents, found.as_facts()["bounds"], found.decided_by, currency)
    return c.Explanation(
        f"A partner's pledge of {pledged} would unlock",
        c.Money(found.match_cents, currency),
        "An estimate by the rule that also books: the smallest of what the ratio, the caps, the public money and the tranche "
        "allow. It assumes the statement that the contribution holds no other Union money.",
        lines,
        decided(found.decided_by, found.match_cents, currency),
        scheme.code,
        dossier.version.label,
    )


def quick_days(dossier: Dossier, most: int = 4) -> tuple[tuple[str, date], ...]:
    """The last days on which what contributors state changed, as links for the picker."""
    return tuple((day(on), on) for on in dossier.changed_on[-most:])
