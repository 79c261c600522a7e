"""What the public search finds: one row for each thing that anybody may read, made from the tables that hold it."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """A public thing as it is searched for. It says nothing of its own: it is made anew whenever what it shows is another.

    The words are kept in a form that both databases take apart in the same way; see `queries/search/words.py`. The full-text index
    itself is the database's (migration `programme.0019_search`).
    """

    class Kind(models.TextChoices):
        PROGRAMME = "programme", "Programme"
        TOPIC = "topic", "Topic"
        CALL = "call", "Call"
        PROJECT = "project", "Project"
        PARTNER = "partner", "Partner"
        CONTRIBUTION = "contribution", "Contribution"
        DECISION = "decision", "Decision"
        IDEA = "idea", "Idea"
        DOCUMENT = "document", "Document"
        STORY = "story", "Story"

    kind = models.CharField(max_length=12, choices=Kind)
    # Codes, not keys: what an entry is about stands in tables of other apps.
    scheme = models.CharField("code of the programme, empty for what belongs to none", max_length=40, blank=True)
    key = models.CharField("what its address needs", max_length=200)
    title = models.TextField()
    text = models.TextField(blank=True)
    country = models.CharField("ISO 3166-1 alpha-2", max_length=2, blank=True)
    year = models.PositiveIntegerField(null=True, blank=True)
    partner_kind = models.CharField("kind of organisation", max_length=24, blank=True)
    # Where it stands among others that fit as well: kind, then title.
    place = models.CharField(max_length=200)
    title_words = models.TextField()
    words = models.TextField("words of title and text")
    digest = models.CharField("SHA-256 of all of it", max_length=64)

    class Meta:
        ordering = ["place", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "scheme", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title
