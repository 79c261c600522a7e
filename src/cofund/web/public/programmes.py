"""Pages about programmes: the list, one programme, its rules and sources, and the movements behind its envelope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import assumed, ceilings, clock, envelope, overview, schemes
from cofund.queries.keeping import kept
from cofund.queries.publication import Audience, audience
from cofund.queries.stories import lists
from cofund.rules import digits
from cofund.rules.schemes import Scheme
from cofund.web.components import Address, Callout
from cofund.web.formatting import day
from cofund.web.languages import gettext as _
from cofund.web.lists import PAGE_SIZE, page_of
from cofund.web.public import (
    held_back,
    linked_data,
    moments,
    presenters,
    presenters_envelope,
    presenters_lists,
    presenters_rules,
    presenters_stories,
    proof_links,
    sheets,
)
from cofund.web.public.lookup import or_not_found
from cofund.web.public.presenters_home import programmes_sheet, programmes_table
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken


@or_not_found
def index(request: HttpRequest) -> HttpResponse:
    """Every programme of this site."""
    moment = moments.Moment(clock.today())
    found = overview.summaries()
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, programmes_sheet(found, moment))
    context = {
        "crumbs": (presenters.start(),),
        "here": _("Programmes"),
        "table": programmes_table(found, sheets.links(request)),
        "proof": proof_links.table(request, lambda: proof_links.of_site(moment)),
    }
    return render(request, "cofund/pages/public/programmes.html", context)


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """One programme: its envelope, projects, partners and open topics on a day."""
    moment = moments.asked(request)
    reader = audience(request.user, [scheme])
    if format_ := sheets.wanted(request):
        found = overview.of_scheme(scheme, reader, as_of=moment.on, known_at=moment.known_at)
        return sheets.answer(format_, presenters_envelope.sheet(found, moment), moment)
    rules, version = schemes.current(scheme)
    context = {
        **_content(scheme, reader, moment),
        "linked": linked_data.of_programme(rules),
        "as_of": moments.picker(
            request,
            moment,
            earliest=rules.starts_on,
            quick=moments.year_ends(rules.starts_on, min(clock.today(), rules.ends_on or clock.today())),
        ),
        "exports": sheets.links(request),
        "stories": presenters_stories.beside(lists.about_programme(version.scheme), programme=scheme),
        "proof": proof_links.table(
            request,
            lambda: proof_links.of_programme(
                overview.of_scheme(scheme, reader, as_of=moment.on, known_at=moment.known_at), moment
            ),
        ),
    }
    return render(request, "cofund/pages/public/programme.html", context, status=moment.status)


@kept(32)
def _content(scheme: str, reader: Audience, moment: moments.Moment) -> dict[str, object]:
    """What the page of a programme says, which is the same for everybody who may read the same."""
    found = overview.of_scheme(scheme, reader, as_of=moment.on, known_at=moment.known_at)
    rules, headline = found.scheme, found.headline
    over = _("over the {count} projects whose partners' contributions are known").format(count=len(found.leveraged))
    projects = reverse("projects", args=[scheme])
    return {
        **_frame(rules, moment, "programme", headline.tranche),
        "overview": found,
        "headline": presenters_envelope.headline(found),
        "relation": presenters_envelope.relation(found),
        "tiles": presenters_envelope.tiles(found, moment),
        "bars": [
            (one, presenters_envelope.bar(one, moment), moment.href(reverse("movements", args=[scheme, one.tranche])))
            for one in sorted(found.tranches, key=lambda one: one.tranche != headline.tranche)
        ],
        "notices": [
            notice
            for notice in (
                timing(rules, moment),
                presenters_envelope.lower_bound(found.row),
                presenters_envelope.concentration(found),
                held_back.notice(reader, scheme),
            )
            if notice
        ],
        "projects": presenters_lists.projects_table(
            found.projects,
            rules,
            reader,
            moment,
            sheets.links_to(projects, moment),
            moment.address(projects),
        ),
        "partners": presenters_lists.partners_table(
            found.partners,
            rules,
            moment,
            sheets.links_to(reverse("partners"), moment, programme=scheme),
            moment.address(reverse("partners"), programme=scheme),
        ),
        "topics": presenters_lists.topics_table(
            found.topics[:PAGE_SIZE],
            sheets.links_to(reverse("topics", args=[scheme]), moment),
            total=len(found.topics),
            pages=page_of(moment.address(reverse("topics", args=[scheme])), len(found.topics))[1],
        ),
        "leverage": presenters_lists.leverage_table(found.leverage, "leverage", over),
        "leveraged": ", ".join(found.leveraged),
        "facts": presenters_rules.facts(rules, found.version),
    }


@or_not_found
def rules(request: HttpRequest, scheme: str) -> HttpResponse:
    """What the rule book of a programme says, with the source and the certainty of every figure."""
    moment = moments.Moment(clock.today())
    rule_book, version = schemes.current(scheme)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, presenters_rules.sheet(rule_book, version, moment))
    context = {
        **_frame(rule_book, moment, "rules", overview.headline_tranche(rule_book)),
        "facts": presenters_rules.facts(rule_book, version),
        "others": [
            Callout(_("Another ceiling in the books"), spoken(other.words), "info") for other in ceilings.others(scheme)
        ],
        "tranches": [(rule, presenters_rules.tranche_facts(rule_book, rule)) for rule in rule_book.tranches],
        "kinds": presenters_rules.kinds_table(rule_book),
        "tests": presenters_rules.tests_table(rule_book),
        "decision": presenters_rules.decision_facts(rule_book),
        "calendar": presenters_rules.calendar_table(rule_book),
        "commitments": presenters_rules.commitments_table(rule_book),
        "publication": presenters_rules.publication_facts(rule_book),
        "figures": presenters_rules.figures_table(rule_book, sheets.links(request)),
    }
    return render(request, "cofund/pages/public/rules.html", context)


@or_not_found
def movements(request: HttpRequest, scheme: str, tranche: str) -> HttpResponse:
    """Every movement behind the statement of one tranche."""
    moment = moments.asked(request)
    rule_book, version = schemes.current(scheme)
    rule = rule_book.tranche(tranche)
    reader = audience(request.user, [scheme])
    address = Address.of(request.path, request.GET.items())
    number = _page_number(request)
    format_ = sheets.wanted(request)
    rows, count = envelope.movements(
        scheme,
        tranche,
        as_of=moment.on,
        known_at=moment.known_at,
        kind=address.get("kind"),
        about=address.get("about"),
        readable=reader.readable,
        without=reader.without,
        untold=assumed.untold(scheme, reader),
        first=0 if format_ else (number - 1) * PAGE_SIZE,
        most=None if format_ else PAGE_SIZE,
    )
    if format_:
        sheet = presenters_envelope.movements_sheet(rows, rule_book, version, tranche, reader, moment)
        return sheets.answer(format_, sheet, moment)
    context = {
        **_frame(rule_book, moment, "movements", tranche),
        "rule": rule,
        "notices": [presenters_envelope.lower_bound(version.scheme), held_back.notice(reader, scheme)],
        "others": [one for one in rule_book.tranches if one.code != tranche],
        "as_of": moments.picker(request, moment, earliest=rule_book.starts_on),
        "table": presenters_envelope.movements_table(
            rows, count, rule_book, reader, moment, address, sheets.links(request), PAGE_SIZE, number
        ),
        "proof": proof_links.table(
            request,
            lambda: proof_links.of_tranches(
                envelope.statement(scheme, as_of=moment.on, known_at=moment.known_at), moment
            ),
        ),
    }
    return render(request, "cofund/pages/public/movements.html", context, status=moment.status)


def problem(moment: moments.Moment) -> Callout | None:
    """The notice that the day in the address cannot be read; None where it can."""
    if not moment.problem:
        return None
    return Callout(_("This day cannot be read, so the figures are of today"), moment.problem, "error")


def timing(rule_book: Scheme, moment: moments.Moment) -> Callout | None:
    """The notice that a day lies before the programme or in the future; None on every other day."""
    lists = _("Amounts are of that day; the projects, partners and topics are those that are known today.")
    if rule_book.starts_on is not None and moment.on < rule_book.starts_on:
        return Callout(
            _("{rule_book} started on {day}, after this day").format(
                rule_book=rule_book.name, day=day(rule_book.starts_on)
            ),
            lists,
        )
    if moment.on > clock.today():
        booked = _("The figures are what is booked by now about days up to then, not a forecast.")
        return Callout(_("{day} is in the future").format(day=day(moment.on)), f"{booked} {lists}")
    return None


def _frame(rule_book: Scheme, moment: moments.Moment, here: str, tranche: str) -> dict[str, object]:
    """What every page of a programme needs."""
    names = {
        "programme": rule_book.name,
        "rules": _("Rules and sources"),
        "movements": _("Movements of tranche {tranche}").format(tranche=tranche),
    }
    crumbs = (presenters.start(),) if here == "programme" else presenters.programme_crumbs(rule_book, moment)
    return {
        "scheme": rule_book,
        "crumbs": crumbs,
        "here": names[here],
        "tabs": presenters.tabs(rule_book, moment, here, tranche),
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
    }


def _page_number(request: HttpRequest) -> int:
    """The page of a long list, the first where the address says nothing that makes sense."""
    return digits.whole(request.GET.get("page", "")) or 1
