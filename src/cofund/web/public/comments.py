"""Commenting in a public consultation: the form, and the page on which the e-mail address of a comment is confirmed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop as marked
from django.views.decorators.cache import never_cache

from cofund.actions import consultations as acting
from cofund.actions import public_comments
from cofund.actions.consultations import NewComment
from cofund.actions.errors import Refused
from cofund.queries import chains, clock, consultations, languages, pending_comments, schemes, topic_texts
from cofund.queries.consultations import SECTIONS
from cofund.records.directory.models import User
from cofund.records.programme.models import PendingComment, Topic
from cofund.rules.knocking import CONFIRM_WITHIN
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import entering
from cofund.web.public.idea_form import PublicCommentForm
from cofund.web.public.lookup import or_not_found
from cofund.web.routes import reverse
from cofund.web.visitors import origin_of
from cofund.web.vocabulary import spoken

SIGNED_IN = marked("Thank you. Your comment is kept, and gets an answer that everybody can read.")
VISITOR = marked(
    "Look into your mail: your comment is shown once you have opened the link there and pressed the button."
)


@never_cache
@or_not_found
def comment(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """`…/topics/<code>/comment/`: comment while the public is consulted; at another time there is no such page."""
    row = chains.find_topic(scheme, code)
    running = consultations.open_public(row) if row is not None else None
    if row is None or running is None:
        raise Http404
    is_known = isinstance(request.user, User)
    form = PublicCommentForm(request.POST if request.method == "POST" else None, is_known=is_known)
    back = f"{_page(row)}#consultation"
    context = _frame(row, _("Comment")) | {
        "topic": row,
        "consultation": running,
        "reading": topic_texts.read(topic_texts.published(row)),
        "back": _page(row),
        "is_known": is_known,
        "days": CONFIRM_WITHIN.days,
    }

    def act(data: dict[str, Any]) -> str:
        said = NewComment(data["text"], data["section"], data["author_name"], origin_of(request))
        if is_known:
            acting.comment(entering.visitor(request), running, said)
        else:
            public_comments.offer(running, said, data["email"], _confirm_address, language=languages.spoken_now())
        return back

    done = _(SIGNED_IN if is_known else VISITOR)
    return entering.enter(request, "cofund/pages/public/comment.html", form, act, context, done)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/comments/confirm/<token>/`: a page with a button, which alone confirms; a link that is followed changes nothing."""
    row = pending_comments.find(token)
    if request.method == "POST":
        try:
            done = public_comments.confirm(token)
        except Refused as error:
            return _spent(request, f"{spoken(error.wrong)} {spoken(error.remedy)}")
        messages.success(request, _(SIGNED_IN))
        return redirect(f"{_page(done.topic)}#consultation")
    if row is None or pending_comments.has_lapsed(row, clock.now()):
        return _spent(
            request,
            _("A link holds for {days} days. Please write the comment once more.").format(days=CONFIRM_WITHIN.days),
        )
    if row.confirmed_at is not None:
        return redirect(f"{_page(row.consultation.topic)}#consultation")
    context = _frame(row.consultation.topic, _("Confirm")) | {"topic": row.consultation.topic, "facts": _facts(row)}
    return render(request, "cofund/pages/public/comment_confirm.html", context)


def _facts(row: PendingComment) -> tuple[c.Fact, ...]:
    """What was written, to be looked at once more before it is shown."""
    return (
        c.Fact(_("Name"), row.author_name, note=_("shown with the comment")),
        c.Fact(_("About"), spoken(SECTIONS[row.section]) if row.section else _("The text as a whole")),
        c.Fact(_("Comment"), row.text),
    )


def _spent(request: HttpRequest, remedy: str) -> HttpResponse:
    """The answer to every link that does not work, whatever the reason."""
    context = {"here": _("This link does not work"), "crumbs": (c.Link(_("Start"), reverse("home")),), "remedy": remedy}
    return render(request, "cofund/pages/public/interest/spent.html", context, status=404)


def _confirm_address(token: str) -> str:
    """The address that confirms, for an e-mail."""
    return f"{settings.COFUND_SITE_URL}{reverse('comment-confirm', args=[token])}"


def _page(topic: Topic) -> str:
    """The public page of a topic."""
    return reverse("topic", args=[topic.scheme.code, topic.code])


def _frame(topic: Topic, here: str) -> dict[str, Any]:
    """What every page about a topic needs."""
    code = topic.scheme.code
    rules = schemes.current(code)[0]
    crumbs = (
        c.Link(_("Start"), reverse("home")),
        c.Link(rules.name, reverse("programme", args=[code])),
        c.Link(_("Topics"), reverse("topics", args=[code])),
        c.Link(topic.code, _page(topic)),
    )
    return {"here": here, "crumbs": crumbs, "scheme": rules}
