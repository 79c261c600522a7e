"""How sure a stated fact is."""

from __future__ import annotations

from django.db import models


class Certainty(models.TextChoices):
    """How sure a stated fact is; the words of the field report are in `docs/glossary.md`."""

    VERIFIED = "verified", "Verified in a public source"
    INFERRED = "inferred", "Inferred or computed from verified facts"
    RECALLED = "recalled", "Recalled, not verified"
    ASSUMED = "assumed", "Assumed, so that the example can be shown"
    RECORDED = "recorded", "Recorded here by the office"
