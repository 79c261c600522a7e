"""What happened when: versions and entries as timelines, with links to the figures of each day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_noop as marked

from cofund.queries import assumed
from cofund.queries.consent import Titles
from cofund.queries.dossiers import ContributionDossier, Dossier, PartnerDossier
from cofund.queries.publication import Audience
from cofund.records.ledger.models import ContributionVersion, Entry
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import day, money_change, number
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public.moments import Moment
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

OTHER = marked("Other")
# Of a partner that gave more often, the newest are shown.
MOST_EVENTS = 20
_LANES = {
    "pledge": marked("Contributions"),
    "amend": marked("Contributions"),
    "reduce": marked("Contributions"),
    "withdraw": marked("Contributions"),
    "correct": marked("Contributions"),
    "deliver": marked("Delivery"),
    "release": marked("Delivery"),
    "report": marked("Delivery"),
    "certify": marked("Delivery"),
    "validate": marked("Delivery"),
    "return": marked("Delivery"),
    "award": marked("Public money"),
    "endorse": marked("Decisions"),
    "reserve": marked("Decisions"),
    "commit": marked("Decisions"),
}


def of_target(dossier: Dossier, audience: Audience, path: str, today: date) -> c.Timeline:
    """The history of a project or topic: entries of one day and one kind together, each with a way to that day's figures."""
    stood: dict[int, int] = {}
    amounts: dict[int, int] = {}
    for version in dossier.versions:
        if audience.may_read(version.contribution_id):
            stood[version.contribution_id] = version.amount_cents
            amounts[version.entry_id] = sum(stood.values())
    groups: dict[tuple[date, str], list[Entry]] = {}
    for entry in dossier.entries:
        groups.setdefault((entry.effective_on, str(entry.kind)), []).append(entry)
    titles = p.titles(dossier.scheme, audience)
    events = [
        _event(on, kind, entries, amounts, dossier.scheme, path, titles) for (on, kind), entries in groups.items()
    ]
    return c.Timeline(
        "history", _("What happened, and what contributions stood at after it"), tuple(events), today=today
    )


def _event(
    on: date,
    kind: str,
    entries: Sequence[Entry],
    amounts: dict[int, int],
    scheme: Scheme,
    path: str,
    titles: Titles,
) -> c.Event:
    """Entries of one kind on one day as one event."""
    cents = [amounts[entry.pk] for entry in entries if entry.pk in amounts]
    numbers = ", ".join(str(entry.number) for entry in entries)
    decisions = dict.fromkeys(p.decision_said(entry.decision, titles) for entry in entries if entry.decision)
    recorded = max(entry.recorded_at.date() for entry in entries)
    parts = [f"{(_('Entries') if len(entries) > 1 else _('Entry'))} {numbers}"]
    if recorded != on:
        parts.append(_("recorded {day}").format(day=day(recorded)))
    parts += [_("decision: {said}").format(said=said) for said in decisions]
    return c.Event(
        on,
        spoken(str(Entry.Kind(kind).label)),
        _(_LANES.get(kind, OTHER)),
        " · ".join(parts),
        f"{path}?as_of={on.isoformat()}",
        c.Money(cents[-1], scheme.currency) if cents else None,
        certainty=p.certainty(str(next((one for one in entries if one.assumption), entries[0]).day_certainty)),
    )


def vintages(dossier: Dossier, audience: Audience, path: str) -> c.Table:
    """Every version of every contribution: what was said when, and what was known when."""
    rows = []
    before: dict[int, int] = {}
    hidden = assumed.untold(dossier.scheme.code, audience)
    for version in dossier.versions:
        if not audience.may_read(version.contribution_id):
            continue
        contribution = version.contribution
        last = before.get(contribution.pk)
        change = (
            money_change(version.amount_cents - last, dossier.scheme.currency)
            if last is not None
            else _("first stated")
        )
        before[contribution.pk] = version.amount_cents
        shows_source = audience.may_see("contribution.source", contribution.pk)
        said = assumed.said(version.entry, hidden)
        rows.append(_vintage(version, change, dossier.scheme, path, said, shows_source=shows_source))
    columns = (
        c.Column(
            _("True from"),
            hint=_("The day from which on this amount is stated; the link shows the figures of that day."),
        ),
        c.Column(_("Known since"), hint=_("The day on which it was recorded.")),
        c.Column(_("Contribution")),
        c.Column(_("Amount ({currency})").format(currency=dossier.scheme.currency), numeric=True),
        c.Column(_("Against the version before")),
        c.Column(_("Source")),
    )
    return c.Table(
        "versions",
        _("Versions of the contributions"),
        columns,
        tuple(rows),
        noun=(_("version"), _("versions")),
        empty=c.EmptyState(_("No version is known.")),
        note=_("Nothing is overwritten: a new amount is a new version, and every earlier day can be asked for."),
    )


