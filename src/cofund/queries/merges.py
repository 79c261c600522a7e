"""What points to an organisation, over every model there is, and what a merge of two would do; read before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import ForeignKey, Min, Model, Q

from cofund.queries.keeping import kept
from cofund.records.directory.models import Merge, Organisation
from cofund.records.ledger.models import Application, ContributionParty
from cofund.records.programme.models import Lead

# The sealed books name who pledged, and merges are history: these rows keep the organisation that they were written with.
STAYS: Final[tuple[type[Model], ...]] = (ContributionParty, Merge)
# What the kept organisation takes over where it says nothing itself.
TAKEN_OVER: Final = (
    *("short_name", "country", "pic", "ror", "vat_number", "lei", "website", "turnover_cents", "turnover_year"),
    *("source_url", "owner_id", "next_step", "next_step_on"),
)
# Said by these words when it is not known.
_UNKNOWN: Final = {"kind": Organisation.Kind.UNKNOWN, "funding_origin": Organisation.Origin.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Pointer:
    """A foreign key to organisations: the model that has it and its name."""

    model: type[Model]
    field: str

    @property
    def label(self) -> str:
        """The model as a merge keeps it, e.g. `programme.lead`."""
        return str(self.model._meta.label_lower)

    @property
    def words(self) -> str:
        """What its rows are, as people say it."""
        return _WORDS.get((self.label, self.field), str(self.model._meta.verbose_name_plural))


@dataclass(frozen=True, slots=True)
class Effect:
    """Rows of one kind that point to the organisation that is merged: how many move, and how many stay because they are sealed."""

    words: str
    moves: int
    stays: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: facts side by side, what the kept one takes over, and which rows move."""

    kept: Organisation
    merged: Organisation
    taken_over: dict[str, Any]
    effects: tuple[Effect, ...]


def pointers() -> Iterator[Pointer]:
    """Every foreign key to an organisation in all models; a model that is added later is there by itself."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is Organisation and not model._meta.proxy:
                yield Pointer(model, field.name)


def taken_over(kept: Organisation, merged: Organisation) -> dict[str, Any]:
    """What the kept organisation does not say itself and would take over, by the name of the field."""
    found = {name: getattr(merged, name) for name in TAKEN_OVER if not getattr(kept, name) and getattr(merged, name)}
    for name, unknown in _UNKNOWN.items():
        if getattr(kept, name) == unknown and getattr(merged, name) != unknown:
            found[name] = getattr(merged, name)
    # A day of another step, or a turnover of another year, would say what nobody stated.
    for name, belongs_to in (("next_step_on", "next_step"), ("turnover_year", "turnover_cents")):
        if getattr(kept, belongs_to):
            found.pop(name, None)
    return found


def preview(kept: Organisation, merged: Organisation) -> Preview:
    """Tell what merging would do; one query for each foreign key there is."""
    effects = []
    for pointer in pointers():
        count = pointer.model._default_manager.filter(**{pointer.field: merged.pk}).count()
        if count and pointer.model is not Merge:
            stays = pointer.model in STAYS
            effects.append(Effect(pointer.words, 0 if stays else count, count if stays else 0))
    return Preview(kept, merged, taken_over(kept, merged), tuple(effects))


@kept(64)
def of_organisation(organisation: Organisation) -> list[Merge]:
    """Give the merges that an organisation took part in, the newest first."""
    rows = Merge.objects.filter(Q(kept=organisation) | Q(merged=organisation))
    return list(rows.select_related("kept", "merged").order_by("-merged_at", "-pk"))


def find(merge_id: int) -> Merge | None:
    """Give the merge with this key, or None."""
    return Merge.objects.select_related("kept", "merged").filter(pk=merge_id).first()


_WORDS: Final = {
    ("directory.organisation", "merged_into"): "organisations merged into it",
    ("directory.organisationname", "organisation"): "other names",
    ("directory.organisationrelation", "organisation"): "relations to others",
    ("directory.organisationrelation", "other"): "relations of others to it",
    ("directory.corpuslink", "organisation"): "links to past organisations",
    ("directory.user", "organisation"): "people who sign in for it",
    ("directory.partnerright", "organisation"): "rights of its people",
    ("directory.contact", "organisation"): "contacts",
    ("directory.interest", "organisation"): "interests, offers and needs",
    ("programme.roleholding", "organisation"): "roles in programmes",
    ("programme.lead", "organisation"): "leads",
    ("programme.exchange", "organisation"): "calls, meetings and letters",
    ("programme.seat", "organisation"): "seats in groups",
    ("programme.indicativecontribution", "organisation"): "indicative contributions",
    ("ledger.contributionparty", "organisation"): "contributions in the sealed books",
    ("ledger.grantparticipant", "organisation"): "places in grants",
}


def added_since(merge: Merge) -> tuple[list[Lead], list[Application]]:
    """Give the leads and applications that were written at the kept organisation after a merge; undoing it leaves them there."""
    leads = Lead.objects.filter(organisation=merge.kept).annotate(first_at=Min("steps__recorded_at"))
    applications = Application.objects.filter(organisation=merge.kept, made_at__gt=merge.merged_at)
    return list(leads.filter(first_at__gt=merge.merged_at).order_by("pk")), list(applications.order_by("pk"))
