"""What a lead would unlock if it were pledged now, and until when its letter comes in time."""

from __future__ import annotations

from cofund.queries import adoptions, clock, schemes, unlocks
from cofund.queries.pools import Target
from cofund.queries.unlocks import Unlock, Wish
from cofund.records.programme.models import Lead, Topic
from cofund.rules import timing
from cofund.rules.schemes import Scheme
from cofund.rules.timing import LetterTime


def missing(lead: Lead) -> tuple[str, ...]:
    """What a lead does not say yet, so that nobody can tell what it would unlock."""
    asked = (("a topic", lead.topic_id), ("a kind", lead.kind), ("an amount", lead.amount_cents))
    return tuple(words for words, value in asked if not value)


def unlock(lead: Lead) -> Unlock | None:
    """Tell what the lead would unlock if it were pledged today; None where it says too little, or no role may give its kind.

    It takes for granted the statement that the contribution holds no other Union money.
    """
    if missing(lead) or lead.topic is None or lead.amount_cents is None:
        return None
    scheme, _ = schemes.current(lead.scheme.code)
    role = partner_role(scheme, lead.kind)
    if role is None:
        return None
    project = lead.topic.projects.select_related("topic").order_by("pk").first()
    target = Target(project=project) if project is not None else Target(topic=lead.topic)
    wish = Wish(
        scheme.code,
        target,
        role,
        lead.kind,
        lead.amount_cents,
        clock.today(),
        no_other_union_funding=True,
        organisations=(lead.organisation,),
    )
    return unlocks.preview(wish)


def partner_role(scheme: Scheme, kind: str) -> str | None:
    """The role in which a partner gives a kind: the first of the scheme's partner roles that may, matched ones before others."""
    known = next((one for one in scheme.kinds if one.code == kind), None)
    if known is None:
        return None
    found = [role for role in scheme.roles if role.side == "partner" and role.code in known.given_by]
    return min(found, key=lambda role: not role.matched).code if found else None


def letter_time(topic: Topic | None) -> LetterTime | None:
    """The last comfortable day for a letter to a topic, its papers counted; None where neither launch nor adoption is known."""
    if topic is None:
        return None
    launch = topic.call.opened_on if topic.call else None
    scheme, _ = schemes.current(topic.scheme.code)
    adoption = adoptions.adoption_of_topic(topic)
    return timing.latest_letter(launch, adoption.on, adoptions.needed_by(scheme, adoption))
