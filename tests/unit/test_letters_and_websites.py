"""Names in plain letters, and hosts of websites."""

from __future__ import annotations

import pytest

from cofund.rules.letters import plainest
from cofund.rules.names import key
from cofund.rules.websites import host, registered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MUENCHEN", "München"),
        ("AALBORG UNIVERSITET", "Ålborg Universitet"),
        ("ETHNIKO KENTRO EREVNAS", "Εθνικό Κέντρο Έρευνας"),
        ("BALGARSKA AKADEMIYA NA NAUKITE", "Българска академия на науките"),
    ],
)
def test_two_ways_of_writing_a_name_are_one(one: str, other: str) -> None:
    assert plainest(key(one)) == plainest(key(other))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.heartfund.example/en", "heartfund.example"),
        ("WWW.HeartFund.Example", "heartfund.example"),
        ("http://www2.chem.ox.ac.uk", "chem.ox.ac.uk"),
        ("https://facebook.com/heartfund", ""),
        ("https://en.wikipedia.org/wiki/Heart", ""),
        ("none", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_host_of_a_website(url: str, expected: str) -> None:
    assert host(url) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chem.ox.ac.uk", "ox.ac.uk"),
        ("ox.ac.uk", "ox.ac.uk"),
        ("a.b.example", "b.example"),
        ("co.example", "co.example"),
    ],
)
def test_registered_part_of_a_host(name: str, expected: str) -> None:
    assert registered(name) == expected
