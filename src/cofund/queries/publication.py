"""Which single contributions a visitor may read: by the stage that a scheme publishes from, and by exceptions for single fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.auth.models import AnonymousUser

from cofund.queries import access, growing, identity, schemes
from cofund.queries.exceptions import Part, Policies
from cofund.queries.exceptions import part as exceptions_of
from cofund.queries.growing import Growing
from cofund.queries.keeping import kept
from cofund.queries.leaving_out import NOTHING, Without
from cofund.records.directory.models import Certainty, User
from cofund.records.ledger.models import Account, Book, Contribution, ContributionVersion, Transfer
from cofund.records.programme.models import RoleHolding
from cofund.rules import roles, stages
from cofund.rules.publication import PARTNERS, PUBLIC
from cofund.rules.schemes import PublicationPolicy, Scheme

# What a scheme calls `accepted` stands in the stage `validated`.
_STAGE_OF = {"accepted": "validated"}
GIVER: Final = "contribution.giver"
AMOUNT: Final = "contribution.amount"
MATCH: Final = "contribution.match"
REASON: Final = "contribution.reason"
_NONE: Final = Part()


@dataclass(frozen=True, slots=True)
class Audience:
    """What one visitor may read of single contributions, organisations and topics.

    `published` are the contributions that have reached the stage that their scheme publishes from, `own` those whose life
    the visitor may read although nobody else may. `reads_books` is for the office and for auditors. `exceptions` are what is held
    back from this visitor by a reason of its own, and what is opened to it before; `codes` are the programmes that all
    of it is about.

    Sums that this visitor sees are over all contributions but those whose amount is held back (`without`); those of one project
    leave out pledges that are not public yet, too (`without_of_project`): beside others that are public, a sum would tell the
    amount of a single one.
    """

    reads_books: bool = False
    published: frozenset[int] = frozenset()
    own: frozenset[int] = field(default=frozenset())
    exceptions: Part = _NONE
    codes: tuple[str, ...] = ()

    def may_read(self, contribution_id: int) -> bool:
        """Tell whether this visitor may see who gives this contribution, and how much."""
        return (
            self.may_name(contribution_id) and self.may_sum(contribution_id) and self._is_told(contribution_id, AMOUNT)
        )

    def may_name(self, contribution_id: int) -> bool:
        """Tell whether this visitor may see who gives this contribution."""
        if self.reads_books or contribution_id in self.own:
            return True
        return (GIVER, contribution_id) not in self.exceptions.held and self._is_told(contribution_id, GIVER)

    def may_sum(self, contribution_id: int) -> bool:
        """Tell whether the amount of this contribution may be shown to this visitor, or counted in a sum that is."""
        is_held = (AMOUNT, contribution_id) in self.exceptions.held
        return not is_held or self.reads_books or contribution_id in self.own

    def may_see(self, code: str, key: int) -> bool:
        """Tell whether a field, as `contribution.place`, of the record with this key may be shown, once the record itself may."""
        if self.reads_books or (code, key) not in self.exceptions.held:
            return True
        return code.startswith("contribution.") and key in self.own

    def why_not(self, code: str, key: int) -> str:
        """What stands instead of a field that is held back; empty where it is not."""
        return "" if self.may_see(code, key) else self.exceptions.words.get((code, key), "not published")

    def _is_told(self, contribution_id: int, code: str) -> bool:
        """Whether a contribution is public by its stage, or one of its fields by an exception."""
        if self.reads_books or contribution_id in self.published or contribution_id in self.own:
            return True
        return (code, contribution_id) in self.exceptions.opened

    def may_match(self, contribution_id: int) -> bool:
        """Tell whether the match of this contribution may be shown: with the amount, and where it tells no other one."""
        if self.reads_books or contribution_id in self.own:
            return True
        return self.may_sum(contribution_id) and (MATCH, contribution_id) not in self.exceptions.held

    @property
    def without(self) -> Without:
        """The contributions that no sum may count which this visitor sees, so that no difference of two sums tells an amount."""
        if self.reads_books or not self.exceptions.held:
            return NOTHING
        return Without.of(self.exceptions.keys(AMOUNT) - self.own, self.exceptions.keys(MATCH) - self.own)

    @property
    def without_of_project(self) -> Without:
        """The contributions that no sum of a single project may count which this visitor sees."""
        without, early = self.without, self.early_of_others
        return Without.of(without | early, without.matches) if early else without

    @property
    def early_of_others(self) -> frozenset[int]:
        """The pledges to projects that are not public yet, but for those that this visitor may read. One query, once asked."""
        if self.reads_books:
            return frozenset()
        return _early(self.codes, self.published) - self.own - self.exceptions.told(AMOUNT)

    @property
    def unnamed(self) -> frozenset[int]:
        """The contributions whose giver is held back from this visitor."""
        return frozenset() if self.reads_books else self.exceptions.keys(GIVER) - self.own

    @property
    def readable(self) -> frozenset[int] | None:
        """The contributions that this visitor may read; None for all."""
        if self.reads_books:
            return None
        every = self.published | self.own
        return every - self.without - self.unnamed if self.exceptions.held else every

    def may_read_internals(self, contribution_id: int | None) -> bool:
        """Tell whether this visitor may see who booked, and why; of what no contributor stands behind, all may read why."""
        return self.reads_books or contribution_id in self.own

    def may_read_reason(self, contribution_id: int | None) -> bool:
        """Tell whether this visitor may see the reason in words; a tranche's own movements have no private side."""
        if contribution_id is None or self.may_read_internals(contribution_id):
            return True
        return (REASON, contribution_id) in self.exceptions.opened and self.may_read(contribution_id)


