"""Adds organisations and changes what is known of them: legal bodies that can stand behind a contribution."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from cofund.actions import audit, identifiers
from cofund.actions import seen as unseen
from cofund.actions.actors import Actor
from cofund.actions.errors import Refused, all_of
from cofund.actions.locks import writing
from cofund.queries import clock, duplicates
from cofund.queries.duplicates import Candidate, Stated
from cofund.records.directory.models import Organisation, OrganisationName
from cofund.rules.places import country_code, country_fault

LONGEST_SLUG = 80


class LikelyDuplicate(Refused):
    """The site probably has this organisation already; `candidates` are which. Whoever asks can say that it is another one."""

    @property
    def candidates(self) -> list[Candidate]:
        """The organisations that it probably is."""
        found: list[Candidate] = self.fields["candidates"]
        return found


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What is stated of an organisation that the site does not know yet; `country` is an ISO 3166-1 alpha-2 code or empty.

    `is_another` says that likely duplicates were looked at, and that it is none of them.
    """

    name: str
    kind: str = Organisation.Kind.UNKNOWN
    country: str = ""
    source_url: str = ""
    short_name: str = ""
    website: str = ""
    pic: str = ""
    ror: str = ""
    vat_number: str = ""
    lei: str = ""
    funding_origin: str = Organisation.Origin.UNKNOWN
    is_another: bool = False

    def compared(self) -> Stated:
        """What likely duplicates are looked for by."""
        numbers = {"pic": self.pic, "ror": self.ror, "vat_number": self.vat_number, "lei": self.lei}
        return Stated(tuple(filter(None, (self.name, self.short_name))), self.country.upper(), numbers)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """Everything that is stated of an organisation; `turnover_cents` in cents of euro. Its address on the site never changes.

    `keeps_name` keeps a name that is replaced as one of its other names.
    """

    name: str
    short_name: str
    kind: str
    country: str
    pic: str
    ror: str
    vat_number: str
    lei: str
    website: str
    turnover_cents: int | None
    turnover_year: int | None
    funding_origin: str
    source_url: str
    keeps_name: bool = True
    is_another: bool = False


def add(actor: Actor, wanted: NewOrganisation, *, at: datetime | None = None, named: str = "new_name") -> Organisation:
    """Add an organisation and leave its audit row; `named` is the field of the form that asks for its name.

    Raises:
        NotAllowed: the role does not include it.
        LikelyDuplicate: the site probably has it already, and nobody said that it is another one.
        Refused: it has no name, one that the site already knows, or a wrong identifier.
    """
    actor.require("add organisation")
    return write_new(actor, wanted, at=at, named=named)


def write_new(
    actor: Actor, wanted: NewOrganisation, *, at: datetime | None = None, named: str = "new_name"
) -> Organisation:
    """Write an organisation with its audit row; the caller has asked for the right to do so.

    Raises:
        LikelyDuplicate, Refused: as for `add`.
    """
    name = " ".join(wanted.name.split())
    asked = f"You asked to add the organisation “{name}”."
    with writing():
        if not slugify(name):
            remedy = "Enter the legal name of the organisation."
            raise Refused(asked=asked, wrong="It has no name that can be read.", remedy=remedy, field=named)
        _refuse_known(asked, name, named, is_another=wanted.is_another)
        facts = _as_kept({key: value for key, value in asdict(wanted).items() if key != "is_another"}, asked)
        similar = duplicates.candidates(NewOrganisation(**{**facts, "name": name}).compared())
        if similar and not wanted.is_another:
            raise likely(asked, similar)
        made = Organisation.objects.create(slug=free_slug(name), **{**facts, "name": name})
        after = {key: str(value) for key, value in facts.items() if value} | {"name": name}
        if similar:
            after["told apart from"] = ", ".join(one.organisation.slug for one in similar)
        audit.record(
            actor, "add organisation", subject_of(made), at=at or clock.now(), after=after, evidence=wanted.source_url
        )
        return made


