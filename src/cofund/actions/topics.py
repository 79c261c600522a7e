"""Opens a topic, so that partners can pledge to it, and the project that a topic's grant makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import slugify

from cofund.actions import audit, targets
from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.errors import Refused, all_of
from cofund.actions.locks import writing
from cofund.actions.share_exceptions import NO_EXCEPTION, ShareException
from cofund.actions.topic_checks import check_step
from cofund.queries import clock
from cofund.queries.pools import Target
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import Call, Project, Scheme, Topic
from cofund.rules import timeline
from cofund.rules.lifecycle_topics import TOPIC


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic as it is opened; `call` is the code of a call, made where the scheme has none of that code, or empty."""

    scheme: str
    code: str
    title: str
    call: str = ""
    source_url: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewProject:
    """The project of a signed grant: its acronym and grant agreement, and what else is known."""

    acronym: str
    grant_agreement: str
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    source_url: str = ""
    # The decision lets the project start before the signature; only on the fast track.
    starts_before_signature: bool = False
    # What allows a share of the grant that is not within its limit.
    share_exception: ShareException = NO_EXCEPTION


def open_topic(actor: Actor, wanted: NewTopic, *, at: datetime | None = None) -> Topic:
    """Open a topic for drafting, with its audit row.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the scheme is not there, the code is empty or taken.
    """
    actor.require("open topic")
    asked = f"You asked to open the topic {wanted.code}."
    code = wanted.code.strip()
    with writing():
        scheme = Scheme.objects.filter(code=wanted.scheme, book__isnull=False).first()
        if scheme is None:
            raise Refused(asked=asked, wrong="The programme has no book.", remedy="Open its book first.", field="code")
        if faults := _faults(scheme, code, wanted.title):
            raise all_of(asked, faults)
        call = Call.objects.get_or_create(scheme=scheme, code=wanted.call.strip())[0] if wanted.call.strip() else None
        made = Topic.objects.create(
            scheme=scheme, code=code, title=wanted.title.strip(), call=call, source_url=wanted.source_url
        )
        audit.record(
            actor,
            "open topic",
            f"{scheme.code}/topic/{code}",
            at=at or clock.now(),
            after={"title": made.title, "call": call.code if call else None},
            reason=wanted.reason,
            evidence=wanted.source_url,
        )
        return made


def _faults(scheme: Scheme, code: str, title: str) -> dict[str, str]:
    """Everything that is wrong with a topic that is to be opened, by the field of the form."""
    found = {}
    if not code or "/" in code:
        found["code"] = "A topic has a code without slashes. Enter it as the work plan writes it."
    elif Topic.objects.filter(scheme=scheme, code=code).exists():
        found["code"] = f"{scheme.name} already has a topic of this code. Use that topic, or enter another code."
    if not title.strip():
        found["title"] = "A topic has a title. Enter it as the work plan writes it."
    return found


def sign_grant(
    actor: Actor, scheme: str, target: Target, wanted: NewProject, grounds: Grounds, *, at: datetime | None = None
) -> Entry:
    """Commit what stands behind a target with its grant agreement; for a topic the project of the grant is made.

    Raises:
        NotAllowed: the role does not include it.
        Refused: the topic is not adopted, the acronym is taken, there is no decision, nothing is endorsed, or the project starts
            before the signature.
    """
    actor.require("commit")
    with writing():
        if target.topic is not None:
            state = Topic.objects.select_for_update().values_list("status", flat=True).get(pk=target.topic.pk)
            check_step(TOPIC, "commit", state, f"You asked to sign the grant of {target.code}.")
        _refuse_early_start(target, wanted, grounds)
        if target.project is not None:
            allowed = wanted.share_exception
            return targets.commit(actor, scheme, target, target.project, grounds, share_exception=allowed, at=at)
        slug = slugify(wanted.acronym)
        row = Scheme.objects.get(code=scheme)
        if not slug or Project.objects.filter(scheme=row, slug=slug).exists():
            raise Refused(
                asked=f"You asked to sign the grant of {target.code} as {wanted.acronym}.",
                wrong="There is a project of this acronym already." if slug else "A project has an acronym.",
                remedy="Enter the acronym of this project.",
                field="acronym",
            )
        project = Project.objects.create(
            scheme=row,
            topic=target.topic,
            call=target.topic.call if target.topic else None,
            slug=slug,
            acronym=wanted.acronym.strip(),
            title=wanted.title,
            grant_agreement=wanted.grant_agreement.strip(),
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            source_url=wanted.source_url,
            signed_on=grounds.effective_on,
            starts_before_signature=wanted.starts_before_signature,
        )
        return targets.commit(actor, scheme, target, project, grounds, share_exception=wanted.share_exception, at=at)


def _refuse_early_start(target: Target, wanted: NewProject, grounds: Grounds) -> None:
    """Refuse a start before the signature, but on the fast track with the flag.

    Raises:
        Refused: with `field` starts_on.
    """
    call = target.topic.call if target.topic else target.project.call if target.project else None
    wrong = timeline.early_start(
        wanted.starts_on,
        grounds.effective_on,
        is_fast_track=call is not None and call.is_fast_track,
        is_flagged=wanted.starts_before_signature,
    )
    if wrong:
        raise Refused(
            asked=f"You asked to sign the grant of {target.code} on {grounds.effective_on.isoformat()}.",
            wrong=wrong,
            remedy="Enter a later start; on the fast track, say that the decision allows the earlier one.",
            field="starts_on",
        )
