"""Rights inside a partner's organisation: who grants which, never to oneself, and who is the last that may."""

from __future__ import annotations

from tests.books import Office, fund, refused
from tests.rights import partner
from tests.worlds import world

from cofund.actions import colleagues
from cofund.actions.actors import Actor
from cofund.actions.colleagues import Invitation
from cofund.queries import access
from cofund.queries.colleagues import holders
from cofund.records.directory.models import Organisation, User
from cofund.rules import roles


@world
def trust() -> Organisation:
    """An organisation."""
    return Office.with_scheme(fund(), "fund").organisation("Trust")


def person(name: str, organisation: Organisation, *rights: str) -> User:
    """Somebody who signs in for it."""
    made = partner(name, organisation, *rights)
    made.set_password("correct-horse-battery")
    made.save()
    return made


def rights_of(user: User, organisation: Organisation) -> frozenset[str]:
    """What somebody holds."""
    return access.rights_of(user).get(organisation.pk, frozenset())


def test_delegate_grants_no_right_to_itself(trust: Organisation) -> None:
    one = person("one", trust, "read", "delegate")
    error = refused(lambda: colleagues.change_rights(Actor.of(one), trust, one, ["read", "delegate", "apply"]))
    assert (error.wrong, error.fields["field"]) == ("Nobody grants a right to oneself.", "rights")
    person("other", trust, "delegate")
    # What it holds it may give up.
    colleagues.change_rights(Actor.of(one), trust, one, ["read"])
    assert rights_of(one, trust) == {"read"}


def test_right_to_sign_is_granted_by_who_holds_it_or_by_the_office(trust: Organisation) -> None:
    one, other = person("one", trust, "delegate"), person("other", trust, "read")
    wrong = "Only who may sign for the organisation lets somebody else sign."
    assert refused(lambda: colleagues.change_rights(Actor.of(one), trust, other, ["read", "sign"])).wrong == wrong
    asked = Invitation("Nora New", "nora@example.org", ("read", "sign"))
    assert refused(lambda: colleagues.invite(Actor.of(one), trust, asked)).wrong == wrong
    colleagues.change_rights(Actor.of(one), trust, other, ["read", "apply"])
    signs = person("signs", trust, "delegate", "sign")
    colleagues.change_rights(Actor.of(signs), trust, other, ["read", "apply", "sign"])
    assert rights_of(other, trust) == {"read", "apply", "sign"}
    office = Actor("Olga", roles.OFFICER)
    colleagues.change_rights(office, trust, one, ["delegate", "sign"])
    assert rights_of(one, trust) == {"delegate", "sign"}


def test_colleague_who_was_only_invited_is_not_another_who_may_grant(trust: Organisation) -> None:
    one = person("one", trust, "delegate")
    asked = Invitation("Nora New", "nora@example.org", ("delegate",))
    invited = colleagues.invite(Actor.of(one), trust, asked)
    assert holders(trust, "delegate") == [one.pk]
    office = Actor("Olga", roles.OFFICER)
    error = refused(lambda: colleagues.change_rights(office, trust, one, []))
    assert error.remedy == "Grant it to a colleague first."
    # The invitation itself can be taken back.
    colleagues.deactivate(office, trust, invited, "A wrong address")
    invited.set_password("correct-horse-battery")
    assert refused(lambda: colleagues.deactivate(office, trust, one, "Left")).fields["field"] == "rights"