def similar_to(wanted: NewOrganisation) -> list[Candidate]:
    """Give the organisations that one is likely to be, as `add` compares it; none where an identifier is wrong."""
    try:
        facts = _as_kept({key: value for key, value in asdict(wanted).items() if key != "is_another"}, "")
    except Refused:
        return []
    return duplicates.candidates(NewOrganisation(**facts).compared())


def same_as(organisation: Organisation, typed: dict[str, str]) -> list[Candidate]:
    """Give the other organisations that have an identifier which is typed anew for one, as `edit` compares them."""
    try:
        stated = identifiers.read_all("", typed)
    except Refused:
        return []
    new = {key: value for key, value in stated.items() if value and value != getattr(organisation, key)}
    return duplicates.same_identifiers(Stated((), "", new), but=organisation.pk)


def edit(
    actor: Actor,
    organisation: Organisation,
    wanted: OrganisationFacts,
    reason: str = "",
    *,
    seen: str = "",
    at: datetime | None = None,
) -> Organisation:
    """Change what is known of an organisation; what changed, before and after, is in its audit row.

    `seen` is the mark of what the writer was shown (`actions.seen.mark` of `known`).

    Raises:
        NotAllowed: the role does not include it.
        LikelyDuplicate: another organisation has one of its identifiers, and nobody said that they are two.
        Refused: it is merged into another, has no name, a wrong identifier, a turnover without its year, nothing changes, or
            somebody changed it meanwhile.
    """
    actor.require("edit organisation")
    asked = f"You asked to change what is known of {organisation.name}."
    with writing():
        row = current(organisation, asked)
        stated = asdict(wanted)
        keeps_name, is_another = stated.pop("keeps_name"), stated.pop("is_another")
        facts = _as_kept({**stated, "name": " ".join(wanted.name.split())}, asked)
        if not slugify(facts["name"]):
            raise Refused(asked=asked, wrong="It has no name.", remedy="Enter its legal name.", field="name")
        before = {key: getattr(row, key) for key in facts}
        unseen.check(asked, seen, known(row), facts)
        changed = [key for key, value in facts.items() if value != before[key]]
        if not changed:
            raise Refused(asked=asked, wrong="Nothing is different.", remedy="Change something, or cancel.")
        same = duplicates.same_identifiers(
            Stated((), "", {key: facts[key] for key in changed if facts[key]}), but=row.pk
        )
        if same and not is_another:
            raise likely(asked, same)
        for key in changed:
            setattr(row, key, facts[key])
        row.save(update_fields=changed)
        if "name" in changed and keeps_name and before["name"].casefold() != row.name.casefold():
            keep_name(row, before["name"], "earlier name")
        audit.record(
            actor,
            "edit organisation",
            subject_of(row),
            at=at or clock.now(),
            before={key: before[key] for key in changed},
            after={key: facts[key] for key in changed},
            reason=reason,
            evidence=row.source_url,
        )
        return row


def known(organisation: Organisation) -> dict[str, Any]:
    """Give what is stated of an organisation, by the names of `OrganisationFacts`."""
    names = OrganisationFacts.__dataclass_fields__
    return {name: getattr(organisation, name) for name in names if hasattr(organisation, name)}


def name_also(
    actor: Actor, organisation: Organisation, name: str, note: str = "", *, at: datetime | None = None
) -> OrganisationName:
    """Keep another name of an organisation: an earlier one, or one in another language.

    Raises:
        NotAllowed: the role does not include it.
        Refused: it is empty, or known already.
    """
    actor.require("name organisation")
    name = " ".join(name.split())
    asked = f"You asked to keep “{name}” as another name of {organisation.name}."
    with writing():
        row = current(organisation, asked)
        if not slugify(name, allow_unicode=True):
            raise Refused(asked=asked, wrong="It cannot be read.", remedy="Enter the name.", field="name")
        if name in (row.name, row.short_name) or row.other_names.filter(name=name).exists():
            raise Refused(asked=asked, wrong="It has this name already.", remedy="Enter another one.", field="name")
        made = keep_name(row, name, note)
        after = {"name": name, "note": note}
        audit.record(actor, "name organisation", subject_of(row), at=at or clock.now(), after=after)
        return made