# Whoever reads the books, of whom nothing is held back.
READS_ALL: Final = Audience(reads_books=True)


class AsPartner(AnonymousUser):
    """Somebody who sees what the people of a programme's partners see, and nothing of any partner's own: for a preview."""


def audience(user: User | AnonymousUser, scheme_codes: Iterable[str] | None = None) -> Audience:
    """Give what a visitor may read of the contributions of some schemes; of all installed ones where none are named.

    At most six queries a scheme, however many contributions there are; none for those who read the books anyway.
    """
    if access.may(user, "read the books"):
        return READS_ALL
    codes = tuple(schemes.installed() if scheme_codes is None else scheme_codes)
    policies = tuple((code, schemes.current(code)[0].publication) for code in codes)
    published, exceptions = _published_of(policies), _exceptions(policies, user)
    if not access.may(user, "read own contributions"):
        return Audience(published=published, exceptions=exceptions, codes=codes)
    own = frozenset(access.visible_contributions(user).values_list("pk", flat=True))
    return Audience(published=published, own=own, exceptions=exceptions, codes=codes)


def public(scheme_code: str, known_at: datetime | None = None, scheme: Scheme | None = None) -> Audience:
    """Give what anybody may read of the contributions of a scheme: by the rules of now, or by those that held at an instant.

    `scheme` is what the scheme says, where the caller has read it already.
    """
    rules = scheme or schemes.current(scheme_code)[0]
    policies = ((scheme_code, rules.publication),)
    if known_at is None:
        return _of_anybody(policies)
    published = _published_at(scheme_code, rules.publication, known_at)
    exceptions = exceptions_of(policies, PUBLIC, known_at=known_at)
    return Audience(published=published, exceptions=exceptions, codes=(scheme_code,))


def of_anybody(scheme_codes: Iterable[str]) -> Audience:
    """Give what anybody may read of the contributions of some schemes."""
    return _of_anybody(tuple((code, schemes.current(code)[0].publication) for code in scheme_codes))


def _of_anybody(policies: Policies) -> Audience:
    """What anybody may read by some policies."""
    published, codes = _published_of(policies), tuple(code for code, _ in policies)
    exceptions = exceptions_of(policies, PUBLIC)
    return Audience(published=published, exceptions=exceptions, codes=codes)


def published_from(scheme_code: str) -> str:
    """The stage from which on a scheme's contributions are public, as a stage of the books."""
    return _stage_of(schemes.current(scheme_code)[0].publication)


def _stage_of(policy: PublicationPolicy) -> str:
    """The stage of the books from which on a policy publishes."""
    return _STAGE_OF.get(policy.from_stage, policy.from_stage)


