"""What of a record is held back from somebody or opened to somebody, and what was published when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from cofund.records.directory.models import Organisation
from cofund.records.ledger.models.books import Contribution
from cofund.records.programme.models import Scheme, SchemeVersion, Topic

_NOBODY_ELSE = Q(lifted_at__isnull=True)


class PublicationException(models.Model):
    """That a field of one record has another audience than the rules give it. It is lifted and never changed or deleted.

    It holds from its first day on, until the day before `until_on`, the embargo; where that is NULL, until it is lifted.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", "Everybody"
        PARTNERS = "partners", "People of the programme's partners"
        OFFICE = "office", "The office alone"

    contribution = models.ForeignKey(
        Contribution, models.PROTECT, null=True, blank=True, related_name="publication_exceptions"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="publication_exceptions"
    )
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="publication_exceptions")
    field = models.CharField("field of `rules.publication.FIELDS`, without its record", max_length=40)
    audience = models.CharField(max_length=10, choices=Audience)
    reason = models.TextField()
    is_reason_public = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField("first day on which it no longer holds", null=True, blank=True)
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-set_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contribution__isnull=False, organisation__isnull=True, topic__isnull=True)
                | Q(contribution__isnull=True, organisation__isnull=False, topic__isnull=True)
                | Q(contribution__isnull=True, organisation__isnull=True, topic__isnull=False),
                name="publication_exception_of_one_record",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")), name="publication_exception_days"
            ),
            *(
                models.UniqueConstraint(
                    fields=[record, "field"], condition=_NOBODY_ELSE, name=f"publication_exception_once_{record}"
                )
                for record in ("contribution", "organisation", "topic")
            ),
        ]
        indexes = [models.Index(fields=["until_on"], condition=_NOBODY_ELSE, name="publication_exception_until")]

    def __str__(self) -> str:
        return f"{self.field} of {self.contribution or self.organisation or self.topic}"


class PublishedRecord(models.Model):
    """That something was published: what, as of which day, as known at which instant, and the digest of what it said.

    Figures and words have a digest each, for names can be corrected later and figures stand in the books. `parts` are the digests
    of each sheet, `{"sheet": {"figures", "words", "rows"}}`, so that what differs can be named.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="published_records")
    scheme_version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="+")
    what = models.CharField("key of what was published", max_length=40)
    year = models.PositiveIntegerField("year that it is about; 0 where it is about none", default=0)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    last_entry = models.PositiveIntegerField("number of the book's last entry at that instant")
    last_hash = models.CharField("end of the book's chain at that instant", max_length=64, blank=True)
    figures_digest = models.CharField(max_length=64)
    words_digest = models.CharField(max_length=64)
    parts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-known_at", "-id"]
        indexes = [models.Index(fields=["scheme", "what", "year", "-known_at"], name="published_record_newest")]

    def __str__(self) -> str:
        return f"{self.what} of {self.scheme.code}, {self.known_at.isoformat()}"
