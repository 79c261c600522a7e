"""Keys of the API: what each opens, that it opens no more than its owner may do, and when it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.books import MILLION, Office, shipped
from tests.keys import ROOT, Program
from tests.rights import partner
from tests.worlds import world

from cofund.actions import api_keys
from cofund.actions.actors import Actor
from cofund.actions.api_keys import NewKey
from cofund.actions.errors import NotAllowed, Refused
from cofund.queries import clock
from cofund.records.directory.models import ApiKey, AuditEvent, Organisation, PartnerRight, User
from cofund.records.programme.models import Lead
from cofund.rules import roles, scopes

pytestmark = pytest.mark.django_db


@world
def office() -> Office:
    made = Office.with_scheme(shipped("imi2"), "imi2")
    made.pledge(2 * MILLION, "JDRF", kind="FC_JU")
    made.pledge(MILLION, "Other Trust", kind="FC_JU")
    return made


@pytest.fixture
def program(office: Office) -> Program:
    """A program of JDRF."""
    return Program.of_partner(office.organisation("JDRF"))


def names(program: Program, path: str = "/desk/contributions") -> list[str]:
    """Who gives what a program may read."""
    return [one["given_by"][0]["name"] for one in program.get(path).json()["items"]]


def test_key_is_kept_as_a_digest_alone(program: Program) -> None:
    row = ApiKey.objects.get()
    assert [row.prefix in program.secret, program.secret.split("_", 2)[2] in str(row.__dict__)] == [True, False]
    audited = AuditEvent.objects.get(action="make key")
    assert audited.after == {"name": "Tests", "scopes": ["read:desk"], "expires_on": None}
    assert program.secret not in str(audited.__dict__)


def test_key_tells_what_it_is(program: Program) -> None:
    told = program.get("/key").json()
    assert [told["prefix"], told["scopes"], told["organisation"]["id"]] == [program.key.prefix, ["read:desk"], "jdrf"]


def test_partner_reads_its_own_and_nothing_of_others(program: Program, office: Office) -> None:
    assert names(program) == ["JDRF"]
    assert names(program, "/programmes/imi2/contributions") == ["JDRF"]
    other = office.organisation("Other Trust").contributions.get()
    assert program.get(f"/contributions/{other.reference}").status_code == 404


def test_partner_reads_its_desk(program: Program, office: Office) -> None:
    Lead.objects.create(
        scheme=office.row,
        reference="imi2-lead-1",
        organisation=office.organisation("JDRF"),
        route="knocks",
        stage_since_on=dt.date(2016, 1, 1),
        opened_on=dt.date(2016, 1, 1),
        amount_cents=MILLION,
        note="Secret of the office",
    )
    found = program.get("/desk/contacts")
    assert [found.json()["items"][0]["stage"], "Secret" in found.text, "amount" in found.text] == ["new", False, False]
    for path in ("applications", "instalments", "due", "contacts"):
        assert program.get(f"/desk/{path}").status_code == 200


def test_office_reads_every_contribution_with_the_scope_alone(office: Office) -> None:
    assert names(Program.of_role("officer", "read:books"), "/programmes/imi2/contributions") == ["JDRF", "Other Trust"]
    assert names(Program.of_role("officer", "read:leads"), "/programmes/imi2/contributions") == []


@pytest.mark.parametrize("path", ["/key", "/desk/contributions", "/desk/due", "/leads"])
def test_address_of_a_key_answers_nobody_without_one(client: Client, office: Office, path: str) -> None:
    answer = client.get(f"{ROOT}{path}")
    assert [answer.status_code, answer["WWW-Authenticate"]] == [401, 'Bearer realm="Cofund"']


@pytest.mark.parametrize("header", ["Bearer cofund_0_no", "Basic abc", "Bearer", "nonsense", "Bearer \u00e9"])
def test_what_is_no_key_opens_nothing_that_is_public_either(client: Client, office: Office, header: str) -> None:
    assert client.get(f"{ROOT}/programmes", headers={"Authorization": header}).status_code == 401


def test_key_without_the_scope_is_refused(program: Program) -> None:
    assert program.get("/leads").status_code == 403


@pytest.mark.parametrize("what", ["revoked", "expired", "deactivated", "changed sides", "lost its role"])
def test_key_ends(program: Program, office: Office, what: str) -> None:
    user, key = program.user, program.key
    assert program.get("/key").status_code == 200
    if what == "revoked":
        api_keys.revoke(Actor.of(user), key)
    elif what == "expired":
        ApiKey.objects.update(expires_on=clock.today() - dt.timedelta(days=1))
    else:
        changes = {
            "deactivated": {"is_active": False},
            "changed sides": {"organisation": office.organisation("Other Trust")},
            "lost its role": {"role": ""},
        }[what]
        User.objects.filter(pk=user.pk).update(**changes)
    assert program.get("/key").status_code == 401


def test_desk_closes_with_the_right_to_read(program: Program) -> None:
    PartnerRight.objects.update(revoked_at=clock.now())
    assert [program.get("/key").status_code, program.get("/desk/contributions").status_code] == [200, 403]
    assert names(program, "/programmes/imi2/contributions") == []


def test_scope_ends_with_the_role_behind_it(office: Office) -> None:
    program = Program.of_role("officer", "read:leads", "write:pledges")
    User.objects.filter(pk=program.user.pk).update(role="auditor")
    assert program.get("/leads").status_code == 200
    assert program.post("/programmes/imi2/pledges", {}).status_code == 403


def test_day_of_use_is_noted_once_a_day(program: Program) -> None:
    assert ApiKey.objects.get().last_used_on is None
    program.get("/key")
    assert ApiKey.objects.get().last_used_on == clock.today()


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewKey(" ", ("read:desk",)), "name"),
        (NewKey("Tests", ()), "scopes"),
        (NewKey("Tests", ("read:books",)), "scopes"),
        (NewKey("Tests", ("read:desk",), dt.date(2000, 1, 1)), "expires_on"),
    ],
)
def test_key_that_makes_no_sense_is_refused(program: Program, wanted: NewKey, field: str) -> None:
    with pytest.raises(Refused) as refused:
        api_keys.make(Actor.of(program.user), program.user, wanted)
    assert refused.value.fields["field"] == field


def test_number_of_keys_is_bounded(program: Program) -> None:
    for _ in range(api_keys.MOST - 1):
        api_keys.make(Actor.of(program.user), program.user, NewKey("Tests", ("read:desk",)))
    with pytest.raises(Refused):
        api_keys.make(Actor.of(program.user), program.user, NewKey("Tests", ("read:desk",)))


def test_key_is_made_by_its_owner_who_may_read(program: Program, office: Office) -> None:
    mute = partner("mute", Organisation.objects.get(slug="jdrf"), "apply")
    for actor, owner in ((Actor.of(program.user), mute), (Actor.of(mute), mute)):
        with pytest.raises(NotAllowed):
            api_keys.make(actor, owner, NewKey("Tests", ("read:desk",)))


def test_every_scope_rests_on_an_action_of_the_role_table() -> None:
    assert [scope.name for scope in scopes.SCOPES.values() if scope.action not in roles.ALLOWED] == []
    assert scopes.open_to(roles.PUBLIC) == scopes.open_to(roles.DELEGATE) == ()
    assert [scope.name for scope in scopes.open_to(roles.AUDITOR)] == ["read:books", "read:leads"]
