"""Writes the role table into `docs/permissions.md`: `python -m tests.docs.render_permissions`."""

from __future__ import annotations

from tests.machine import CHECKOUT

from cofund.rules import permissions, roles
from cofund.rules.permissions import Permission

PAGE = CHECKOUT / "docs" / "permissions.md"
OPENING = """\
# Who may do what

Read from the role table (`src/cofund/rules/roles.py`) and from the lives of the objects that its actions change; after a change,
`python -m tests.docs.render_permissions` writes this page anew.

A role whose column is empty is refused: the page answers 403, or 404 where an object is looked up: absent and forbidden answer
alike. *State* names the states that the action starts from and, after the arrow, the one that it leads to; in any other state it is
refused in words. A dash: the action asks for no state, or for money of the books (`docs/books.md`). A partner's own person needs
besides the right for its organisation (`docs/desk.md`). Whoever declared a conflict of interest on a point of a board finds neither
its confidential papers nor the letter of its application, and is refused where it would record or book what the board decided on
it, whatever the role (`docs/governance.md`). *Operator* is the command line on the server.

A cell is one role with one action in one state of one kind of object that the action asks about; an action that asks for no state
has one cell a role. The table has {all} cells. {tried} of them, all but the operator's, are tried one by one
(`tests/web/test_permissions_every_cell.py`): {done} are done, {refused} are refused in words since the state does not allow the
action, and {hidden} are roles without the action, which find the same as where there is nothing; what is not done changes nothing.
"""


def page() -> str:
    """Give the text of the page."""
    parts = [OPENING.format(**counts())]
    found = list(permissions.table())
    for subject in roles.SUBJECTS:
        rows = [each for each in found if each.subject == subject]
        parts.append(f"## {subject[0].upper()}{subject[1:]}\n")
        parts.append(_table(rows) if rows else "No action yet.\n")
    return "\n".join(parts)


def counts() -> dict[str, str]:
    """How many cells the table has, and how many of each answer are tried."""
    every = list(permissions.cells())
    tried = [cell for cell in every if cell.role != roles.OPERATOR]
    found = {
        "all": len(every),
        "tried": len(tried),
        "done": sum(cell.may and cell.fits for cell in tried),
        "refused": sum(cell.may and not cell.fits for cell in tried),
        "hidden": sum(not cell.may for cell in tried),
    }
    return {name: f"{number:,}" for name, number in found.items()}


def _table(rows: list[Permission]) -> str:
    """One subject as a table: a row an action, a column a role."""
    names = [role.replace("_", " ") for role in roles.ROLES]
    lines = [f"| action | {' | '.join(names)} | state |", f"|---|{'---|' * len(names)}---|"]
    for each in rows:
        cells = ["yes" if role in each.roles else "" for role in roles.ROLES]
        lines.append(f"| {each.action} | {' | '.join(cells)} | {_states(each)} |")
    return "\n".join(lines) + "\n"


def _states(each: Permission) -> str:
    """The states of an action in words."""
    said = []
    for life, starts, to in each.states:
        leads = f" → {life.in_words((to,))}" if to else ""
        said.append(f"{life.noun}: {life.in_words(starts)}{leads}")
    return "; ".join(said) or "–"


def write() -> None:
    """Write the page."""
    PAGE.write_text(page())


if __name__ == "__main__":
    write()
