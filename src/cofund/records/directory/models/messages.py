"""The outbox: e-mails that an action wrote in its own transaction, and what became of them."""

from __future__ import annotations

from typing import Any

from django.db import models


class MessageBody(models.Model):
    """Text and HTML that many messages have in common; what differs from one to the other is filled in when it is sent."""

    digest = models.CharField("SHA-256 of both parts", max_length=64, unique=True)
    text = models.TextField()
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Body {self.digest[:8]}"


class Message(models.Model):
    """One e-mail to one person. It is sent after the transaction that wrote it; a failure is kept and tried again."""

    purpose = models.CharField("why it is sent, e.g. `confirm interest`", max_length=60)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField("the same as HTML, where it has such a part", blank=True)
    # Of one of many alike: what they share instead of a text of its own, and what is filled in by name, e.g. `{"leave": "https://…"}`.
    body = models.ForeignKey(MessageBody, models.PROTECT, null=True, blank=True, related_name="messages")
    fills: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # Header fields beside those that every e-mail has, e.g. `{"List-Unsubscribe": "<https://…>"}`.
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # What it was sent with, e.g. `newsletter/12`; empty for one that was sent alone.
    group = models.CharField(max_length=60, blank=True, db_index=True)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # Set, and committed, before it is handed to the mail server, and emptied with what came of it. One that was left so may have
    # been sent: a program that was killed in between cannot tell, and a person decides.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    # Which sender holds it: its journal tells what became of it where the sender was killed (`actions/mail_journal.py`).
    batch = models.CharField(max_length=40, blank=True, db_index=True)
    # It was handed over and no answer came: it may have been sent, whoever looks and whenever.
    is_in_doubt = models.BooleanField(default=False)
    # The mail server said of its recipient that there is none.
    is_refused = models.BooleanField(default=False)
    # After a failure, not before this instant; only a person who asks for it sends earlier.
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    # Two writes of the same notice make one message.
    key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sent_at", "id"], name="message_waiting")]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.recipient}"
