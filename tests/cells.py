"""Tries cells of the role table through the pages: what a subject's world has to offer, and what one cell has to answer.

The cells come from `cofund.rules.permissions.cells()`; a subject says in a `World` how each of its actions is tried, beside its
other tests of permissions. An action that no world knows fails with what to add.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from cofund.actions.errors import NotAllowed
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.rules.permissions import Cell

# The roles that sign in; the operator has the command line and no page.
SIGNED_IN = tuple(role for role in roles.ROLES if role not in (roles.PUBLIC, roles.OPERATOR))
WRITES = re.compile(r"\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) \"?(\w+)", re.IGNORECASE)
# The status of an answer and what it shows.
Shown = tuple[int, bytes]


@dataclass(frozen=True)
class Act:
    """How an action is tried: the form that is sent to an address; without a form, pages that are only read."""

    address: str
    form: Mapping[str, Any] | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """How an action is tried that has no page: a call in the name of a role."""

    call: Callable[[str], object]


class World(Protocol):
    """What the actions of one subject are tried on; it is built once, and every cell leaves it as it was."""

    # Where the page itself is gone in a state that does not allow the action, so that it answers 404: (action, role).
    GONE: frozenset[tuple[str, str]]

    def client(self, role: str) -> Client:
        """A browser in which somebody of a role is signed in; for the public somebody who has no role."""
        ...

    def bring(self, action: str, life: Lifecycle | None, state: str) -> Any:
        """Bring what the action is about into a state of a life; without a life, to where it is possible. Give it."""
        ...

    def act(self, action: str, role: str) -> Act | Command:
        """The page and the form of an action, as the role uses it. KeyError where there is no entry."""
        ...


@dataclass
class Trial:
    """The cells of one action in one state: a role each. `absent` keeps what is answered where there is nothing."""

    world: World
    clients: Mapping[str, Client]
    cells: tuple[Cell, ...]
    absent: dict[tuple[str, str], set[Shown]]

    def wrong(self) -> dict[str, str]:
        """Try every cell, and give what is wrong by role; nothing where the pages are what the table says."""
        first = self.cells[0]
        thing = self.world.bring(first.action, first.life, first.state)
        found = {cell.role: self._one(cell, thing) for cell in self.cells}
        return {role: said for role, said in found.items() if said}

    def _one(self, cell: Cell, thing: Any) -> str:
        """What is wrong about one cell; empty where it is right."""
        with taken_back():
            act = self.world.act(cell.action, cell.role)
            if isinstance(act, Command):
                return _commanded(act, cell)
            if not cell.may:
                return self._hidden(act, cell.role)
            # What the public may do, it does without signing in.
            client = self._nobody() if cell.role == roles.PUBLIC else self.clients[cell.role]
            if act.form is None:
                codes = {address: _read(client, address) for address in (act.address, *act.more)}
                return _unless(set(codes.values()) == {200}, f"not read: {codes}")
            answer, is_changed, where = _posted(client, act, cell, thing)
            if cell.fits:
                return _unless(answer.status_code == 302 and is_changed, f"not done: {_told(answer)}") or where
            if (cell.action, cell.role) in self.world.GONE:
                return _unless(answer.status_code == 404 and not is_changed, f"not gone: {_told(answer)}")
            in_words = b'role="alert"' in answer.content
            is_refused = answer.status_code == 422 and in_words and not is_changed
            return _unless(is_refused, f"not refused in words, or written: {_told(answer)}")

    def _nobody(self) -> Client:
        """A browser in which nobody is signed in; one for all, since to make one reads every static file."""
        client = self.clients["nobody"]
        client.cookies.clear()
        return client

    def _hidden(self, act: Act, role: str) -> str:
        """A role that may not: no page, no write, and the same answer where there is nothing at the address."""
        # The public is both who is not signed in and who signed in without a role.
        for client in (self.clients[role], self._nobody()) if role == roles.PUBLIC else (self.clients[role],):
            for address in (act.address, *act.more):
                with writes() as found:
                    answer = _send(client, address, act.form)
                is_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("sign-in"))
                if answer.status_code not in (403, 404) and not is_sign_in:
                    return f"not hidden: {_told(answer)}"
                if found:
                    return f"wrote in passing: {found[0]}"
                for shown in self._absent(client, address, act.form) - {_shown(answer)}:
                    return f"{answer.status_code} for what is there, and {shown[0]} for what is absent, at {address}"
        return ""

    def _absent(self, client: Client, address: str, form: Mapping[str, Any] | None) -> set[Shown]:
        """What somebody is answered where there is nothing, for each key of the address; asked for once a page."""
        page = f"{resolve(address.split('?')[0]).view_name} {sorted(form or ())}"
        key = (page, client.cookies.output())
        if key not in self.absent:
            self.absent[key] = {_shown(_send(client, each, form)) for each in absent(address)}
        return self.absent[key]


def _posted(client: Client, act: Act, cell: Cell, thing: Any) -> tuple[Any, bool, str]:
    """Send a form and take it back: the answer, whether a row changed, and what is wrong about where the thing stands then."""
    with taken_back(), writes() as found:
        answer = client.post(act.address, act.form)
        touched = {match[1] for match in map(WRITES.match, found) if match}
        after = rows_of(touched)
        where = _elsewhere(cell, thing) if cell.fits else ""
    return answer, rows_of(touched) != after, where


def _commanded(act: Command, cell: Cell) -> str:
    """An action without a page: done, or not allowed."""
    with taken_back(), writes() as found:
        try:
            act.call(cell.role)
        except NotAllowed:
            return _unless(not cell.may and not found, "it may, and was refused")
    return _unless(cell.may and bool(found), "it may not, and did it")


def _read(client: Client, address: str) -> int:
    """The status of a page or a file, which is read to its end: that closes it."""
    answer: Any = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


def _send(client: Client, address: str, form: Mapping[str, Any] | None) -> Any:
    """Read a page, or send its form."""
    return client.get(address) if form is None else client.post(address, form)


def _shown(answer: HttpResponse) -> Shown:
    """What an answer shows; the way to sign in names the page that was asked for."""
    return answer.status_code, b"sign in" if answer.status_code == 302 else answer.content


def absent(address: str) -> Iterator[str]:
    """The address with each of its keys in turn that of something that is not there."""
    path = address.split("?")[0]
    match = resolve(path)
    assert match.url_name is not None
    for name, value in match.kwargs.items():
        nothing = 999_999 if isinstance(value, int) else "none-such"
        if name not in ("act", "step", "token"):
            yield reverse(match.url_name, kwargs={**match.kwargs, name: nothing})


def rows_of(tables: Iterable[str]) -> list[list[Any]]:
    """Every row of some tables."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found.append(cursor.fetchall())
    return found


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the statements that write anything but a session."""
    found: list[str] = []

    def watch(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and "django_session" not in sql:
            found.append(sql)
        return execute(sql, values, many, context)

    with connection.execute_wrapper(watch):
        yield found


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back what happens inside, whatever it is."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def _unless(is_right: bool, said: str) -> str:
    """Nothing where it is right."""
    return "" if is_right else said


def _told(answer: Any) -> str:
    """What an answer says, for whoever reads the failure."""
    said = f"{answer.status_code} from {answer.request['PATH_INFO']}"
    form = (answer.context or {}).get("form") if answer.context else None
    refused = answer.context.get("refused") if answer.context else None
    return f"{said} {dict(form.errors) if form is not None and form.is_bound else ''} {refused or ''}"


def _elsewhere(cell: Cell, thing: Any) -> str:
    """What is wrong about where a row stands after a step; a row without a state of its own is not asked."""
    leads = {step.action: step.to for step in cell.life.steps} if cell.life else {}
    if not leads.get(cell.action) or not isinstance(thing, Model):
        return ""
    row: Any = type(thing)._base_manager.get(pk=thing.pk)
    state = getattr(row, "status", "") or getattr(row, "stage", "")
    return _unless(not state or state == leads[cell.action], f"stands at “{state}” afterwards")
