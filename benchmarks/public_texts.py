"""What the site of the public pages' benchmark tells in words: stories, open topics, agendas, newsletters, what was published."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.big_subjects import comment

PARTS = 500
STORIES = 200
ORGANISATIONS_A_STORY = 2
OPEN_TOPICS = 60
COMMENTS = 20
MEETINGS = 120
POINTS_A_MEETING = 8
ISSUES = 60
ITEMS_OF_A_THEME = 12
DAYS_PUBLISHED = 400
PARAGRAPH = (
    "Somebody knocked at the door of the programme while the text of a topic was still being written, said what it could bring, "
    "and stayed. What it gives is matched with public money, and what came of it is told here by those who did the work. "
) * 2
BODY = f"""{PARAGRAPH}

## What it gives

It stands behind this with {{{{ partner:SLUG.given }}}}, matched with {{{{ partner:SLUG.matched }}}}; in all
{{{{ project:imi2/ACRONYM.total }}}} stand behind the project, of which partners give {{{{ project:imi2/ACRONYM.partners }}}}.

{PARAGRAPH}

## What came of it

- A registry that others can use
- Two trials that would not have begun
- {{{{ programme:imi2.partners }}}} partners who know each other

{PARAGRAPH}
"""


def fill(scheme: Any, organisations: Sequence[Any]) -> dict[str, int]:
    """Put all of it in; give the keys of what is asked for by a number."""
    from cofund.queries import clock

    now = clock.now()
    _stories(scheme, organisations, now)
    _open_topics(scheme, organisations, now)
    _published(scheme, now)
    return {"meeting": _meetings(organisations, now), "issue": _issues(scheme, now)}


def _stories(scheme: Any, organisations: Sequence[Any], now: datetime) -> None:
    """Stories of partners with figures that stay live, one a day; the last one is still to come out."""
    from cofund.records.programme.models import Project, Story, StoryVersion

    projects = list(Project.objects.filter(scheme=scheme).order_by("pk"))
    stories = Story.objects.bulk_create(
        Story(
            slug=f"bench-story-{number}",
            kind=Story.Kind.PARTNER if number % 3 else Story.Kind.NEWS,
            scheme=scheme,
            drafted_at=now,
        )
        for number in range(STORIES)
    )
    versions = StoryVersion.objects.bulk_create(
        (
            StoryVersion(
                story=story,
                number=1,
                title=f"How it began, number {number}",
                summary=PARAGRAPH[:300],
                body=BODY.replace("SLUG", organisations[number % len(organisations)].slug).replace(
                    "ACRONYM", projects[number % len(projects)].slug
                ),
                author="Jo Writer",
                written_by="Office",
                written_at=now,
            )
            for number, story in enumerate(stories)
        ),
        batch_size=PARTS,
    )
    for number, (story, version) in enumerate(zip(stories, versions, strict=True)):
        story.latest = story.shown = version
        story.status = Story.Status.PUBLISHED
        story.published_at = now + timedelta(days=30) if number == STORIES - 1 else now - timedelta(days=number + 1)
    Story.objects.bulk_update(stories, ("latest", "shown", "status", "published_at"), batch_size=PARTS)
    of_organisations, of_projects = Story.organisations.through, Story.projects.through
    of_organisations.objects.bulk_create(
        of_organisations(story_id=story.pk, organisation_id=organisations[(number + more) % len(organisations)].pk)
        for number, story in enumerate(stories)
        for more in range(ORGANISATIONS_A_STORY)
    )
    of_projects.objects.bulk_create(
        of_projects(story_id=story.pk, project_id=projects[number % len(projects)].pk)
        for number, story in enumerate(stories)
    )


def _open_topics(scheme: Any, organisations: Sequence[Any], now: datetime) -> None:
    """Topics at which anybody can knock, with two texts each, on which the public is consulted."""
    from cofund.records.programme.models import Consultation, Topic, TopicVersion

    states = (Topic.Status.SCOPING, Topic.Status.CONSULTATION, Topic.Status.PROPOSED)
    topics = Topic.objects.bulk_create(
        Topic(scheme=scheme, code=f"BENCH-OPEN-{number}", title=f"Open topic {number}", status=states[number % 3])
        for number in range(OPEN_TOPICS)
    )
    TopicVersion.objects.bulk_create(
        TopicVersion(
            topic=topic,
            number=number,
            title=topic.title,
            **dict.fromkeys(("challenge", "scope", "impact", "consortium"), PARAGRAPH * number),
            reason="Written",
            written_by="Office",
            written_at=now - timedelta(days=40 - number * 10),
        )
        for topic in topics
        for number in (1, 2)
    )
    rows = Consultation.objects.bulk_create(
        Consultation(topic=topic, opens_on=now.date() - timedelta(days=10), closes_on=now.date() + timedelta(days=365))
        for topic in topics
    )
    comment(rows, organisations, PARAGRAPH, COMMENTS, now)


def _meetings(organisations: Sequence[Any], now: datetime) -> int:
    """A board of a programme that publishes its agendas, with its seats, meetings, points and papers; the key of one meeting."""
    from cofund.records.programme.models import AgendaItem, Group, Meeting, Paper, Scheme, Seat

    board = Group.objects.create(
        scheme=Scheme.objects.get(code="ihi"), slug="bench-board", name="Board of the benchmark", kind=Group.Kind.BOARD
    )
    Seat.objects.bulk_create(
        Seat(group=board, organisation=one, person=f"Person {number}", from_on=now.date() - timedelta(days=500))
        for number, one in enumerate(organisations[:30])
    )
    meetings = Meeting.objects.bulk_create(
        Meeting(
            group=board,
            title=f"Meeting {number}",
            held_on=now.date() - timedelta(days=number * 9),
            status="closed",
            agenda_published_at=now - timedelta(days=number * 9 + 10),
        )
        for number in range(MEETINGS)
    )
    items = AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            number=number + 1,
            kind="other",
            title=f"Point {number}",
            proposal=PARAGRAPH,
            status="adopted",
        )
        for meeting in meetings
        for number in range(POINTS_A_MEETING)
    )
    Paper.objects.bulk_create(
        Paper(item=item, title="Paper", text=PARAGRAPH, added_by="Office", added_at=now) for item in items
    )
    return int(meetings[0].pk)


def _issues(scheme: Any, now: datetime) -> int:
    """Issues that were sent, each with news of every theme; the key of one of them."""
    from cofund.queries.newsletter.news import Item, plain
    from cofund.records.ledger.models import Contribution
    from cofund.records.programme.models import NewsletterIssue, Story

    stories = Story.objects.order_by("pk").values_list("pk", "slug")[:ITEMS_OF_A_THEME]
    given = Contribution.objects.filter(book__scheme=scheme).order_by("pk").values_list("pk", "reference")
    base = f"/programmes/{scheme.code}"
    items = [
        *(Item("stories", scheme.code, "", f"story/{key}", slug, "News", f"/stories/{slug}/") for key, slug in stories),
        *(
            Item(
                "contributions",
                scheme.code,
                "",
                f"contribution/{key}",
                reference,
                "To it",
                f"/contributions/{reference}/",
            )
            for key, reference in given[:ITEMS_OF_A_THEME]
        ),
    ]
    for number in range(ITEMS_OF_A_THEME):
        code = f"BENCH-OPEN-{number}"
        items += [
            Item(
                "topics", scheme.code, code, f"event/{number}", f"Open topic {number}", "New", f"{base}/topics/{code}/"
            ),
            Item("ideas", scheme.code, "", f"idea/{number}", f"Idea {number}", "Idea", f"/ideas/imi2-idea-{number}/"),
        ]
    today: date = now.date()
    issues = NewsletterIssue.objects.bulk_create(
        NewsletterIssue(
            frequency="monthly",
            title=f"News of the month, {number}",
            intro=PARAGRAPH,
            from_on=today - timedelta(days=30 * number + 30),
            until_on=today - timedelta(days=30 * number + 1),
            status=NewsletterIssue.Status.SENT,
            items=plain(items),
            made_by="Office",
            made_at=now,
            started_at=now,
            sent_at=now,
        )
        for number in range(ISSUES)
    )
    return int(issues[0].pk)


def _published(scheme: Any, now: datetime) -> None:
    """A record of each day: made up, since none of the measured pages computes one again."""
    from cofund.queries import published
    from cofund.records.ledger.models import PublishedRecord

    version = scheme.versions.order_by("-pk").first()
    PublishedRecord.objects.bulk_create(
        (
            PublishedRecord(
                scheme=scheme,
                scheme_version=version,
                what=what,
                as_of=now.date() - timedelta(days=number),
                known_at=now - timedelta(days=number),
                last_entry=DAYS_PUBLISHED - number,
                figures_digest=hashlib.sha256(f"{what} {number}".encode()).hexdigest(),
                words_digest=hashlib.sha256(f"{number} {what}".encode()).hexdigest(),
                recorded_by="Office",
            )
            for number in range(DAYS_PUBLISHED)
            for what in (published.FIGURES, published.GRANTS)
        ),
        batch_size=PARTS,
    )
