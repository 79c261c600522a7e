"""The outbox: e-mails that an action wrote in its own transaction, and what became of them."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One e-mail to one person. It is sent after the transaction that wrote it; a failure is kept and tried again."""

    purpose = models.CharField("why it is sent, e.g. `confirm interest`", max_length=60)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # Set, and committed, before it is handed to the mail server, and emptied with what came of it. One that was left so may have
    # been sent: a program that was killed in between cannot tell, and a person decides.
    handed_over_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    # Two writes of the same notice make one message.
    key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["sent_at", "id"], name="message_waiting")]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.recipient}"
