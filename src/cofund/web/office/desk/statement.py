"""The statement of a partner: what its money did on a day, by what was known on another, as a page, as PDF and as rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.exporters.documents.statements import STAGE_WORDS, certainty_words, outcome_of, statement_pdf
from cofund.queries import statements
from cofund.queries.documents.given import Moment
from cofund.queries.statements import Line
from cofund.records.directory.models import Organisation
from cofund.rules.leverage import FORMULAS, NAMES
from cofund.rules.stages import LIVE_STAGES
from cofund.web import asking, joint
from cofund.web import components as c
from cofund.web.lists import files_of
from cofund.web.office import exports, navigation
from cofund.web.office.access import opened_by
from cofund.web.office.desk.reaching import crumbs, partner_or_404, tabs
from cofund.web.routes import reverse


@opened_by("read a partner's pages")
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/statement/`: what the money did; `as_of` and `known_on` ask for another moment."""
    organisation = partner_or_404(request, slug)
    asked = asking.asked(request)
    found = statements.of_partner(organisation, asked.moment)
    file = exports.answer(
        request.GET.get("format", ""), f"statement-{slug}", [_plain(line, asked.moment) for line in found]
    )
    if file is not None:
        return file
    here = "What your money did"
    own_pdf = asked.address(reverse("office-partner-statement-pdf", args=[slug]))
    context = navigation.context(request, here, crumbs=crumbs(request, organisation)) | {
        "organisation": organisation,
        "tabs": tabs(organisation, "office-partner-statement"),
        "on": asked.moment.on,
        "known_on": asked.known_on,
        "problem": asked.problem,
        "as_of": asking.picker(request, asked),
        "pdf": own_pdf,
        "tiles": _total_tiles(found, organisation),
        "lines": [
            (line, f"line-{number}", _line_facts(line, organisation), _outcome(line, asked.moment))
            for number, line in enumerate(found, start=1)
        ],
        "definitions": [c.Fact(f"{code} {NAMES[code]}", formula) for code, formula in FORMULAS.items()],
        "files": files_of(c.Address.of(request.path, request.GET.items())),
    }
    return render(request, "cofund/pages/office/desk/statement.html", context, status=asked.status)


@opened_by("read a partner's pages")
def as_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partner/<slug>/statement.pdf`: the statement as a document to keep."""
    organisation = partner_or_404(request, slug)
    asked = asking.asked(request)
    if asked.problem:
        return HttpResponse(asked.problem + "\n", status=400, content_type="text/plain; charset=utf-8")
    name = f"statement-{slug}-{asked.moment.on.isoformat()}.pdf"
    return HttpResponse(
        statement_pdf(organisation, asked.moment),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _outcome(line: Line, moment: Moment) -> list[c.Fact]:
    """What became of the money of a line."""
    sure = certainty_words(line)
    return [
        c.Fact(term, said)
        for term, said in [*outcome_of(line, moment), *([("How sure this is", sure)] if sure else [])]
    ]


def _total_tiles(found: list[Line], organisation: Organisation) -> list[c.Tile]:
    """The whole statement in figures, by currency."""
    tiles = []
    for total in statements.totals(found):
        currency = total.currency
        states = [state for line in found if line.scheme.currency == currency for state in line.states]
        shared = joint.of_sum(states, organisation, currency)
        unlocked = joint.unlocked(is_shared=bool(shared))
        tiles += [
            c.Tile("Contributed", c.Money(total.given_cents, currency, short=True), note=shared),
            c.Tile("Unlocked", c.Money(total.unlocked_cents, currency, short=True), note=unlocked),
            c.Tile(f"L1 {NAMES['L1']}", c.Ratio(total.leverage.l1, 2), note=FORMULAS["L1"]),
            c.Tile(f"L3 {NAMES['L3']}", c.Ratio(total.leverage.l3, 2), note=FORMULAS["L3"]),
        ]
    return tiles


def _line_facts(line: Line, organisation: Organisation) -> list[c.Fact]:
    """One project or topic in figures."""
    currency, found = line.scheme.currency, line.leverage
    held = [(STAGE_WORDS[stage], line.in_stage(stage)) for stage in LIVE_STAGES]
    sure = next((one for one in line.certainties), "")
    return [
        c.Fact(
            "Contributed",
            c.Money(line.given_cents, currency),
            note=joint.of_sum(line.states, organisation, currency),
            certainty=c.Certainty(sure) if sure else None,
        ),
        *(c.Fact(words, c.Money(cents, currency)) for words, cents in held if cents),
        c.Fact("Unlocked", c.Money(line.unlocked_cents, currency)),
        c.Fact(f"Behind {line.name} in all", c.Money(line.money.total_cents, currency)),
        c.Fact(f"L1 {NAMES['L1']}", c.Ratio(found.l1, 2), note="your own contribution"),
        c.Fact(f"L2 {NAMES['L2']}", c.Ratio(found.l2, 2), note="all its partners together"),
        c.Fact(f"L3 {NAMES['L3']}", c.Ratio(found.l3, 2), note="your own contribution"),
        c.Fact(f"L4 {NAMES['L4']}", c.Ratio(found.l4, 2), note="the whole of it"),
    ]


def _plain(line: Line, moment: Moment) -> dict[str, exports.Plain]:
    """A line as a row of a file; amounts in whole cents, leverage as exact fractions."""
    found = line.leverage
    return {
        "scheme": line.scheme.code,
        "scheme_version": line.version,
        "as_of": moment.on.isoformat(),
        "known_at": moment.instant.isoformat(timespec="seconds"),
        "target": line.name,
        "currency": line.scheme.currency,
        "contributed_cents": line.given_cents,
        "of_it_joint_cents": line.joint_cents,
        "unlocked_cents": line.unlocked_cents,
        "total_cents": line.money.total_cents,
        "l1_partner_multiplier": str(found.l1 if found.l1 is not None else ""),
        "l2_project_multiplier": str(found.l2 if found.l2 is not None else ""),
        "l3_match_leverage": str(found.l3 if found.l3 is not None else ""),
        "l4_public_leverage": str(found.l4 if found.l4 is not None else ""),
        "acknowledgement": line.acknowledgement,
    }
