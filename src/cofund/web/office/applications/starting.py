"""Starting an application: which programme, whose, as what and for what; from a lead, or directly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions.applications import starting
from cofund.actions.applications.starting import NewApplication
from cofund.queries import access, applications, clock, naming, programmes, schemes
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation, PartnerRight, User
from cofund.records.programme.models import Lead, Project, Topic
from cofund.rules import roles
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.fields import LongSelect
from cofund.web.formatting import day
from cofund.web.office import editing, navigation
from cofund.web.office.access import actor_of, opened_by, scheme_or_404
from cofund.web.office.editing import Editing
from cofund.web.office.forms import target_choice
from cofund.web.organisation_field import OrganisationField
from cofund.web.routes import reverse


class StartForm(forms.Form):
    """Who applies, as what and for what."""

    organisation = OrganisationField(label="Organisation", help_text="Its name or identifier, or a part of the name.")
    role = forms.ChoiceField(label="Applies as")
    target = forms.ChoiceField(label="For which topic or project", required=False)
    proposal = forms.CharField(
        label="Code of the proposal",
        required=False,
        max_length=80,
        help_text="In a call of a single stage: the proposal that the partner is part of.",
    )

    def __init__(self, *args: Any, scheme: Scheme, own: list[Organisation] | None, **kwargs: Any) -> None:
        """Take the scheme, and the organisations of a partner's person; None for the office, which names any."""
        super().__init__(*args, **kwargs)
        matched = [(role.code, role.label) for role in scheme.roles if role.matched and role.side == "partner"]
        self.fields["role"] = forms.ChoiceField(label="Applies as", choices=matched)
        choices = target_choices(scheme, "None yet, or only a proposal")
        label = target_label(scheme)
        self.fields["target"] = forms.ChoiceField(label=label, choices=choices, required=False, widget=LongSelect)
        if own is not None:
            names = [(one.slug, str(one)) for one in own]
            self.fields["organisation"] = forms.ChoiceField(label="Organisation", choices=names)
        self.own = own

    def clean_organisation(self) -> Organisation:
        """The organisation: found by its field, or one of the person's own."""
        found = self.cleaned_data["organisation"]
        return found if self.own is None else next(one for one in self.own if one.slug == found)


def target_choices(scheme: Scheme, none: str) -> list[Any]:
    """What an application can be for, those before their adoption first; `none` are the words for no choice."""
    coming, others = applications.targets_of(scheme.code)
    choices: list[Any] = [("", none)]
    for words, found in (("Not adopted yet", coming), ("Adopted or funded already", others)):
        if found:
            choices.append((words, [target_choice(one.topic, one.project) for one in found]))
    return choices


def target_label(scheme: Scheme) -> str:
    """The question what an application is for, in the scheme's words."""
    return f"For which {scheme.label('topic').lower()} or {scheme.label('project').lower()}"


@opened_by("start application")
def choose(request: HttpRequest) -> HttpResponse:
    """`/office/applications/new/`: the programme comes first."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context = navigation.context(request, "Start an application") | {
        "links": [
            c.Link(words, reverse("office-application-new", args=[code]) + query) for words, code in _programmes()
        ],
        "question": "In which programme does the organisation apply?",
    }
    return render(request, "cofund/pages/office/choose.html", context)


def _programmes() -> list[tuple[str, str]]:
    """The programmes of this site with their codes, those that run before those that ended, which say so."""
    today = clock.today()
    found = []
    for row in programmes.installed():
        rules, _ = schemes.current(row.code)
        has_ended = rules.ends_on is not None and rules.ends_on < today
        found.append((has_ended, f"{row.name} (ended on {day(rules.ends_on)})" if has_ended else row.name, row.code))
    return [(words, code) for _, words, code in sorted(found, key=lambda one: one[0])]


@opened_by("start application")
def start(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/office/applications/new/<scheme>/`: the form; `?lead=` and `?organisation=` and `?target=` fill it in."""
    rules, _ = scheme_or_404(scheme)
    own = _own(request)
    lead = _lead(request, scheme)
    form = StartForm(
        request.POST if request.method == "POST" else None, scheme=rules, own=own, initial=_initial(request, lead, own)
    )
    actor = actor_of(request)

    def act(data: dict[str, Any]) -> str:
        target = target_of(scheme, data["target"])
        wanted = NewApplication(
            scheme,
            data["organisation"],
            data["role"],
            target.topic if target and target.project is None else None,
            target.project if target else None,
            data["proposal"],
            lead,
        )
        return reverse("office-letter", args=[starting.start(actor, wanted).reference])

    page = Editing(
        "Start an application",
        "Start the letter",
        reverse("office-applications"),
        "The application is started. Write its letter; you can save it at any time and go on later.",
        f"An application to {rules.name} with its {rules.label('letter').lower()}.",
        scheme,
        (c.Link("Applications", reverse("office-applications")),),
        facts=_lead_facts(rules, lead, is_own=own is not None),
        visibility="partners",
        template="cofund/pages/office/applications/start.html",
        context={"way_in": reverse("office-way-in", args=[scheme])},
    )
    return editing.edit(request, page, form, act)


def target_of(scheme: str, chosen: str) -> Target | None:
    """The topic or project of a choice that the form has checked; None where nothing is chosen."""
    what, _, code = chosen.partition(":")
    if what == "project":
        return Target(project=Project.objects.select_related("topic").get(scheme__code=scheme, slug=code))
    return Target(topic=Topic.objects.get(scheme__code=scheme, code=code)) if code else None


def _own(request: HttpRequest) -> list[Organisation] | None:
    """The organisations for which a partner's person may apply; None for the office."""
    if access.role_of(request.user) != roles.PARTNER or not isinstance(request.user, User):
        return None
    rows = Organisation.objects.filter(
        partner_rights__user=request.user,
        partner_rights__right=PartnerRight.Right.APPLY,
        partner_rights__revoked_at=None,
    )
    return list(rows.order_by("name").distinct())


def _lead(request: HttpRequest, scheme: str) -> Lead | None:
    """The lead of the address; for a partner's person only one of its organisations. Raises Http404 where there is none."""
    reference = request.GET.get("lead", "")
    if not reference:
        return None
    found = (
        Lead.objects.select_related("organisation", "topic", "scheme")
        .filter(reference=reference, scheme__code=scheme)
        .first()
    )
    own = _own(request)
    if found is None or (own is not None and found.organisation_id not in [one.pk for one in own]):
        raise Http404
    return found


def _initial(request: HttpRequest, lead: Lead | None, own: list[Organisation] | None) -> dict[str, Any]:
    """What the address and the lead say already; the organisation by its name, where it is typed and not chosen from a list."""
    slug = lead.organisation.slug if lead else request.GET.get("organisation", "")
    named = naming.by_slug(slug) if own is None else None
    initial: dict[str, Any] = {"organisation": named or slug, "target": request.GET.get("target", "")}
    if lead is not None and lead.topic is not None:
        initial["target"] = target_choice(lead.topic, None)[0]
    return initial


def _lead_facts(scheme: Scheme, lead: Lead | None, *, is_own: bool) -> tuple[c.Fact, ...]:
    """The lead that it comes from, beside the form; what the office reckons it may bring is not for the partner itself."""
    if lead is None:
        return ()
    facts = (
        c.Fact("Lead", lead.reference, note=lead.get_route_display()),
        c.Fact("Organisation", str(lead.organisation)),
    )
    may_bring = c.Fact("May bring", c.Money(lead.amount_cents, scheme.currency), note=lead.kind)
    return facts if is_own else (*facts, may_bring)
