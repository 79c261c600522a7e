"""Exchange rates of the euro as the European Central Bank publishes them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ExchangeRate(models.Model):
    """Units of a currency for one euro on a day."""

    currency = models.CharField("code after ISO 4217", max_length=3)
    on = models.DateField()
    # Exactly as published: the bank gives four to six significant digits.
    units = models.DecimalField("units for one euro", max_digits=20, decimal_places=8)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["currency", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="exchange_rate_of_a_day"),
            models.CheckConstraint(condition=Q(units__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.units} {self.currency} for one EUR on {self.on}"
