"""Seal the accounts too: which stage and tranche an account is of decides every figure that a statement shows."""

from typing import Any

from django.db import migrations

from cofund.records.ledger import sealing

TABLES = ("ledger_account",)


def seal(apps: Any, schema_editor: Any) -> None:
    """Create the triggers."""
    for statement in sealing.sealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def unseal(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    for statement in sealing.unsealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_submission")]
    operations = [migrations.RunPython(seal, unseal)]
