"""Seal the books in the database itself: UPDATE and DELETE of what was written are refused, on both databases."""

from typing import Any

from django.db import migrations

# Contributions, accounts and books describe; what is sealed is every row that states money, and the audit trail.
SEALED = (
    "ledger_entry",
    "ledger_transfer",
    "ledger_contributionversion",
    "directory_auditevent",
    "programme_schemeversion",
)
MESSAGE = "The books are sealed: rows of {table} are never changed or deleted. Book a correction instead."


def seal(apps: Any, schema_editor: Any) -> None:
    """Create the triggers."""
    for table in SEALED:
        message = MESSAGE.format(table=table)
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER seal_{verb.lower()}_{table} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION seal_{table}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            for name, verbs, level in (("seal", "UPDATE OR DELETE", "ROW"), ("seal_all", "TRUNCATE", "STATEMENT")):
                schema_editor.execute(
                    f"CREATE TRIGGER {name}_{table} BEFORE {verbs} ON {table} "
                    f"FOR EACH {level} EXECUTE FUNCTION seal_{table}()"
                )


def unseal(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    for table in SEALED:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER seal_{verb}_{table}")
        else:
            schema_editor.execute(f"DROP TRIGGER seal_{table} ON {table}")
            schema_editor.execute(f"DROP TRIGGER seal_all_{table} ON {table}")
            schema_editor.execute(f"DROP FUNCTION seal_{table}()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]
