"""Give books that are open already the accounts of over-delivery: what is accepted beyond a commitment stands apart from it.

The key of an account is computed from its name, as `cofund.rules.accounts` does; it is written out here, since a migration stays as it
is when the code goes on.
"""

import hashlib
from typing import Any

from django.db import migrations

STAGE = "overdelivery"


def key_of(book_id: int, code: str) -> int:
    """The key of an account of a book."""
    return int.from_bytes(hashlib.sha256(f"{book_id}/{code}".encode()).digest()[:8], "big") >> 1


def open_accounts(apps: Any, schema_editor: Any) -> None:
    """One account for the contributions of each tranche, and one for those that nothing matches."""
    account, tranche = apps.get_model("ledger", "Account"), apps.get_model("programme", "Tranche")
    for book in apps.get_model("ledger", "Book").objects.all():
        own: list[Any] = [*tranche.objects.filter(scheme_id=book.scheme_id), None]
        codes = {f"contribution:{row.code if row else '-'}:{STAGE}": row for row in own}
        held = set(account.objects.filter(book=book, code__in=codes).values_list("code", flat=True))
        account.objects.bulk_create(
            account(id=key_of(book.pk, code), book=book, code=code, holder="contribution", stage=STAGE, tranche=row)
            for code, row in codes.items()
            if code not in held
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_sheets_from_the_grant_system"), ("programme", "0001_initial")]
    operations = [migrations.RunPython(open_accounts, migrations.RunPython.noop)]
