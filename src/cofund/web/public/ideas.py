"""Ideas in public: those whose proposers let them be read, and the form by which anybody suggests a topic."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop as marked
from django.views.decorators.cache import never_cache

from cofund.actions import ideas as acting
from cofund.actions import public_ideas
from cofund.actions.errors import Refused
from cofund.actions.ideas import NewIdea
from cofund.queries import called, clock, ideas, languages, pending_ideas, programmes
from cofund.queries.keeping import kept
from cofund.records.directory.models import User
from cofund.records.programme.models import Idea
from cofund.rules.knocking import CONFIRM_WITHIN
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.lists import page_of
from cofund.web.public import entering, presenters, presenters_chain, presenters_credits, sheets
from cofund.web.public.idea_form import PublicIdeaForm
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse
from cofund.web.topic_states import idea_status, idea_title
from cofund.web.vocabulary import spoken

SIGNED_IN = marked("Thank you. Your idea is handed in, and you are told by e-mail what becomes of it.")
VISITOR = marked(
    "Look into your mail: open the link there and press the button, so that the office knows that the idea is yours."
)
FIELDS = (
    Field("programme", "code of the programme"),
    Field("reference", "reference of the idea"),
    Field("title", "title; empty where none is published"),
    Field("proposed_by", "who proposed it, where it may be named"),
    Field("group", "the group from whose seat it was proposed, or that reviews it"),
    Field("status", "where it stands"),
    Field("topic", "code of the topic that it went into"),
    Field("handed_in_on", "day on which it was handed in"),
    Field("certainty", "how sure this is"),
)


def register(request: HttpRequest) -> HttpResponse:
    """`/ideas/`: the ideas that may be read by everybody."""
    moment = Moment(clock.today())
    address = c.Address.of(request.path, request.GET.items())
    known = {one.code for one in programmes.installed()}
    scheme = address.get("scheme") if address.get("scheme") in known else ""
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, _sheet(list(ideas.register(scheme)), moment))
    context = {
        "crumbs": (presenters.start(),),
        "here": _("Ideas"),
        "data_on": moment.on,
        "table": _table(scheme, address),
    }
    return render(request, "cofund/pages/public/ideas.html", context)


@kept(64)
def _table(scheme: str, address: c.Address) -> c.Table:
    """A page of the ideas that everybody may read."""
    rows, held = ideas.register(scheme), called.held()
    count = rows.count()
    part, pages = page_of(address, count)
    choices = tuple(c.Choice(one.code, one.name) for one in programmes.installed())
    return c.Table(
        "ideas",
        _("Ideas that may be read by everybody"),
        (
            c.Column(_("Idea")),
            c.Column(_("Programme")),
            c.Column(_("Proposed by")),
            c.Column(_("Stands at")),
            c.Column(_("Topic")),
        ),
        tuple(_row(one, held) for one in rows[part]),
        noun=(_("idea"), _("ideas")),
        total_count=count,
        empty=c.EmptyState(_("No idea may be read in public yet."), _("The proposer and the office agree first.")),
        filters=c.FilterBar((c.Filter("scheme", _("Programme"), scheme, choices),), address),
        exports=sheets.files(address),
        pages=pages,
    )


def page(request: HttpRequest, reference: str) -> HttpResponse:
    """`/ideas/<reference>/`: one idea that may be read by everybody; another one answers as if there were none."""
    row = ideas.register().filter(reference=reference).first()
    if row is None:
        raise Http404
    topic = row.topic or (row.merged_into.topic if row.merged_into else None)
    context = {
        "crumbs": (presenters.start(), c.Link(_("Ideas"), reverse("ideas"))),
        "here": row.reference,
        "idea": row,
        "title": idea_title(row),
        "status": idea_status(row),
        "mark": presenters.certainty(row.certainty) if row.certainty != "recorded" else None,
        "facts": (
            c.Fact(_("Programme"), row.scheme.name, href=reverse("programme", args=[row.scheme.code])),
            c.Fact(_("Proposed by"), presenters_chain.proposed_by(row, called.held())),
            c.Fact(_("Handed in"), row.submitted_on),
            c.Fact(_("Reviewed by"), row.group.name if row.group else None),
            c.Fact(_("What became of it"), row.outcome or _("Not decided yet")),
            c.Fact(_("Source"), presenters.source(row.source_url) if row.source_url else _("Recorded here")),
        ),
        "credits": presenters_credits.credits_table(ideas.credits_of(row)),
        "chain_href": reverse("topic-chain", args=[row.scheme.code, topic.code]) if topic else "",
        "topic": topic,
        "was_taken_forward": (row.merged_into or row).status == Idea.Status.ACCEPTED,
    }
    return render(request, "cofund/pages/public/idea.html", context)


@never_cache
def suggest(request: HttpRequest) -> HttpResponse:
    """`/ideas/suggest/`: the form. Five ideas a day from one address; who is signed in has a form of its own."""
    schemes_ = [(one.code, one.name) for one in programmes.installed()]
    asked = request.GET.get("scheme", "")
    form: forms.Form = PublicIdeaForm(
        request.POST if request.method == "POST" else None, schemes=schemes_, initial={"scheme": asked}
    )
    context = {"crumbs": (presenters.start(), c.Link(_("Ideas"), reverse("ideas"))), "here": _("Suggest a topic")}

    def act(data: dict[str, Any]) -> str:
        names = (
            "scheme",
            "title",
            "challenge",
            "partners",
            "proposer_name",
            "proposer_email",
            "wants_credit",
            "is_public",
        )
        origin, language = request.META.get("REMOTE_ADDR", ""), languages.spoken_now()
        wanted = NewIdea(**{name: data[name] for name in names}, origin=origin, language=language)
        acting.submit(entering.visitor(request, data["proposer_name"]), wanted, _confirm_address)
        return reverse("ideas")

    done = _(SIGNED_IN if isinstance(request.user, User) else VISITOR)
    return entering.enter(request, "cofund/pages/public/suggest.html", form, act, context, done)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/ideas/confirm/<token>/`: a page with a button, which alone confirms; a link that is followed changes nothing."""
    row = pending_ideas.find(token)
    if request.method == "POST":
        try:
            public_ideas.confirm(token)
        except Refused as error:
            return _spent(request, f"{spoken(error.wrong)} {spoken(error.remedy)}")
        messages.success(request, _(SIGNED_IN))
        return redirect(reverse("ideas"))
    if row is None or pending_ideas.has_lapsed(row, clock.now()):
        return _spent(
            request,
            _("A link holds for {days} days. Please hand the idea in once more.").format(days=CONFIRM_WITHIN.days),
        )
    if row.confirmed_at is not None:
        return redirect(reverse("ideas"))
    may = _("Yes, once the programme office shows it") if row.is_public else _("No")
    context = {
        "crumbs": (presenters.start(), c.Link(_("Ideas"), reverse("ideas"))),
        "here": _("Confirm"),
        "idea": row,
        "facts": (
            c.Fact(_("Title"), row.title),
            c.Fact(_("The need"), row.challenge),
            c.Fact(_("Name"), row.proposer_name),
            c.Fact(_("May be read by everybody"), may),
        ),
    }
    return render(request, "cofund/pages/public/idea_confirm.html", context)


