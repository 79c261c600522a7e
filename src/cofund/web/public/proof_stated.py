"""The way from what is stated of a whole programme or partner to the rows behind it: documents, success, open data, credit.

They are the same for whoever reads them: they state nothing of what is not published, and then their figures rest on the rows.
"""

from __future__ import annotations

from urllib.parse import unquote

from cofund.queries.documents.shapes import Document, Filled, Values
from cofund.queries.open_grants import Summary
from cofund.queries.partner_credit import PartnerCredit
from cofund.queries.success import Success
from cofund.records.directory.models import Organisation
from cofund.rules import figures as named
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public.moments import Moment
from cofund.web.public.proof_links import MOST, Figures, of_contributions, partner_role
from cofund.web.vocabulary import spoken


def of_document(document: Document, scheme: Scheme, moment: Moment) -> list[c.Row]:
    """The totals of a document, and what it says of each project."""
    found = Figures(scheme.code, scheme.currency, moment)
    for one in document.filled:
        if one.sheet.key in ("by-type", "by-country"):
            _totals(found, one, document.stated.get("year", ""))
            break
    for one in document.filled:
        for row in one.rows[:MOST] if one.sheet.key in ("by-project", "projects") else ():
            _of_row(found, scheme, one, row)
    return found.rows


def _totals(found: Figures, sheet: Filled, year: str) -> None:
    """The total of each step of a document, in all and in its year."""
    said = {step: spoken(step.capitalize()) for step in ("committed", "reported", "certified", "validated")}
    said |= {"matched": _("Match committed"), "consumed": _("Match consumed")}
    for suffix, words in (("", ""), (f"_{year}", year)):
        for step, name in said.items():
            place = sheet.sheet.places.get(f"{step}{suffix}")
            cents = sheet.total[place] if sheet.total is not None and place is not None else None
            if isinstance(cents, int) and (words or not suffix):
                label = _("{capitalize} in {year}") if words else _("{capitalize} in all")
                found.stated(label.format(capitalize=name, year=words), cents, step, year=words)


def _of_row(found: Figures, scheme: Scheme, sheet: Filled, row: Values) -> None:
    """What a document says of one project, or of a topic without one: its public money, and what is committed to it."""
    said = dict(zip(sheet.sheet.places, row, strict=True))
    holder, _slash, key = unquote(str(said["code"])).partition("/")
    of, label = {holder: key}, str(row[0])
    public = said.get("public_money")
    if isinstance(public, int):
        words = _("{label}: public money").format(label=label)
        if public == found.total_of("matched", **of):
            found.stated(words, public, "matched", **of)
        else:
            found.published(words, public, named.AWARDED, **of)
    kinds = [said[kind.code.lower()] for kind in scheme.kinds if kind.code.lower() in said]
    committed = said.get("committed", sum(one for one in kinds if isinstance(one, int)))
    if isinstance(committed, int):
        found.stated(_("{label}: committed").format(label=label), committed, "committed", **of)


def of_success(shown: Success, moment: Moment) -> list[c.Row]:
    """What partners committed and what is matched, in all and by year; groups and shares rest on what is committed in all."""
    scheme, role = shown.scheme, partner_role(shown.scheme)
    found = Figures(scheme.code, scheme.currency, moment)
    in_all = _("{capitalize} in all")
    found.stated(in_all.format(capitalize=spoken("Committed")), shown.committed_cents, "committed", role=role)
    matched = sum(year.matched_cents for year in shown.by_year)
    found.stated(in_all.format(capitalize=_("Match committed")), matched, "matched", role=role)
    for year in shown.by_year[-MOST:]:
        for step, name, cents in (
            ("committed", spoken("Committed"), year.committed_cents),
            ("matched", _("Match committed"), year.matched_cents),
        ):
            label = _("{capitalize} in {year}").format(capitalize=name, year=year.year)
            found.stated(label, cents, step, role=role, year=str(year.year))
    return found.rows


def of_open_data(scheme: Scheme, shown: Summary, moment: Moment) -> list[c.Row]:
    """What the grants add up to; what reaches projects has public money in it that rests on what it matches or what was awarded."""
    found = Figures(scheme.code, scheme.currency, moment)
    reaches = c.Money(shown.reaches_projects_cents, scheme.currency)
    found.rests(_("Reaches projects"), reaches, "stated-committed")
    found.stated(_("Match on its way"), shown.match_cents, "matched")
    found.published(_("Cash handed over"), shown.collaboration_cents, "stated-committed", channel="office")
    return found.rows


def of_credit(organisation: Organisation, shown: PartnerCredit, moment: Moment) -> list[c.Row]:
    """What is public of what a partner gives to each programme, and each of its contributions."""
    rows: list[c.Row] = []
    for code in dict.fromkeys(line.scheme.code for line in shown.lines):
        own = [line for line in shown.lines if line.scheme.code == code]
        name, found = own[0].scheme.name, Figures(code, own[0].scheme.currency, moment)
        own_cents, matched_cents = sum(line.given_cents for line in own), sum(line.matched_cents for line in own)
        found.published(_("{scheme}: given").format(scheme=name), own_cents, "given", partner=organisation.slug)
        found.published(_("{scheme}: match").format(scheme=name), matched_cents, "match", partner=organisation.slug)
        states = [state for line in own for state in line.states]
        rows += [*found.rows, *of_contributions(states[:MOST], own[0].scheme.currency)]
    return rows
