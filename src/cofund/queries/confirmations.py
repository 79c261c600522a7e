"""Whether what partners give stands after the text of their topic changed: who is asked or told, who answers, what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from cofund.queries import access, identity
from cofund.records.directory.models import Contact, Organisation, PartnerRight, User
from cofund.records.ledger.models import Application, Confirmation, Contribution, LetterLine, Transfer
from cofund.records.programme.models import Topic
from cofund.rules import roles, stages
from cofund.rules.confirming import HANDED_IN, TOLD_DAYS
from cofund.rules.lifecycle_applications import LIVING

# Nobody is asked twice at one time: only the newest question about one thing is open.
OPEN_ANSWERS = ("", Confirmation.Answer.TALKS)
# Nothing moved by the answer that it will be withdrawn: until the office records it, the partner may think again.
CHANGEABLE = (*OPEN_ANSWERS, Confirmation.Answer.WITHDRAWS)
RELATED = (
    "contribution__book__scheme",
    "contribution__topic",
    "application__organisation__merged_into",
    "topic_version__topic__scheme",
)


def visible(user: User | AnonymousUser) -> QuerySet[Confirmation]:
    """What a person may read: the office and auditors all, a partner what its organisation was asked and told, newest first."""
    if not access.may(user, "read confirmations"):
        return Confirmation.objects.none()
    rows = Confirmation.objects.annotate(is_superseded=_is_superseded())
    # Who reads the books sees every contribution: there is none to look for.
    if not access.may(user, "read the books"):
        own = access.organisations_with(user, PartnerRight.Right.READ)
        contributions = access.visible_contributions(user).order_by()
        rows = rows.filter(Q(contribution__in=contributions) | of_letters(own))
    return _shown(rows)


def of_letters(organisation_ids: Iterable[int]) -> Q:
    """The condition that it is about an application of one of some organisations, or of one that was merged into it."""
    keys = list(organisation_ids)
    return Q(application__organisation__in=keys) | Q(application__organisation__merged_into__in=keys)


def newest(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of some questions that no newer text has replaced, about what still stands: the others can no longer be answered."""
    return standing(rows.filter(needs_answer=True)).exclude(_is_superseded())


