"""What only the command line of the server may do: no role that signs in may, and no page offers it."""

from __future__ import annotations

import pytest
from tests.books import refused

from cofund.actions import messages
from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.queries import clock, outbox
from cofund.records.directory.models import Message
from cofund.rules import roles

TESTED = set(roles.SUBJECTS["the site"])


@pytest.mark.parametrize("role", roles.ROLES)
def test_mail_is_decided_on_by_exactly_the_roles_of_the_table(db: None, role: str) -> None:
    message = messages.write("test", "grace@gates.example", "Subject", "Text", key="a")
    Message.objects.update(handed_over_at=clock.now() - 2 * outbox.LEFT_AFTER)
    actor = Actor("Somebody", role)
    if roles.may(role, "decide on mail"):
        assert messages.decide(actor, message.pk, was_sent=True).sent_at is not None
    else:
        refused(lambda: messages.decide(actor, message.pk, was_sent=True), NotAllowed)
        assert Message.objects.get().sent_at is None
