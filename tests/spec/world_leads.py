"""The words of scenario tables about leads and what comes of them: routes, the log of outreach, the projection, the statement."""

from __future__ import annotations

from tests.leads import OFFICER
from tests.spec.tables import cents
from tests.spec.world import AMOUNT, World, then, when

from cofund.actions import lead_steps, leads
from cofund.actions.lead_steps import LeadMove, NewExchange
from cofund.actions.leads import LeadFacts, NewLead
from cofund.queries import outreach, pipeline, statements
from cofund.queries.documents.given import Moment
from cofund.records.programme.models import Exchange, Lead


@when(r"the office invites (.+?) to topic (\S+)")
def _invites(world: World, who: str, code: str) -> None:
    facts = LeadFacts(topic=world.office.topic(code))
    wanted = NewLead(world.office.scheme, world.office.organisation(who), Lead.Route.INVITED, facts, world.on)
    made = leads.open_lead(OFFICER, wanted, at=world.at)
    lead_steps.move_lead(OFFICER, made.reference, LeadMove("contact lead", world.on), at=world.at)
    said = NewExchange(Exchange.Channel.MEETING, f"Asked whether {code} interests it", world.on)
    lead_steps.log_exchange(OFFICER, made.reference, said, at=world.at)


@when(rf"a lead of (.+?) may bring {AMOUNT} as (\w+) at (\d+) %")
def _may_bring(world: World, who: str, amount: str, kind: str, share: str) -> None:
    facts = LeadFacts(kind=kind, amount_cents=cents(amount), probability_percent=int(share))
    wanted = NewLead(world.office.scheme, world.office.organisation(who), Lead.Route.KNOCKS, facts, world.on)
    leads.open_lead(OFFICER, wanted, at=world.at)


@then(r"the lead of (.+?) came by the route (\w+)")
def _route(world: World, who: str, route: str) -> None:
    assert Lead.objects.get(organisation=world.office.organisation(who)).route == route


@then(r"the log shows that the office approached (.+) for topic (\S+)")
def _approached(world: World, names: str, code: str) -> None:
    rows = outreach.selected(outreach.Selection(world.office.scheme, code))
    assert sorted(row.organisation.name for row in rows) == sorted(names.split(" and "))


@then(rf"tranche (\w+) is projected to have {AMOUNT}")
def _projected(world: World, tranche: str, amount: str) -> None:
    (found,) = (one for one in pipeline.projected(world.office.scheme).tranches if one.statement.tranche == tranche)
    assert found.projection.projected_cents == cents(amount)


@then(rf"the statement of (.+?) shows {AMOUNT} given and {AMOUNT} unlocked")
def _statement(world: World, who: str, given: str, unlocked: str) -> None:
    lines = statements.of_partner(world.office.organisation(who), Moment.of(world.on, world.known_at))
    (total,) = statements.totals(lines)
    assert (total.given_cents, total.unlocked_cents) == (cents(given), cents(unlocked))


@then(r"the acknowledgement of (.+?) reads: (.+)")
def _acknowledged(world: World, who: str, words: str) -> None:
    lines = statements.of_partner(world.office.organisation(who), Moment.of(world.on, world.known_at))
    assert [line.acknowledgement for line in lines] == [words], [line.acknowledgement for line in lines]
