"""What is done with an issue: drafted, edited, gathered anew, tested, scheduled, sent, taken back, cancelled, hidden and shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from cofund.actions.newsletter import issues as actions
from cofund.actions.newsletter.issues import Facts
from cofund.queries.newsletter import issues
from cofund.records.directory.models import User
from cofund.records.programme.models import NewsletterIssue
from cofund.web import components as c
from cofund.web.office import tokens
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit, press
from cofund.web.office.newsletter.one import ACTS, issue_or_404, issue_page
from cofund.web.routes import reverse


class DraftForm(forms.Form):
    """For whom a new issue is."""

    frequency = forms.ChoiceField(
        label="For those who get it", choices=[("monthly", "every month"), ("weekly", "every week")], widget=forms.RadioSelect,
        initial="monthly", help_text="It tells what became public in the last whole month, or week.",
    )  # fmt: skip


class IssueForm(forms.Form):
    """What the office says of an issue."""

    title = forms.CharField(label="Title", max_length=200, help_text="The subject of the e-mail.")
    intro = forms.CharField(
        label="Opening words", required=False, max_length=4_000, widget=forms.Textarea({"rows": 8}),
        help_text="Plain text. An empty line begins a new paragraph.",
    )  # fmt: skip
    from_on = forms.DateField(label="First day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    until_on = forms.DateField(
        label="Last day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="With other days, the news are gathered anew.",
    )  # fmt: skip


class WhenForm(forms.Form):
    """When an issue goes out."""

    when = forms.DateTimeField(
        label="Day and time", widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why an issue is cancelled."""

    reason = forms.CharField(label="Why", max_length=500, widget=forms.Textarea({"rows": 2}))


class NothingForm(forms.Form):
    """Nothing but the button: what it does is said above it."""


def _asking(form: forms.Form, row: NewsletterIssue) -> forms.Form:
    """Let a form ask whether an issue is to go out in which nothing is new to its readers; of any other there is no question."""
    before = issues.told_before(row) if row.status == NewsletterIssue.Status.DRAFT else None
    if before is not None:
        form.fields["although_told"] = forms.BooleanField(
            label="Send it although nothing is new",
            required=False,
            help_text=f"Its readers got, or will get, all of its news in “{before.title}” or before.",
        )
    return form


@opened_by("draft issue")
def draft(request: HttpRequest) -> HttpResponse:
    """`/office/newsletter/new/`: put an issue together."""
    page = Editing(
        "New issue", "Put it together", reverse("office-newsletter"), "The draft is put together. Nothing is sent yet.",
        crumbs=(c.Link("Newsletter", reverse("office-newsletter")),),
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return _page(actions.draft(actor_of(request), data["frequency"]))

    return edit(request, page, DraftForm(request.POST if request.method == "POST" else None), act)


@opened_by(*(action for action, _, _ in ACTS.values()))
def act(request: HttpRequest, key: int, act: str) -> HttpResponse:
    """`/office/newsletter/<key>/<act>/`: one step; one that asks for nothing is a button on the page of the issue."""
    if act not in ACTS:
        raise Http404
    action, _, asks = ACTS[act]
    require(request, action)
    row = issue_or_404(key)
    if asks:
        return _FORMS[act](request, row)
    do, done = _BUTTONS[act]
    return press(request, _page(row), lambda: do(request, row), done, lambda refused: issue_page(request, row, refused))


def _edit(request: HttpRequest, row: NewsletterIssue) -> HttpResponse:
    """Title, opening words and days."""
    initial = {name: getattr(row, name) for name in ("title", "intro", "from_on", "until_on")}
    form = IssueForm(request.POST if request.method == "POST" else None, initial=initial)
    page = _editing(row, f"Edit: {row.title}", "Keep it", "It is kept.")
    return edit(request, page, form, lambda data: _page(actions.edit(actor_of(request), row.pk, Facts(**data))))


def _schedule(request: HttpRequest, row: NewsletterIssue) -> HttpResponse:
    """When it goes out."""
    form = _asking(WhenForm(request.POST if request.method == "POST" else None), row)
    lede = f"It goes to {_many(row)}. Until then it can be taken back."
    page = _editing(row, f"Schedule: {row.title}", "Schedule it", "It is scheduled.", lede)

    def act(data: dict[str, Any]) -> str:
        told = data.get("although_told", False)
        return _page(actions.schedule(actor_of(request), row.pk, data["when"], although_told=told))

    return edit(request, page, form, act)


def _send(request: HttpRequest, row: NewsletterIssue) -> HttpResponse:
    """Now."""
    form = _asking(NothingForm(request.POST if request.method == "POST" else None), row)
    lede = f"It goes to {_many(row)}, within seconds. What is sent cannot be taken back."
    page = _editing(row, f"Send now: {row.title}", "Send it now", "It goes out.", lede, is_grave=True)

    def act(data: dict[str, Any]) -> str:
        return _page(actions.send_now(actor_of(request), row.pk, although_told=data.get("although_told", False)))

    return edit(request, page, form, act)


def _cancel(request: HttpRequest, row: NewsletterIssue) -> HttpResponse:
    """Not at all, or no further."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    lede = "What was sent is sent; what still waits is taken out of the outbox." if row.started_at else ""
    page = _editing(row, f"Cancel: {row.title}", "Cancel it", "It is cancelled.", lede, is_grave=True)
    return edit(request, page, form, lambda data: _page(actions.cancel(actor_of(request), row.pk, data["reason"])))


def _test(request: HttpRequest, row: NewsletterIssue) -> object:
    """To oneself."""
    assert isinstance(request.user, User)
    actions.send_test(actor_of(request), row.pk, request.user, tokens.required(request))
    return None


def _editing(
    row: NewsletterIssue, heading: str, verb: str, done: str, lede: str = "", *, is_grave: bool = False
) -> Editing:
    """The page of a form."""
    crumbs = (c.Link("Newsletter", reverse("office-newsletter")), c.Link(row.title, _page(row)))
    return Editing(heading, verb, _page(row), done, lede, crumbs=crumbs, is_grave=is_grave)


def _many(row: NewsletterIssue) -> str:
    """How many it goes to, in words."""
    many = issues.audience_size(row)
    return f"at most {many:,} {'reader' if many == 1 else 'readers'} at {timezone.localtime():%H:%M}"


def _page(row: NewsletterIssue) -> str:
    """The page of an issue."""
    return reverse("office-issue", args=[row.pk])


_FORMS: Final[dict[str, Callable[[HttpRequest, NewsletterIssue], HttpResponse]]] = {
    "edit": _edit,
    "schedule": _schedule,
    "send": _send,
    "cancel": _cancel,
}
_BUTTONS: Final[dict[str, tuple[Callable[[HttpRequest, NewsletterIssue], object], str]]] = {
    "gather": (lambda request, row: _page(actions.gather(actor_of(request), row.pk)), "The news are gathered anew."),
    "test": (_test, "A test is on its way to you."),
    "take-back": (lambda request, row: _page(actions.take_back(actor_of(request), row.pk)), "It is a draft again."),
    "hide": (
        lambda request, row: _page(actions.show(actor_of(request), row.pk, is_shown=False)),
        "Nobody outside reads it any more.",
    ),
    "show": (
        lambda request, row: _page(actions.show(actor_of(request), row.pk, is_shown=True)),
        "Everybody can read it.",
    ),
}
