"""Every public page is told by the API, or it is said here why not: what stands on a page alone can be read by no program."""

from __future__ import annotations

from typing import Final

import pytest
from django.test import Client
from tests.web.test_every_page_is_listed import shown

from cofund.web.public.embeds_of_one import ONE

A_FORM: Final = "a form, or what is said after it was sent"
OF_ONE: Final = "opened by the signed word in its address, for one person"
A_DRAWING: Final = "the same figures, drawn for another purpose"
IN_WORDS: Final = "a text of this site and not of its programmes"

OF_PROGRAMME: Final = "/programmes/{programme}"
# Where the API tells what a public page shows.
TOLD: Final = {
    "programmes": "/programmes",
    "programme": OF_PROGRAMME,
    "movements": f"{OF_PROGRAMME}/tranches/{{tranche}}/movements",
    "projects": f"{OF_PROGRAMME}/projects",
    "project": f"{OF_PROGRAMME}/projects/{{project}}",
    "topics": f"{OF_PROGRAMME}/topics",
    "topic": f"{OF_PROGRAMME}/topics/{{topic}}",
    "open-topics": "/topics",
    "calls": f"{OF_PROGRAMME}/calls",
    "call": f"{OF_PROGRAMME}/calls/{{call}}",
    "contributions": f"{OF_PROGRAMME}/contributions",
    "contribution": "/contributions/{reference}",
    "partners": f"{OF_PROGRAMME}/partners",
    "rules": f"{OF_PROGRAMME}/rules",
    "partner": "/partners/{partner}",
    "partner-credit": "/partners/{partner}/credit",
    "public-decisions": f"{OF_PROGRAMME}/decisions",
    "public-decision": f"{OF_PROGRAMME}/decisions/{{decision}}",
    "public-groups": f"{OF_PROGRAMME}/groups",
    "public-group": f"{OF_PROGRAMME}/groups/{{group}}",
    "public-meeting": f"{OF_PROGRAMME}/meetings/{{meeting}}",
    "success": f"{OF_PROGRAMME}/success",
    "trajectory": f"{OF_PROGRAMME}/trajectory",
    "documents": f"{OF_PROGRAMME}/documents",
    "document": f"{OF_PROGRAMME}/documents/{{document}}",
    "published": f"{OF_PROGRAMME}/published",
    "stories": "/stories",
    "story": "/stories/{story}",
    "ideas": "/ideas",
    "idea": "/ideas/{idea}",
    "search": "/search",
}
# Public pages that it does not tell.
NOT_TOLD: Final = {
    "home": A_DRAWING,
    **dict.fromkeys(("embed", *ONE), A_DRAWING),
    "topic-chain": "from idea to money: the topic, its call, decisions, projects and contributions have addresses of their own",
    "open-data": "a list of files, which other standards describe; programs read it in the catalogue of data sets",
    "consortium-index": A_FORM,
    "consortium": A_FORM,
    "contribute": A_FORM,
    "contribute-sent": A_FORM,
    "contribute-thanks": A_FORM,
    "topic-comment": A_FORM,
    "idea-suggest": A_FORM,
    "newsletter": A_FORM,
    "newsletter-sent": A_FORM,
    "newsletter-left": A_FORM,
    "newsletter-follow": A_FORM,
    "sign-in": A_FORM,
    "newsletter-archive": "mail as it was sent; what it told has addresses of its own",
    "newsletter-issue": "mail as it was sent; what it told has addresses of its own",
    "contribute-confirm": OF_ONE,
    "comment-confirm": OF_ONE,
    "idea-confirm": OF_ONE,
    "invitation": OF_ONE,
    "newsletter-confirm": OF_ONE,
    "newsletter-preferences": OF_ONE,
    "newsletter-leave": OF_ONE,
    "alerts-stop": OF_ONE,
    "about-data": IN_WORDS,
    "api": IN_WORDS,
    "design": IN_WORDS,
}


def test_every_public_page_is_told_or_has_a_reason() -> None:
    public = set(shown(only="", files=False))
    assert public == {*TOLD, *NOT_TOLD}
    assert not TOLD.keys() & NOT_TOLD.keys()


@pytest.mark.django_db
def test_what_tells_a_page_is_an_address_of_the_api_that_takes_no_key(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]
    open_to_all = {
        path.removeprefix("/api/v1")
        for path, operations in described.items()
        if {} in operations.get("get", {}).get("security", [])
    }
    assert set(TOLD.values()) - open_to_all == set()
