"""Recording a pledge, with a panel that tells while one types what it unlocks and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cofund.actions import submissions
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused
from cofund.actions.moves import Statements
from cofund.actions.organisations import LikelyDuplicate, NewOrganisation
from cofund.actions.pledges import Pledge
from cofund.queries import clock, programmes, unlocks
from cofund.queries.explanations import explain
from cofund.queries.pools import Target
from cofund.records.programme.models import Project, Topic
from cofund.rules.eligibility import UNKNOWN_PLACE
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.office import changes, limits, navigation, showing, tokens
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.acting import OFFERS
from cofund.web.office.forms import PledgeForm, target_choice
from cofund.web.routes import reverse

NEEDED = {"target": "what it is for", "capacity": "what it is given as", "amount": "the amount"}
# Where what is wrong with a pledge stands in the form, where its name is another there.
FIELDS = {"kind": "capacity", "country": "new_country", "name": "new_name"}
STATED = {"yes": True, "no": False}


@opened_by("pledge")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/pledge/`: the programme comes first; where there is one only, it is chosen."""
    found = programmes.installed()
    if len(found) == 1:
        return redirect("office-pledge", found[0].code)
    context = navigation.context(request, "Record a pledge") | {
        "links": [c.Link(row.name, reverse("office-pledge", args=[row.code])) for row in found],
        "question": "In which programme is the pledge made?",
    }
    return render(request, "cofund/pages/office/choose.html", context)


