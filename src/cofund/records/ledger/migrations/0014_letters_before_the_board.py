"""The point on which the board decides on a next version of a letter."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0013_over_delivery"),
        ("programme", "0011_caveats"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="agenda_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="programme.agendaitem",
            ),
        ),
    ]
