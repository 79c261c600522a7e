"""Addresses of calendars that programs read without a sign-in."""

from __future__ import annotations

from django.db import models

from cofund.records.directory.models.people import User


class CalendarFeed(models.Model):
    """What makes a person's calendar address its own; with another one, the address before ends.

    The address itself is signed with the site's key and never kept: whoever reads the database alone cannot make it.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="calendar_feed")
    nonce = models.CharField(max_length=64)
    renewed_at = models.DateTimeField()

    class Meta:
        ordering = ["user"]

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
