"""Words for amounts that are not one partner's alone: with whom they are given, and that nobody published the split."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop as marked

from cofund.queries.contributions import ContributionState
from cofund.records.directory.models import Organisation
from cofund.web.formatting import money, named, staged
from cofund.web.languages import gettext as _

SPLIT = marked("the split is not published")
# So many are named in a line; the others are counted.
MOST_NAMES = 3


def said(state: ContributionState, own: Organisation | None = None) -> str:
    """Say of one contribution with whom an organisation gives it, or that several do; nothing where one gives it alone."""
    if not state.is_joint:
        return ""
    with_ = _with(state.organisations, own) if own is not None else ""
    return _("joint{words}; {split}").format(words=with_, split=_(SPLIT))


def of_amount(state: ContributionState, currency: str) -> str:
    """What stands under an amount in a list: its parts by stage, and that it is joint; with whom stands beside who gives it."""
    return "; ".join(
        filter(None, (staged(state.split, currency, state.over_cents), _("joint, in full") if state.is_joint else ""))
    )


def of_sum(states: Iterable[ContributionState], own: Organisation, currency: str) -> str:
    """Say how much of a sum is joint, and with whom; nothing where the organisation gives all of it alone."""
    found = list(states)
    joint = [state for state in found if state.is_joint and state.live_cents]
    if not joint:
        return ""
    cents = sum(state.live_cents for state in joint)
    is_all = cents == sum(state.live_cents for state in found)
    others = dict.fromkeys(one for state in joint for one in state.organisations)
    return _("{part}joint{words}; {split}").format(
        part="" if is_all else _("{amount} of it ").format(amount=money(cents, currency)),
        words=_with(others, own),
        split=_(SPLIT),
    )


def unlocked(*, is_shared: bool) -> str:
    """What stands under the public money beside a partner's contributions; of joint ones it stands in full."""
    note = _("public money matched or promised")
    return _("{note}, in full also beside what is joint").format(note=note) if is_shared else note


def _with(organisations: Iterable[Organisation], own: Organisation) -> str:
    """The others by name."""
    names = [str(one) for one in organisations if one.pk != own.pk]
    return _(" with {names}").format(names=named(names, MOST_NAMES)) if names else ""
