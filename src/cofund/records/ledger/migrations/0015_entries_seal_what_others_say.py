"""Entries seal who acted, their audit row and their decision. Those that stand are not changed: their hash stays what it was."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column that is empty where an entry was booked before."""

    dependencies = [("ledger", "0014_letters_before_the_board")]

    operations = [
        migrations.AddField(
            "entry",
            "sealed",
            models.JSONField(
                blank=True, null=True, verbose_name="who acted, the digest of the audit row, the decision"
            ),
        ),
    ]
