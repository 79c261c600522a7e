"""Invites a candidate: the organisation is found in the directory or added to it, and a lead on the invited route is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cofund.actions import audit, organisations
from cofund.actions import leads as lead_actions
from cofund.actions.actors import Actor
from cofund.actions.candidates import in_force
from cofund.actions.errors import Refused
from cofund.actions.leads import LeadFacts, NewLead
from cofund.actions.locks import writing
from cofund.actions.organisations import NewOrganisation
from cofund.queries import candidate_subjects, candidates, clock, registry
from cofund.queries.candidate_subjects import Subject
from cofund.records.corpus.models import PastOrganisation
from cofund.records.directory.models import CorpusLink, Organisation, User
from cofund.records.programme.models import CandidateMark, Lead
from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS, likely_kinds
from cofund.rules.places import COUNTRIES, country_code

_LONGEST_NAME: Final = 300
_LONGEST_SHORT_NAME: Final = 80
CORDIS: Final = "https://cordis.europa.eu"


@dataclass(frozen=True, slots=True)
class Invitation:
    """How a candidate is invited.

    `organisation` is the one of the directory that it is; None where it is added, which `is_another` confirms where others look
    like it.
    """

    organisation: Organisation | None = None
    is_another: bool = False
    is_another_lead: bool = False
    next_step: str = ""
    next_step_on: date | None = None
    note: str = ""
    owner: User | None = None


def invite(
    actor: Actor, subject: Subject, past: PastOrganisation, wanted: Invitation, *, at: datetime | None = None
) -> Lead:
    """Open a lead on the invited route for a candidate, which stands on the shortlist from then on.

    Who has the candidate's identification code in the directory is the candidate; nobody else can be named for it then.

    Raises:
        NotAllowed: the role does not include it.
        LikelyDuplicate: the directory probably has the organisation, and nobody said that it is another one.
        Refused: it is not suitable, invited already, a member already, excluded by a rule, or like an open lead.
    """
    actor.require("invite candidate")
    asked = f"You asked to invite {past} for {subject.code}."
    instant = at or clock.now()
    with writing():
        held = in_force(subject, past)
        _refuse_said(asked, held)
        organisation = candidates.organisations_of([past.pk]).get(past.pk) or wanted.organisation
        is_new = organisation is None
        if organisation is None:
            organisation = organisations.write_new(
                actor, as_organisation(past, is_another=wanted.is_another), at=instant
            )
        organisation = organisation.merged_into or organisation
        _refuse_standing(asked, subject, organisation)
        _link(organisation, past, instant)
        lead = lead_actions.open_lead(actor, _lead(subject, organisation, wanted), at=instant)
        row = held or CandidateMark(
            **subject.asked,
            past_organisation=past,
            kind=CandidateMark.Kind.SHORTLISTED,
            made_by=actor.name,
            made_at=instant,
        )
        row.lead = lead
        row.save()
        after = {"candidate": f"{past} (PIC {past.pk})", "organisation": organisation.slug, "lead": lead.reference}
        after["added to the directory"] = "yes" if is_new else "no"
        audit.record(actor, "invite candidate", subject.audited_as, at=instant, after=after)
        return lead


def as_organisation(past: PastOrganisation, *, is_another: bool = False) -> NewOrganisation:
    """A past organisation as it is added to the directory: what CORDIS states of it, and its kind where its name tells it."""
    country = country_code(past.country)
    return NewOrganisation(
        name=(past.name or f"PIC {past.pk}")[:_LONGEST_NAME],
        kind=_kind(past),
        country=country if country in COUNTRIES else "",
        source_url=CORDIS,
        short_name=past.short_name[:_LONGEST_SHORT_NAME],
        pic=f"{past.pk:09d}",
        is_another=is_another,
    )


def _kind(past: PastOrganisation) -> str:
    """What the directory would call it; not known where neither CORDIS nor its name tells."""
    likely = likely_kinds(past.name, past.activity_type)
    if PATIENTS in likely:
        return Organisation.Kind.PATIENT_ORGANISATION
    if FOUNDATION in likely:
        return Organisation.Kind.FOUNDATION
    if past.activity_type == "PRC":
        return Organisation.Kind.SMALL_COMPANY if past.sme else Organisation.Kind.COMPANY
    return Organisation.Kind.PUBLIC_RESEARCH if past.activity_type == "REC" else Organisation.Kind.UNKNOWN


def _lead(subject: Subject, organisation: Organisation, wanted: Invitation) -> NewLead:
    """The lead of an invitation."""
    facts = LeadFacts(
        topic=subject.topic, idea=subject.idea, owner=wanted.owner, next_step=wanted.next_step,
        next_step_on=wanted.next_step_on, note=wanted.note,
    )  # fmt: skip
    return NewLead(
        subject.scheme.code, organisation, Lead.Route.INVITED, facts,
        reason="Found among the candidates", is_another=wanted.is_another_lead,
    )  # fmt: skip


def _refuse_said(asked: str, held: CandidateMark | None) -> None:
    """Raises: Refused where the candidate was called not suitable, or is invited already."""
    if held is not None and held.kind == CandidateMark.Kind.NOT_SUITABLE:
        wrong = f"{held.made_by} called it not suitable: {held.note}"
        raise Refused(asked=asked, wrong=wrong, remedy="Take that back first.")
    if held is not None and held.lead is not None:
        wrong = f"It is invited already: {held.lead.reference}."
        raise Refused(asked=asked, wrong=wrong, remedy="Go on with that lead.")


def _refuse_standing(asked: str, subject: Subject, organisation: Organisation) -> None:
    """Raises: Refused where the organisation is a member already, or a rule of the programme excludes it."""
    for member in candidate_subjects.members(subject):
        if member.organisation.pk == organisation.pk:
            wrong = f"{organisation} {member.words}."
            raise Refused(asked=asked, wrong=wrong, remedy="It takes part already; nothing is left to do.")
    for clash in candidates.against(subject, [organisation]).get(organisation.pk, ()):
        if clash.blocks:
            raise Refused(asked=asked, wrong=clash.words, remedy=clash.remedy)


def _link(organisation: Organisation, past: PastOrganisation, at: datetime) -> None:
    """Record that the organisation is the past one, once; the audit row of the invitation tells of it."""
    if not organisation.corpus_links.filter(past_organisation=past).exists():
        basis = registry.basis_of(organisation, past) or CorpusLink.Basis.STATED
        CorpusLink.objects.create(organisation=organisation, past_organisation=past, basis=basis, recorded_at=at)
