"""What only the command line of the server may do: no role that signs in may, and no page offers it."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from tests.cells import Command

from cofund.actions import messages
from cofund.actions.actors import Actor
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message, User
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle


@dataclass
class Cells:
    """A message that may have been sent, for the test of every cell."""

    message: Message
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        message = messages.write("test", "grace@gates.example", "Subject", "Text", key="a")
        Message.objects.update(handed_over_at=clock.now() - 2 * outbox.LEFT_AFTER)
        return cls(message)

    def client(self, role: str) -> Client:
        """Somebody of a role."""
        client = Client()
        client.force_login(User.objects.create_user(f"cell-{role}", role="" if role == roles.PUBLIC else role))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """It is there once."""
        assert life is None

    def act(self, action: str, role: str) -> Command:
        """The call of an action."""
        calls = {
            "decide on mail": lambda role: messages.decide(Actor("Somebody", role), self.message.pk, was_sent=True),
        }
        return Command(calls[action])


WORLDS = {"the site": Cells}


def test_mail_is_decided_on_at_the_command_line(db: None) -> None:
    decided = messages.decide(Actor("Operator", roles.OPERATOR), Cells.build().message.pk, was_sent=True)
    assert decided.sent_at is not None
