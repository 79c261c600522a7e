"""Organisations, the people who sign in, their contacts, the outbox, and the audit trail of every write."""

from cofund.records.directory.models.audit import AuditEvent
from cofund.records.directory.models.facts import Certainty
from cofund.records.directory.models.feeds import CalendarFeed
from cofund.records.directory.models.forms import SentForm
from cofund.records.directory.models.keys import AnsweredRequest, ApiKey
from cofund.records.directory.models.messages import Message, MessageBody
from cofund.records.directory.models.organisations import (
    CorpusLink,
    Merge,
    Organisation,
    OrganisationName,
    OrganisationRelation,
)
from cofund.records.directory.models.pairings import Pairing
from cofund.records.directory.models.people import Contact, Interest, PartnerRight, User
from cofund.records.directory.models.signing import SignInAttempts
from cofund.records.directory.models.tasks import BackgroundTask
from cofund.records.directory.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "AnsweredRequest",
    "ApiKey",
    "AuditEvent",
    "BackgroundTask",
    "CalendarFeed",
    "Certainty",
    "Contact",
    "CorpusLink",
    "Interest",
    "Merge",
    "Message",
    "MessageBody",
    "Organisation",
    "OrganisationName",
    "OrganisationRelation",
    "Pairing",
    "PartnerRight",
    "SentForm",
    "SignInAttempts",
    "User",
    "Webhook",
    "WebhookDelivery",
]
