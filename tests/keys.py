"""Builders for tests of the API: keys of people of each role, and programs that hold them."""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.rights import partner

from cofund.actions import api_keys, webhooks
from cofund.actions.actors import Actor
from cofund.actions.api_keys import NewKey
from cofund.actions.webhooks import NewWebhook
from cofund.queries import clock
from cofund.records.directory.models import ApiKey, Organisation, User, Webhook, WebhookDelivery
from cofund.rules import scopes

ROOT = "/api/v1"
_NUMBERS = itertools.count(1)


def key_of(user: User, *names: str) -> tuple[ApiKey, str]:
    """Make a key of somebody, with all scopes that the role may hold where none is named."""
    wanted = names or tuple(scope.name for scope in scopes.open_to(user.role))
    return api_keys.make(Actor.of(user), user, NewKey("Tests", wanted))


class Program:
    """A program that asks with a key."""

    def __init__(self, user: User, *names: str) -> None:
        self.user = user
        self.key, self.secret = key_of(user, *names)
        self.client = Client()

    @classmethod
    def of_role(cls, role: str, *names: str) -> Program:
        """The program of somebody of the office."""
        return cls(User.objects.create_user(f"{role}-{next(_NUMBERS)}", role=role, password=None), *names)

    @classmethod
    def of_partner(cls, organisation: Organisation, *names: str) -> Program:
        """The program of a partner's person who may read."""
        return cls(partner(f"partner-{next(_NUMBERS)}", organisation, "read"), *names)

    def get(self, path: str) -> HttpResponse:
        """Read an address."""
        answer: HttpResponse = self.client.get(f"{ROOT}{path}", headers={"Authorization": f"Bearer {self.secret}"})
        return answer

    def post(self, path: str, body: Any, name: str = "") -> HttpResponse:
        """Send a writing request, under a name of its own where none is given."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": name or f"request-{next(_NUMBERS)}",
        }
        answer: HttpResponse = self.client.post(
            f"{ROOT}{path}", json.dumps(body), content_type="application/json", headers=headers
        )
        return answer


def hook_of(user: User) -> Webhook:
    """Make a webhook of somebody, with one message in its log."""
    made = webhooks.make(Actor.of(user), user, NewWebhook("https://example.org/told", ("topic.changed",)))
    now = clock.now()
    WebhookDelivery.objects.create(
        webhook=made,
        key="1/topic.changed/T1",
        event="topic.changed",
        programme="imi2",
        href="/api/v1/programmes/imi2/topics/T1",
        occurred_at=now,
        next_at=now,
    )
    return made
