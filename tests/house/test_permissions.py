"""Every step in the life of an object stands in the role table, every life in the table of permissions, and each is sound."""

from __future__ import annotations

import importlib
import pkgutil

import cofund.rules
from cofund.rules import permissions, roles, scopes
from cofund.rules.lifecycles import Lifecycle


def lives() -> list[Lifecycle]:
    """Every life that a module of the rules states."""
    names = [each.name for each in pkgutil.iter_modules(cofund.rules.__path__) if each.name.startswith(("lifecycle",))]
    modules = [importlib.import_module(f"cofund.rules.{name}") for name in names]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Lifecycle)]
    return list({id(value): value for value in found}.values())


def test_every_life_stands_in_the_table_of_permissions() -> None:
    listed = {life.noun for life in permissions.LIFECYCLES}
    assert [life.noun for life in lives() if life.noun not in listed] == []


def test_step_starts_from_and_leads_to_states_that_there_are() -> None:
    wrong = [
        (life.noun, step.action)
        for life in permissions.LIFECYCLES
        for step in life.steps
        if not set(step.starts_from) <= set(life.states) or (step.to and step.to not in life.states)
    ]
    assert wrong == []


def test_step_is_an_action_of_the_role_table() -> None:
    # A subject whose table is still empty has no pages yet.
    has_table = {"lead": "leads"}
    missing = [
        (life.noun, step.action)
        for life in permissions.LIFECYCLES
        for step in life.steps
        if step.action not in roles.ALLOWED and roles.SUBJECTS.get(has_table.get(life.noun, ""), {"": None})
    ]
    assert missing == []


def test_auditor_reads_all_and_writes_nothing_but_its_own_means_of_reading() -> None:
    means = {
        # Its own account: the desk, the address of its calendar, its password, and keys, which read what it reads.
        "open desk",
        "renew calendar address",
        "set password by link",
        "make key",
        "revoke key",
        # Reading in another form: what a letter would still be in time for, a preview, the file of a project for an audit.
        "see what is in time",
        "preview as others",
        "make audit file",
        # Public forms, which ask nobody who they are and act by the link of an e-mail.
        "express interest",
        "confirm interest",
        "confirm idea",
        "confirm comment",
        "sign up for newsletter",
        "confirm sign-up",
        "change subscription",
        "leave newsletter",
        "erase subscription",
        "stop alerts",
    }
    opened = {action for action, who in roles.ALLOWED.items() if roles.AUDITOR in who}
    assert {action for action in opened if not action.startswith("read ")} == means
    # What its key may do is read as well.
    assert all(scope.name.startswith("read:") for scope in scopes.open_to(roles.AUDITOR))
    # And it reads the books of the office as those do who keep them.
    kept = {
        action for action, who in roles.ALLOWED.items() if action.startswith("read ") and roles.FINANCE_OFFICER in who
    }
    # "Read in" is to bring a workbook of the grant system in: a write.
    assert kept - opened == {"read sheet in"}


def test_action_stands_in_one_subject_only() -> None:
    names = [action for table in roles.SUBJECTS.values() for action in table]
    assert sorted(names) == sorted(set(names))
