"""A scheme that nobody has seen works without code: other words, another currency, two thirds for one."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.scheme_examples import SIXTH

from cofund.actions.actors import Actor
from cofund.actions.books import Grounds
from cofund.actions.opening import open_scheme
from cofund.actions.pledges import Pledge, pledge
from cofund.commands.schemes import group
from cofund.queries.pools import Target
from cofund.queries.verification import verify
from cofund.records.directory.models import Organisation, User
from cofund.records.ledger.models import Transfer
from cofund.records.programme.models import Scheme, SchemeVersion, Topic
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_pledge_under_the_sixth_scheme_unlocks_two_thirds():
    version = open_scheme(Actor.operator(), SIXTH, file="harbour.toml", at=AT)
    investor = Organisation.objects.create(slug="quay", name="Quay Capital")
    topic = Topic.objects.create(scheme=version.scheme, code="T-1", title="Tides")
    wanted = Pledge(
        scheme="harbour",
        target=Target(topic=topic),
        role="investor",
        kind="CASH",
        organisations=(investor,),
        amount_cents=100_000_01,
        grounds=Grounds(date(2026, 3, 1), "Letter"),
    )
    booked = pledge(Actor.operator(), wanted, at=AT)
    assert booked.match is not None
    # Two thirds of 100,000.01 are 66,666.67333; a match is never rounded up above the ratio.
    assert booked.match.match_cents == 66_666_67
    left = Transfer.objects.filter(tranche__code="pool").latest("number").open_after_cents
    assert left == 30_000_000_50 - 66_666_67
    assert booked.entry.scheme_version == version


def test_install_command_opens_the_books_and_may_be_repeated(tmp_path: Path):
    path = tmp_path / "harbour.toml"
    path.write_text(SIXTH, encoding="utf-8")
    for _ in range(2):
        result = CliRunner().invoke(group, ["install", str(path)])
        assert (result.exit_code, result.stdout) == (0, "harbour: version 1 (2026-1) is in force.\n")
    assert (SchemeVersion.objects.count(), Transfer.objects.count()) == (1, 1)
    shown = CliRunner().invoke(group, ["show", "harbour", "--json"])
    assert (shown.exit_code, json.loads(shown.stdout)["code"]) == (0, "harbour")


def test_version_with_another_ceiling_moves_no_money_and_says_so(tmp_path: Path, client: Client):
    path = tmp_path / "harbour.toml"
    path.write_text(SIXTH, encoding="utf-8")
    assert CliRunner().invoke(group, ["install", str(path)]).exit_code == 0
    newer, times = re.subn(r"(?m)^cap = .*$", 'cap = "20000000.50"', SIXTH.replace("2026-1", "2026-2"))
    assert times == 1
    path.write_text(newer, encoding="utf-8")
    said = "Tranche pool: the rules state a ceiling of USD 20,000,000.50, and the books hold USD 30,000,000.50."
    assert said in CliRunner().invoke(group, ["install", str(path)]).stdout
    assert said in client.get("/programmes/harbour/rules/").content.decode()
    assert verify("harbour").findings == ()


def test_pages_of_the_sixth_scheme_speak_its_own_words(client: Client):
    open_scheme(Actor.operator(), SIXTH, file="harbour.toml", at=AT)
    page = client.get("/programmes/harbour/").content.decode()
    # The ceiling at two thirds for one: half as much again can be given until it is used up.
    assert "USD 45,000,000.75 can be matched" in page
    client.force_login(User.objects.create_user("officer", role="officer"))
    form = client.get("/office/harbour/pledge/").content.decode()
    assert 'name="amount"' in form
    assert "Union funds" not in form
    assert "In the Union" not in form
    assert 'name="place"' not in form
    topic = Topic.objects.create(scheme=Scheme.objects.get(code="harbour"), code="T-1", title="Tides")
    investor = Organisation.objects.create(slug="quay", name="Quay Capital")
    said = {
        "target": f"topic:{topic.code}",
        "organisation": investor.name,
        "capacity": "investor:CASH",
        "amount": "90000",
    }
    said |= {"effective_on": "2026-03-02", "reason": "Letter", "record": "1", "token": tokens.new()}
    made = client.post("/office/harbour/pledge/", said, follow=True).content.decode()
    assert "Matched from" in made
    assert "Union funds" not in made
    assert "Place of cost" not in made


def test_show_of_an_unknown_scheme_says_what_there_is():
    result = CliRunner().invoke(group, ["show", "imi3"])
    known = "cbe, edctp3, foundation, ihi, imi2"
    message = f"Error: No scheme 'imi3'. There are: {known}, and those installed on this site; or name a .toml file.\n"
    assert (result.exit_code, result.stderr) == (1, message)