def _spent(request: HttpRequest, remedy: str) -> HttpResponse:
    """The answer to every link that does not work, whatever the reason."""
    context = {"here": _("This link does not work"), "crumbs": (presenters.start(),), "remedy": remedy}
    return render(request, "cofund/pages/public/interest/spent.html", context, status=404)


def _confirm_address(token: str) -> str:
    """The address that confirms, for an e-mail."""
    return f"{settings.COFUND_SITE_URL}{reverse('idea-confirm', args=[token])}"


def _row(one: Idea, held: Collection[int]) -> c.Row:
    """One idea, as far as it may be said; `held` are the organisations that are not named."""
    topic = one.topic or (one.merged_into.topic if one.merged_into else None)
    mark = presenters.certainty(one.certainty)
    return c.Row.of(
        c.Cell(
            idea_title(one),
            href=reverse("idea", args=[one.reference]),
            note=one.challenge[:200],
            certainty=mark if one.certainty != "recorded" else None,
        ),
        c.Cell(one.scheme.name, href=reverse("programme", args=[one.scheme.code])),
        c.Cell(
            spoken(ideas.proposer(one, held=held)),
            note=_("from a seat in {group}").format(group=one.seat.group.name) if one.seat and one.wants_credit else "",
        ),
        c.Cell(idea_status(one), note=one.outcome[:200]),
        c.Cell(topic.code, href=reverse("topic-chain", args=[one.scheme.code, topic.code])) if topic else no_topic(one),
    )


def no_topic(one: Idea) -> str:
    """What stands in place of a topic: one that was taken forward has one, even where no source tells which."""
    words = {Idea.Status.ACCEPTED: _("not known which"), Idea.Status.UNKNOWN: _("not known")}
    return words.get(Idea.Status((one.merged_into or one).status), _("none yet"))


def _sheet(rows: list[Idea], moment: Moment) -> Sheet:
    """Ideas as rows."""
    held = called.held()
    found = tuple(
        (
            one.scheme.code,
            one.reference,
            one.title if one.is_title_known else None,
            spoken(ideas.proposer(one, held=held)),
            (one.seat.group.name if one.seat and one.wants_credit else one.group.name if one.group else None),
            one.status,
            one.topic.code if one.topic else None,
            one.submitted_on,
            one.certainty,
        )
        for one in rows
    )
    return Sheet(presenters.file_name("ideas", on=moment.on), FIELDS, found, {"as_of": moment.on})
