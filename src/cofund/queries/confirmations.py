"""Whether partners' contributions stand after the text of their topic changed: who is asked, who may answer, what was answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from cofund.queries import access, identity
from cofund.records.directory.models import Contact, Organisation, PartnerRight, User
from cofund.records.ledger.models import Confirmation, Contribution
from cofund.records.programme.models import Topic
from cofund.rules import roles

# Nobody is asked twice at one time: only the newest question about a contribution is open.
OPEN_ANSWERS = ("", Confirmation.Answer.TALKS)


def visible(user: User | AnonymousUser) -> QuerySet[Confirmation]:
    """The confirmations that a person may read: the office and auditors all, a partner those of its organisation, newest first."""
    if not access.may(user, "read confirmations"):
        return Confirmation.objects.none()
    newer = Confirmation.objects.filter(contribution=OuterRef("contribution"), pk__gt=OuterRef("pk"))
    rows = Confirmation.objects.annotate(is_superseded=Exists(newer))
    # Who reads the books sees every contribution: there is none to look for.
    if not access.may(user, "read the books"):
        rows = rows.filter(contribution__in=access.visible_contributions(user).order_by())
    related = ("contribution__book__scheme", "contribution__topic", "topic_version__topic__scheme")
    return rows.select_related(*related).prefetch_related("contribution__parties").order_by("-pk")


def newest(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of some questions that no newer text has replaced: the older ones can no longer be answered."""
    newer = Confirmation.objects.filter(contribution=OuterRef("contribution"), pk__gt=OuterRef("pk"))
    return rows.filter(~Exists(newer))


def waiting(user: User | AnonymousUser) -> QuerySet[Confirmation]:
    """Those of the visible ones that still wait for an answer."""
    return newest(visible(user)).filter(answer__in=OPEN_ANSWERS)


def of_topic(topic: Topic) -> QuerySet[Confirmation]:
    """What partners were asked about a topic, newest first; each says whether a newer text has been asked about since."""
    newer = Confirmation.objects.filter(contribution=OuterRef("contribution"), pk__gt=OuterRef("pk"))
    rows = Confirmation.objects.filter(topic_version__topic=topic).annotate(is_superseded=Exists(newer))
    return (
        rows.select_related("contribution", "topic_version").prefetch_related("contribution__parties").order_by("-pk")
    )


def may_answer(user: User, row: Confirmation) -> bool:
    """Tell whether a person may answer: of an organisation behind the contribution, with the right to sign for it."""
    return (
        user.is_active
        and roles.may(access.role_of(user), "answer confirmation")
        and user.organisation_id is not None
        and identity.given_by(Contribution.objects.filter(pk=row.contribution_id), user.organisation_id).exists()
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
    told = getattr(row, "is_superseded", None)
    if told is None:
        return Confirmation.objects.filter(contribution=row.contribution_id, pk__gt=row.pk).exists()
    return bool(told)
