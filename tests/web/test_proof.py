"""Each published figure equal to the rows behind it, and the pages of proof and of the trail."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from tests.giveback import Shown
from tests.pages import PLACES
from tests.proofs import Proved
from tests.publishing import hold
from tests.worlds import world

from cofund.queries import clock
from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Plan
from cofund.records.programme.models import Decision

pytestmark = pytest.mark.django_db


@world
def proved() -> Proved:
    """A contribution with its whole chain, and its decision published."""
    made = Proved.make()
    Decision.objects.filter(number="IHI-GB-DEC-2023-21").update(published_at=clock.now())
    return made


@pytest.fixture
def auditor(proved: Proved) -> Client:
    """A browser in which an auditor is signed in."""
    client = Client()
    client.force_login(User.objects.create_user("ada", role="auditor", password=None))
    return client


def published(proved: Proved) -> list[str]:
    """Every public page that shows figures of the books."""
    return [one.format(contribution=proved.contribution.reference) for one in PLACES["proof"][""]]


def figures_of(html: str) -> list[tuple[str, int | None, str]]:
    """The rows of a page's table of proof: label, cents (None where the figure only rests on the rows), and the way to them."""
    part = html[html.index('id="proof"') :]
    part = part[: part.index("</table>")]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", part[part.index("<tbody>") :], re.DOTALL):
        label = unescape(re.sub(r"<[^>]+>", "", re.search(r"<th.*?</th>", row, re.DOTALL).group()))  # type: ignore[union-attr]
        href = unescape(re.search(r'href="([^"]+)"', row).group(1))  # type: ignore[union-attr]
        value = re.search(r'<data[^>]* value="(-?[\d.]+)"', row)
        cents = int(value.group(1).replace(".", "")) if value and "add up to it" in row else None
        found.append((label, cents, href))
    return found


def test_every_figure_equals_the_rows_behind_it(proved: Proved, auditor: Client) -> None:
    wrong, checked = [], 0
    for page in published(proved):
        for label, cents, href in figures_of(auditor.get(page).content.decode()):
            if cents is None or not href.startswith("/office/proof/?"):
                continue
            rows = auditor.get(f"{href}&format=json").json()["rows"]
            checked += 1
            if sum(row["cents"] for row in rows) != cents:
                wrong.append((page, label, cents, href, rows))
    assert (wrong, checked > 40) == ([], True), checked


def test_figure_of_a_past_day_leads_to_the_rows_of_that_day(proved: Proved, auditor: Client) -> None:
    page = "/programmes/ihi/projects/x/?as_of=2024-03-01"
    figures = {label: (cents, href) for label, cents, href in figures_of(auditor.get(page).content.decode())}
    cents, href = figures["Given by all contributors"]
    rows = auditor.get(f"{href}&format=json").json()["rows"]
    assert (cents, [row["stage"] for row in rows], rows[0]["as_of"]) == (200_000_000, ["committed"], "2024-03-01")


def test_figure_of_a_past_document_leads_to_the_rows_of_that_day(proved: Proved, auditor: Client) -> None:
    page = "/programmes/ihi/documents/annual-report/?as_of=2025-12-31"
    figures = {label: (cents, href) for label, cents, href in figures_of(auditor.get(page).content.decode())}
    assert ("Validated in all" in figures, figures["Committed in all"][0]) == (False, 200_000_000)
    rows = auditor.get(f"{figures['Committed in all'][1]}&format=json").json()["rows"]
    assert [(row["cents"], row["as_of"]) for row in rows] == [(200_000_000, "2025-12-31")]


def test_figure_that_leaves_out_what_is_held_back_rests_on_the_rows(proved: Proved, auditor: Client) -> None:
    page = "/programmes/ihi/documents/states/"
    before = {label: cents for label, cents, _ in figures_of(auditor.get(page).content.decode())}
    hold(proved.office, proved.contribution, "amount")
    after = {label: (cents, href) for label, cents, href in figures_of(auditor.get(page).content.decode())}
    assert (before["Committed in all"], after["Committed in all"][0]) == (200_000_000, None)
    rows = auditor.get(f"{after['Committed in all'][1]}&format=json").json()["rows"]
    assert [row["cents"] for row in rows] == [200_000_000]


def test_figures_of_money_that_is_awarded_and_due_equal_their_rows(db: None) -> None:
    Shown.make()
    client = Client()
    client.force_login(User.objects.create_user("ada", role="auditor", password=None))
    for page in ("/programmes/edctp3/", "/programmes/edctp3/projects/one/", "/programmes/edctp3/trajectory/"):
        for label, cents, href in figures_of(client.get(page).content.decode()):
            if cents is not None:
                rows = client.get(f"{href}&format=json").json()["rows"]
                assert (page, label, sum(row["cents"] for row in rows)) == (page, label, cents)


def test_public_and_partners_are_shown_no_table_of_proof(proved: Proved) -> None:
    client = Client()
    shown = [page for page in published(proved) if 'id="proof"' in client.get(page).content.decode()]
    assert shown == []


