"""Gives every right to those who signed in for a partner before rights were granted one by one."""

from typing import Any

from django.db import migrations
from django.utils import timezone

RIGHTS = ("read", "apply", "sign", "delegate")


def grant(apps: Any, schema_editor: Any) -> None:
    """Grant each right that is not held yet."""
    user_model = apps.get_model("directory", "User")
    right_model = apps.get_model("directory", "PartnerRight")
    at = timezone.now()
    for person in user_model.objects.filter(role="partner", organisation__isnull=False):
        held = set(
            right_model.objects.filter(
                user=person, organisation_id=person.organisation_id, revoked_at=None
            ).values_list("right", flat=True)
        )
        right_model.objects.bulk_create(
            right_model(user=person, organisation_id=person.organisation_id, right=right, granted_at=at)
            for right in RIGHTS
            if right not in held
        )


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_desk")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
