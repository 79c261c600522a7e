"""How an organisation is called in public where it does not give.

It proposed an idea, is credited, speaks from a seat, or a story is about it. Where its name is held back it is not
named there either.

Everybody reads the same here, whoever looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from cofund.queries import groups, publication
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Seat

NAME: Final = "organisation.name"
# Stands instead of a name that is held back.
UNNAMED: Final = "not published"


def held() -> frozenset[int]:
    """The organisations whose names are held back from everybody, by their keys; a list asks once for all of its rows."""
    return publication.of_anybody(()).exceptions.keys(NAME)


def may_name(one: Organisation, held_back: Collection[int]) -> bool:
    """Whether the name of an organisation, and of the one that it was merged into, may be read by everybody."""
    return one.pk not in held_back and one.merged_into_id not in held_back


def in_public(one: Organisation, held_back: Collection[int]) -> str:
    """The name of an organisation as everybody may read it."""
    return str(one) if may_name(one, held_back) else UNNAMED


def of_seat(seat: Seat, held_back: Collection[int]) -> str:
    """Whom a seat speaks for, as everybody may read it; an organisation whose name is held back is not named."""
    is_held = not seat.holder and seat.organisation is not None and not may_name(seat.organisation, held_back)
    return UNNAMED if is_held else groups.name_of(seat)


def among(rows: Iterable[Organisation], held_back: Collection[int]) -> list[Organisation]:
    """Those of some organisations whose names everybody may read."""
    return [one for one in rows if may_name(one, held_back)]
