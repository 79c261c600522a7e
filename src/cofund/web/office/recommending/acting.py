"""What is done with one candidate: shortlist, note, take off, not suitable, suitable again, invite; each by a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions import candidate_invitations, organisations
from cofund.actions import candidates as acting
from cofund.actions.candidate_invitations import Invitation
from cofund.queries import candidate_subjects, candidates, leads
from cofund.queries.candidate_subjects import Subject
from cofund.queries.duplicates import Candidate
from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import Organisation, User
from cofund.records.programme.models import CandidateMark, Lead
from cofund.rules.places import country_code
from cofund.web import components as c
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit
from cofund.web.office.recommending import reaching
from cofund.web.office.recommending.forms import InviteForm, NoteForm
from cofund.web.routes import reverse


@dataclass(frozen=True, slots=True)
class Act:
    """An act: the action of the role table, its words, and its form of one text."""

    action: str
    verb: str
    done: str
    lede: str
    label: str = ""
    is_required: bool = False
    is_grave: bool = False


ACTS: Final = {
    "shortlist": Act(
        "shortlist candidate", "Put on the shortlist", "It is on the shortlist.",
        "The office and auditors see who put it there, and when.", "Note",
    ),
    "note": Act("note on candidate", "Keep the note", "The note is kept.", "The note before stays in the trail.", "Note"),
    "take-off": Act(
        "take off shortlist", "Take off the shortlist", "It is off the shortlist.", "That it stood there stays known.", "Why",
    ),
    "not-suitable": Act(
        "call not suitable", "Say that it is not suitable", "It is no longer offered here.",
        "It is no longer offered for this one. Who said so, when and why is kept, and it can be taken back.", "Why", True, True,
    ),
    "suitable": Act(
        "call suitable again", "Offer it again", "It is offered again.", "That it was called not suitable stays known.", "Why",
    ),
    "invite": Act(
        "invite candidate", "Invite", "The lead is open: write to the organisation, and log what was said.",
        "It opens a lead on the invited route. No message is sent: to write or call is yours.",
    ),
}  # fmt: skip


@opened_by("read candidates")
def of_topic(request: HttpRequest, scheme: str, code: str, pic: int, act: str) -> HttpResponse:
    """`/office/<scheme>/topics/<code>/candidates/<pic>/<act>/`: an act on a candidate for a topic."""
    require(request, _act_or_404(act).action)
    return _answer(request, reaching.topic_of(scheme, code), pic, act)


@opened_by("read candidates")
def of_idea(request: HttpRequest, reference: str, pic: int, act: str) -> HttpResponse:
    """`/office/ideas/<reference>/candidates/<pic>/<act>/`: an act on a candidate for an idea."""
    require(request, _act_or_404(act).action)
    return _answer(request, reaching.idea_of(request, reference), pic, act)


def _act_or_404(act: str) -> Act:
    """The act of an address. Raises Http404 where there is none."""
    if act not in ACTS:
        raise Http404
    return ACTS[act]


def _answer(request: HttpRequest, subject: Subject, pic: int, act: str) -> HttpResponse:
    """The form of an act on a candidate."""
    past = reaching.past_or_404(pic)
    return _invite(request, subject, past) if act == "invite" else _say(request, subject, past, act)


def _say(request: HttpRequest, subject: Subject, past: PastOrganisation, act: str) -> HttpResponse:
    """An act that takes a text at most."""
    wanted = ACTS[act]
    held = next((one for one in candidate_subjects.marks(subject) if one.past_organisation_id == past.pk), None)
    posted = request.POST if request.method == "POST" else None
    initial = {"note": held.note if held and act == "note" else ""}
    form = NoteForm(posted, initial=initial, label=wanted.label, is_required=wanted.is_required)
    does: dict[str, Callable[..., CandidateMark]] = {
        "shortlist": acting.shortlist,
        "note": acting.note,
        "take-off": acting.take_off,
        "not-suitable": acting.call_not_suitable,
        "suitable": acting.call_suitable_again,
    }

    def done(data: dict[str, Any]) -> str:
        does[act](actor_of(request), subject, past, data["note"])
        return reaching.href(subject)

    return edit(request, _editing(subject, past, wanted, held), form, done)


def _editing(subject: Subject, past: PastOrganisation, act: Act, held: CandidateMark | None, **more: Any) -> Editing:
    """The page of an act, with what is known of the candidate beside the form."""
    facts = [
        c.Fact("Candidate", past.name or f"PIC {past.pk}", note=f"PIC {past.pk}"),
        c.Fact("Country", country_code(past.country)),
        c.Fact("For", subject.code, note=subject.title),
    ]
    if held is not None:
        facts.append(c.Fact("Said of it", held.get_kind_display(), note=f"by {held.made_by}"))
        facts.append(c.Fact("Note", held.note or "none"))
    return Editing(
        f"{act.verb}: {past}",
        act.verb,
        reaching.href(subject),
        act.done,
        act.lede,
        subject.scheme.code,
        (*reaching.crumbs(subject), c.Link("Who should be asked", reaching.href(subject))),
        facts,
        is_grave=act.is_grave,
        **more,
    )


def _invite(request: HttpRequest, subject: Subject, past: PastOrganisation) -> HttpResponse:
    """Invite a candidate: who it is in the directory comes first."""
    known = candidates.organisations_of([past.pk]).get(past.pk)
    similar = [] if known else organisations.similar_to(candidate_invitations.as_organisation(past))
    posted = request.POST if request.method == "POST" else None

    def made(twins: list[Lead]) -> InviteForm:
        return InviteForm(posted, similar=similar, asks=bool(twins))

    form = made([])
    chosen = known
    if posted is not None and form.is_valid() and not known:
        chosen = form.chosen()
    twins = leads.like(chosen, subject.scheme, subject.topic, None) if posted is not None and chosen else []
    if twins:
        form = made(twins)
    page = _editing(
        subject,
        past,
        ACTS["invite"],
        None,
        callouts=(_who(known, similar),),
        template="cofund/pages/office/partners/edit.html",
        context={"likely": _twins(twins)},
    )

    def done(data: dict[str, Any]) -> str:
        owner = request.user if isinstance(request.user, User) and data["is_mine"] else None
        wanted = Invitation(
            form.chosen(), data.get("organisation") == "new", data.get("is_another_lead", False),
            data["next_step"], data["next_step_on"], data["note"], owner,
        )  # fmt: skip
        candidate_invitations.invite(actor_of(request), subject, past, wanted)
        return reaching.href(subject)

    return edit(request, page, form, done)


def _who(known: Organisation | None, similar: list[Candidate]) -> c.Callout:
    """Who the candidate is in the directory, before it is invited."""
    if known is not None:
        link = c.Link("Its page", reverse("office-partner", args=[known.slug]))
        return c.Callout(f"In the directory it is {known.name}.", "The lead is opened for it.", action=link)
    if similar:
        points = tuple(f"{one.organisation.name}: {', '.join(one.reasons)}" for one in similar)
        return c.Callout("The directory may have it already.", "Choose below which one it is.", "warning", points)
    return c.Callout(
        "It is not in the directory yet.",
        "It is added with the name, country and identification code (PIC) that CORDIS states, and linked to its past projects.",
    )


def _twins(twins: list[Lead]) -> c.Table | None:
    """Open leads of the same organisation for the same; None where there are none."""
    if not twins:
        return None
    rows = tuple(
        c.Row.of(c.Cell(one.reference, href=reverse("office-lead", args=[one.reference])), one.get_route_display(), one.opened_on)
        for one in twins
    )  # fmt: skip
    columns = (c.Column("Lead"), c.Column("How it came"), c.Column("Since"))
    return c.Table("likely", "There is an open lead already", columns, rows, noun=("lead", "leads"))
