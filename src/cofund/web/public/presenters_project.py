"""One project or topic in full: facts, where its money comes from and how it is paid, balance, matches, history."""

from __future__ import annotations

from typing import Any

from cofund.queries import assumed
from cofund.queries.contributions import ContributionState
from cofund.queries.dossiers import Dossier, Reason
from cofund.queries.funding import PUBLIC, Funding
from cofund.queries.publication import AMOUNT, Audience
from cofund.rules import match
from cofund.rules.balance import Severity
from cofund.rules.schemes import Scheme
from cofund.web import booked
from cofund.web import components as c
from cofund.web.formatting import money, over_delivered, percent, staged
from cofund.web.languages import gettext as _
from cofund.web.public import held_back
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

FUNDING_FIELDS = (
    Field("source", "where the money comes from: public, or the role of who gives it"),
    Field("label", "the same in the programme's words"),
    Field("through_office", "paid through the office", is_money=True),
    Field("brought", "brought by the contributors themselves", is_money=True),
    Field("total", "both together", is_money=True),
)
# Entries about a project or topic as a whole: what they stand on is public as the decisions are.
_ABOUT_TARGET = frozenset({"award", "reserve", "commit"})
_FILLS = {"member": c.Fill.SLATE, "partner": c.Fill.OCHRE, "other": c.Fill.SLATE_LINES}


def facts(dossier: Dossier) -> list[c.Fact]:
    """What a project is."""
    project = dossier.project
    assert project is not None
    mark = p.certainty(project.certainty)
    call = project.call or (project.topic.call if project.topic else None)
    return [
        c.Fact(_("Title"), project.title),
        c.Fact(_("Grant agreement"), project.grant_agreement, certainty=mark if project.grant_agreement else None),
        c.Fact(_("Starts"), project.starts_on),
        c.Fact(_("Ends"), project.ends_on),
        c.Fact(
            _("Topic"),
            project.topic.code if project.topic else "",
            href=reverse("topic", args=[dossier.scheme.code, project.topic.code]) if project.topic else "",
            note=project.topic.title if project.topic else "",
        ),
        c.Fact(
            _("Call"),
            (call.name or call.code) if call else "",
            href=reverse("call", args=[dossier.scheme.code, call.code]) if call else "",
        ),
        c.Fact(_("Money decided on"), dossier.target.adopted_on, certainty=adoption_mark(dossier)),
        c.Fact(_("Source"), p.source(project.source_url)),
    ]


def adoption_mark(dossier: Dossier) -> c.Certainty | None:
    """How sure the day of the adoption is."""
    entry = dossier.adoption
    if entry is None:
        return None
    return p.certainty(entry.day_certainty)


def matrix(funding: Funding, scheme: Scheme, exports: tuple[c.Link, ...]) -> c.Table:
    """Where every euro comes from, and how it is paid: two questions that are never answered as one."""
    currency = funding.currency
    rows = [
        c.Row.of(
            spoken(row.label),
            c.Money(row.through_office_cents, currency, bare=True),
            c.Money(row.brought_cents, currency, bare=True),
            c.Money(row.total_cents, currency, bare=True),
        )
        for row in funding.rows
    ]
    totals = (funding.through_office_cents, funding.brought_cents, funding.total_cents)
    rows.append(c.Row.of(_("Total"), *(c.Money(cents, currency, bare=True) for cents in totals), kind="total"))
    columns = (
        c.Column(_("Comes from")),
        c.Column(_("Paid through the {words}").format(words=spoken(scheme.label("office")).lower()), numeric=True),
        c.Column(_("Brought by the contributor"), numeric=True),
        c.Column(_("Together"), numeric=True),
    )
    note = "" if funding.public_is_fixed else _("No award is published: the public money is the sum of the matches.")
    note = " ".join(filter(None, (note, held_back.left_out(len(funding.held_back)))))
    note = " ".join(filter(None, (note, over_delivered(funding.over_cents, currency))))
    return c.Table(
        "sources",
        _("Where the money comes from and how it is paid ({currency})").format(currency=currency),
        columns,
        tuple(rows),
        exports=exports,
        note=note,
        counted=False,
    )


def bar(funding: Funding, scheme: Scheme, moment: Moment, title: str) -> c.StackedBar:
    """Where the money comes from, as a bar without a ceiling."""
    fills = {role.code: _FILLS[role.side] for role in scheme.roles}
    segments = tuple(
        c.Segment(spoken(row.label), row.total_cents, c.Fill.SOLID if row.source == PUBLIC else fills[row.source])
        for row in funding.rows
    )
    return c.StackedBar(
        "money",
        _("{title}: where the money comes from, {moment}").format(title=title, moment=moment.said),
        (c.BarRow(segments),),
        currency=funding.currency,
        note=held_back.left_out(len(funding.held_back)),
    )


