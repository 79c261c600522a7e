"""The page of a topic and that of an application tell the same days for a letter, and lead to each other."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from tests.applications import meeting, start
from tests.books import Office, shipped
from tests.worlds import world

from cofund.records.directory.models import User
from cofund.records.programme.models import AgendaItem, Call, Topic
from cofund.web.formatting import day

pytestmark = pytest.mark.django_db
PLANNED = dt.date(2015, 12, 8)


@world
def office() -> Office:
    """IMI2 with a topic whose adoption is planned, in a call that is launched 42 days later."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    call = Call.objects.create(scheme=office.row, code="call-1", opened_on=dt.date(2016, 1, 19))
    Topic.objects.filter(pk=office.topic("T1").pk).update(adoption_planned_on=PLANNED, call=call)
    return office


def told(html: str) -> dict[str, str]:
    """The days of a page's facts, by their label."""
    pairs = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", label).strip(): unescape(re.sub(r"<[^>]+>", " ", value)) for label, value in pairs}


@pytest.mark.parametrize(
    ("board", "agenda", "letter", "papers"),
    [
        # Nothing is known but the plan: three weeks before the adoption, as the scheme says, and 60 days before the launch.
        (None, False, dt.date(2015, 11, 17), dt.date(2015, 11, 17)),
        # The meeting of that day states when papers are due.
        ((PLANNED, dt.date(2015, 11, 24)), False, dt.date(2015, 11, 20), dt.date(2015, 11, 24)),
        # The agenda that the topic stands on counts before the plan.
        ((dt.date(2015, 11, 3), dt.date(2015, 10, 1)), True, dt.date(2015, 10, 1), dt.date(2015, 10, 1)),
    ],
)
def test_both_pages_tell_the_same_days_and_lead_to_each_other(
    office: Office, board: tuple[dt.date, dt.date] | None, agenda: bool, letter: dt.date, papers: dt.date
) -> None:
    topic = Topic.objects.get(code="T1")
    if board is not None:
        made = meeting(office, board[0], papers_due_on=board[1])
        if agenda:
            AgendaItem.objects.create(meeting=made, number=1, kind=AgendaItem.Kind.TOPIC, title="Adopt T1", topic=topic)
    row = start(office, topic=topic)
    browser = Client()
    browser.force_login(User.objects.create_user("olga", role="officer"))
    of_topic, of_application = (
        reverse("office-topic-in-time", args=["imi2", "T1"]),
        reverse("office-application-timing", args=[row.reference]),
    )
    first, second = (browser.get(address).content.decode() for address in (of_topic, of_application))
    assert f'href="{of_application}"' in first and f'href="{of_topic}"' in second
    for found, label in ((told(first), "Last day for a letter: papers due"), (told(second), "Letter needed by")):
        assert day(letter) in found["Comfortable until, for a letter"]
        assert day(papers) in found[label]
