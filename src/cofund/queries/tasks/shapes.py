"""What a task is, who asks, and the columns that every source of tasks gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, DateField, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from cofund.queries import access, clock
from cofund.records.directory.models import PartnerRight, User
from cofund.rules import roles

COLUMNS: Final = (
    "task_kind",
    "task_key",
    "task_title",
    "task_why",
    "task_scheme",
    "task_due",
    "task_first",
    "task_second",
)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits. `arguments` say which object it is about, in the order of its page's address.

    `due_on` is None where no day is set; `why` tells what is to be done, `programme` is a code or empty.
    """

    kind: str
    key: int
    title: str
    why: str
    programme: str
    due_on: date | None
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks for tasks: the role, the rights for organisations, and the day. `everybody`: also what others look after."""

    user: User
    role: str
    on: date
    reads: tuple[int, ...] = ()
    applies: tuple[int, ...] = ()
    signs: tuple[int, ...] = ()
    everybody: bool = False

    @classmethod
    def of(cls, user: User | AnonymousUser, *, everybody: bool = False) -> Reader:
        """The reader for somebody who is signed in; only who reads the books can ask for what others look after."""
        assert isinstance(user, User)
        rights = access.rights_of(user)

        def having(right: str) -> tuple[int, ...]:
            return tuple(sorted(pk for pk, held in rights.items() if {right, PartnerRight.Right.READ} <= held))

        return cls(
            user,
            access.role_of(user),
            clock.today(),
            having(PartnerRight.Right.READ),
            having(PartnerRight.Right.APPLY),
            having(PartnerRight.Right.SIGN),
            everybody and access.may(user, "read the books"),
        )

    def owned(self, field: str) -> Q:
        """What this person looks after, or nobody does; everything where everybody's tasks are asked for."""
        return Q() if self.everybody else Q(**{field: self.user.pk}) | Q(**{f"{field}__isnull": True})


Rows = Callable[[Reader], "QuerySet[Any] | None"]


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of task: its name for one and for a list, the roles that it waits for, and its rows.

    `rows` gives None where the reader cannot have any. `is_information`: nothing has to be done, it is only told.
    `reads_anew`: it reads something to know which rows they are, so that its statement is put together each time.
    """

    kind: str
    heading: str
    roles: frozenset[str]
    rows: Rows
    is_information: bool = False
    reads_anew: bool = False

    def is_for(self, reader: Reader) -> bool:
        """Whether it waits for this person; with everybody's tasks, for anybody of the office."""
        return reader.role in self.roles or (reader.everybody and bool(self.roles & OFFICE))


OFFICE: Final = frozenset({roles.OFFICER, roles.SCIENTIFIC_OFFICER, roles.GOVERNANCE_OFFICER, roles.FINANCE_OFFICER})


def columns(
    rows: QuerySet[Any],
    kind: str,
    *,
    title: str | Combinable,
    why: str | Combinable,
    scheme: str = "",
    due_on: str = "",
    first: str | Combinable = "",
    second: str | Combinable = "",
) -> QuerySet[Any]:
    """Give rows under the common columns. `title`, `scheme`, `due_on`, `first` and `second` name fields; `why` is words or a field.

    `first` and `second` are the arguments of the object's page.
    """
    due = F(due_on) if due_on else Value(None, DateField())
    shaped: dict[str, Any] = {
        "task_kind": words(Value(kind)),
        "task_key": F("pk"),
        "task_title": words(_field(title)),
        "task_why": words(Value(why) if isinstance(why, str) else why),
        "task_scheme": words(_field(scheme)),
        "task_due": Cast(due, DateField()),
        "task_first": words(_field(first)),
        "task_second": words(_field(second)),
    }
    shaped_rows: QuerySet[Any] = rows.order_by().annotate(**shaped).values_list(*COLUMNS)
    return shaped_rows


def name_of(prefix: str = "") -> Combinable:
    """The short name of an organisation, else its name; `prefix` leads to it, with two underscores at its end."""
    return Case(When(**{f"{prefix}short_name": ""}, then=F(f"{prefix}name")), default=F(f"{prefix}short_name"))


def joined(*parts: str | Combinable) -> Combinable:
    """Fields and words in one text; words are given as `Value`."""
    return Concat(*parts, output_field=CharField())


def words(expression: Any) -> Cast:
    """An expression as text, so that the rows of all sources fit under each other on every database."""
    return Cast(expression, CharField())


def _field(stated: str | Combinable) -> Any:
    """A field by its name, an expression as it is, and empty words where nothing is stated."""
    if isinstance(stated, str):
        return F(stated) if stated else Value("")
    return stated