def balance(funding: Funding) -> c.Callout | None:
    """How contributions compare with the public money; it informs and warns, and never blocks."""
    found, currency = funding.balance, funding.currency
    if found is None or not funding.states:
        return None
    figures = _("Contributions {amount} against public money {amount_2}").format(
        amount=money(found.contributed_cents, currency), amount_2=money(found.public_cents, currency)
    )
    if found.severity is Severity.BALANCED:
        more = money(-found.short_cents, currency)
        above = _(": {more} more").format(more=more) if found.short_cents else _(": equal to the cent")
        return c.Callout(_("Contributions carry the public money"), f"{figures}{above}.", "success")
    short = _("{figures}: {amount} short, {share} of the public money.").format(
        figures=figures, amount=money(found.short_cents, currency), share=percent(found.short_share, 2)
    )
    if found.severity is Severity.INFORM:
        tolerance = money(found.tolerance_cents, currency)
        return c.Callout(
            _("A small difference"),
            _("{short} This is within the tolerance of {tolerance}.").format(short=short, tolerance=tolerance),
        )
    todo = _(
        "This is normal for a single project and blocks nothing: the programme balances as a whole. It needs a reason."
    )
    return c.Callout(_("Contributions are below the public money"), f"{short} {todo}", "warning")


def contributions_table(money: Funding, scheme: Scheme, audience: Audience, moment: Moment) -> c.Table:
    """Each contribution with its stage, its amount and its match; names only where they are public, amounts too."""
    states = (*money.states, *money.held_back)
    rows = tuple(
        _contribution_row(state, scheme, audience, moment, is_counted=number < len(money.states))
        for number, state in enumerate(states)
    )
    columns = (
        c.Column(_("Given by")),
        c.Column(_("In the role of")),
        c.Column(_("Kind")),
        c.Column(_("Stage")),
        c.Column(_("Amount ({currency})").format(currency=scheme.currency), numeric=True),
        c.Column(_("Match ({currency})").format(currency=scheme.currency), numeric=True),
    )
    hidden = any(not audience.may_name(state.contribution.pk) for state in states)
    note = _("A joint contribution has no published split between its partners.")
    if hidden:
        stage = scheme.publication.from_stage
        note += _(" Who gives is published from the stage “{stage}” on, as the programme's rules say.").format(
            stage=stage
        )
    if money.held_back:
        note += " " + held_back.left_out(len(money.held_back))
    return c.Table(
        "contributions",
        _("Contributions, {moment}").format(moment=moment.said),
        columns,
        rows,
        noun=(_("contribution"), _("contributions")),
        empty=c.EmptyState(
            _("No contribution is known."), _("That no source was found does not mean that nothing was given.")
        ),
        note=note,
    )


def _contribution_row(
    state: ContributionState, scheme: Scheme, audience: Audience, moment: Moment, *, is_counted: bool
) -> c.Row:
    """One contribution; without its amount where no sum counts it."""
    row = state.contribution
    may_read = audience.may_read(row.pk)
    href = p.contribution_href(row.reference, moment) if may_read else ""
    mark = p.certainty(state.version.certainty) if state.version else None
    is_matched = row.tranche is not None
    first = (
        c.Cell(p.giver(state, scheme, audience), href=href, note=_("jointly") if state.is_joint and may_read else ""),
        spoken(scheme.role(row.role).label),
        spoken(scheme.kind(row.kind).label),
        c.stage_status(state.stage, in_part=state.is_in_part),
    )
    if not is_counted:
        why = held_back.words(audience, AMOUNT, row.pk) or _("not public yet")
        return c.Row.of(*first, why, _("not published") if is_matched else _("not matched"))
    return c.Row.of(
        *first,
        c.Cell(
            c.Money(state.live_cents, scheme.currency, bare=True),
            note=staged(state.split, scheme.currency),
            certainty=mark,
        ),
        _match(state, scheme, audience) if is_matched else _("not matched"),
    )


def _match(state: ContributionState, scheme: Scheme, audience: Audience) -> c.Value:
    """The match of a contribution, as far as it may be shown."""
    if not audience.may_match(state.contribution.pk):
        return _("not published")
    return c.Money(state.match_cents, scheme.currency, bare=True)


def explanations(dossier: Dossier, audience: Audience) -> list[c.Explanation]:
    """Why each match is what it is, from the entry that decided it last; none where what is held back went into it, too."""
    if dossier.funding.held_back:
        return []
    return [
        explanation(reason, dossier.scheme, p.giver(reason.state, dossier.scheme, audience))
        for reason in dossier.reasons
        if reason.state.contribution.tranche is not None
    ]