def _vintage(
    version: ContributionVersion, change: str, scheme: Scheme, path: str, said: str, *, shows_source: bool
) -> c.Row:
    """One version of one contribution, with what is assumed of it; its source where the reader may see it."""
    contribution = version.contribution
    known = version.entry.recorded_at.date()
    return c.Row.of(
        c.Cell(
            version.effective_on,
            href=f"{path}?as_of={version.effective_on.isoformat()}",
            note=_(said),
            certainty=c.Certainty.ASSUMED if said else None,
        ),
        c.Cell(
            known,
            href=f"{path}?as_of={version.effective_on.isoformat()}&known_on={known.isoformat()}",
            certainty=c.Certainty.ASSUMED if said else None,
        ),
        c.Cell(
            spoken(scheme.role(contribution.role).label_plural),
            href=reverse("contribution", args=[contribution.reference]),
            note=_("version {number} of {reference}").format(number=version.number, reference=contribution.reference),
        ),
        c.Cell(c.Money(version.amount_cents, scheme.currency, bare=True), certainty=p.certainty(version.certainty)),
        change,
        p.source_link(version.source_url) or version.source_url if shows_source else _("not published"),
    )


def of_partner(dossier: PartnerDossier, moment: Moment, today: date) -> c.Timeline:
    """When a partner joined and what it gave when, with a lane for each programme."""
    events = [
        c.Event(
            holding.from_on,
            _("{scheme}: partner").format(scheme=holding.scheme.name),
            holding.scheme.name,
            holding.note,
            certainty=p.certainty(holding.certainty),
        )
        for holding in dossier.holdings
        if holding.from_on
    ]
    for version in dossier.versions:
        contribution = version.contribution
        said = spoken("pledged") if version.number == 1 else _("version {number}").format(number=version.number)
        events.append(
            c.Event(
                version.effective_on,
                _("{row}: {segment}").format(row=contribution.target_name, segment=said),
                contribution.book.scheme.name,
                "",
                p.contribution_href(contribution.reference, moment),
                c.Money(version.amount_cents, contribution.book.scheme.currency),
                certainty=c.Certainty.ASSUMED if version.entry.assumption else p.certainty(version.certainty),
            )
        )
    events.sort(key=lambda event: event.on or date.min)
    caption = _("What it gave, and when")
    if len(events) > MOST_EVENTS:
        caption = _(
            "What it gave, and when: the newest {most} of {count}; the page of each contribution has its own"
        ).format(most=MOST_EVENTS, count=number(len(events)))
    return c.Timeline("history", caption, tuple(events[-MOST_EVENTS:]), today=today)


def of_contribution(dossier: ContributionDossier, audience: Audience, today: date) -> c.Timeline:
    """The life of a contribution, entry by entry; who booked it and why only for those who may read it."""
    may_read = audience.may_read_internals(dossier.contribution.pk)
    titles = p.titles(dossier.scheme, audience)
    hidden = assumed.untold(dossier.scheme.code, audience)
    events = []
    for step in dossier.steps:
        entry = step.entry
        parts = [_("Entry {number}, recorded {day}").format(number=entry.number, day=day(entry.recorded_at.date()))]
        if entry.decision is not None:
            parts.append(_("decision: {decision_said}").format(decision_said=p.decision_said(entry.decision, titles)))
        if entry.assumption:
            parts.append(_("assumed: {assumption}").format(assumption=_(assumed.said(entry, hidden))))
        if may_read:
            parts.append(f"{entry.actor_name}: {entry.reason}")
        own = [row.amount_cents for row in step.transfers if row.to_account.holder == "contribution"]
        cents = step.version.amount_cents if step.version else sum(own) if own else None
        events.append(
            c.Event(
                entry.effective_on,
                spoken(str(Entry.Kind(entry.kind).label)),
                _(_LANES.get(str(entry.kind), OTHER)),
                " · ".join(parts),
                money=c.Money(cents, dossier.scheme.currency) if cents is not None else None,
                certainty=p.certainty(entry.day_certainty),
            )
        )
    return c.Timeline("history", _("Its life, entry by entry"), tuple(events), today=today)
