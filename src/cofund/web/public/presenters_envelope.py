"""The envelope of a programme in words, bars and tables."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext_noop as marked

from cofund.queries.consent import Titles
from cofund.queries.envelope import Movement, TrancheStatement
from cofund.queries.overview import Overview
from cofund.queries.publication import Audience
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Scheme as SchemeRow
from cofund.records.programme.models import SchemeVersion
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import counted, day, money, percent
from cofund.web.languages import gettext as _
from cofund.web.public import held_back
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

STAGE_NOTES = {
    "consumed": marked("validated and paid for"),
    "committed": marked("grant signed"),
    "reserved": marked("topic adopted"),
    "promised": marked("pledged, not adopted"),
    "open": marked("nobody has asked for it"),
}
ENVELOPE_FIELDS = (
    Field("tranche", "code of the tranche"),
    Field("label", "name of the tranche"),
    Field("cap", "ceiling of the tranche", is_money=True),
    Field("reserved", "match reserved at adoption of a topic", is_money=True),
    Field("committed", "match committed with a grant", is_money=True),
    Field("consumed", "match consumed by what was delivered and validated", is_money=True),
    Field("promised", "match promised to pledges that are not adopted; part of what is free", is_money=True),
    Field("free", "ceiling less reserved, committed and consumed", is_money=True),
    Field("contributed", "what contributors committed or endorsed, matched or not", is_money=True),
    Field("unmatched", "what contributors gave beyond the match", is_money=True),
)
MOVEMENT_FIELDS = (
    Field("entry", "number of the entry in the book"),
    Field("day", "the day that it is about"),
    Field("recorded_at", "the instant at which it was recorded"),
    Field("kind", "what was done"),
    Field("from_stage", "the stage that money left"),
    Field("to_stage", "the stage that money came to"),
    Field("amount", "how much moved", is_money=True),
    Field("open_after", "what the tranche has open after it", is_money=True),
    Field("contribution", "reference of the contribution it was moved for"),
    Field("target", "project or topic of that contribution"),
    Field("reason", "why, where it is public"),
    Field("evidence", "document or address that proves it, where the reason is public"),
    Field("certainty", "how sure the entry is"),
    Field("assumption", "what in it is assumed"),
    Field("decision", "decision behind it"),
)


def bar(statement: TrancheStatement, moment: Moment) -> c.StackedBar:
    """A tranche as a bar: consumed, committed, reserved, promised, open, and the line of its ceiling."""
    standing = statement.standing
    parts = (
        (_("Consumed"), "consumed", standing.consumed_cents, c.Fill.DEEP),
        (_("Committed"), "committed", standing.committed_cents, c.Fill.SOLID),
        (_("Reserved"), "reserved", standing.reserved_cents, c.Fill.HATCH),
        (_("Promised"), "promised", standing.promised_cents, c.Fill.DOTS),
        (_("Open"), "open", standing.open_cents, c.Fill.OPEN),
    )
    segments = tuple(c.Segment(label, cents, fill, _(STAGE_NOTES[stage])) for label, stage, cents, fill in parts)
    note = _("Free: {amount}, which is what is promised and what is open.").format(
        amount=money(standing.free_cents, statement.currency)
    )
    if statement.is_lower_bound:
        note += _(" The record is incomplete, so true use is higher and what is truly free is lower.")
    if statement.held_back:
        note += " " + held_back.left_out(statement.held_back)
    return c.StackedBar(
        name=f"tranche-{statement.tranche}",
        title=_("{statement}: public money by stage, {moment}").format(
            statement=spoken(statement.label), moment=moment.said
        ),
        rows=(c.BarRow(segments),),
        cap_cents=standing.cap_cents,
        currency=statement.currency,
        note=note,
    )


def headline(overview: Overview) -> str:
    """The one sentence of the programme page, with both figures in full."""
    one = overview.headline
    givers = spoken(overview.scheme.role(overview.scheme.tranche(one.tranche).matched_role).label_plural)
    if not one.standing.cap_cents:
        return _("On this day the programme had no money yet that could match {givers}.").format(givers=givers)
    ceiling = money(one.matchable_cents, one.currency)
    if not one.contributed_cents:
        return _("No contribution of {givers} is booked yet; {ceiling} can be matched.").format(
            givers=givers, ceiling=ceiling
        )
    at_least = _("At least ") if one.is_lower_bound else ""
    return _("{at_least}{amount} of {ceiling} that can be matched has been contributed by {givers}: {share}.").format(
        at_least=at_least,
        amount=money(one.contributed_cents, one.currency),
        ceiling=ceiling,
        givers=givers,
        share=percent(one.contributed_share),
    )


def relation(overview: Overview) -> list[str]:
    """How contributions, match and ceiling hang together, in sentences with their figures."""
    one, currency = overview.headline, overview.scheme.currency
    rule = overview.scheme.tranche(one.tranche)
    givers = spoken(overview.scheme.role(rule.matched_role).label_plural)
    if not one.contributed_cents:
        return []
    ratio = f"{rule.ratio.numerator} : {rule.ratio.denominator}"
    used = one.standing.used_cents
    sentences = [
        _(
            "{givers} put in {amount}. Against it {amount_2} of public money is booked as match, at {ratio} "
            "as far as each project's public money goes."
        ).format(
            givers=givers, amount=money(one.contributed_cents, currency), amount_2=money(used, currency), ratio=ratio
        )
    ]
    if one.unmatched_cents:
        sentences.append(
            _(
                "{amount} of what they put in is not matched: where contributions to a project exceed its public "
                "money, the rest counts for the project and takes nothing from the ceiling."
            ).format(amount=money(one.unmatched_cents, currency))
        )
    if one.standing.promised_cents:
        sentences.append(
            _("{amount} more is promised to pledges that no topic has adopted yet.").format(
                amount=money(one.standing.promised_cents, currency)
            )
        )
    moved = [line.funding for line in overview.projects if line.funding is not None]
    moved = [funding for funding in moved if funding.given_by_side(overview.scheme, "partner")]
    if moved:
        number = _("the {count} projects").format(count=len(moved)) if len(moved) > 1 else _("the one project")
        sentences.append(
            _(
                "Behind {number} that they are known to give to stand {amount} in all, each euro once: theirs, "
                "what members and others bring, and public money."
            ).format(number=number, amount=money(sum(one.total_cents for one in moved), currency))
        )
    return sentences


def tiles(overview: Overview, moment: Moment) -> list[c.Tile]:
    """The key figures of a programme, each with its formula and the list that it counts."""
    one, currency = overview.headline, overview.scheme.currency
    givers = spoken(overview.scheme.role(overview.scheme.tranche(one.tranche).matched_role).label_plural)
    statement = moment.href(reverse("movements", args=[overview.scheme.code, one.tranche]))
    with_money = [line for line in overview.projects if line.funding is not None and line.funding.states]
    low = _("at least") if one.is_lower_bound else ""
    high = _("at most") if one.is_lower_bound else ""
    return [
        c.Tile(
            _("Put in by {givers}").format(givers=givers),
            c.Money(one.contributed_cents, currency, short=True),
            "#partners",
            _of_ceiling(low, one.contributed_share),
            _("What contributors to this tranche endorsed or committed, in its newest version, matched or not."),
        ),
        c.Tile(
            _("Match booked"),
            c.Money(one.standing.used_cents, currency, short=True),
            statement,
            _of_ceiling(low, one.standing.used_share),
            _("Public money of this tranche that is reserved, committed or consumed."),
        ),
        c.Tile(
            _("Free"),
            c.Money(one.standing.free_cents, currency, short=True),
            statement,
            f"{high} {money(one.standing.free_cents, currency)}".strip(),
            _("The ceiling less what is reserved, committed and consumed."),
        ),
        c.Tile(
            _("Partners"),
            len(overview.partners),
            "#partners",
            _("{sum} with a known amount").format(sum=sum(bool(line.projects) for line in overview.partners)),
        ),
        c.Tile(
            _("Projects"),
            len(overview.projects),
            "#projects",
            _("{count} with known contributions").format(count=len(with_money)),
        ),
    ]


def _of_ceiling(low: str, share: Fraction | None) -> str:
    """A share of the ceiling in words; nothing where there is no ceiling yet."""
    return "" if share is None else _("{low} {share} of the ceiling").format(low=low, share=percent(share)).strip()


def sheet(overview: Overview, moment: Moment) -> Sheet:
    """The statement of every tranche as rows."""
    rows = tuple(
        (
            one.tranche,
            one.label,
            one.standing.cap_cents,
            one.standing.reserved_cents,
            one.standing.committed_cents,
            one.standing.consumed_cents,
            one.standing.promised_cents,
            one.standing.free_cents,
            one.contributed_cents,
            one.unmatched_cents,
        )
        for one in overview.tranches
    )
    stated = p.stated(
        overview.scheme,
        overview.version.label,
        moment,
        lower_bound=overview.row.is_lower_bound or any(one.held_back for one in overview.tranches),
    )
    return Sheet(p.file_name(overview.scheme.code, "envelope", on=moment.on), ENVELOPE_FIELDS, rows, stated)


def movements_table(
    rows: list[Movement],
    count: int,
    scheme: Scheme,
    audience: Audience,
    moment: Moment,
    address: c.Address,
    exports: tuple[c.Link, ...],
    per_page: int,
    page: int,
) -> c.Table:
    """The statement of movements; who booked it, and why, is for those who may read it."""
    kinds = tuple(c.Choice(value, spoken(str(label))) for value, label in Entry.Kind.choices)
    filters = c.FilterBar(
        (
            c.Filter("kind", _("What was done"), address.get("kind"), kinds),
            c.Filter("about", _("Project, topic or contribution"), address.get("about")),
        ),
        address,
    )
    columns = (
        c.Column(_("Day"), hint=_("The day that the entry is about; the day on which it was recorded stands below.")),
        # The amount beside the day: on a phone the first two columns are what is seen.
        c.Column(_("Amount ({currency})").format(currency=scheme.currency), numeric=True),
        c.Column(_("What")),
        c.Column(_("From, to")),
        c.Column(
            _("Open after ({currency})").format(currency=scheme.currency),
            numeric=True,
            hint=_("What the tranche has open after this entry."),
        ),
        c.Column(_("For")),
        c.Column(_("Why and on what")),
    )
    pages = c.Pages(page, max(1, -(-count // per_page)), address)
    titles = p.titles(scheme, audience)
    return c.Table(
        "movements",
        _("Movements, newest first"),
        columns,
        tuple(_movement(row, scheme, audience, moment, titles) for row in rows),
        noun=(_("movement"), _("movements")),
        total_count=count,
        empty=c.EmptyState(
            _("No movement fits."),
            _("Take a filter away, or ask for a later day."),
            c.Link(_("Show all movements"), moment.href(address.path)),
        ),
        filters=filters,
        exports=exports,
        pages=pages,
        note=_("An entry can move several amounts; then it has several lines with the same number."),
    )


def _movement(row: Movement, scheme: Scheme, audience: Audience, moment: Moment, titles: Titles) -> c.Row:
    """One line of the statement."""
    why = row.reason if audience.may_read_reason(row.contribution_id) else ""
    if audience.may_read_internals(row.contribution_id):
        why = f"{why} ({row.actor})"
    marks = [_("Assumed: {assumption}").format(assumption=_(row.assumption))] if row.assumption else []
    if row.decision is not None:
        marks.insert(0, _("Decision: {decision_said}").format(decision_said=p.decision_said(row.decision, titles)))
    said = " · ".join(filter(None, [why, *marks]))
    evidence = _evidence(row, audience)
    shown = (
        (p.source_link(evidence) or evidence or _("no document named"))
        if evidence is not None
        else _("The reason is not public.")
    )
    recorded = _("recorded {day}, entry {entry}").format(day=day(row.recorded_at.date()), entry=row.entry)
    may_read = row.contribution_id is not None and audience.may_read(row.contribution_id)
    about = row.target or _("the tranche itself")
    if row.contribution_id is not None and not may_read:
        about = _("a contribution that is not public yet")
    reference = row.contribution or "" if may_read else ""
    return c.Row.of(
        c.Cell(row.effective_on, note=recorded, certainty=c.Certainty.ASSUMED if row.assumption else None),
        c.Money(row.amount_cents, scheme.currency, bare=True),
        c.Cell(spoken(str(row.kind_label)), certainty=p.certainty(row.certainty)),
        spoken(f"{row.from_stage} → {row.to_stage}"),
        c.Money(row.open_after_cents, scheme.currency, bare=True)
        if row.open_after_cents is not None
        else _("not published"),
        c.Cell(
            about,
            href=p.contribution_href(reference, moment) if may_read else "",
            note=reference,
        ),
        c.Cell(shown, note=said),
    )


def _evidence(row: Movement, audience: Audience) -> str | None:
    """What a movement rests on; None where a visitor may not see it.

    The address of a public source (an amount was verified there) is open to everybody as soon as the contribution is public.
    """
    key = row.contribution_id
    is_published = key is not None and audience.may_read(key) and audience.may_see("contribution.source", key)
    is_open = audience.may_read_reason(row.contribution_id) or (is_published and row.is_public_source)
    return row.evidence if is_open else None


def movements_sheet(
    rows: list[Movement], scheme: Scheme, version: SchemeVersion, tranche: str, audience: Audience, moment: Moment
) -> Sheet:
    """The movements as rows; a reason that is not public is left empty with its evidence, and who booked is never in it."""
    titles = p.titles(scheme, audience)
    lines = tuple(
        (
            row.entry,
            row.effective_on,
            row.recorded_at,
            row.kind,
            row.from_stage,
            row.to_stage,
            row.amount_cents,
            row.open_after_cents,
            *(
                (row.contribution, row.target)
                if row.contribution_id is None or audience.may_read(row.contribution_id)
                else (None, None)
            ),
            row.reason if audience.may_read_reason(row.contribution_id) else None,
            _evidence(row, audience),
            row.certainty,
            row.assumption,
            p.decision_said(row.decision, titles) if row.decision else None,
        )
        for row in rows
    )
    name = p.file_name(scheme.code, tranche, "movements", on=moment.on)
    stated = p.stated(scheme, version.label, moment, lower_bound=version.scheme.is_lower_bound)
    return Sheet(name, MOVEMENT_FIELDS, lines, {**stated, "tranche": tranche})


def lower_bound(row: SchemeRow) -> c.Callout | None:
    """The notice that the record is incomplete, with what is known of the gap."""
    if not row.is_lower_bound:
        return None
    link = c.Link(_("What a lower bound means"), reverse("about-data") + "#lower-bound")
    return c.Callout(_("These figures are a lower bound"), row.coverage_note, "warning", action=link)


def concentration(overview: Overview) -> c.Callout | None:
    """The warning that single projects use much of the ceiling; None where none does."""
    threshold = overview.scheme.tranche(overview.headline.tranche).concentration_warning
    if not overview.concentrated or threshold is None:
        return None
    points = tuple(
        _("{name}: {share} of the ceiling.").format(name=name, share=percent(share))
        for name, share in overview.concentrated
    )
    return c.Callout(
        _("Concentrated: {count} above {share} of the ceiling").format(
            count=counted(len(points), _("project"), _("projects")), share=percent(threshold, 0)
        ),
        _(
            "What contributors give to one project, as a share of what the tranche can match. It informs, and blocks nothing."
        ),
        "warning",
        points,
    )
