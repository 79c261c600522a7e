"""Every public page that shows money ends, for auditors, in the proof of its figures; the pages are those of `tests/pages.py`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from tests import pages, places

from cofund.records.directory.models import User
from cofund.web.public.embeds_of_one import ONE

MONEY = re.compile(r'<data class="money[^"]*" value="(-?[\d.]+)"|\b(?:EUR|USD|GBP)\s(\d[\d,.]*)')
# What shows money that is in no book of the site, or that is proved in another way; by the name of the address.
WITHOUT = {
    "calls": "What calls announce stands in no book; what is given to the programme is proved where anything is.",
    "design": "Samples of components, with amounts that are made up.",
    **dict.fromkeys(
        ("embed", *ONE),
        "A piece of a page for other sites, the same for whoever reads it; it leads to its page, which ends in the proof.",
    ),
    "rules": "What the law says stands in no book; its source stands beside it.",
    "search": "Each hit leads to a page that ends in the proof.",
    "story": "Each figure in a text leads to the page that proves it.",
}


class Keys(dict[str, str]):
    """The keys of an address, before there is anything."""

    def __missing__(self, name: str) -> str:
        return "1"


def name_of(address: str) -> str:
    """The name of an address."""
    return str(resolve(address.split("?")[0].format_map(Keys())).url_name)


# The pages whose figures `test_proof_walk.py` follows to the papers.
WALKED = {name_of(address) for address in pages.PLACES["proof"][""]}


def shows_money(html: str) -> bool:
    """Whether a page shows any amount but zero, beside its table of proof."""
    main = html[html.index("<body") :].partition('id="proof-heading"')[0]
    return any(found.strip("0.,-") for match in MONEY.finditer(main) for found in match.groups() if found)


@pytest.mark.parametrize("name", [name for name, people in pages.PLACES.items() if "" in people])
def test_public_page_with_money_leads_to_its_proof(db: None, settings: Any, tmp_path: Any, name: str) -> None:
    settings.COFUND_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path
    place, client = places.BUILDERS[name](), Client()
    without: list[str] = []
    unwalked: list[str] = []
    client.force_login(User.objects.create_user("auditing", role="auditor", password=None))
    for address in (one.format(**place.keys) for one in pages.PLACES[name][""]):
        answer = client.get(address)
        if name_of(address) in WITHOUT or answer.status_code == 302:
            continue
        html = answer.content.decode()
        unwalked += [address] if 'id="proof"' in html and name_of(address) not in WALKED else []
        without += [address] if 'id="proof"' not in html and shows_money(html) else []
    assert not without, f"add the table of proof, or a reason to WITHOUT: {', '.join(without)}"
    assert not unwalked, f"add to the place `proof` of tests/pages.py, whose figures are walked: {', '.join(unwalked)}"


def test_every_exception_is_a_public_page() -> None:
    public = {name_of(address) for people in pages.PLACES.values() for address in people.get("", [])}
    assert set(WITHOUT) <= public
