"""What is over: a decided application asks for nothing that came before, and a programme that ended says so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cofund.records.directory.models import User
from cofund.records.ledger.models import Application

pytestmark = pytest.mark.django_db


def test_decided_application_does_not_ask_for_its_check(demonstration: None) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="officer"))
    row = Application.objects.filter(status="approved", checked_at=None).order_by("pk")[0]
    html = browser.get(f"/office/applications/{row.reference}/").content.decode()
    assert ("No check is recorded here." in html, "It was not checked yet." in html) == (True, False)
    assert re.findall(r'<a class="button ([^"]*)" href="[^"]*">Check it</a>', html) == ["button-quiet"]


def test_programme_that_ended_is_offered_last_and_says_so(demonstration: None) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="partner"))
    html = browser.get("/office/applications/new/").content.decode()
    offered = re.findall(r'<a[^>]* href="/office/applications/new/(\w+)/">([^<]+)</a>', html)
    assert offered[-1] == ("imi2", "Innovative Medicines Initiative 2 (ended on 31 December 2024)")
    assert [words for _, words in offered if "ended" in words] == [offered[-1][1]]
