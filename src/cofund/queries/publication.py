"""Which single contributions a visitor may read: the scheme says from which stage on they are public."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from django.contrib.auth.models import AnonymousUser

from cofund.queries import access, growing, schemes
from cofund.queries.growing import Growing
from cofund.queries.keeping import kept
from cofund.records.directory.models import Certainty, User
from cofund.records.ledger.models import Account, ContributionVersion, Transfer
from cofund.rules import stages

# What a scheme calls `accepted` stands in the stage `validated`.
_STAGE_OF = {"accepted": "validated"}


@dataclass(frozen=True, slots=True)
class Audience:
    """What one visitor may read of single contributions; sums over all of them are open to everybody.

    `published` are the contributions that have reached the stage that their scheme publishes from, `own` those whose life
    the visitor may read although nobody else may. `reads_books` is for the office and for auditors.
    """

    reads_books: bool = False
    published: frozenset[int] = frozenset()
    own: frozenset[int] = field(default=frozenset())

    def may_read(self, contribution_id: int) -> bool:
        """Tell whether this visitor may see who gives this contribution, and how much."""
        return self.reads_books or contribution_id in self.published or contribution_id in self.own

    @property
    def readable(self) -> frozenset[int] | None:
        """The contributions that this visitor may read; None for all."""
        return None if self.reads_books else self.published | self.own

    def may_read_internals(self, contribution_id: int | None) -> bool:
        """Tell whether this visitor may see who booked, and why; of what no contributor stands behind, all may read why."""
        return self.reads_books or contribution_id in self.own

    def may_read_reason(self, contribution_id: int | None) -> bool:
        """Tell whether this visitor may see the reason in words; a tranche's own movements have no private side."""
        return contribution_id is None or self.may_read_internals(contribution_id)


def audience(user: User | AnonymousUser, scheme_codes: Iterable[str] | None = None) -> Audience:
    """Give what a visitor may read of the contributions of some schemes; of all installed ones where none are named.

    At most three queries a scheme, however many contributions there are; none for those who read the books anyway.
    """
    if access.may(user, "read the books"):
        return Audience(reads_books=True)
    codes = schemes.installed() if scheme_codes is None else tuple(scheme_codes)
    published = _published_of(codes)
    if not access.may(user, "read own contributions"):
        return Audience(published=published)
    return Audience(published=published, own=frozenset(access.visible_contributions(user).values_list("pk", flat=True)))


def public(scheme_code: str) -> Audience:
    """Give what anybody may read of the contributions of a scheme."""
    return Audience(published=_published(scheme_code))


def of_anybody(scheme_codes: Iterable[str]) -> Audience:
    """Give what anybody may read of the contributions of some schemes."""
    return Audience(published=_published_of(tuple(scheme_codes)))


def published_from(scheme_code: str) -> str:
    """The stage from which on a scheme's contributions are public, as a stage of the books."""
    scheme, _ = schemes.current(scheme_code)
    stated = scheme.publication.from_stage
    return _STAGE_OF.get(stated, stated)


@kept(32)
def _published_of(scheme_codes: tuple[str, ...]) -> frozenset[int]:
    """What has ever reached the stage of publication in some schemes; one set for all readers, whose hash is computed once."""
    return frozenset().union(*map(_published, scheme_codes))


def _published(scheme_code: str) -> frozenset[int]:
    """The contributions of a scheme that have ever reached its stage of publication: what was public stays public."""
    stage = published_from(scheme_code)
    ends = [end for end, code, _ in growing.ends() if code == scheme_code]
    return frozenset(_growing.rows(ends[0], stage)) if ends else frozenset()


def _reached(book_id: int, stage: str, keys: Collection[int] | None) -> dict[int, None]:
    """The contributions of a book, or those of these keys, that ever reached a stage, or whose amount a public source tells."""
    asked = {"book": book_id, "contribution__isnull": False} if keys is None else {"contribution__in": keys}
    rows = Transfer.objects.filter(
        **asked,
        to_account__holder=Account.Holder.CONTRIBUTION,
        to_account__stage__in=stages.LIVE_STAGES[stages.LIVE_STAGES.index(stage) :],
    )
    reached = rows.order_by().values_list("contribution_id", flat=True).distinct()
    whose = {"contribution__book": book_id} if keys is None else {"contribution__in": keys}
    told = ContributionVersion.objects.filter(**whose, certainty=Certainty.VERIFIED)
    return dict.fromkeys([*reached, *told.order_by().values_list("contribution_id", flat=True).distinct()])


_growing: Final[Growing[None]] = Growing(_reached, maxsize=32)
