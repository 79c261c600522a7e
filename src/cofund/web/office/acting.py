"""One page for every act: the form, then what will happen, then the booking, which happens once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cofund.actions import submissions
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused
from cofund.actions.submissions import BooksMoved, Typed
from cofund.queries import contributions, journal, points, schemes
from cofund.queries.pools import Target
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import Project, Topic, Tranche
from cofund.rules import digits
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.office import acts, changes, limits, navigation, objecting, showing, tokens
from cofund.web.office.access import actor_of, contribution_or_404, opened_by, require, scheme_or_404
from cofund.web.office.acts import Act, Subject
from cofund.web.office.forms import ActForm
from cofund.web.routes import reverse

# What a refusal can offer, and the words of the button that takes the offer.
OFFERS = {
    "amends_work_plan": "Amend the work plan",
    "accepts_unmatched": "Record the part above as unmatched",
}


@opened_by("read own contributions")
def contribution(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """`/office/contributions/<reference>/<act>/`: something done with a contribution."""
    wanted = _asked(request, acts.ON_CONTRIBUTION, act)
    row = contribution_or_404(request, reference)
    code = row.book.scheme.code
    subject = Subject(code, reference, reverse("office-contribution", args=[reference]), contribution=row)
    return act_page(request, subject, wanted)


@opened_by("read the books")
def topic(request: HttpRequest, scheme: str, code: str, act: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/<act>/`: something done with a topic."""
    wanted = _asked(request, acts.ON_TARGET, act)
    row = get_object_or_404(Topic.objects.select_related("call"), scheme__code=scheme, code=code)
    subject = Subject(scheme, code, reverse("office-topic", args=[scheme, code]), target=Target(topic=row))
    return act_page(request, subject, wanted)


@opened_by("read the books")
def project(request: HttpRequest, scheme: str, slug: str, act: str) -> HttpResponse:
    """`/office/<scheme>/projects/<slug>/<act>/`: something done with a project."""
    _asked(request, acts.ON_TARGET, act)
    row = get_object_or_404(Project.objects.select_related("topic"), scheme__code=scheme, slug=slug)
    target = Target(project=row)
    subject = Subject(scheme, row.acronym, reverse("office-project", args=[scheme, slug]), target=target)
    return act_page(request, subject, _named(acts.on_target(target), act))


@opened_by("read the books")
def tranche(request: HttpRequest, scheme: str, code: str, act: str) -> HttpResponse:
    """`/office/<scheme>/tranches/<code>/<act>/`: a ceiling that rises or falls."""
    wanted = _asked(request, acts.ON_TRANCHE, act)
    row = get_object_or_404(Tranche, scheme__code=scheme, code=code)
    href = reverse("office-envelope", args=[scheme])
    return act_page(request, Subject(scheme, row.name, href, tranche=row), wanted)


@opened_by("read the books")
def entry(request: HttpRequest, scheme: str, number: int) -> HttpResponse:
    """`/office/<scheme>/books/<number>/correct/`: an entry that was wrong."""
    wanted = _asked(request, acts.ON_ENTRY, "correct")
    row = get_object_or_404(Entry.objects.select_related("book__scheme"), book__scheme__code=scheme, number=number)
    subject = Subject(scheme, f"entry {number}", reverse("office-entry", args=[scheme, number]), entry=row)
    return act_page(request, subject, wanted)


def _asked(request: HttpRequest, known: tuple[Act, ...], code: str) -> Act:
    """The act of an address, for whoever may do it.

    The role is asked before the object is looked for, so that the answer does not tell what there is.
    """
    found = _named(known, code)
    require(request, found.permission)
    return found


def _named(known: tuple[Act, ...], code: str) -> Act:
    """The act of an address. Raises Http404 where there is none of that name."""
    found = next((act for act in known if act.code == code), None)
    if found is None:
        raise Http404
    return found


def act_page(request: HttpRequest, subject: Subject, act: Act) -> HttpResponse:
    """The page of one act on something that was looked up already: the form; what will happen; the booking."""
    require(request, act.permission)
    scheme, _ = scheme_or_404(subject.scheme)
    actor = actor_of(request)
    posted = request.method == "POST"
    form = act.form(request.POST if posted else None, scheme=scheme, contribution=subject.contribution)
    if act.code == "reserve" and subject.target is not None and subject.target.adopted_on is None:
        known = points.decided_on_adoption(subject.target)
        if known is not None:
            form.initial.update({"decision": known.number, "decided_on": known.decided_on})
    # A page about a decision, or about an amount, leads here with them filled in.
    form.initial.update(
        {name: request.GET[name] for name in ("decision", "decided_on", "amount") if name in request.GET}
    )
    context: dict[str, Any] = {"token": tokens.kept(request)}
    step = request.POST.get("step", "")
    if posted and step != "edit" and form.is_valid():
        try:
            if step == "confirm":
                return _booked(request, actor, subject, act, form.cleaned_data)
            context |= _rehearsed(actor, subject, act, form.cleaned_data)
        except BooksMoved as error:
            context |= _rehearsed(actor, subject, act, form.cleaned_data) | {"moved": showing.refusal_words(error)}
        except Refused as error:
            context |= _refused(form, error)
    return _render(request, scheme, subject, act, form, context)