def standing(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of some questions that are about what still stands: a contribution that lives, an application that is alive."""
    booked = Exists(
        LetterLine.objects.filter(letter__application=OuterRef("application"), contribution__isnull=False).order_by()
    )
    unbooked = Q(application__status__in=[one for one in LIVING if one != Application.Status.APPROVED])
    approved = Q(application__status=Application.Status.APPROVED)
    living = Q(live_cents__gt=0)
    return rows.annotate(
        live_cents=Coalesce(_live("contribution"), _live("contribution__letter_lines__letter__application"), 0)
    ).filter(unbooked | living | (approved & ~Q(booked)))


def waiting(user: User | AnonymousUser) -> QuerySet[Confirmation]:
    """Those of the visible ones that still wait for an answer."""
    return newest(visible(user)).filter(answer__in=OPEN_ANSWERS)


def told(rows: QuerySet[Confirmation], on: date) -> QuerySet[Confirmation]:
    """Those of some that are only told, not long ago, and that no newer text has replaced."""
    newer = Confirmation.objects.filter(pk__gt=OuterRef("pk"))
    replaced = Exists(newer.filter(contribution=OuterRef("contribution"))) | Exists(
        newer.filter(application=OuterRef("application"))
    )
    since = on - timedelta(days=TOLD_DAYS)
    return standing(rows.filter(needs_answer=False, asked_at__date__gte=since)).exclude(replaced)


def of_topic(topic: Topic) -> QuerySet[Confirmation]:
    """What partners were asked and told about a topic, newest first; each says whether a newer text has been asked about since."""
    return _shown(Confirmation.objects.filter(topic_version__topic=topic).annotate(is_superseded=_is_superseded()))


def letters_of(topic: Topic) -> QuerySet[Application]:
    """The applications to a topic whose partners hear of a change of its text: those that are alive and not booked yet."""
    booked = LetterLine.objects.filter(letter__application=OuterRef("pk"), contribution__isnull=False).order_by()
    rows = Application.objects.filter(topic=topic, status__in=LIVING).exclude(Exists(booked))
    return rows.select_related("organisation__merged_into", "topic", "project", "scheme").order_by("pk")


def is_handed_in(application: Application) -> bool:
    """Tell whether the letter of an application was handed in and has not come to nothing."""
    return application.status in HANDED_IN


def givers(row: Confirmation) -> tuple[Organisation, ...]:
    """Who stands behind what it is about: the organisations that are kept."""
    if row.application is not None:
        return (identity.kept(row.application.organisation),)
    assert row.contribution is not None
    return identity.kept_once(row.contribution.parties.all())


def may_answer(user: User, row: Confirmation) -> bool:
    """Tell whether a person may answer: of an organisation behind what it is about, with the right to sign for it."""
    return (
        row.needs_answer
        and user.is_active
        and roles.may(access.role_of(user), "answer confirmation")
        and user.organisation_id is not None
        and _is_behind(user.organisation_id, row)
        and PartnerRight.objects.filter(
            user=user, organisation=user.organisation_id, right=PartnerRight.Right.SIGN, revoked_at=None
        ).exists()
    )


def addresses(organisations: Iterable[Organisation]) -> list[str]:
    """The e-mail addresses of the people of some organisations who are to know, and of their first contacts; each once."""
    keys = [one.pk for one in organisations]
    people = User.objects.filter(organisation__in=keys, role=User.Role.PARTNER, is_active=True).exclude(email="")
    first = Contact.objects.filter(organisation__in=keys, is_first=True, left_on=None).exclude(email="")
    found = [
        *people.order_by("pk").values_list("email", flat=True),
        *first.order_by("pk").values_list("email", flat=True),
    ]
    return list(dict.fromkeys(address.casefold() for address in found))


def is_superseded(row: Confirmation) -> bool:
    """Tell whether a newer text has been asked about since; asks nothing where the query told it already."""
    known = getattr(row, "is_superseded", None)
    if known is None:
        return Confirmation.objects.filter(_is_superseded(), pk=row.pk).exists()
    return bool(known)


def _is_superseded() -> Q:
    """The condition that a newer question is about the same contribution or application, or about what it became."""
    newer = Confirmation.objects.filter(needs_answer=True, pk__gt=OuterRef("pk"))
    return (
        Q(Exists(newer.filter(contribution=OuterRef("contribution"))))
        | Q(Exists(newer.filter(application=OuterRef("application"))))
        | Q(Exists(newer.filter(contribution__letter_lines__letter__application=OuterRef("application"))))
    )


def _shown(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Rows with what a list says of each, newest first."""
    return rows.select_related(*RELATED).prefetch_related("contribution__parties__merged_into").order_by("-pk")


def _is_behind(organisation_id: int, row: Confirmation) -> bool:
    """Tell whether an organisation stands behind what it is about."""
    if row.application is not None:
        return organisation_id in (row.application.organisation_id, row.application.organisation.merged_into_id)
    assert row.contribution is not None
    return identity.given_by(Contribution.objects.filter(pk=row.contribution.pk), organisation_id).exists()


def _live(path: str) -> Subquery:
    """What lives of the contributions that a path from a transfer leads to, in cents; asked of the rows of the books themselves."""

    def at(side: str) -> Sum:
        condition = {f"{side}__holder": "contribution", f"{side}__stage__in": stages.LIVE_STAGES}
        return Sum(Case(When(**condition, then=F("amount_cents")), default=0, output_field=BigIntegerField()))

    outer = OuterRef("application" if "application" in path else "contribution")
    rows = Transfer.objects.filter(**{path: outer}).order_by().values(path)
    return Subquery(rows.annotate(total=at("to_account") - at("from_account")).values("total"))
