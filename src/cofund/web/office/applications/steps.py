"""Every step of an application on one page: its form, and the one action that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse

from cofund.actions.actors import Actor
from cofund.actions.applications import checking, deciding, letters, naming, scheduling, submitting
from cofund.actions.errors import Refused
from cofund.queries import adoptions, applications, meetings, points
from cofund.queries.pools import Target
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem
from cofund.rules import roles
from cofund.rules.admission import BLOCK, WARN
from cofund.rules.lifecycle_applications import UNDECIDED
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.applications import documents
from cofund.web.office.applications.reaching import application_or_404, crumbs_of, scheme_of
from cofund.web.office.applications.starting import target_choices, target_label, target_of
from cofund.web.office.applications.step_forms import (
    CheckForm,
    ConditionsForm,
    MeetingForm,
    MetForm,
    NextMeetingForm,
    NextRulingForm,
    NothingForm,
    ReasonForm,
    RulingForm,
    SubmitForm,
    TargetForm,
    ruling_of,
)
from cofund.web.office.editing import Editing
from cofund.web.routes import reverse

Data = dict[str, Any]
OFFERS = {
    "amend the work plan": ("amends_work_plan", "Put it on the agenda, and amend the work plan there"),
    "tranche": ("accepts_unmatched", "Approve, with the part above as unmatched"),
}


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: its place in the address, the action of the role table, its words, its form and what it calls."""

    code: str
    action: str
    verb: str
    lede: str
    form: type[forms.Form]
    perform: Callable[[Actor, Application, Data], object]
    is_grave: bool = False


STEPS = (
    StepPage(
        "submit",
        "submit application",
        "Hand it in",
        "The letter is frozen as it stands. What is still missing is told, and nothing is handed in before it is there.",
        SubmitForm,
        lambda actor, row, data: submitting.submit(actor, row, received_on=data.get("received_on")),
    ),
    StepPage(
        "check",
        "check application",
        "Check it",
        "Every minimum field, and everything that the programme lets or does not let stand, with its article.",
        CheckForm,
        lambda actor, row, data: checking.check(actor, row, on=data["on"]),
    ),
    StepPage(
        "accept-warning",
        "accept warning",
        "Accept the warnings",
        "What only warns may pass with a reason, which is kept and stands in the board's paper.",
        ReasonForm,
        lambda actor, row, data: checking.accept_warning(actor, row, data["reason"]),
    ),
    StepPage(
        "name-target",
        "name the target",
        "Name what it is for",
        "Nothing is booked before the topic or project is named. What was checked is checked anew for it. It is named once.",
        TargetForm,
        lambda actor, row, data: naming.name_target(actor, row, target_of(row.scheme.code, data["target"]) or Target()),
    ),
    StepPage(
        "schedule",
        "schedule application",
        "Put it on an agenda",
        "A planned meeting of the board decides on it.",
        MeetingForm,
        lambda actor, row, data: scheduling.schedule(
            actor, row, data["meeting"], amends_work_plan=data["amends_work_plan"]
        ),
    ),
    StepPage(
        "approve",
        "approve application",
        "Approve",
        "Its lines are pledged and endorsed in the books as of the day of the decision.",
        RulingForm,
        lambda actor, row, data: deciding.approve(
            actor, row, ruling_of(data), accepts_unmatched=data["accepts_unmatched"]
        ),
    ),
    StepPage(
        "approve-on-conditions",
        "approve on conditions",
        "Approve on conditions",
        "Nothing is booked before the conditions are met, so no public money is held for it.",
        ConditionsForm,
        lambda actor, row, data: deciding.approve_on_conditions(actor, row, data["conditions"], ruling_of(data)),
    ),
    StepPage(
        "reject",
        "reject application",
        "Reject",
        "The board's decision is recorded with its reason. Nothing is booked.",
        RulingForm,
        lambda actor, row, data: deciding.reject(actor, row, ruling_of(data)),
        is_grave=True,
    ),
    StepPage(
        "meet-conditions",
        "meet conditions",
        "Conditions are met",
        "Its lines are pledged and endorsed in the books as of this day, on the board's decision.",
        MetForm,
        lambda actor, row, data: deciding.meet_conditions(
            actor,
            row,
            data["met_on"],
            data["reason"],
            evidence=data["evidence"],
            accepts_unmatched=data["accepts_unmatched"],
        ),
    ),
    StepPage(
        "lapse",
        "let application lapse",
        "Conditions are not met",
        "The approval lapses. Nothing was booked.",
        ReasonForm,
        lambda actor, row, data: deciding.let_lapse(actor, row, data["reason"]),
        is_grave=True,
    ),
    StepPage(
        "next-letter",
        "write next letter",
        "Write the next version",
        "A copy of the endorsed letter to change. What was endorsed stands until the board decides on the new version.",
        ReasonForm,
        lambda actor, row, data: letters.write_next(actor, row, data["reason"]),
    ),
    StepPage(
        "submit-next-letter",
        "submit next letter",
        "Hand the next version in",
        "It is frozen as it stands; the contributions change once the board has decided.",
        NothingForm,
        lambda actor, row, data: submitting.submit_next(actor, row),
    ),
    StepPage(
        "schedule-next-letter",
        "schedule next letter",
        "Put the next version on an agenda",
        "A planned meeting of the board decides on it.",
        NextMeetingForm,
        lambda actor, row, data: scheduling.schedule_next(actor, row, data["meeting"]),
    ),
    StepPage(
        "endorse-next-letter",
        "endorse next letter",
        "Endorse the next version",
        "The contributions in the books are amended to what it says, as of the day of the decision.",
        NextRulingForm,
        lambda actor, row, data: deciding.endorse_next(actor, row, ruling_of(data)),
    ),
    StepPage(
        "take-off",
        "take off agenda",
        "Take it off the agenda",
        "Its point is deferred with the reason, and the application can go on the agenda of another meeting.",
        ReasonForm,
        lambda actor, row, data: scheduling.take_off(actor, row, data["reason"]),
    ),
    StepPage(
        "return",
        "return application",
        "Return it for completion",
        "The partner reads what is to be completed, and goes on in a copy of the letter.",
        ReasonForm,
        lambda actor, row, data: submitting.return_for_completion(actor, row, data["reason"]),
    ),
    StepPage(
        "withdraw",
        "withdraw application",
        "Withdraw",
        "The application ends here. A new one can be started at any time.",
        ReasonForm,
        lambda actor, row, data: submitting.withdraw(actor, row, data["reason"]),
        is_grave=True,
    ),
)


