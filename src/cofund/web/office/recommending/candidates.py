"""The page of candidates for a topic or an idea: who should be asked, why, who is left out, and how far the answer carries."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import shown_candidates
from cofund.queries import access, candidate_gaps, candidates
from cofund.queries.candidate_subjects import Subject, taken_back
from cofund.queries.candidates import NUMBER, NUMBERS, Asked, Found
from cofund.queries.recommending import KINDS, Wish
from cofund.records.directory.models import User
from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS
from cofund.web import components as c
from cofund.web.office import navigation, proof_links
from cofund.web.office.access import opened_by
from cofund.web.office.recommending import missing, presenting, reaching

# What can be chosen as a kind; the first one asks for two at once.
GIVING: Final = "giving"
KIND_CHOICES: Final = {
    GIVING: "Foundations and patient organisations",
    **{key: text.capitalize() for key, text in KINDS.items()},
}
YES: Final = "yes"
_MOST_KNOWN: Final = 30
_COUNTRY: Final = re.compile("[A-Z]{2}")


@opened_by("read candidates")
def of_topic(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/candidates/`: who should be asked for a topic."""
    return _page(request, reaching.topic_of(scheme, code))


@opened_by("read candidates")
def of_idea(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/ideas/<reference>/candidates/`: who should be asked for an idea."""
    return _page(request, reaching.idea_of(request, reference))


def _page(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Answer, and keep what was shown to whom."""
    address = c.Address.of(request.path, request.GET.items())
    asked, unread = read(address)
    found = candidates.find(subject, asked)
    gaps = candidate_gaps.gaps(found)
    if isinstance(request.user, User):
        shown_candidates.keep(request.user, found, gaps)
    may = {name: access.may(request.user, name) for name in presenting.ACTIONS}
    context = navigation.context(request, "Who should be asked", subject.scheme.code, reaching.crumbs(subject))
    context |= proof_links.about(request, subject.audited_as)
    context |= {
        "subject": subject,
        "own_href": reaching.own_href(subject),
        "found": found,
        "projects": f"{found.facts.projects:,}" if found.facts else "",
        "callouts": [*presenting.callouts(found, may_build=access.may(request.user, "build index")), *unread],
        "bar": _bar(address),
        "bands": presenting.bands(found, may),
        "newcomers": presenting.listed(found, found.newcomers, may),
        "shortlist": presenting.shortlist(found, may),
        "left_out": presenting.left_out(found, may),
        "taken_back": presenting.taken_back(taken_back(subject)),
        "members": presenting.members(found),
        "about": presenting.about(found),
        "missing": missing.table(found, gaps, address),
        "more": _more(address, found),
    }
    return render(request, "cofund/pages/office/recommending/candidates.html", context)


def read(address: c.Address) -> tuple[Asked, tuple[c.Callout, ...]]:
    """What an address asks for, and what of it could not be read, with how to write it. Nothing of that is asked or kept."""
    kind = address.get("kind")
    kinds = (FOUNDATION, PATIENTS) if kind == GIVING else (kind,) if kind in KINDS else ()
    country = address.get("country").strip().upper()
    # Only letters: a country is kept in the log as it is asked for, and not every character can be.
    is_country = _COUNTRY.fullmatch(country) is not None
    words = address.get("with").replace(",", " ").split()
    known = [int(word) for word in words if _is_code(word)][:_MOST_KNOWN]
    number = address.get("number")
    wish = Wish(
        countries=frozenset({country, presenting.UNION_LETTERS.get(country, country)} if is_country else ()),
        kinds=frozenset(kinds),
        newcomers_only=address.get("newcomer") == YES,
        leads_only=address.get("role") == YES,
    )
    how_many = int(number) if number in map(str, NUMBERS) else NUMBER
    wrong = (
        (country if not is_country else "", "A country is named by its two letters, as in BE or US."),
        (
            " ".join(word for word in words if not _is_code(word)),
            "Known members are named by their identification codes (PIC), nine digits each, with spaces between.",
        ),
    )
    unread = tuple(c.Callout(f"Not read: {said[:120]}", how, "warning") for said, how in wrong if said)
    return Asked(wish, tuple(dict.fromkeys(known)), how_many), unread


def _is_code(word: str) -> bool:
    """Whether a word may be an identification code."""
    return word.isdecimal() and len(word) < 13


def _bar(address: c.Address) -> c.FilterBar:
    """What candidates can be narrowed by; the index itself is asked, no row is hidden."""
    fields = (
        c.Filter("kind", "Kind", address.get("kind"), tuple(c.Choice(*pair) for pair in KIND_CHOICES.items())),
        c.Filter("country", "Country, two letters", address.get("country"), kind="text"),
        c.Filter("role", "Role", address.get("role"), (c.Choice(YES, "Has led a project"),)),
        c.Filter("newcomer", "Newcomers", address.get("newcomer"), (c.Choice(YES, "Only newcomers"),)),
        c.Filter("with", "Known members (PIC)", address.get("with"), kind="text"),
    )
    return c.FilterBar(fields, address)


def _more(address: c.Address, found: Found) -> c.Link | None:
    """The way to more candidates; None where there are no more, or nobody was found."""
    bigger = [number for number in NUMBERS if number > found.asked.number]
    if len(found.listed) < found.asked.number or not bigger:
        return None
    return c.Link(f"Show the first {bigger[0]}", address.with_changes(number=str(bigger[0])))
