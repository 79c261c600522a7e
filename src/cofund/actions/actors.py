"""Who acts: a signed-in person, or the operator at the command line."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from cofund.actions.errors import NotAllowed
from cofund.records.directory.models import User
from cofund.rules import roles


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program in whose name something is done; the name is kept even where the account goes."""

    name: str
    role: str
    user_id: int | None = None

    @classmethod
    def of(cls, user: User) -> Actor:
        """The actor for a signed-in person."""
        return cls(str(user), user.role or roles.PUBLIC, user.pk)

    @classmethod
    def operator(cls) -> Actor:
        """The actor for the command line, named after the account that runs it."""
        return cls(f"operator {getpass.getuser()}", roles.OPERATOR)

    def require(self, action: str) -> None:
        """Let the action pass only if the role includes it.

        Raises:
            NotAllowed: it does not.
        """
        if not roles.may(self.role, action):
            raise NotAllowed(
                asked=f"{self.name} asked to {action}.",
                wrong=f"The role {self.role.replace('_', ' ')} does not include this.",
                remedy="Ask a finance officer of the programme office to do it.",
                action=action,
                role=self.role,
            )