def explanation(reason: Reason, scheme: Scheme, who: str) -> c.Explanation:
    """One match in words: the rule, the figures that went in, the bound that decided, the version of the rule book."""
    found, currency = reason.facts, scheme.currency
    entry = reason.entry
    lines: tuple[c.ExplanationLine, ...] = ()
    if found["decided_by"] == "role":
        role = spoken(scheme.role(reason.state.contribution.role).label_plural)
        bound = _("{scheme} matches no contributions of {role}.").format(scheme=scheme.name, role=role)
    else:
        lines = bounds(found["eligible_cents"], match.telling(found), found["decided_by"], currency)
        lines += _frozen(reason.frozen_by, currency)
        bound = decided(found["decided_by"], found["match_cents"], currency) + _decided_then(reason.frozen_by)
    return c.Explanation(
        _("{who}: matched with").format(who=who),
        c.Money(found["match_cents"], currency),
        _("{rule} Decided by entry {number} ({words}), {day}.").format(
            rule=spoken(reason.rule),
            number=entry.number,
            words=spoken(entry.get_kind_display()).lower(),
            day=booked.day_said(entry),
        ),
        lines,
        bound,
        scheme.code,
        entry.scheme_version.label,
        c.Link(_("rules and sources"), reverse("rules", args=[scheme.code])),
    )


def _decided_then(reason: Reason | None) -> str:
    """How a match that is frozen was decided, with the figures that went in then; empty where it is not frozen."""
    deciding = _deciding(reason)
    if reason is None or deciding is None:
        return ""
    return " " + _("It was decided on {day}: {words}.").format(
        day=booked.day_said(reason.entry), words=spoken(deciding["words"])
    )


def _deciding(reason: Reason | None) -> dict[str, Any] | None:
    """The bound that decided a match."""
    found = reason.facts if reason is not None else {"bounds": ()}
    return next((one for one in found["bounds"] if one["name"] == found["decided_by"]), None)


def _frozen(reason: Reason | None, currency: str) -> tuple[c.ExplanationLine, ...]:
    """What decided at the adoption, where that froze the match."""
    deciding = _deciding(reason)
    if reason is None or deciding is None:
        return ()
    label = _("At the adoption, {day}: {deciding}").format(
        day=booked.day_said(reason.entry), deciding=spoken(deciding["name"])
    )
    words = _("{deciding}; what counted then was {amount}").format(
        deciding=spoken(deciding["words"]), amount=money(reason.facts["eligible_cents"], currency)
    )
    return (c.ExplanationLine(label, c.Money(deciding["limit_cents"], currency), words),)


def bounds(
    eligible_cents: int, found: list[dict[str, Any]], decided_by: str, currency: str
) -> tuple[c.ExplanationLine, ...]:
    """The figures that went into a match: what counts, and each limit."""
    first = c.ExplanationLine(_("What counts of the contribution"), c.Money(eligible_cents, currency))
    rest = [
        c.ExplanationLine(
            spoken(one["name"].capitalize()),
            c.Money(one["limit_cents"], currency),
            spoken(one["words"]),
            one["name"] == decided_by,
        )
        for one in found
    ]
    return (first, *rest)


def decided(decided_by: str, match_cents: int, currency: str) -> str:
    """The bound that decided, in words."""
    amount = money(match_cents, currency)
    words = {
        "ratio": _("the ratio gives {amount}, and nothing else allows less.").format(amount=amount),
        "tranche": _("the tranche had no more than {amount} open.").format(amount=amount),
        "public money": _("the project's public money is limited, and its part of it is {amount}.").format(
            amount=amount
        ),
        "adoption": _("the match was frozen at {amount} when the topic was adopted.").format(amount=amount),
    }
    return words.get(decided_by) or _("the {limit} allows no more than {amount}.").format(
        limit=spoken(decided_by), amount=amount
    )


def sheet(dossier: Dossier, moment: Moment, name: str) -> Sheet:
    """The source and channel matrix as rows."""
    rows = tuple(
        (row.source, row.label, row.through_office_cents, row.brought_cents, row.total_cents)
        for row in dossier.funding.rows
    )
    is_low = dossier.version.scheme.is_lower_bound or bool(dossier.funding.held_back)
    stated = p.stated(dossier.scheme, dossier.version.label, moment, lower_bound=is_low)
    stated = {**stated, "target": dossier.target.code}
    return Sheet(p.file_name(dossier.scheme.code, name, "sources", on=moment.on), FUNDING_FIELDS, rows, stated)


def source_texts(dossier: Dossier, audience: Audience) -> list[str]:
    """Every source behind the page that its reader may see; of contributions, those of what the reader may read."""
    entries = (one for one in dossier.entries if audience.reads_books or one.kind in _ABOUT_TARGET)
    versions = (one for one in dossier.versions if may_read_source(audience, one.contribution_id))
    stated = [dossier.project.source_url if dossier.project else "", dossier.topic.source_url if dossier.topic else ""]
    return [*stated, *(one.evidence for one in entries), *(one.source_url for one in versions)]


def may_read_source(audience: Audience, contribution_id: int) -> bool:
    """Tell whether a visitor may see where the amounts of a contribution come from."""
    return audience.may_read(contribution_id) and audience.may_see("contribution.source", contribution_id)


def assumptions(dossier: Dossier, audience: Audience) -> list[str]:
    """What is assumed anywhere in the entries behind a page, each said once, as far as its reader may read it."""
    return [_(words) for words in assumed.all_said(dossier.entries, assumed.untold(dossier.scheme.code, audience))]