def keep_name(organisation: Organisation, name: str, note: str) -> OrganisationName:
    """Write another name of an organisation, once; the action that calls this leaves the audit row."""
    made, _ = OrganisationName.objects.get_or_create(organisation=organisation, name=name, defaults={"note": note})
    return made


def current(organisation: Organisation, asked: str) -> Organisation:
    """Give the row of an organisation as it is now, locked until the end of the transaction.

    Raises:
        Refused: it was merged into another, under which everything about it is kept.
    """
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if row.merged_into_id is not None:
        into = Organisation.objects.get(pk=row.merged_into_id)
        wrong = f"It was merged into {into.name}."
        raise Refused(asked=asked, wrong=wrong, remedy=f"Do it with {into.name}, or undo the merge first.")
    return row


def subject_of(organisation: Organisation) -> str:
    """How the audit trail names an organisation."""
    return f"organisation/{organisation.slug}"


def likely(asked: str, similar: list[Candidate]) -> LikelyDuplicate:
    """The refusal of an organisation that the site probably has already."""
    first = "; ".join(f"{one.organisation.name} ({', '.join(one.reasons)})" for one in similar[:3])
    return LikelyDuplicate(
        asked=asked,
        wrong=f"The site probably has it already: {first}.",
        remedy="Use that one, or say that this is another organisation.",
        field="is_another",
        candidates=similar,
    )


def faults(stated: dict[str, Any]) -> dict[str, str]:
    """Say of each field of an organisation what is wrong with what is stated and what to do, all of it at once."""
    try:
        _as_kept(stated, "")
    except Refused as error:
        found: dict[str, str] = error.fields["faults"]
        return found
    return {}


def _as_kept(stated: dict[str, Any], asked: str) -> dict[str, Any]:
    """Facts in the form that is kept: identifiers read, the country in capitals, words trimmed. Raises: Refused, with `faults`."""
    facts = {key: value.strip() if isinstance(value, str) else value for key, value in stated.items()}
    wrong = {}
    if "country" in facts:
        facts["country"] = country_code(facts["country"])
        if fault := country_fault(facts["country"]):
            wrong["country"] = fault
    if facts.get("turnover_cents") is not None and facts.get("turnover_year") is None:
        wrong["turnover_year"] = "The turnover has no year. Enter the year, or leave the turnover empty."
    try:
        facts |= identifiers.read_all(asked, facts)
    except Refused as error:
        wrong |= error.fields["faults"]
    if wrong:
        raise all_of(asked, wrong)
    return facts


def _refuse_known(asked: str, name: str, named: str, *, is_another: bool) -> None:
    """Refuse a name that the site already knows. Raises: Refused."""
    rows = Organisation.objects.select_related("merged_into")
    known = rows.filter(name__iexact=name).first()
    if known is None and not is_another:
        known = rows.filter(slug=slugify(name)[:LONGEST_SLUG]).first()
    if known is None:
        return
    into = f", which was merged into {known.merged_into.name}" if known.merged_into else ""
    remedy = "Choose it from the list, or enter the name that tells them apart."
    raise Refused(asked=asked, wrong=f"The site already knows {known.name}{into}.", remedy=remedy, field=named)


def free_slug(name: str) -> str:
    """Give an address for a new organisation that no other has."""
    stem = slugify(name)[:LONGEST_SLUG]
    slug, number = stem, 2
    while Organisation.objects.filter(slug=slug).exists():
        slug = f"{stem[: LONGEST_SLUG - 4]}-{number}"
        number += 1
    return slug
