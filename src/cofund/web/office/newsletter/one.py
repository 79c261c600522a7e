"""One issue: what it says as text, as it would be sent as HTML, how far its send is, and what can be done with it."""

from __future__ import annotations

from typing import Final

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access
from cofund.queries.newsletter import issues, letters, news
from cofund.queries.newsletter.letters import Letter
from cofund.records.programme.models import NewsletterIssue
from cofund.rules.lifecycle_newsletter import ISSUE
from cofund.web import components as c
from cofund.web.formatting import day
from cofund.web.office import navigation, tokens
from cofund.web.office.access import opened_by
from cofund.web.office.newsletter.listing import status
from cofund.web.routes import reverse

# The act in an address, the action, its button, and whether it asks for something first.
ACTS: Final[dict[str, tuple[str, str, bool]]] = {
    "edit": ("edit issue", "Edit", True),
    "gather": ("gather issue anew", "Gather the news anew", False),
    "test": ("send test of issue", "Send me a test", False),
    "schedule": ("schedule issue", "Schedule", True),
    "send": ("send issue now", "Send it now", True),
    "take-back": ("take issue back", "Take it back", False),
    "cancel": ("cancel issue", "Cancel it", True),
    "hide": ("hide issue", "Hide it in the archive", False),
    "show": ("show issue", "Show it in the archive", False),
}
_MOST = 2**63 - 1


@opened_by("read issues")
def page(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/newsletter/<key>/`: an issue."""
    return issue_page(request, issue_or_404(key))


@csp_replace({"default-src": [NONE], "style-src": [UNSAFE_INLINE]})
@opened_by("read issues")
def as_sent(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/newsletter/<key>/as-sent/`: the HTML part as it would be sent, with all of its news and no reader's links."""
    return HttpResponse(letter_of(issue_or_404(key)).html)


def issue_page(request: HttpRequest, row: NewsletterIssue, refused: c.Callout | None = None) -> HttpResponse:
    """The page of an issue; with a refusal where something could not be done."""
    crumbs = (c.Link("Newsletter", reverse("office-newsletter")),)
    offered = [
        (reverse("office-issue-act", args=[row.pk, act]), label, asks)
        for act, (action, label, asks) in ACTS.items()
        if ISSUE.allows(action, row.status) and access.may(request.user, action) and not _is_done(act, row)
    ]
    context = navigation.context(request, row.title, "", crumbs) | {
        "issue": row,
        "status": status(row),
        "facts": _facts(row),
        "letter": letter_of(row),
        "links": [(href, label) for href, label, asks in offered if asks],
        "buttons": [(href, label) for href, label, asks in offered if not asks],
        "refused": refused,
        "token": tokens.new(),
    }
    return render(request, "cofund/pages/office/newsletter/issue.html", context, status=422 if refused else 200)


def issue_or_404(key: int) -> NewsletterIssue:
    """The issue of an address. Raises: Http404."""
    row = issues.find(key) if key <= _MOST else None
    if row is None:
        raise Http404
    return row


def letter_of(row: NewsletterIssue) -> Letter:
    """The issue with all of its news, and links that are nobody's."""
    made = letters.of_issue(row, news.of_plain(row.items), issues.names())
    address = f"{settings.COFUND_SITE_URL}{reverse('newsletter')}"
    text, html = (
        one.replace("[[preferences]]", address).replace("[[leave]]", address) for one in (made.text, made.html)
    )
    return Letter(made.subject, text, html)


def _is_done(act: str, row: NewsletterIssue) -> bool:
    """Whether an act would change nothing."""
    return (act == "hide" and not row.is_archived) or (act == "show" and row.is_archived)


def _facts(row: NewsletterIssue) -> tuple[c.Fact, ...]:
    """What is known of an issue."""
    many = issues.audience_size(row)
    found = [
        c.Fact("For", "those who get it every week" if row.frequency == "weekly" else "those who get it every month",
               note=f"{many:,} at present; who wants none of its news gets none"),
        c.Fact("Tells of", row.from_on, note=f"until {day(row.until_on)}"),
        c.Fact("News", len(row.items)),
        c.Fact("Put together by", row.made_by),
    ]  # fmt: skip
    if row.scheduled_at:
        found.append(c.Fact("Goes out", row.scheduled_at, note="the site looks every ten seconds"))
    if row.started_at:
        told = issues.progress(row)
        found += [
            c.Fact("Messages written", told["written"], note="" if row.all_written_at else "so far"),
            c.Fact("Sent", told["sent"]),
            c.Fact("Wait", told["waits"]),
            c.Fact(
                "In doubt",
                told["in_doubt"],
                note="a person decides, with `cofund send-mail`" if told["in_doubt"] else "",
            ),
            c.Fact("Given up", told["given_up"]),
        ]
    if row.status == NewsletterIssue.Status.SENT and row.is_archived:
        address = reverse("newsletter-issue", args=[row.pk])
        found.append(c.Fact("In the archive", "for everybody", href=address))
    return tuple(found)
