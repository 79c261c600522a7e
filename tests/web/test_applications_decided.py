"""The page of an application that is decided: nothing there asks for what came before."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cofund.records.directory.models import User

pytestmark = pytest.mark.django_db


def test_decided_application_does_not_ask_for_its_check(demonstration: None) -> None:
    browser = Client()
    browser.force_login(User.objects.get(username="officer"))
    html = browser.get("/office/applications/imi2-A1/").content.decode()
    assert ("No check is recorded here." in html, "It was not checked yet." in html) == (True, False)
    assert re.findall(r'<a class="button ([^"]*)" href="[^"]*">Check it</a>', html) == ["button-quiet"]
