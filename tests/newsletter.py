"""A site with a newsletter: somebody who gets it and follows a topic, and somebody who has yet to confirm."""

from __future__ import annotations

import secrets
from typing import Any

from tests.books import Office, shipped
from tests.place import Place, by_username
from tests.rights import partner

from cofund.actions.actors import Actor
from cofund.actions.newsletter import issues as issue_actions
from cofund.actions.newsletter import signing_up
from cofund.actions.topics import NewTopic, open_topic
from cofund.queries import clock
from cofund.queries.newsletter import issues, links, news
from cofund.records.directory.models import Message, User
from cofund.records.programme.models import FitAlert, Followed, NewsletterIssue, SignUp, Subscriber, Topic
from cofund.rules import roles
from cofund.rules.lifecycle_newsletter import ISSUE

ADDRESS = "grace@gates.example"


def subscriber(email: str = ADDRESS, topic: Topic | None = None, **facts: Any) -> Subscriber:
    """Somebody who confirmed."""
    now = clock.now()
    made = Subscriber.objects.create(
        **{"email": email, "mark": secrets.token_urlsafe(16), "confirmed_at": now, "changed_at": now, **facts}
    )
    if topic is not None:
        Followed.objects.create(subscriber=made, topic=topic, made_at=now, told_until=now)
    return made


def asked(email: str = "new@example.org", topic: Topic | None = None) -> str:
    """Somebody who has yet to confirm; the word in the link of the e-mail."""
    row: SignUp = signing_up.sign_up(email, topic)
    text = Message.objects.get(key=f"newsletter-sign-up/{row.pk}").text
    return next(line for line in text.splitlines() if line.startswith("http")).split("/")[-2]


def last(address: str) -> str:
    """The signed word of an address."""
    return address.split("/")[-2]


def issue(status: str = "draft", **facts: Any) -> NewsletterIssue:
    """An issue of this month in a state, which tells of every topic that was opened."""
    today, now = clock.today(), clock.now()
    first = today.replace(day=1)
    return NewsletterIssue.objects.create(
        **{
            "frequency": "monthly", "title": "News of the month", "intro": "Dear reader,\n\nthis is new.", "from_on": first,
            "until_on": today, "status": status, "items": news.plain(issues.gathered(first, today)), "made_by": "Olga",
            "made_at": now, "scheduled_at": None if status == "draft" else now,
            "started_at": now if status in ("sending", "sent") else None, "sent_at": now if status == "sent" else None, **facts,
        }
    )  # fmt: skip


def due_for(count: int) -> NewsletterIssue:
    """An issue that is due for so many readers: `p0@example.org` and on, in both languages; beside them some for whom it is not.

    These get it another month, pause, or want other news than it has.
    """
    office, now = Office.with_scheme(shipped("imi2"), "imi2"), clock.now()
    open_topic(office.actor, NewTopic("imi2", "T1", "Insulin that is still made after the diagnosis"))
    others = [{"frequency": "weekly"}, {"paused_at": now}, {"themes": ["decisions"]}]
    rows = [(f"p{number}@example.org", {"language": ("en", "fr")[number % 2]}) for number in range(count)]
    rows += [(f"not{number}@example.org", facts) for number, facts in enumerate(others)]
    Subscriber.objects.bulk_create(
        (
            Subscriber(
                **{"email": email, "mark": secrets.token_urlsafe(16), "confirmed_at": now, "changed_at": now, **facts}
            )
            for email, facts in rows
        ),
        batch_size=500,
    )
    made = issue()
    issue_actions.send_now(Actor("Olga", roles.OFFICER), made.pk)
    return made


def place() -> Place:
    """The site, with an open topic and a partner's person who is told what fits."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    topic = office.topic("T1")
    Topic.objects.filter(pk=topic.pk).update(title="Insulin that is still made after the diagnosis", status="scoping")
    made = subscriber(topic=topic)
    told = FitAlert.objects.create(user=partner("paul", office.organisation("JDRF"), "read"), changed_at=clock.now())
    User.objects.create_user("olga", role="officer", password=None)
    open_topic(office.actor, NewTopic("imi2", "T2", "Screening before the first symptom"))
    for status in ISSUE.states:
        issue(status)
    keys = {status: NewsletterIssue.objects.get(status=status).pk for status in ISSUE.states} | {
        "link": asked(), "own": links.own_token(made), "leave": last(links.leaving(made)), "alerts": last(links.stopping(told)),
    }  # fmt: skip
    return Place(by_username(), keys)
