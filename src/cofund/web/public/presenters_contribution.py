"""One contribution in full."""

from __future__ import annotations

from collections.abc import Iterable

from cofund.queries import assumed
from cofund.queries.contributions import ContributionState
from cofund.queries.dossiers import ContributionDossier
from cofund.queries.publication import Audience
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import money, money_change, staged
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.vocabulary import spoken

VERSION_FIELDS = (
    Field("reference", "reference of the contribution"),
    Field("version", "number of the version"),
    Field("true_from", "day from which on it holds"),
    Field("recorded_at", "instant at which it was recorded"),
    Field("amount", "what the contribution was said to be", is_money=True),
    Field("certainty", "how sure it is"),
    Field("source", "where it comes from"),
    Field("assumption", "what is assumed of it, such as the day from which on it holds"),
)


def heading(row: Contribution, givers: Iterable[Organisation]) -> str:
    """What a contribution is for, and who gives it."""
    return _("{target}: contribution of {who}").format(target=row.target_name, who=p.names(givers))


def bar(dossier: ContributionDossier, reader: Audience, moment: Moment) -> c.StackedBar | None:
    """What is given, and the public money that it was matched with; None on a day on which nobody knew of it."""
    row, state, scheme = dossier.contribution, dossier.state, dossier.scheme
    if state is None or not state.live_cents:
        return None
    is_told = row.tranche is not None and reader.may_match(row.pk)
    fill = c.Fill.OCHRE_HATCH if scheme.kind(row.kind).in_kind else c.Fill.OCHRE
    segments = [c.Segment(spoken(scheme.kind(row.kind).label), state.live_cents, fill)]
    if is_told:
        segments.append(c.Segment(_("Match, public"), state.match_cents, c.Fill.HATCH))
    note = ""
    if row.tranche is None:
        note = _("What is given in this role is not matched.")
    elif not is_told:
        note = _("The match is not published.")
    elif state.unmatched_cents:
        unmatched = money(state.unmatched_cents, scheme.currency)
        note = _("Of what is given, {amount} has no match.").format(amount=unmatched)
    title = _("{reference}: what it was matched with, {moment}").format(reference=row.reference, moment=moment.said)
    return c.StackedBar("match", title, (c.BarRow(tuple(segments)),), currency=scheme.currency, note=note)


def facts(dossier: ContributionDossier, reader: Audience, moment: Moment) -> list[c.Fact]:
    """What a contribution is on a day, as far as a reader may know."""
    row, state, scheme = dossier.contribution, dossier.state, dossier.scheme
    role = scheme.role(row.role)
    version = state.version if state else None
    found = [
        c.Fact(_("Reference"), row.reference),
        c.Fact(_("For"), row.target_name, href=p.target_href(row, moment)),
        c.Fact(_("In the role of"), spoken(role.label)),
        c.Fact(_("Kind"), spoken(scheme.kind(row.kind).label)),
        c.Fact(_("Stage"), c.stage_status(state.stage, in_part=state.is_in_part) if state else ""),
        c.Fact(
            _("Amount"),
            c.Money(state.live_cents, scheme.currency) if state else "",
            certainty=p.certainty(version.certainty) if version else None,
            note="; ".join(_amount_notes(state, scheme)) if state else "",
            source=p.source_link(version.source_url)
            if version and reader.may_see("contribution.source", row.pk)
            else None,
        ),
    ]
    if row.tranche is not None and not reader.may_match(row.pk):
        found.append(c.Fact(_("Match"), _("not published")))
    elif row.tranche is not None:
        matched = c.Money(state.match_cents, scheme.currency) if state else ""
        found.append(c.Fact(_("Match"), matched, note=spoken(row.tranche.name)))
        found.append(c.Fact(_("Not matched"), c.Money(state.unmatched_cents, scheme.currency) if state else ""))
    if version is not None and version.public_origin_cents:
        found.append(c.Fact(_("From a public budget"), c.Money(version.public_origin_cents, scheme.currency)))
    if version is not None and version.original_currency and version.original_amount_cents is not None:
        rate = (
            _("at {rate}, {rate_source}").format(rate=version.rate, rate_source=version.rate_source)
            if version.rate
            else ""
        )
        found.append(
            c.Fact(_("As stated"), c.Money(version.original_amount_cents, version.original_currency), note=rate)
        )
    return found


def _amount_notes(state: ContributionState, scheme: Scheme) -> list[str]:
    """What belongs to the amount of a contribution: its parts by stage, and that several give it."""
    parts = staged(state.split, scheme.currency, state.over_cents)
    return [*([parts] if parts else []), *([_("jointly; the split is not published")] if state.is_joint else [])]


def versions_table(dossier: ContributionDossier, reader: Audience, path: str, exports: tuple[c.Link, ...]) -> c.Table:
    """What a contribution was said to be, version by version."""
    rows = []
    shows_source = reader.may_see("contribution.source", dossier.contribution.pk)
    hidden = assumed.untold(dossier.scheme.code, reader)
    last: int | None = None
    for step in dossier.steps:
        version = step.version
        if version is None:
            continue
        change = (
            money_change(version.amount_cents - last, dossier.scheme.currency)
            if last is not None
            else _("first stated")
        )
        last = version.amount_cents
        known = step.entry.recorded_at.date()
        # Of an assumed day, the day on which it was recorded is assumed too.
        mark = c.Certainty.ASSUMED if step.entry.assumption else None
        numbered = _("version {number}").format(number=version.number)
        day_, known_ = version.effective_on.isoformat(), known.isoformat()
        rows.append(
            c.Row.of(
                c.Cell(
                    version.effective_on,
                    href=f"{path}?as_of={day_}",
                    note="; ".join(filter(None, (numbered, _(assumed.said(step.entry, hidden))))),
                    certainty=mark,
                ),
                c.Cell(known, href=f"{path}?as_of={day_}&known_on={known_}", certainty=mark),
                c.Cell(
                    c.Money(version.amount_cents, dossier.scheme.currency), certainty=p.certainty(version.certainty)
                ),
                change,
                (p.source_link(version.source_url) or version.source_url) if shows_source else _("not published"),
            )
        )
    columns = (
        c.Column(_("True from")),
        c.Column(_("Known since")),
        c.Column(_("Amount"), numeric=True),
        c.Column(_("Against the version before")),
        c.Column(_("Source")),
    )
    return c.Table(
        "versions",
        _("Versions"),
        columns,
        tuple(rows),
        noun=(_("version"), _("versions")),
        exports=exports,
        empty=c.EmptyState(_("No version was known on this day.")),
    )


def sheet(dossier: ContributionDossier, audience: Audience, moment: Moment) -> Sheet:
    """The versions as rows."""
    hidden = assumed.untold(dossier.scheme.code, audience)
    rows = tuple(
        (
            dossier.contribution.reference,
            step.version.number,
            step.version.effective_on,
            step.entry.recorded_at,
            step.version.amount_cents,
            step.version.certainty,
            step.version.source_url if audience.may_see("contribution.source", dossier.contribution.pk) else None,
            assumed.said(step.entry, hidden),
        )
        for step in dossier.steps
        if step.version is not None
    )
    stated = p.stated(dossier.scheme, dossier.scheme.version, moment)
    return Sheet(p.file_name(dossier.contribution.reference, "versions", on=moment.on), VERSION_FIELDS, rows, stated)
