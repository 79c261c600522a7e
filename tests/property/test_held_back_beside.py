"""Whatever is held back stands in none of the other public readings either: search, API, feeds, embeds, stories, newsletter."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from tests import publishing as world
from tests.books import Office
from tests.property.test_held_back import found

from cofund.queries.newsletter import news
from cofund.queries.search import entries
from cofund.queries.stories import figures
from cofund.queries.stories.figures import About
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Call, Project, Scheme, Topic
from cofund.web.public.embeds import PIECES

pytestmark = pytest.mark.django_db

ROUNDS = 4
SUMMARY = "A summary nobody may read yet"


@pytest.fixture
def office() -> Office:
    made = world.programme()
    for number, (_, name, *_rest) in enumerate(world.GIVEN):
        row = Organisation.objects.get(name=name)
        row.website, row.ror, row.pic = f"https://hidden.example/{number}", f"05dxps05{number}", f"99977755{number}"
        row.save()
    Topic.objects.filter(code="T1").update(summary=SUMMARY)
    Topic.objects.update(call=Call.objects.create(scheme=made.row, code="C1"))
    return made


def addresses() -> Iterator[str]:
    """Every public page and file that the walk of the record itself does not go to."""
    base = "/programmes/imi2"
    yield from ("/feed.atom", "/feed.rss", f"{base}/feed.atom", f"{base}/feed.rss", "/sitemap.xml", "/sitemap-1.xml")
    yield from (f"{base}/iati.xml", f"{base}/contributions/", f"{base}/contributions/?format=csv", "/search/")
    yield from (f"{base}/contributions/?format=json", f"{base}/success/", f"{base}/success/?format=csv")
    yield from (f"{base}/success/?format=json", "/catalogue.jsonld", f"{base}/journal.csv", "/topics/")
    yield from (f"{base}/open-data/", f"{base}/published/", f"{base}/calls/C1/", f"{base}/calls/C1/?format=csv")
    yield from ("/embed/imi2/calls/C1/", "/embed/imi2/call-topics/C1/")
    for slug in Organisation.objects.values_list("slug", flat=True):
        yield from (f"/partners/{slug}/", f"/partners/{slug}/credit/", f"/api/v1/partners/{slug}")
        yield f"/embed/partners/{slug}/credit/"
        yield from (f"/cite.{kind}?page=/partners/{slug}/{page}" for kind in ("bib", "ris") for page in ("", "credit/"))
    for piece in PIECES:
        yield f"/embed/imi2/{piece}/"
    api = "/api/v1/programmes/imi2"
    yield from ("/api/v1/programmes", api, f"{api}/tranches", f"{api}/tranches/B/movements", f"{api}/topics")
    yield from (f"{api}/projects", f"{api}/partners", f"{api}/contributions", f"{api}/decisions", "/api/v1/topics")
    for code in ("T1", "T2", "T3"):
        yield from (f"{api}/topics/{code}", f"{base}/topics/{code}/chain/?format=json")
        yield from (f"/embed/imi2/topics/{code}/", f"/embed/imi2/topics/{code}/contributions/")
    for slug in ("p1", "p2"):
        yield from (f"{api}/projects/{slug}", f"/embed/imi2/projects/{slug}/")
    for one in Contribution.objects.all():
        yield f"/api/v1/contributions/{one.reference}"
        yield from (f"/embed/contributions/{one.reference}/", f"/embed/contributions/{one.reference}/versions/")
    yield from (f"{api}/success", f"{api}/trajectory", f"{api}/published", f"{api}/groups", f"{api}/documents")
    yield from ("/api/v1/stories", "/api/v1/search?limit=100")
    yield from ("/api/v1/common-grants/opportunities", "/api/v1/common-grants/awards")


def everything() -> dict[str, str]:
    """What everybody reads at all those addresses, and what search, newsletter and stories would say."""
    client = Client()
    texts = {address: world.read(client, address) for address in addresses()}
    texts["entries of the search"] = "\n".join(str(one) for one in entries.public().values())
    every = news.between(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
    texts["newsletter"] = "\n".join(str(one) for one in every)
    projects = [About(projects=(one,)) for one in Project.objects.all()]
    partners = [About(organisations=(one,)) for one in Organisation.objects.all()]
    for about in (*projects, *partners, About(scheme=Scheme.objects.get(code="imi2"))):
        told = [figures.find(f"{one.of} {one.key} {one.name}", about) for one in about.offered()]
        texts[f"figures of {about}"] = "\n".join(str(one) for one in told)
    return texts


def test_it_is_there_before(office: Office) -> None:
    """Each of these values is read somewhere, else the walk would prove nothing; and each address answers."""
    texts = everything()
    for cents, name, _, _, code in world.GIVEN:
        row = Organisation.objects.get(name=name)
        values = (name, row.website, row.ror) if code != "T3" else ()
        assert [one for one in values if not found(texts, (one,))] == []
        assert code == "T3" or found(texts, world.amounts(cents))
    assert found(texts, (SUMMARY,))
    client = Client()
    unanswered = {path for path in addresses() if client.get(path).status_code != HTTPStatus.OK}
    known = ("sitemap-", "tansy", "holding", f"/{world.of('Tansy Society').reference}")
    assert {path for path in unanswered if not any(one in path for one in known)} == set()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_nothing_that_is_held_back_is_told(office: Office, seed: int) -> None:
    chance = random.Random(seed)  # no secret
    hidden: list[str] = []
    if chance.random() < 0.7:
        world.hold(office, office.topic("T1"), "text")
        hidden.append(SUMMARY)
    for amount, name, *_ in world.GIVEN:
        contribution, organisation = world.of(name), Organisation.objects.get(name=name)
        if chance.random() < 0.6:
            world.hold(office, contribution, "amount")
            hidden.extend(world.amounts(amount))
        draw = chance.random()
        if draw < 0.5:
            one = chance.choice((contribution, organisation))
            world.hold(office, one, "giver" if one == contribution else "name")
            hidden.append(name)
        if chance.random() < 0.6:
            world.hold(office, organisation, "website")
            hidden.append(organisation.website)
        if chance.random() < 0.6:
            world.hold(office, organisation, "identifiers")
            hidden.extend((organisation.ror, organisation.pic))
    texts = everything()
    left = found(texts, tuple(hidden))
    listed = set(re.findall(r"<loc>[^<]*?//[^/]+(/(?:contributions|partners)/[^<]+)</loc>", texts["/sitemap.xml"]))
    left += [path for path in sorted(listed) if Client().get(path).status_code != HTTPStatus.OK]
    assert left == [], "\n".join(left)
