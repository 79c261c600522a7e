"""What only a topic's page says: how far it is, and what a partner can still unlock."""

from __future__ import annotations

from datetime import date

from cofund.queries import topic_money
from cofund.queries.dossiers import Dossier
from cofund.queries.publication import Audience
from cofund.queries.topic_money import Parts
from cofund.web import components as c
from cofund.web import topic_states
from cofund.web.formatting import day, money
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.presenters_project import adoption_mark, bounds, decided
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken


def steps(dossier: Dossier, moment: Moment, *, was_consulted: bool = True) -> list[c.Step]:
    """The way of a topic to its project."""
    topic = dossier.topic
    assert topic is not None
    href = p.project_href(dossier.scheme.code, dossier.projects[0], moment) if len(dossier.projects) == 1 else ""
    return topic_states.steps(topic, dossier.projects, href, was_consulted=was_consulted)


def past(moment: Moment) -> str:
    """What on the page of a past day is as it stands today; empty on a page of today."""
    if moment.is_of_now:
        return ""
    return _(
        "Contributions, their matches and the public money are those of this day. As it stands today: where the topic stands, its "
        "text, its days and who is credited. What a partner could still unlock is told on the page of today alone."
    )


def facts(dossier: Dossier) -> list[c.Fact]:
    """What a topic is."""
    topic = dossier.topic
    assert topic is not None
    call = topic.call
    href = reverse("call", args=[dossier.scheme.code, call.code]) if call else ""
    name = (call.name or call.code) if call else ""
    mark = adoption_mark(dossier) or topic_states.mark(topic.adopted_certainty)
    return [
        c.Fact(_("Code"), topic.code),
        c.Fact(_("Call"), name, href=href, note=call.code if call and call.name else ""),
        c.Fact(_("Money decided on"), topic.adopted_on, certainty=mark),
        c.Fact(_("Source"), p.source(topic.source_url)),
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
        _("A partner's pledge of {pledged} would unlock").format(pledged=pledged),
        c.Money(found.match_cents, currency),
        _(
            "An estimate by the rule that also books: the smallest of what the ratio, the caps, the public money and the tranche "
            "allow. It assumes the statement that the contribution holds no other Union money."
        )
        + (f" {taken}" if (taken := shared(dossier)) else ""),
        lines,
        decided(found.decided_by, found.match_cents, currency),
        scheme.code,
        dossier.version.label,
    )


def shared(dossier: Dossier) -> str:
    """That a larger pledge, or any, would take of what those before it are promised; empty where it would not."""
    if not dossier.lowers_others:
        return ""
    if dossier.unlocks is None:
        return _(
            "A further pledge is shared with those made before: the public money is fixed, all of it is asked for, and each match "
            "that is not decided becomes smaller."
        )
    return _(
        "A larger pledge is shared with those made before: the public money is fixed, and each match that is not decided becomes "
        "smaller."
    )


def behind(dossier: Dossier, reader: Audience, moment: Moment) -> list[c.Link]:
    """Who is behind a topic: everybody whose contribution may be read, with the way to its page."""
    found = {
        organisation.pk: p.organisation_link(organisation, moment)
        for state in (*dossier.funding.states, *dossier.funding.held_back)
        if reader.may_name(state.contribution.pk)
        for organisation in state.organisations
    }
    return list(found.values())


def bar(dossier: Dossier, moment: Moment) -> c.StackedBar | None:
    """The money of a topic, each euro once: main budget, match, partners' cash and in kind, others, and what is still open."""
    scheme, funded = dossier.scheme, dossier.funding
    found = topic_money.parts(scheme, funded, dossier.unlocks.match_cents if dossier.unlocks else None)
    segments = segments_of(found)
    if not segments:
        return None
    name = dossier.topic.code if dossier.topic else ""
    title = _("{name}: the money, {moment}").format(name=name, moment=moment.said)
    note = _("Each euro stands in one part.")
    return c.StackedBar("topic-money", title, (c.BarRow(segments),), currency=funded.currency, note=note)


def segments_of(found: Parts) -> tuple[c.Segment, ...]:
    """The parts of a bar of money, each euro in one; those of nothing are left out."""
    fills = {False: c.Fill.OCHRE, True: c.Fill.OCHRE_HATCH}
    others = {False: c.Fill.SLATE, True: c.Fill.SLATE_LINES}
    segments = (
        c.Segment(_("Main budget, public"), found.main_cents, c.Fill.DEEP),
        c.Segment(_("Match of partners, public"), found.match_cents, c.Fill.HATCH),
        *(c.Segment(spoken(part.label), part.cents, fills[part.is_in_kind]) for part in found.partners),
        *(c.Segment(spoken(part.label), part.cents, others[part.is_in_kind]) for part in found.others),
        c.Segment(_("Still open: public money that a partner could unlock"), found.open_cents, c.Fill.OPEN),
    )
    return tuple(one for one in segments if one.cents)


def still_open(dossier: Dossier) -> c.Money | None:
    """What a partner could still unlock today without lowering what others are promised; None where nothing can be."""
    return c.Money(dossier.unlocks.match_cents, dossier.scheme.currency, short=True) if dossier.unlocks else None


def quick_days(dossier: Dossier, most: int = 4) -> tuple[tuple[str, date], ...]:
    """The last days on which what contributors state changed, as links for the picker."""
    return tuple((day(on), on) for on in dossier.changed_on[-most:])
