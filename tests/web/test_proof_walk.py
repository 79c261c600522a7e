"""From every published figure to letter, decision and certificate in at most five clicks: those of its own contributions."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from tests.pages import PLACES
from tests.proofs import CERTIFIED, OTHER, Case, Proved
from tests.web.test_proof import figures_of
from tests.worlds import world

from cofund.queries import clock
from cofund.records.directory.models import User
from cofund.records.ledger.models import Certificate
from cofund.records.programme.models import Decision

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
CLICKS = 5
# What is downloaded, and leads nowhere further.
FILES = (".zip", ".pdf", ".ics", ".beancount", ".xlsx")


@world
def both() -> tuple[Proved, Proved]:
    """Two contributions with their whole chains, of different partners to different projects, and their decisions published."""
    first, second = Proved.every(Case(), OTHER)
    Decision.objects.update(published_at=clock.now())
    return first, second


@pytest.fixture
def auditor(both: tuple[Proved, Proved]) -> Client:
    """A browser in which an auditor is signed in."""
    client = Client()
    client.force_login(User.objects.create_user("ada", role="auditor", password=None))
    return client


def published(both: tuple[Proved, Proved]) -> list[str]:
    """Every public page that shows figures of the books, and those of the second contribution."""
    first, second = (one.contribution.reference for one in both)
    own = ("projects/y", "topics/T-Y", "topics/T-Y/chain", f"decisions/{OTHER.number}")
    return [
        *(one.format(contribution=first) for one in PLACES["proof"][""]),
        *(f"/programmes/ihi/{page}/" for page in own),
        *("/partners/trust-t/", "/partners/trust-t/credit/", f"/contributions/{second}/"),
    ]


def papers(proved: Proved) -> set[str]:
    """Where the papers of a contribution are: its letter, signed too, its decision, its certificate and its evidence."""
    application, report = proved.application, proved.report.reference
    assert application.agenda_item is not None
    decision = application.agenda_item.decision
    assert decision is not None
    evidence = Certificate.objects.get(report=proved.report).report.lines.get().evidence.get()
    return {
        reverse("office-letter-pdf", args=[application.reference, 1]),
        reverse("office-letter-signed", args=[application.reference, 1]),
        reverse("office-decision", args=[decision.pk]),
        reverse("office-certificate", args=[report]),
        reverse("office-evidence", args=[report, evidence.pk]),
    }


class Web:
    """The links of what pages say, without the menus around it, as an auditor sees them; each page read once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.links: dict[str, list[str]] = {}

    def of(self, address: str) -> list[str]:
        """The addresses that the main part of a page links to; files lead nowhere further."""
        if address not in self.links:
            answer = self.client.get(address)
            kind = answer.headers.get("Content-Type", "")
            is_page = answer.status_code == 200 and kind.startswith("text/html")
            main = MAIN.search(answer.content.decode()) if is_page else None
            if answer.streaming:
                # Read to its end, which closes the file.
                answer.getvalue()
            inside = [urljoin(address, unescape(one)) for one in LINK.findall(main.group() if main else "")]
            self.links[address] = [one for one in dict.fromkeys(inside) if not urlsplit(one).netloc]
        return self.links[address]

    def clicks(self, figure: str, wanted: set[str]) -> dict[str, int]:
        """By how many clicks each wanted address is reached from a figure, whose own link is the first; breadth first."""
        reached, found, waiting = {figure}, {}, deque([(figure, 1)])
        while waiting and len(found) < len(wanted):
            address, clicks = waiting.popleft()
            if clicks == CLICKS:
                continue
            for one in self.of(address):
                if one in wanted:
                    found.setdefault(one, clicks + 1)
                if one not in reached:
                    reached.add(one)
                    if "format=" not in one and not one.endswith(FILES):
                        waiting.append((one, clicks + 1))
        return found

    def chains(self, figure: str) -> set[str]:
        """The contributions whose proofs the page behind a figure leads to, or that it is the proof of."""
        if (own := proof_of(figure)) is not None:
            return {own}
        return {found for one in self.of(figure) if (found := proof_of(one)) is not None}


def proof_of(address: str) -> str | None:
    """The contribution whose proof an address is; None where it is another page."""
    found: Any = resolve(urlsplit(address).path)
    return str(found.kwargs["reference"]) if found.url_name == "office-proof-of" else None


def behind(client: Client, figure: str) -> set[str]:
    """The contributions that stand behind a figure, as the file of its rows has them; none behind figures of entries."""
    if (own := proof_of(figure)) is not None:
        return {own}
    return {row["contribution"] for row in client.get(f"{figure}&format=json").json()["rows"] if "contribution" in row}


def test_every_published_figure_leads_to_the_papers_of_its_own_contributions(
    both: tuple[Proved, Proved], auditor: Client
) -> None:
    web, wrong, seen = Web(auditor), [], set[frozenset[str]]()
    wanted = {one.contribution.reference: papers(one) for one in both}
    for page in published(both):
        for label, _cents, href in figures_of(auditor.get(page).content.decode()):
            own = behind(auditor, href)
            seen.add(frozenset(own))
            if web.chains(href) != own:
                wrong.append((page, label, href, web.chains(href), own))
            needed = {paper for reference in own for paper in wanted[reference]}
            missed = needed - set(web.clicks(href, needed))
            if missed:
                wrong.append((page, label, href, missed, own))
    assert wrong == []
    first, second = wanted
    assert {frozenset({first}), frozenset({second}), frozenset({first, second})} <= seen


def test_proof_of_a_contribution_leads_to_its_own_papers_and_to_none_of_another(
    both: tuple[Proved, Proved], auditor: Client
) -> None:
    web = Web(auditor)
    every = papers(both[0]) | papers(both[1])
    assert len(every) == 10
    for one in both:
        links = set(web.of(reverse("office-proof-of", args=[one.contribution.reference])))
        assert links & every == papers(one)


def test_papers_at_the_end_of_the_walk_are_those_that_were_handed_in(
    both: tuple[Proved, Proved], auditor: Client
) -> None:
    for one, certificate in zip(both, (CERTIFIED, CERTIFIED + OTHER.mark), strict=True):
        answers = {address: auditor.get(address) for address in papers(one)}
        assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(papers(one), 200)
        assert answers[reverse("office-certificate", args=[one.report.reference])].getvalue() == certificate
        for answer in answers.values():
            answer.getvalue()
