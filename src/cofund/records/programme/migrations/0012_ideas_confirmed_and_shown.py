"""Whether the e-mail address of an idea is confirmed, and whether the office shows it; what was public stays so."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F


def keep_shown(apps: Any, schema_editor: Any) -> None:
    """Show on what everybody could read before."""
    apps.get_model("programme", "Idea").objects.filter(is_public=True).update(shown_at=F("recorded_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0011_caveats"),
    ]

    operations = [
        migrations.AddField(
            model_name="idea",
            name="token_digest",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.AddField(
            model_name="idea",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="idea",
            name="shown_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(keep_shown, migrations.RunPython.noop),
    ]
