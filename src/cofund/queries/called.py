"""How an organisation is called in public where it does not give.

It proposed an idea, is credited, speaks from a seat, or a story is about it. Where its name is held back it is not
named there either.

Everybody reads the same here, whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cofund.queries import publication
from cofund.records.directory.models import Organisation

NAME: Final = "organisation.name"
# Stands instead of a name that is held back.
UNNAMED: Final = "not published"


def may_name(one: Organisation) -> bool:
    """Whether the name of an organisation, and of the one that it was merged into, may be read by everybody."""
    reader = publication.of_anybody(())
    return all(reader.may_see(NAME, key) for key in (one.pk, one.merged_into_id) if key is not None)


def in_public(one: Organisation) -> str:
    """The name of an organisation as everybody may read it."""
    return str(one) if may_name(one) else UNNAMED


def among(rows: Iterable[Organisation]) -> list[Organisation]:
    """Those of some organisations whose names everybody may read."""
    return [one for one in rows if may_name(one)]
