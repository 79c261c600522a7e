"""Take from the path of a booking what nobody needs: keys that are checked in another way, and indexes that another one answers for.

On SQLite a changed column makes a table anew, which loses its triggers: the seal is lifted before, and set again in the same
transaction.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cofund.records.ledger import sealing

TABLES = ("ledger_entry", "ledger_transfer", "ledger_contributionversion")
# Rows that every booking changes: with room left in their page, the server clears old versions away at once.
CHANGING = ("ledger_book", "ledger_trancheroom")


def seal(apps: Any, schema_editor: Any) -> None:
    """Set the seal of the tables that are changed."""
    for statement in sealing.sealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def unseal(apps: Any, schema_editor: Any) -> None:
    """Lift it."""
    for statement in sealing.unsealing(schema_editor.connection.vendor, TABLES):
        schema_editor.execute(statement)


def leave_room(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL keep the pages of rows that change all the time almost empty."""
    if schema_editor.connection.vendor == "postgresql":
        for table in CHANGING:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 10)")


def fill(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL fill them as it does others."""
    if schema_editor.connection.vendor == "postgresql":
        for table in CHANGING:
            schema_editor.execute(f"ALTER TABLE {table} RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("ledger", "0006_letters_and_applications"),
        ("programme", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(unseal, seal),
        migrations.AlterField(
            model_name="contribution",
            name="book",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contributions",
                to="ledger.book",
            ),
        ),
        migrations.AlterField(
            model_name="contribution",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contributions",
                to="programme.project",
            ),
        ),
        migrations.AlterField(
            model_name="contribution",
            name="reference",
            field=models.CharField(max_length=60),
        ),
        migrations.AlterField(
            model_name="contribution",
            name="tranche",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contributions",
                to="programme.tranche",
            ),
        ),
        migrations.AlterField(
            model_name="contributionparty",
            name="contribution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="party_rows",
                to="ledger.contribution",
            ),
        ),
        migrations.AlterField(
            model_name="contributionversion",
            name="contribution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="ledger.contribution",
            ),
        ),
        migrations.AlterField(
            model_name="contributionversion",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contribution_versions",
                to="ledger.entry",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="ledger.entry",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="programme.decision",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="scheme_version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="programme.schemeversion",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="book",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="ledger.book",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="ledger.entry",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="tranche",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="programme.tranche",
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                condition=models.Q(("project__isnull", False)), fields=["project"], name="contribution_project"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("decision__isnull", False)), fields=["decision"], name="entry_decision"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="entry_corrects"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.UniqueConstraint(fields=("reference",), name="contribution_reference"),
        ),
        migrations.RunPython(seal, unseal),
        migrations.RunPython(leave_room, fill),
    ]
