"""A big site for the benchmark of pages: organisations, leads, and contributions that are really booked, so that they verify."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks import big_proof, big_subjects, public_site, public_texts

ROLES = ("partner", "delegate", "officer", "scientific_officer", "governance_officer", "finance_officer", "auditor")
CONTRIBUTIONS_A_TOPIC = 20


def build() -> None:
    """Fill the site as the file beside the database says, and leave a session for each role in the home folder."""
    from django.conf import settings
    from django.core.management import call_command

    from cofund.actions.actors import Actor
    from cofund.actions.opening import open_scheme
    from cofund.records.programme.models import Scheme
    from cofund.schemes import shipped

    call_command("migrate", verbosity=0)
    for file, text in shipped().items():
        open_scheme(Actor.operator(), text, file=file)
    home = Path(settings.COFUND_HOME)
    size = json.loads((home / "bench.json").read_text())
    scheme = Scheme.objects.get(code="imi2")
    organisations = _organisations(size["organisations"])
    topics = _topics(scheme, size["contributions"] // size.get("contributions_a_topic", CONTRIBUTIONS_A_TOPIC))
    _book(scheme, organisations, topics, size["contributions"], all_committed="participations" in size)
    # A topic with a lead is adopted by a decision of its own point alone, which would be two thousand meetings.
    _leads(scheme, organisations, topics, size["leads"])
    big_subjects.fill(scheme, organisations, topics, size["contributions"] // 10)
    big_proof.fill(scheme, organisations)
    if "participations" in size:
        public_site.fill(scheme, organisations, size["participations"])
        (home / "keys.json").write_text(json.dumps(public_texts.fill(scheme, organisations)))
    (home / "sessions.json").write_text(json.dumps(_sessions(organisations[0])))
    _settle()


def _organisations(count: int) -> list[Any]:
    """Organisations with the names of foundations, some of them with a next step."""
    from cofund.records.directory.models import Organisation

    today = date.today()
    rows = [
        Organisation(
            slug=f"foundation-{number}",
            name=f"Foundation number {number} for research",
            short_name=f"F{number}" if number % 3 else "",
            kind="foundation",
            country="DE",
            next_step="Call the director" if number % 40 == 0 else "",
            next_step_on=today + timedelta(days=number % 60 - 20) if number % 40 == 0 else None,
        )
        for number in range(count)
    ]
    return Organisation.objects.bulk_create(rows, batch_size=1000)


def _topics(scheme: Any, count: int) -> list[Any]:
    """Topics that are being drafted."""
    from cofund.records.programme.models import Topic

    rows = [Topic(scheme=scheme, code=f"BENCH-{number:03}", title=f"Topic {number}") for number in range(count)]
    return Topic.objects.bulk_create(rows)


def _leads(scheme: Any, organisations: list[Any], topics: list[Any], count: int) -> None:
    """Leads in all stages, half of them with a next step."""
    from cofund.records.programme.models import Lead

    stages = ("new", "contacted", "exploring", "fit_found", "applying", "converted", "dormant")
    routes = tuple(Lead.Route.values)
    today = date.today()
    Lead.objects.bulk_create(
        (
            Lead(
                scheme=scheme,
                reference=f"imi2-lead-{number}",
                organisation=organisations[number % len(organisations)],
                topic=topics[number % len(topics)],
                route=routes[number % len(routes)],
                stage=stages[number % len(stages)],
                stage_since_on=today - timedelta(days=number % 90),
                opened_on=today - timedelta(days=90 + number % 300),
                amount_cents=100_000_00,
                probability_percent=number % 101,
                next_step="Call" if number % 2 else "",
                next_step_on=today + timedelta(days=number % 50 - 15) if number % 2 else None,
            )
            for number in range(count)
        ),
        batch_size=1000,
    )


def _book(scheme: Any, organisations: list[Any], topics: list[Any], count: int, *, all_committed: bool) -> None:
    """Contributions booked by the actions themselves: all pledged, three in four endorsed, half adopted, a quarter committed.

    With `all_committed` every topic has its project.
    """
    from cofund.actions import contributions, targets
    from cofund.actions.actors import Actor
    from cofund.actions.books import Grounds
    from cofund.actions.moves import Statements
    from cofund.actions.pledges import Pledge, pledge
    from cofund.queries.pools import Target
    from cofund.records.programme.models import Decision, Project

    actor, on = Actor.operator(), date(2016, 3, 1)
    decision = Decision.objects.create(scheme=scheme, number="BENCH-1", decided_on=on, title="Benchmark")
    decided, plain = Grounds(on, "Benchmark", decision=decision), Grounds(on, "Benchmark")
    stated = Statements(no_other_union_funding=True)
    for number in range(count):
        # The first partner has fifty of them, so that its own desk has something to show.
        giver = organisations[0] if number % 100 == 0 else organisations[number % len(organisations)]
        target = Target(topic=topics[number % len(topics)])
        wanted = Pledge("imi2", target, "partner", "FC_JU", (giver,), 1_000_00 + number, plain, stated)
        made = pledge(actor, wanted).contribution
        if all_committed or number % len(topics) % 4 > 0:
            contributions.endorse(actor, made, decided)
    for number, topic in enumerate(topics):
        if all_committed or number % 4 > 1:
            targets.reserve(actor, "imi2", Target(topic=topic), decided)
        if all_committed or number % 4 > 2:
            topic.refresh_from_db()
            project = Project.objects.create(scheme=scheme, topic=topic, slug=f"p{number}", acronym=f"P{number}")
            targets.commit(actor, "imi2", Target(topic=topic), project, decided)


def _sessions(organisation: Any) -> dict[str, str]:
    """Somebody of each role who is signed in: the key of the session by role."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cofund.queries import clock
    from cofund.records.directory.models import PartnerRight, User

    found = {}
    for role in ROLES:
        user = User.objects.create_user(role, role=role, organisation=organisation if role == "partner" else None)
        if role == "partner":
            for right in PartnerRight.Right:
                PartnerRight.objects.create(user=user, organisation=organisation, right=right, granted_at=clock.now())
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found[role] = session.session_key or ""
    return found


def _settle() -> None:
    """Do what a site and its database do by themselves after a while: make the index of the search, and gather statistics. And
    prove that the book verifies."""
    from django.db import connection

    from cofund.actions import search_index
    from cofund.queries.verification import verify

    began = time.perf_counter()
    entries = search_index.bring_in_step()
    print(f"  {entries:,} entries of the search made in {time.perf_counter() - began:.1f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    result = verify("imi2")
    if result.findings:
        raise SystemExit(f"The book does not verify: {result.findings[:3]}")
    print(f"  {result.entries:,} entries, {result.transfers:,} transfers, the book verifies", flush=True)
