"""Who may read what proves figures, through the pages: what every cell is tried on; links; absent; nothing is written."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as current
from django.test import Client, override_settings
from django.urls import reverse
from tests.cells import Act
from tests.proofs import Proved
from tests.rights import partner
from tests.worlds import world

from cofund.records.directory.models import AuditEvent, User
from cofund.records.ledger.models import Transfer
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle

pytestmark = pytest.mark.django_db
ROLES = (*(role for role in User.Role.values if role != "operator"), roles.PUBLIC)


@world
def proved() -> Proved:
    """A contribution with its whole chain."""
    return Proved.make()


def client_of(proved: Proved, role: str) -> Client:
    """A browser in which somebody of a role is signed in; a partner's person may do all for the giver itself."""
    client = Client()
    if role == roles.PARTNER:
        client.force_login(partner("paula", proved.office.organisation("Foundation F"), "read", "apply", "sign"))
    elif role != roles.PUBLIC:
        client.force_login(User.objects.create_user(f"a-{role}", role=role, password=None))
    return client


def pages(proved: Proved) -> dict[str, list[str]]:
    """The pages that each action opens."""
    return {
        "read proof": [reverse("office-proof"), reverse("office-proof-of", args=[proved.contribution.reference])],
        "read audit trail": [reverse("office-trail"), f"{reverse('office-trail')}?format=csv"],
        "make audit file": [reverse("office-audit-file", args=["ihi", "x"])],
    }


@dataclass
class Cells:
    """A contribution with its whole chain, for the test of every cell; with the files of the chain by their names."""

    proved: Proved
    files: dict[str, bytes]
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it. The folder of files is that of one test, and this is for all of them: each gets the files again."""
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            made, root = Proved.make(), Path(folder)
            return cls(
                made, {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*") if each.is_file()}
            )

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        if role != roles.PUBLIC:
            return client_of(self.proved, role)
        client = Client()
        client.force_login(User.objects.create_user("without-a-role", password=None))
        return client

    def bring(self, action: str, life: Lifecycle | None, state: str) -> None:
        """The files of the chain; to read it asks for no state."""
        assert life is None
        for name, content in self.files.items():
            file = Path(current.MEDIA_ROOT, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def act(self, action: str, role: str) -> Act:
        """The pages of an action."""
        first, *more = pages(self.proved)[action]
        return Act(first, more=tuple(more))


WORLDS = {"proof": Cells}


@pytest.mark.parametrize("role", ROLES)
def test_reading_writes_nothing_but_who_took_an_audit_file(proved: Proved, role: str) -> None:
    client = client_of(proved, role)
    before = (AuditEvent.objects.count(), Transfer.objects.count())
    for addresses in pages(proved).values():
        for address in addresses:
            answer = client.get(address)
            answer.getvalue() if answer.streaming else answer.content
    taken = AuditEvent.objects.filter(action="make audit file").count()
    assert taken == (1 if role in roles.ALLOWED["make audit file"] else 0)
    assert (AuditEvent.objects.count() - taken, Transfer.objects.count()) == before


@pytest.mark.parametrize("role", ROLES)
def test_links_are_offered_to_exactly_those_who_may_follow_them(proved: Proved, role: str) -> None:
    client = client_of(proved, role)
    html = client.get(reverse("office-project", args=["ihi", "x"])).content.decode()
    links = {
        "read proof": 'href="/office/proof/?programme=ihi',
        "read audit trail": 'href="/office/trail/?about=ihi/project/x"',
        "make audit file": 'href="/office/ihi/projects/x/audit-file.zip"',
    }
    reads = role not in (roles.PUBLIC, roles.PARTNER, "delegate")
    assert {action: link in html for action, link in links.items()} == {
        action: reads and roles.may(role, action) for action in links
    }


def test_absent_and_forbidden_answer_alike(proved: Proved) -> None:
    for role in (roles.PARTNER, roles.PUBLIC):
        client = client_of(proved, role)
        for name, args in (("office-proof-of", ["none"]), ("office-audit-file", ["ihi", "none"])):
            assert client.get(reverse(name, args=args)).status_code == (302 if role == roles.PUBLIC else 403)
    assert client_of(proved, roles.AUDITOR).get(reverse("office-proof-of", args=["none"])).status_code == 404


def test_auditor_is_offered_nothing_to_write(proved: Proved) -> None:
    client = client_of(proved, roles.AUDITOR)
    addresses = [address for action in ("read proof", "read audit trail") for address in pages(proved)[action][:1]]
    for address in [*addresses, reverse("office-proof-of", args=[proved.contribution.reference])]:
        assert client.get(address).content.decode().count('method="post"') == 1, address  # signing out
