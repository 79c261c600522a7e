"""Adding an organisation, changing what is known of it, and taking over what open data know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cofund.actions import organisations as actions
from cofund.actions import registry as registry_actions
from cofund.actions.organisations import NewOrganisation, OrganisationFacts
from cofund.actions.seen import mark
from cofund.queries import duplicates, registry
from cofund.queries.duplicates import Candidate
from cofund.rules.identifiers import ror_address
from cofund.web import components as c
from cofund.web.office import editing
from cofund.web.office.access import actor_of, opened_by
from cofund.web.office.editing import Editing
from cofund.web.office.partners import reaching
from cofund.web.office.partners.forms import EditForm, EmptyForm, NameForm, OrganisationForm, PastForm, ReasonForm
from cofund.web.routes import reverse

TEMPLATE = "cofund/pages/office/partners/edit.html"
_FACTS = tuple(OrganisationFacts.__dataclass_fields__)


@opened_by("add organisation")
def new(request: HttpRequest) -> HttpResponse:
    """`/office/partners/new/`: what is typed is compared with what is there before it is recorded."""
    found = _likely(request) if request.method == "POST" else []
    initial = {"name": request.GET.get("name", "")}
    form = OrganisationForm(request.POST or None, asks=bool(found), initial=initial)

    def act(data: dict[str, Any]) -> str:
        return reaching.href(actions.add(actor_of(request), NewOrganisation(**data), named="name"))

    page = Editing(
        "Add an organisation",
        "Add it",
        reverse("office-partners"),
        "The organisation is added.",
        lede="A legal body: it becomes a partner once it holds a role in a programme.",
        crumbs=reaching.crumbs(),
        template=TEMPLATE,
        context={"likely": likely_table(found)},
    )
    return editing.edit(request, page, form, act)


@opened_by("edit organisation")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/edit/`: everything that is known of it."""
    one = reaching.organisation_or_404(slug)
    same = actions.same_as(one, {key: request.POST.get(key, "") for key in duplicates.IDENTIFIERS})
    initial = {name: getattr(one, name) for name in _FACTS if hasattr(one, name)} | {"turnover": one.turnover_cents}
    initial["seen"] = mark(actions.known(one))
    form = EditForm(request.POST or None, asks=bool(same), initial=initial)

    def act(data: dict[str, Any]) -> str:
        reason, turnover, seen = (data.pop(name) for name in ("reason", "turnover", "seen"))
        facts = OrganisationFacts(**data, turnover_cents=turnover)
        return reaching.href(actions.edit(actor_of(request), one, facts, reason, seen=seen))

    page = Editing(
        f"Facts of {one}",
        "Record",
        reaching.href(one),
        "The facts are recorded.",
        crumbs=reaching.crumbs(one),
        template=TEMPLATE,
        context={"likely": likely_table(same)},
    )
    return editing.edit(request, page, form, act)


@opened_by("name organisation")
def name_also(request: HttpRequest, slug: str) -> HttpResponse:
    """`/office/partners/<slug>/name/`: another name that it is found by."""
    one = reaching.organisation_or_404(slug)

    def act(data: dict[str, Any]) -> str:
        actions.name_also(actor_of(request), one, data["name"], data["note"])
        return reaching.href(one)

    page = Editing(
        f"Another name of {one}", "Keep the name", reaching.href(one), "The name is kept.", crumbs=reaching.crumbs(one)
    )
    return editing.edit(request, page, NameForm(request.POST or None), act)


@opened_by("take from ROR")
def take_ror(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """`/office/partners/<slug>/ror/<code>/`: what ROR knows, and what of it is taken."""
    one = reaching.organisation_or_404(slug)
    record = reaching.found_or_404(registry.record(code))
    match = registry.RorMatch(record, "")

    def act(data: dict[str, Any]) -> str:
        registry_actions.take_from_ror(actor_of(request), one, record)
        return reaching.href(one)

    facts = (
        c.Fact("Name in ROR", record.name),
        c.Fact("Identifier", c.Link(record.pk, ror_address(record.pk))),
        c.Fact("Country", record.country),
        c.Fact("Website", match.website, note="" if not one.website else "not taken: the organisation has one here"),
        c.Fact("Other names", "; ".join(match.other_names) or "none"),
        c.Fact("State of the record", record.status),
    )
    page = Editing(
        f"Take over from ROR: {one}",
        "Take it over",
        reaching.href(one),
        "Identifier, website and other names are taken from ROR.",
        lede="Its identifier and other names are taken, and its website where none is known here. Its name stays.",
        crumbs=reaching.crumbs(one),
        facts=facts,
    )
    return editing.edit(request, page, EmptyForm(request.POST if request.method == "POST" else None), act)


@opened_by("link to the corpus")
def link_past(request: HttpRequest, slug: str, pic: int) -> HttpResponse:
    """`/office/partners/<slug>/past/<pic>/`: that it is a past organisation of the corpus."""
    one = reaching.organisation_or_404(slug)
    past = reaching.found_or_404(registry.past_organisation(pic))

    def act(data: dict[str, Any]) -> str:
        registry_actions.link_past(actor_of(request), one, past, data["reason"])
        return reaching.href(one)

    facts = (
        c.Fact("Name in CORDIS", past.name),
        c.Fact("PIC", str(past.pk)),
        c.Fact("Country", past.country),
        c.Fact("Town", past.city),
        c.Fact("Website", past.url),
    )
    page = Editing(
        f"Link {one} to earlier research",
        "It is the same organisation",
        reaching.href(one),
        "The past organisation is linked.",
        lede="Then its past projects count as those of this organisation.",
        crumbs=reaching.crumbs(one),
        facts=facts,
    )
    return editing.edit(request, page, PastForm(request.POST if request.method == "POST" else None), act)


@opened_by("unlink from the corpus")
def unlink_past(request: HttpRequest, slug: str, pic: int) -> HttpResponse:
    """`/office/partners/<slug>/past/<pic>/unlink/`: that it is no past organisation of the corpus after all."""
    one = reaching.organisation_or_404(slug)
    past = reaching.found_or_404(registry.past_organisation(pic))

    def act(data: dict[str, Any]) -> str:
        registry_actions.unlink_past(actor_of(request), one, past, data["reason"])
        return reaching.href(one)

    page = Editing(
        f"Unlink {one} from earlier research",
        "Unlink it",
        reaching.href(one),
        "The past organisation is no longer linked.",
        lede=f"The past projects of {past} (PIC {past.pk}) then no longer count as those of this organisation.",
        crumbs=reaching.crumbs(one),
        is_grave=True,
    )
    return editing.edit(request, page, ReasonForm(request.POST if request.method == "POST" else None), act)


def likely_table(found: list[Candidate]) -> c.Table | None:
    """Organisations that are likely the same, each with the reasons; None where there are none."""
    if not found:
        return None
    rows = tuple(
        c.Row.of(
            c.Cell(one.organisation.name, href=reaching.href(one.organisation)),
            "; ".join(one.reasons),
            one.organisation.get_kind_display(),
            one.organisation.country,
        )
        for one in found
    )
    columns = (
        c.Column("Organisation"),
        c.Column("Why it may be the same"),
        c.Column("What it is"),
        c.Column("Country"),
    )
    return c.Table("likely", "It may be here already", columns, rows, noun=("organisation", "organisations"))


def _likely(request: HttpRequest) -> list[Candidate]:
    """Likely duplicates of what was typed; nothing where it cannot be read yet."""
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return []
    return actions.similar_to(NewOrganisation(**form.cleaned_data))