@opened_by("pledge")
def pledge(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/pledge/`: the form; `show` shows what it unlocks, `record` books it."""
    rules, _ = scheme_or_404(scheme)
    form = _form(request, rules)
    context: dict[str, Any] = {"token": tokens.kept(request)}
    if request.method == "POST":
        if "show" not in request.POST and form.is_valid():
            try:
                return _record(request, rules, form.cleaned_data, tokens.required(request))
            except Refused as error:
                context |= _refused(form, error)
        context |= _panel(rules, form)
        if "show" in request.POST:
            _forgive(form)
    crumbs = (c.Link(rules.name, reverse("office-contributions-of", args=[scheme])),)
    context |= navigation.context(request, "Record a pledge", scheme, crumbs) | {
        "form": form,
        "scheme": rules,
        "made_public": _made_public(rules),
    }
    return render(
        request,
        "cofund/pages/office/pledge.html",
        context,
        status=422 if form.errors and "show" not in request.POST else 200,
    )


@opened_by("pledge")
@require_POST
def preview(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/<scheme>/pledge/preview/`: the panel alone, for a form that is being typed."""
    rules, _ = scheme_or_404(scheme)
    return render(request, "cofund/pages/office/unlock.html", _panel(rules, _form(request, rules)))


def _made_public(scheme: Scheme) -> str:
    """What everybody can see of a pledge, and from when on."""
    stage = scheme.publication.from_stage
    if stage == "pledged":
        return "Everybody sees it at once, with the name of the partner."
    return (
        f"The public page of its {scheme.label('topic').lower()} or {scheme.label('project').lower()} shows kind and amount at "
        f"once, and who gives it from the stage “{stage}” on. “Who sees what” of the contribution can hold it back."
    )


def _form(request: HttpRequest, scheme: Scheme) -> PledgeForm:
    """The form with the choices of the scheme: as posted, or for the topic that the address names."""
    drafted, others = unlocks.targets_of(scheme.code)
    choices = (
        [target_choice(one.topic, one.project) for one in drafted],
        [target_choice(one.topic, one.project) for one in others],
    )
    data = request.POST if request.method == "POST" else None
    return PledgeForm(data, initial={"target": request.GET.get("target", "")}, scheme=scheme, targets=choices)


def _forgive(form: PledgeForm) -> None:
    """Say nothing of empty fields to somebody who only asks what the pledge would unlock; what was typed wrong is told."""
    for name in [name for name in form.errors if not form.data.get(name)]:
        form.errors.pop(name)


def _panel(scheme: Scheme, form: PledgeForm) -> dict[str, Any]:
    """What the pledge would unlock, or what is still needed to tell."""
    form.is_valid()
    data = form.cleaned_data
    # What was typed but cannot be read is not missing: it is wrong, and the panel says how.
    wrong = list(form.errors.get("amount", ())) if form.data.get("amount", "").strip() else []
    missing = [words for name, words in NEEDED.items() if not data.get(name) and not (name == "amount" and wrong)]
    if missing or wrong:
        return {"missing": missing, "wrong": wrong, "scheme": scheme}
    wish = unlocks.Wish(
        scheme.code,
        _target(scheme, data["target"]),
        *_role_and_kind(data),
        data["amount"],
        data.get("effective_on") or clock.today(),
        STATED.get(data.get("no_other_union_funding") or ""),
        data.get("public_origin") or 0,
        (data["organisation"],) if data.get("organisation") else (),
    )
    unlock = unlocks.preview(wish)
    return {
        "scheme": scheme,
        "unlock": unlock,
        "increase": unlock.increase_of_total,
        "warnings": (
            *showing.clashes(unlock.clashes),
            *limits.of_pledge(scheme, *_role_and_kind(data), data.get("place") or "", data["amount"]),
        ),
        "notices": showing.unlock_notices(unlock),
        "explanations": showing.explanation(
            explain(scheme, "new", unlock.match),
            "Matched from the fixed public money" if unlock.is_shared_out else "This unlocks",
        ),
        "changes": changes.unlock_changes(unlock),
        "others": len([one for one in unlock.others if one.match_cents]),
    }


def _record(request: HttpRequest, scheme: Scheme, data: dict[str, Any], token: str) -> HttpResponse:
    """Book the pledge and lead to its page."""
    role, kind = _role_and_kind(data)
    wanted = Pledge(
        scheme.code,
        _target(scheme, data["target"]),
        role,
        kind,
        (data["organisation"],) if data["organisation"] else (),
        data["amount"],
        Grounds(data["effective_on"], data["reason"], data["evidence"]),
        Statements(
            STATED.get(data.get("no_other_union_funding") or ""),
            data["public_origin"] or 0,
            data.get("place") or UNKNOWN_PLACE,
            data["original_currency"].upper(),
            data["original_amount"],
            data["rate"],
            data["rate_on"],
            data["rate_source"],
        ),
        data["accepts_unmatched"],
        data["cites"],
    )
    new = (
        NewOrganisation(
            data["new_name"], data["new_kind"] or "unknown", data["new_country"], is_another=data["is_another"]
        )
        if data["new_name"]
        else None
    )
    made = submissions.record_pledge(actor_of(request), wanted, new_organisation=new, token=token)
    reference = made.contribution_versions.select_related("contribution").get().contribution.reference
    messages.success(request, f"The pledge is recorded as {reference}, entry {made.number}.")
    return redirect("office-contribution", reference)


def _refused(form: PledgeForm, error: Refused) -> dict[str, Any]:
    """A refusal beside its field where it has one; where the envelope is short, the offer to record the rest as unmatched."""
    field = error.fields.get("field", "")
    if isinstance(error, LikelyDuplicate):
        # The warning stands beside the name; the box by which it is another one shows from now on.
        form.fields["is_another"].widget = forms.CheckboxInput()
        field = "new_name"
    faults: dict[str, str] = error.fields.get("faults") or {field: f"{error.wrong} {error.remedy}"}
    placed = {FIELDS.get(name, name): words for name, words in faults.items()}
    if placed.keys() & form.fields.keys():
        for name, words in placed.items():
            form.add_error(name if name in form.fields else None, words)
        return {}
    offer = "accepts_unmatched" if "tranche" in error.fields else ""
    form.add_error(None, f"{error.asked} {error.wrong}")
    return {
        "refusal": showing.refusal(error),
        "refused": showing.refusal_words(error),
        "offer": offer,
        "offer_words": OFFERS.get(offer, ""),
    }


def _role_and_kind(data: dict[str, Any]) -> tuple[str, str]:
    """The role and the kind of a capacity."""
    role, _, kind = data["capacity"].partition(":")
    return role, kind


def _target(scheme: Scheme, chosen: str) -> Target:
    """The topic or project of a choice that the form has checked."""
    what, _, code = chosen.partition(":")
    if what == "project":
        return Target(project=Project.objects.select_related("topic").get(scheme__code=scheme.code, slug=code))
    return Target(topic=Topic.objects.get(scheme__code=scheme.code, code=code))
