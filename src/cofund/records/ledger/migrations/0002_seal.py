"""Seal the books in the database itself: UPDATE and DELETE of what was written are refused, on both databases."""

from typing import Any

from django.db import migrations

from cofund.records.ledger import sealing

TABLES = (
    "ledger_entry",
    "ledger_transfer",
    "ledger_contributionversion",
    "directory_auditevent",
    "programme_schemeversion",
)


def seal(apps: Any, schema_editor: Any) -> None:
    """Create the triggers."""
    for statement in sealing.sealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def unseal(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    for statement in sealing.unsealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]
