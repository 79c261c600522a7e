"""One partner in full."""

from __future__ import annotations

from collections.abc import Sequence

from cofund.queries.contributions import ContributionState
from cofund.queries.dossiers import PartnerDossier
from cofund.queries.programmes import PartnerLine
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation, OrganisationRelation
from cofund.rules import identifiers
from cofund.rules.leverage import FORMULAS, NAMES
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import joint
from cofund.web.countries import country_name
from cofund.web.formatting import day, named, number
from cofund.web.languages import gettext as _
from cofund.web.lists import page_of
from cofund.web.public import held_back
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.presenters_lists import kind
from cofund.web.public.sheets import Field, Scalar, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

GIVEN_FIELDS = (
    Field("scheme", "code of the programme"),
    Field("reference", "reference of the contribution"),
    Field("target", "project or topic"),
    Field("stage", "furthest stage that any of it has reached"),
    Field("joint_with", "who else stands behind it; then the split is not published"),
    Field("currency", "currency of the amounts"),
    Field("amount", "amount of the contribution, in full", is_money=True),
    Field("match", "match on it, in full", is_money=True),
    Field("unmatched", "what of it has no match", is_money=True),
    Field("over_delivery", "delivered beyond it, and not matched", is_money=True),
)


# What a page holds of a partner that gives to many; the files hold all of it.
MOST_GIVEN = 10
MOST_TARGETS = 5
# More bars than these are no picture any more; the table has every partner.
MOST_BARS = 50


def ranking(lines: Sequence[PartnerLine], scheme: Scheme, moment: Moment) -> c.HorizontalBars:
    """The partners with the largest known amounts as bars; joint amounts in full, and marked."""
    known = [line for line in lines if line.projects]
    first = (
        _("the {most_bars} largest of {count}, ").format(most_bars=MOST_BARS, count=number(len(known)))
        if len(known) > MOST_BARS
        else ""
    )
    bars = tuple(
        c.HorizontalBar(
            str(line.organisation),
            line.alone_cents + line.joint_cents,
            moment.href(reverse("partner", args=[line.organisation.slug])),
            _("jointly with others, in full") if line.joint_cents else _("alone"),
            c.Fill.HATCH if line.joint_cents else c.Fill.SOLID,
        )
        for line in known[:MOST_BARS]
    )
    return c.HorizontalBars(
        "ranking",
        _("What each stands behind, {first}{moment}").format(first=first, moment=moment.said),
        bars,
        scheme.currency,
        note=_(
            "Hatched: given jointly. The whole joint amount stands beside each of its partners, so the bars do not add up."
        ),
    )


def facts(dossier: PartnerDossier, reader: Audience) -> list[c.Fact]:
    """Who a partner is, as far as a reader may know."""
    one = dossier.organisation
    website, identified = (held_back.words(reader, f"organisation.{key}", one.pk) for key in ("website", "identifiers"))
    found = [
        c.Fact(_("Name"), one.name),
        c.Fact(_("Kind"), kind(one)),
        c.Fact(_("Country"), country_name(one.country)),
        *([c.Fact(_("Identifiers"), identified)] if identified else _identifiers(one)),
        c.Fact(_("Website"), website or (c.Link(p.host(one.website), one.website) if one.website else "")),
        c.Fact(_("Source"), p.source(one.source_url)),
        *(_relation(relation, one) for relation in dossier.relations),
    ]
    for holding in dossier.holdings:
        found.append(
            c.Fact(
                _("Partner in"),
                c.Link(holding.scheme.name, reverse("programme", args=[holding.scheme.code])),
                note=holding.note,
                certainty=p.certainty(holding.certainty),
                source=p.source_link(holding.source_url),
            )
        )
    return found


def _identifiers(one: Organisation) -> list[c.Fact]:
    """The identifiers that are known, each with the way to where it is registered; the PIC also where it is not known."""
    pic = c.Link(one.pic, identifiers.pic_address(one.pic)) if one.pic else ""
    note = _("participant identification code of the Funding & Tenders Portal") if one.pic else ""
    found = [c.Fact("PIC", pic, note=note)]
    if one.ror:
        found.append(c.Fact("ROR", c.Link(one.ror, identifiers.ror_address(one.ror))))
    if one.lei:
        found.append(
            c.Fact("LEI", c.Link(one.lei, identifiers.lei_address(one.lei)), note=_("legal entity identifier"))
        )
    if one.vat_number:
        found.append(c.Fact(_("VAT number"), one.vat_number))
    return found


def _relation(relation: OrganisationRelation, one: Organisation) -> c.Fact:
    """How a partner stands to another organisation, or that one to it."""
    is_first = relation.organisation_id == one.pk
    other = relation.other if is_first else relation.organisation
    words = spoken(relation.get_kind_display()) if is_first else f"{other} {spoken(relation.get_kind_display())} {one}"
    until = _("until {day}").format(day=day(relation.until_on)) if relation.until_on else ""
    since = _("from {day}").format(day=day(relation.from_on)) if relation.from_on else ""
    return c.Fact(
        _("Related"),
        c.Link(str(other), reverse("partner", args=[other.slug])),
        note=", ".join(filter(None, (words, relation.category, since, until))),
        certainty=p.certainty(relation.certainty),
        source=p.source_link(relation.source_url),
    )