def _booked(request: HttpRequest, actor: Actor, subject: Subject, act: Act, data: dict[str, Any]) -> HttpResponse:
    """Book it and lead to where it shows."""
    made = submissions.book(
        actor,
        subject.scheme,
        _typed(data),
        act.perform(actor, subject, data),
        token=tokens.required(request),
        # What is no number is that of no entry: then the effects are shown once more.
        seen_entry=-1 if (seen := digits.whole(request.POST.get("seen", ""))) is None else seen,
    )
    messages.success(request, f"{Entry.Kind(made.kind).label}: recorded as entry {made.number}.")
    return redirect(_where(subject, made))


def _where(subject: Subject, made: Entry) -> str:
    """The page that shows what was written: a topic that got its grant is shown as its project."""
    if made.kind == Entry.Kind.COMMIT and subject.target is not None and subject.target.topic is not None:
        project = Project.objects.filter(topic=subject.target.topic).order_by("-pk").first()
        if project is not None:
            return reverse("office-project", args=[subject.scheme, project.slug])
    return subject.href


def _rehearsed(actor: Actor, subject: Subject, act: Act, data: dict[str, Any]) -> dict[str, Any]:
    """What will happen, from doing it and taking it back."""
    seen = journal.last_number(subject.scheme)
    before, after, made = submissions.rehearse(
        actor,
        subject.scheme,
        _typed(data),
        act.perform(actor, subject, data),
        contribution=subject.contribution,
        target=subject.target,
    )
    return {
        "seen": seen,
        "changes": changes.picture_changes(before, after),
        "warnings": [
            *(showing.warning(words, made.kind) for words in made.explanation.get("warnings", ())),
            *_objections(subject, act),
            *_limits(subject, act),
        ],
        "explanations": showing.explanation(made.explanation, "The match then is"),
    }


def _objections(subject: Subject, act: Act) -> tuple[c.Callout, ...]:
    """Which partners do not stand by the text of a topic that would be adopted."""
    topic = subject.target.topic if subject.target is not None else None
    return objecting.callouts(topic) if topic is not None and act.code == "reserve" else ()


def _limits(subject: Subject, act: Act) -> tuple[c.Callout, ...]:
    """Which limits of the programme a contribution strains that would be endorsed."""
    if subject.contribution is None or act.code != "endorse":
        return ()
    scheme, _ = schemes.current(subject.scheme)
    found = contributions.states(Contribution.objects.filter(pk=subject.contribution.pk))
    return tuple(words for state in found for words in limits.of_contribution(scheme, state))


def _refused(form: ActForm, error: Refused) -> dict[str, Any]:
    """A refusal beside its field where it has one, with what can be done instead."""
    field = error.fields.get("field")
    if field in form.fields:
        form.add_error(field, f"{error.wrong} {error.remedy}")
        return {}
    offer = "amends_work_plan" if error.fields.get("offers") == "amend the work plan" else ""
    if "tranche" in error.fields and "accepts_unmatched" in form.fields:
        offer = "accepts_unmatched"
    return {
        "refusal": showing.refusal(error),
        "refused": showing.refusal_words(error),
        "offer": offer,
        "offer_words": OFFERS.get(offer, ""),
    }


def _typed(data: dict[str, Any]) -> Typed:
    """The grounds as the form states them."""
    return Typed(
        data["effective_on"],
        data["reason"],
        data["evidence"],
        data.get("decision") or "",
        data.get("decided_on"),
    )


def _render(
    request: HttpRequest, scheme: Scheme, subject: Subject, act: Act, form: ActForm, context: dict[str, Any]
) -> HttpResponse:
    """The page of an act in one of its steps."""
    crumbs = (
        c.Link(scheme.name, reverse("office-contributions-of", args=[scheme.code])),
        c.Link(subject.name, subject.href),
    )
    page = {"form": form, "act": act, "subject": subject, "scheme": scheme}
    wrong = 422 if form.errors or context.get("refused") else 200
    context = navigation.context(request, act.title, scheme.code, crumbs) | page | context
    return render(request, "cofund/pages/office/act.html", context, status=wrong)