def _exceptions(policies: Policies, user: User | AnonymousUser) -> Part:
    """The exceptions for a visitor: those of a partner's person where its organisation is a partner of the programme."""
    if isinstance(user, AsPartner):
        return exceptions_of(policies, PARTNERS)
    if not isinstance(user, User) or access.role_of(user) != roles.PARTNER or user.organisation_id is None:
        return exceptions_of(policies, PUBLIC)
    inside = tuple(one for one in policies if _is_partner(user.organisation_id, one[0]))
    if not inside or inside == policies:
        return exceptions_of(policies, PARTNERS if inside else PUBLIC)
    # Of one programme a partner, of another one anybody: what either holds back for its reader is held back.
    outside = tuple(one for one in policies if one not in inside)
    parts = exceptions_of(inside, PARTNERS), exceptions_of(outside, PUBLIC)
    of_inside = _contributions_of(tuple(code for code, _ in inside))
    held = {place for place in parts[1].held if not (place[0].startswith("contribution.") and place[1] in of_inside)}
    words = dict(parts[1].words) | dict(parts[0].words)
    return Part(parts[0].held | held, parts[0].opened | parts[1].opened, words)


@kept(256)
def _is_partner(organisation_id: int, scheme_code: str) -> bool:
    """Whether an organisation holds a role in a programme or gives to it."""
    holdings = RoleHolding.objects.filter(organisation=organisation_id, scheme__code=scheme_code)
    given = identity.given_by(Contribution.objects.filter(book__scheme__code=scheme_code).order_by(), organisation_id)
    return holdings.exists() or given.exists()


@kept(32)
def _contributions_of(scheme_codes: tuple[str, ...]) -> frozenset[int]:
    """The contributions of some programmes."""
    rows = Contribution.objects.filter(book__scheme__code__in=scheme_codes).order_by()
    return frozenset(rows.values_list("pk", flat=True))


@kept(32)
def _early(scheme_codes: tuple[str, ...], published: frozenset[int]) -> frozenset[int]:
    """What is given to projects of some programmes and is not public by its stage."""
    rows = Contribution.objects.filter(book__scheme__code__in=scheme_codes, project__isnull=False).order_by()
    return frozenset(rows.values_list("pk", flat=True)) - published


@kept(32)
def _published_of(policies: Policies) -> frozenset[int]:
    """What has ever reached the stage of publication in some schemes; one set for all readers, whose hash is computed once."""
    return frozenset().union(*(_published(code, _stage_of(policy)) for code, policy in policies))


def _published(scheme_code: str, stage: str) -> frozenset[int]:
    """The contributions of a scheme that have ever reached its stage of publication: what was public stays public."""
    ends = [end for end, code, _ in growing.ends() if code == scheme_code]
    return frozenset(_growing.rows(ends[0], (stage, None))) if ends else frozenset()


def _reached(book_id: int, at: tuple[str, datetime | None], keys: Collection[int] | None) -> dict[int, None]:
    """The contributions of a book, or those of these keys, that ever reached a stage, or whose amount a public source tells.

    Of what is recorded by now, or up to an instant.
    """
    stage, known_at = at
    early = {} if known_at is None else {"entry__recorded_at__lte": known_at}
    asked = {"book": book_id, "contribution__isnull": False} if keys is None else {"contribution__in": keys}
    rows = Transfer.objects.filter(
        **asked,
        **early,
        to_account__holder=Account.Holder.CONTRIBUTION,
        to_account__stage__in=stages.LIVE_STAGES[stages.LIVE_STAGES.index(stage) :],
    )
    reached = rows.order_by().values_list("contribution_id", flat=True).distinct()
    whose = {"contribution__book": book_id} if keys is None else {"contribution__in": keys}
    told = ContributionVersion.objects.filter(**whose, **early, certainty=Certainty.VERIFIED)
    return dict.fromkeys([*reached, *told.order_by().values_list("contribution_id", flat=True).distinct()])


def _published_at(scheme_code: str, policy: PublicationPolicy, known_at: datetime) -> frozenset[int]:
    """The contributions of a scheme that had reached its stage of publication by what was recorded up to an instant."""
    book_id = Book.objects.values_list("pk", flat=True).get(scheme__code=scheme_code)
    return frozenset(_reached(book_id, (_stage_of(policy), known_at), None))


_growing: Final[Growing[None]] = Growing(_reached, maxsize=32)