def tiles(dossier: PartnerDossier) -> list[c.Tile]:
    """The key figures of a partner, for each currency that it gives in; nothing where no amount is known."""
    live = [state for state in dossier.states if state.live_cents]
    if not live:
        return []
    currencies = dict.fromkeys(state.contribution.book.scheme.currency for state in live)
    found = []
    for currency in currencies:
        mine = [state for state in live if state.contribution.book.scheme.currency == currency]
        note = joint.of_sum(mine, dossier.organisation, currency) or _("all of it alone")
        found.append(
            c.Tile(
                _("Stands behind"),
                c.Money(sum(state.live_cents for state in mine), currency, short=True),
                "#contributions",
                note,
                _("All its contributions in full, joint ones too, because their split is not published."),
            )
        )
        matched = sum(state.match_cents for state in mine)
        found.append(
            c.Tile(_("Matched with"), c.Money(matched, currency, short=True), "#contributions", _("on these, in full"))
        )
    found.append(
        c.Tile(
            f"L1 {spoken(NAMES['L1'])}",
            c.Ratio(dossier.leverage.l1, 2),
            "#leverage",
            _("matched contributions"),
            spoken(FORMULAS["L1"]),
        )
    )
    targets = dict.fromkeys(state.contribution.target_name for state in live)
    found.append(c.Tile(_("Gives to"), len(targets), "#contributions", named(targets, MOST_TARGETS)))
    return found


def contributions_table(
    dossier: PartnerDossier, reader: Audience, moment: Moment, address: c.Address, exports: tuple[c.Link, ...]
) -> c.Table:
    """What a partner gives, a page at a time; a joint contribution names who else stands behind it."""
    columns = (
        c.Column(_("For")),
        c.Column(_("Programme")),
        c.Column(_("With")),
        c.Column(_("Stage")),
        c.Column(_("Amount"), numeric=True),
        c.Column(_("Match"), numeric=True),
        c.Column(_("Not matched"), numeric=True, hint=_("It counts for the project, not against the ceiling.")),
    )
    live = [state for state in dossier.states if state.live_cents]
    part, pages = page_of(address, len(live), size=MOST_GIVEN, anchor="contributions")
    rows = tuple(_given(state, dossier, reader, moment) for state in live[part])
    return c.Table(
        "contributions",
        _("Contributions, {moment}").format(moment=moment.said),
        columns,
        rows,
        noun=(_("contribution"), _("contributions")),
        total_count=len(live),
        exports=exports,
        pages=pages,
        # That no amount is known is not that nothing is given: none is counted.
        counted=bool(rows),
        empty=_nothing_given(dossier),
        note=_("Joint amounts stand in full; how the partners split them is not published."),
    )


def _nothing_given(dossier: PartnerDossier) -> c.EmptyState:
    """What stands where contributions would be: of a partner that its amounts are not known, and not that it gives nothing."""
    if dossier.holdings:
        return c.EmptyState(
            _("How much it gives is not known."), _("It is a partner, and no public source says an amount.")
        )
    return c.EmptyState(_("No amount is known."), _("No public source says what it gives."))


def _given(state: ContributionState, dossier: PartnerDossier, reader: Audience, moment: Moment) -> c.Row:
    """One contribution of a partner."""
    row = state.contribution
    currency = row.book.scheme.currency
    others = [one for one in state.organisations if one.pk != dossier.organisation.pk]
    mark = p.certainty(state.version.certainty) if state.version else None
    return c.Row.of(
        c.Cell(row.target_name, href=p.target_href(row, moment)),
        row.book.scheme.name,
        c.Cell(p.names(others), note=_(joint.SPLIT)) if others else _("alone"),
        c.stage_status(state.stage, in_part=state.is_in_part),
        c.Cell(
            c.Money(state.live_cents, currency),
            href=p.contribution_href(row.reference, moment),
            note=joint.of_amount(state, currency),
            certainty=mark,
        ),
        *(
            (c.Money(state.match_cents, currency), c.Money(state.unmatched_cents, currency))
            if reader.may_match(row.pk)
            else (_("not published"), _("not published"))
        ),
    )


def not_known(dossier: PartnerDossier) -> list[str]:
    """What is missing in what is known of a partner, in sentences."""
    one = dossier.organisation
    missing = []
    if not any(state.live_cents for state in dossier.states):
        missing.append(_("What it gives: no public source with an amount was found."))
    shared = [state for state in dossier.states if state.is_joint and state.live_cents]
    if shared:
        targets = named(dict.fromkeys(state.contribution.target_name for state in shared), MOST_TARGETS)
        missing.append(_("Its own part of the joint contributions to {targets}.").format(targets=targets))
    for label, value in ((_("its country"), one.country), (_("its PIC"), one.pic), (_("its kind"), kind(one))):
        if not value:
            missing.append(f"{label.capitalize()}.")
    return missing


def source_texts(dossier: PartnerDossier, reader: Audience) -> list[str]:
    """Every source behind a partner's page that a reader may see."""
    return [
        dossier.organisation.source_url,
        *(holding.source_url for holding in dossier.holdings),
        *(one.source_url for one in dossier.versions if reader.may_see("contribution.source", one.contribution_id)),
    ]


def sheet(dossier: PartnerDossier, reader: Audience, moment: Moment) -> Sheet:
    """A partner's contributions as rows."""
    rows = tuple(
        (
            state.contribution.book.scheme.code,
            state.contribution.reference,
            state.contribution.target_name,
            state.stage,
            "; ".join(one.name for one in state.organisations if one.pk != dossier.organisation.pk),
            state.contribution.book.scheme.currency,
            state.live_cents,
            *((state.match_cents, state.unmatched_cents) if reader.may_match(state.contribution.pk) else (None, None)),
            state.over_cents,
        )
        for state in dossier.states
        if state.live_cents
    )
    stated: dict[str, Scalar] = {"partner": dossier.organisation.name, "as_of": moment.on, "known_on": moment.known_on}
    return Sheet(p.file_name(dossier.organisation.slug, on=moment.on), GIVEN_FIELDS, rows, stated)
