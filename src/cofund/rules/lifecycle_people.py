"""The states of somebody who signs in for a partner, and what its organisation or the office can do in each."""

from __future__ import annotations

from typing import Final

from cofund.rules.lifecycles import Lifecycle, Step

INVITED: Final = "invited"
ACTIVE: Final = "active"
DEACTIVATED: Final = "deactivated"

COLLEAGUE: Final = Lifecycle(
    "colleague",
    {INVITED: "Invited, no password yet", ACTIVE: "Signs in", DEACTIVATED: "Deactivated"},
    (
        Step("set password by link", (INVITED,), ACTIVE),
        Step("invite colleague again", (INVITED,)),
        Step("grant right", (INVITED, ACTIVE)),
        Step("revoke right", (INVITED, ACTIVE)),
        Step("deactivate colleague", (INVITED, ACTIVE), DEACTIVATED),
        # Who comes back sets a new password, and gets rights anew.
        Step("reactivate colleague", (DEACTIVATED,), INVITED),
    ),
)


def state_of(*, is_active: bool, has_password: bool) -> str:
    """The state of a person: deactivated, else active with a password and invited without one."""
    return (ACTIVE if has_password else INVITED) if is_active else DEACTIVATED