@opened_by("read applications")
def take(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """`/office/applications/<reference>/<step>/`: the form of a step, and the step."""
    found = next((one for one in STEPS if one.code == step), None)
    if found is None:
        raise Http404
    require(request, found.action)
    row = application_or_404(request, reference)
    scheme = scheme_of(row)
    actor = actor_of(request)
    form = found.form(request.POST if request.method == "POST" else None, **_choices(found, row, scheme, actor))
    offer: dict[str, str] = {}
    href = reverse("office-application", args=[reference])

    def act(data: Data) -> str:
        try:
            found.perform(actor, row, data)
        except Refused as error:
            offer.update(_offer(error, form))
            raise
        return href

    page = Editing(
        found.verb,
        found.verb,
        href,
        f"{found.verb}: recorded.",
        f"{row.organisation}, {row.reference}. {found.lede}",
        scheme.code,
        crumbs_of(row),
        facts=() if meetings.is_letter_closed(request.user, row) else _facts(found, row, scheme),
        is_grave=found.is_grave,
        visibility="partners" if found.action in ("submit application", "withdraw application") else "internal",
        template="cofund/pages/office/applications/step.html",
        context={"offer": offer},
    )
    return editing.edit(request, page, form, act)


def links(row: Application, may: Iterable[str], *, letter: Letter | None) -> list[tuple[c.Link, str]]:
    """The steps that a person may take now, as buttons: the first one leads, grave ones warn.

    `letter` is the version that is looked at; None where the letter is closed to the person, who does not write it either.
    """
    found: list[tuple[c.Link, str]] = []
    may = set(may)
    is_draft = letter is not None and letter.status == Letter.Status.DRAFT
    if "edit letter" in may and is_draft:
        found.append((c.Link("Write the letter", reverse("office-letter", args=[row.reference])), ""))
    newest = row.letters.order_by("-number").values_list("status", flat=True)[0]
    needs = {
        "submit application": "draft",
        "submit next letter": "draft",
        "write next letter": "endorsed",
        "schedule next letter": "submitted",
        "endorse next letter": "submitted",
        "accept warning": "submitted",
    }
    if applications.target_of(row) is not None:
        may -= {"name the target"}
    if not _only_warns(row):
        may -= {"accept warning"}
    may -= _unruled(row) | _next_unruled(row)
    for step in STEPS:
        if step.action in may and needs.get(step.action, newest) == newest:
            href = reverse("office-application-step", args=[row.reference, step.code])
            found.append((c.Link(step.verb, href), "button-danger" if step.is_grave else "button-quiet"))
    # What is decided can be checked anew, after a relation or a role was recorded; nothing there waits for it.
    check = reverse("office-application-step", args=[row.reference, "check"])
    leads = row.status in UNDECIDED or (bool(found) and found[0][0].href != check)
    return [
        (link, "" if number == 0 and leads and kind != "button-danger" else kind)
        for number, (link, kind) in enumerate(found)
    ]


def _unruled(row: Application) -> set[str]:
    """The steps that the board's point does not allow: all before it is decided, then those that say the opposite."""
    approving, item = {"approve application", "approve on conditions"}, row.agenda_item
    if row.status != Application.Status.SCHEDULED or item is None:
        return set()
    if item.decision_id is None:
        return {*approving, "reject application"}
    return {"take off agenda"} | ({"reject application"} if item.status == AgendaItem.Status.ADOPTED else approving)


def _next_unruled(row: Application) -> set[str]:
    """The steps of a next letter that its point does not allow: endorsing before it is decided, and another agenda beside it."""
    item = points.of_next_letter(row).point
    if row.status != Application.Status.APPROVED or item is None:
        return set()
    found = set() if item.status == AgendaItem.Status.DEFERRED else {"schedule next letter"}
    return found if item.status == AgendaItem.Status.ADOPTED else {*found, "endorse next letter"}


def _only_warns(row: Application) -> bool:
    """Whether the last check warned of something that was not accepted, and nothing blocks."""
    found = applications.stored(row)
    waits = any(one.severity == WARN and not is_accepted for one, is_accepted in found)
    return waits and not any(one.severity == BLOCK for one, _ in found)


def _choices(step: StepPage, row: Application, scheme: Scheme, actor: Actor) -> dict[str, Any]:
    """What a form has to know of the application, and of who fills it in."""
    if step.form is SubmitForm:
        return {"is_office": actor.role != roles.PARTNER}
    if issubclass(step.form, NextMeetingForm):
        return {"meetings": adoptions.planned(row.scheme_id), "board": scheme.label("board")}
    if step.form is TargetForm:
        return {"targets": target_choices(scheme, "Choose"), "label": target_label(scheme)}
    if step.form is CheckForm:
        return {"ends_on": scheme.ends_on}
    if issubclass(step.form, RulingForm):
        is_next = step.form is NextRulingForm
        item = points.of_next_letter(row).point if is_next else row.agenda_item
        more = {"on_agenda": item is not None} if is_next else {}
        return {"board": scheme.label("board"), "known": item.decision if item else None, **more}
    return {}


def _offer(error: Refused, form: forms.Form) -> dict[str, str]:
    """What can be done instead of what was refused, where the form can ask for it."""
    key = "tranche" if "tranche" in error.fields else error.fields.get("offers", "")
    name, words = OFFERS.get(key, ("", ""))
    return {"name": name, "words": words} if name in form.fields else {}


def _facts(step: StepPage, row: Application, scheme: Scheme) -> tuple[c.Fact, ...]:
    """Beside the form: what is booked, and what each line would unlock by itself."""
    if step.code not in ("approve", "meet-conditions"):
        return ()
    letter = row.letters.filter(status=Letter.Status.SUBMITTED).order_by("-number").first()
    if letter is None:
        return ()
    currency = scheme.currency
    return tuple(
        c.Fact(
            f"Line {one.line.number}",
            c.Money(one.line.booked_cents(currency), currency),
            note="would unlock " + money(one.unlock.match_cents, currency) if one.unlock else "",
        )
        for one in documents.unlocks_of(scheme, row, letter)
    )