def test_proof_tells_the_whole_chain_in_order(proved: Proved, auditor: Client) -> None:
    html = auditor.get(reverse("office-proof-of", args=[proved.contribution.reference])).content.decode()
    part = html[html.index('id="chain"') :]
    steps = re.findall(r'<th scope="row">(.*?)</th>', part[: part.index("</table>")])
    assert [re.sub(r"<.*", "", step) for step in steps] == [
        *(
            "First contact",
            "Applied",
            "Letter",
            "Letter, signed",
            "Decided",
            "Decided",
            "Decided",
            "Pledged",
            "Endorsed",
        ),
        *("Reserved at adoption", "Committed with the grant", "Reported", "Certified", "Checked and validated"),
        *("Planned", "Reported", "Evidence", "Certificate", "Validated"),
    ]
    assert "The seals of all 11 transfers agree" in html
    assert "EUR 70,000 refused: Travel outside of the project" in html


def test_proof_of_cash_tells_instalments_receipts_and_notices(db: None) -> None:
    shown = Shown.make()
    client = Client()
    client.force_login(User.objects.create_user("ada", role="auditor", password=None))
    html = client.get(reverse("office-proof-of", args=[shown.contribution.reference])).content.decode()
    part = html[html.index('id="chain"') :]
    steps = re.findall(r'<th scope="row">(.*?)</th>', part[: part.index("</table>")])
    assert [step for step in steps if step in ("Instalment", "Received", "Notice")] == [
        *("Instalment",) * 3,
        *("Received", "Notice"),
    ]
    assert "It was recorded without an application here." in html


def test_broken_seal_is_said_on_the_page(proved: Proved, auditor: Client) -> None:
    from django.db import connection

    from cofund.records.ledger import sealing
    from cofund.records.ledger.models import Entry

    sealing.unseal(connection)
    Entry.objects.filter(kind="pledge").update(reason="Another reason")
    sealing.seal(connection)
    html = auditor.get(reverse("office-proof-of", args=[proved.contribution.reference])).content.decode()
    assert "The seal does not fit transfer" in html


def test_trail_shows_who_what_when_why_and_the_values(proved: Proved, auditor: Client) -> None:
    about = f"ihi/contribution/{proved.contribution.reference}"
    html = unescape(auditor.get("/office/trail/", {"about": about, "action": "pledge"}).content.decode())
    assert "Olga Officer (officer) pledged contribution" in html
    assert "Why: The board approved it." in html
    assert "amount: nothing → 2,000,000.00" in html


def test_trail_pages_and_files_hold_the_same_rows(proved: Proved, auditor: Client) -> None:
    count = AuditEvent.objects.count()
    address = "/office/trail/"
    assert f"25 of {count} acts" in auditor.get(address).content.decode()
    rows = auditor.get(address, {"format": "json"}).getvalue()
    found = json.loads(rows)["rows"]
    assert [row["number"] for row in found] == sorted(AuditEvent.objects.values_list("pk", flat=True))
    text = auditor.get(address, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert text.count("\r\n") == count + 1


def test_trail_with_a_day_that_is_none_is_not_narrowed(proved: Proved, auditor: Client) -> None:
    assert auditor.get("/office/trail/", {"from": "2026-13-99", "until": "x"}).status_code == 200


def test_office_pages_lead_to_everything_that_happened_to_their_object(proved: Proved, auditor: Client) -> None:
    decision, plan = Decision.objects.get(number="IHI-GB-DEC-2023-21"), Plan.objects.get()
    pages = {
        reverse(
            "office-application", args=[proved.application.reference]
        ): f"ihi/application/{proved.application.reference}",
        reverse("office-report", args=[proved.report.reference]): f"ihi/report/{proved.report.reference}",
        reverse("office-lead", args=[proved.lead.reference]): f"ihi/lead/{proved.lead.reference}",
        reverse("office-topic", args=["ihi", "T-X"]): "ihi/topic/T-X",
        reverse("office-project", args=["ihi", "x"]): "ihi/project/x",
        reverse("office-partner", args=["foundation-f"]): "organisation/foundation-f",
        reverse("office-decision", args=[decision.pk]): "ihi/decision/IHI-GB-DEC-2023-21",
        reverse("office-plan", args=[plan.pk]): f"ihi/plan/foundation-f/{plan.year}/{plan.number}",
        reverse(
            "office-contribution", args=[proved.contribution.reference]
        ): f"ihi/contribution/{proved.contribution.reference}",
    }
    missed = [
        (page, about) for page, about in pages.items() if f'?about={about}"' not in auditor.get(page).content.decode()
    ]
    assert missed == []


def test_audit_file_is_sent_from_the_page_of_the_project(proved: Proved, auditor: Client) -> None:
    href = reverse("office-audit-file", args=["ihi", "x"])
    assert f'href="{href}"' in auditor.get(reverse("office-project", args=["ihi", "x"])).content.decode()
    answer = auditor.get(href)
    content = answer.getvalue()
    assert (answer.headers["Content-Type"], content[:2]) == ("application/zip", b"PK")
    taken = AuditEvent.objects.get(action="make audit file")
    assert (taken.subject, taken.actor_role) == ("ihi/project/x", "auditor")
    assert auditor.get(reverse("office-audit-file", args=["ihi", "none"])).status_code == 404
    assert AuditEvent.objects.filter(action="make audit file").count() == 1


def test_public_key_is_published_for_everybody(proved: Proved) -> None:
    answer = Client().get("/audit-key.pem")
    assert (answer.status_code, answer.content.startswith(b"-----BEGIN PUBLIC KEY-----")) == (200, True)


def test_unknown_figure_is_not_found(proved: Proved, auditor: Client) -> None:
    assert auditor.get("/office/proof/", {"figure": "none"}).status_code == 404
    assert auditor.get("/office/proof/", {"programme": "none"}).status_code == 404
