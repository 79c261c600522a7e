"""What pages say of credit: texts to copy, a citation, a piece of HTML for another site, and what a partner made possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from cofund.queries import acknowledgements
from cofund.queries.acknowledgements import ENGLISH, Sentence
from cofund.queries.dossiers import Dossier
from cofund.queries.partner_credit import CreditLine, CreditTotal, PartnerCredit
from cofund.queries.publication import Audience
from cofund.rules import languages
from cofund.web import components as c
from cofund.web.formatting import counted, day, money
from cofund.web.public import presenters as p
from cofund.web.public.citing import Citation
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Scalar, Sheet
from cofund.web.routes import reverse

FIELDS = (
    Field("scheme", "code of the programme"),
    Field("target", "project or topic"),
    Field("grant_agreement", "number of the grant agreement; empty where it is not known, or there is no project yet"),
    Field("currency", "currency of the amounts"),
    Field("given", "what the partner gives, joint contributions in full", is_money=True),
    Field("matched", "the public money that stands against it", is_money=True),
    Field("is_joint", "whether any of it is given jointly with others; then the split is not published"),
    Field("acknowledgement", "the sentence in which the project names who pays for it"),
)


@dataclass(frozen=True, slots=True)
class CopyField:
    """A text in a field from which it can be copied; `language` are the two letters of what it is written in."""

    key: str
    label: str
    text: str
    language: str = ENGLISH
    rows: int = 3


def thanks(dossier: Dossier, reader: Audience) -> list[CopyField]:
    """How a project acknowledges who pays for it, in every language that its programme states."""
    found = acknowledgements.every(
        dossier.scheme, dossier.project, (*dossier.funding.states, *dossier.funding.held_back), reader
    )
    return [_thanks(one, "thanks") for one in found]


def _thanks(one: Sentence, key: str) -> CopyField:
    """A sentence to copy."""
    label = _("Acknowledgement, in %(language)s") % {"language": languages.name(one.language)}
    return CopyField(f"{key}-{one.language}", label, one.text, one.language, rows=5)


def href(slug: str) -> str:
    """The whole address of a credit page as it stands now."""
    return f"{settings.COFUND_SITE_URL}{reverse('partner-credit', args=[slug])}"


def summary(credit: PartnerCredit) -> str:
    """What a partner made possible in one sentence; empty where nothing public is known."""
    if not credit.lines:
        return ""
    counts = [
        *([counted(credit.projects, _("project"), _("projects"))] if credit.projects else []),
        *([counted(credit.topics, _("topic"), _("topics"))] if credit.topics else []),
    ]
    sums = [_sum(one) for one in credit.totals]
    return _("%(partner)s stands behind %(what)s with %(sums)s.") % {
        "partner": credit.organisation,
        "what": _(" and ").join(counts),
        "sums": _(" and ").join(sums),
    }


def _sum(one: CreditTotal) -> str:
    """One currency in words."""
    given, matched = money(one.given_cents, one.currency), money(one.matched_cents, one.currency)
    words = _("%(given)s, matched with %(matched)s of public money") % {"given": given, "matched": matched}
    return f"{words} {_('(in part jointly with others)')}" if one.is_joint else words


def fields(credit: PartnerCredit, moment: Moment, cited: Citation | None) -> list[CopyField]:
    """The link, the citation, and the piece of HTML, each to be copied; `cited` is None where no day could be read."""
    slug = credit.organisation.slug
    said, on = summary(credit), day(moment.on)
    as_of = _("as of %(day)s") % {"day": on}
    words = said.removesuffix(".")
    # A plain text: the field shows it as it is typed into another page.
    snippet = (
        f'<p><a href="{escape(href(slug))}">{escape(words)}</a> ({escape(settings.SITE_TITLE)}, {escape(as_of)}).</p>'
    )
    return [
        CopyField("credit-link", _("Link that stays"), href(slug), rows=1),
        *([] if cited is None else [CopyField("credit-citation", _("Citation, as of this day"), cited.of(said))]),
        CopyField("credit-snippet", _("HTML for your own site: words and a link, no script"), snippet, rows=4),
    ]


def tiles(credit: PartnerCredit) -> list[c.Tile]:
    """The key figures, for each currency."""
    found: list[c.Tile] = []
    for one in credit.totals:
        note = _("joint ones in full; the split is not published") if one.is_joint else ""
        found.append(c.Tile(_("Gives"), c.Money(one.given_cents, one.currency, short=True), note=note))
        found.append(c.Tile(_("Matched with"), c.Money(one.matched_cents, one.currency, short=True)))
    if credit.lines:
        found.append(c.Tile(_("Projects"), credit.projects))
    return found


def table(
    credit: PartnerCredit,
    shown: Iterable[CreditLine],
    pages: c.Pages | None,
    moment: Moment,
    exports: tuple[c.Link, ...],
) -> c.Table:
    """What a partner gives to each project or topic, what that is matched with, and all that stands behind it.

    `shown` are the lines of one page, or all where there are no `pages`.
    """
    return c.Table(
        "credit",
        _("What it made possible, %(moment)s") % {"moment": moment.said},
        (
            c.Column(_("Project or topic")),
            c.Column(_("Programme")),
            c.Column(_("Gives"), numeric=True),
            c.Column(_("Matched with"), numeric=True),
            c.Column(_("Behind it in all"), numeric=True),
        ),
        tuple(_row(line, moment) for line in shown),
        noun=(_("project or topic"), _("projects and topics")),
        total_count=len(credit.lines),
        exports=exports,
        pages=pages,
        empty=c.EmptyState(
            _("No public contribution is known."), _("That none is public does not mean that nothing was given.")
        ),
        note=_("Only what is public. A joint contribution stands in full, because its split is not published."),
        # That none is public is not that nothing is given: none is counted.
        counted=pages is not None and pages.count > 1,
    )


def _row(line: CreditLine, moment: Moment) -> c.Row:
    """One project or topic."""
    currency = line.scheme.currency
    return c.Row.of(
        c.Cell(line.name, href=p.target_href(line.states[0].contribution, moment)),
        line.scheme.name,
        c.Cell(c.Money(line.given_cents, currency), note=_("jointly") if line.is_joint else ""),
        c.Money(line.matched_cents, currency),
        c.Money(line.money.total_cents, currency),
    )


def sentences(lines: Iterable[CreditLine]) -> list[tuple[str, list[CopyField]]]:
    """The acknowledgements by project, each to be copied; projects alone have one."""
    return [
        (line.name, [_thanks(one, f"thanks-{number}") for one in line.sentences])
        for number, line in enumerate(lines)
        if line.sentences
    ]


def sheet(credit: PartnerCredit, moment: Moment) -> Sheet:
    """The lines as rows."""
    rows = tuple(
        (
            line.scheme.code,
            line.name,
            line.target.project.grant_agreement if line.target.project is not None else "",
            line.scheme.currency,
            line.given_cents,
            line.matched_cents,
            line.is_joint,
            line.sentences[0].text if line.sentences else "",
        )
        for line in credit.lines
    )
    stated: dict[str, Scalar] = {"partner": credit.organisation.name, "as_of": moment.on, "known_on": moment.known_on}
    return Sheet(p.file_name(credit.organisation.slug, "credit", on=moment.on), FIELDS, rows, stated)
