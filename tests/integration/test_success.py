"""The success figures of a programme, by hand: who joined, who came again and how soon, and the sums over time."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from fractions import Fraction

import pytest
from django.test import Client
from tests.books import FAR, MILLION, Office, shipped
from tests.worlds import world

from cofund.queries import envelope, success
from cofund.queries.pools import Target
from cofund.queries.success import Group, Repeat, Success
from cofund.records.directory.models import Organisation

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2015, 3, 1), dt.date(2015, 9, 1), dt.date(2017, 3, 1))
KNOWN = {"Alpha": ("foundation", "BE"), "Beta": ("foundation", "FR"), "Gamma": ("company", "BE")}


@world
def office() -> Office:
    """Alpha 6 and again 1 million, Beta 2 million, Alpha and Gamma jointly 1 million; Delta has only pledged."""
    office = Office.with_scheme(shipped("imi2"), "imi2")
    given = (
        ("T1", DAYS[0], 6, ("Alpha",)),
        ("T2", DAYS[1], 2, ("Beta",)),
        ("T3", DAYS[2], 1, ("Alpha",)),
        ("T4", DAYS[2], 1, ("Alpha", "Gamma")),
    )
    for code, on, millions, givers in given:
        target = Target(topic=office.topic(code))
        made = office.pledge(millions * MILLION, *givers, target=target, kind="FC_JU", on=on).contribution
        office.endorse(made, on=on)
        office.reserve(target, on)
        office.commit(target, office.project(f"p-{code.lower()}", target.topic), on)
    office.pledge(9 * MILLION, "Delta", target=Target(topic=office.topic("T5")), kind="FC_JU", on=DAYS[0])
    for name, (kind, country) in KNOWN.items():
        Organisation.objects.filter(name=name).update(kind=kind, country=country)
    return office


def _found(on: dt.date = FAR) -> Success:
    return success.of_scheme("imi2", on, None)


def test_partners_are_counted_by_kind_and_country(office: Office) -> None:
    found = _found()
    assert (found.contributions, found.partners, found.committed_cents) == (4, 3, 10 * MILLION)
    assert found.by_kind == (
        Group("foundation", 2, 9 * MILLION, gives_jointly=True),
        Group("several", 0, 1 * MILLION),
        Group("company", 1, 0, gives_jointly=True),
    )
    assert found.by_country == (Group("BE", 2, 8 * MILLION), Group("FR", 1, 2 * MILLION))
    assert sum(group.committed_cents for group in found.by_kind) == found.committed_cents


def test_years_have_new_partners_and_sums(office: Office) -> None:
    told = [(year.year, year.partners, year.new, year.committed_cents, year.sum_cents) for year in _found().by_year]
    assert told == [
        (2015, 2, 2, 8 * MILLION, 8 * MILLION),
        (2016, 0, 0, 0, 8 * MILLION),
        (2017, 2, 1, 2 * MILLION, 10 * MILLION),
    ]


def test_matched_money_is_what_the_envelope_holds_at_the_end_of_each_year(office: Office, client: Client) -> None:
    found = _found()
    sums = [year.matched_sum_cents for year in found.by_year]
    held = []
    for year in found.by_year:
        rows = {row.tranche: row.standing for row in envelope.statement("imi2", as_of=dt.date(year.year, 12, 31))}
        held.append(rows["B"].committed_cents + rows["B"].consumed_cents)
    assert sums == held == [8 * MILLION, 8 * MILLION, 10 * MILLION]
    assert [year.matched_cents for year in found.by_year] == [8 * MILLION, 0, 2 * MILLION]
    page = client.get(f"/programmes/imi2/success/?as_of={FAR.isoformat()}").text
    drawn = page.split("Spending power together, at the end of each year", 1)[1].split("</table>", 1)[0]
    shown = [re.findall(r">([\d,]{7,})<", row) for row in drawn.split("<tr")[2:]]
    assert [row for row in shown if row] == [["8,000,000"] * 2, ["8,000,000"] * 2, ["10,000,000"] * 2]


def test_partner_who_commits_on_a_later_day_came_again(office: Office) -> None:
    """Alpha came again after two years; two contributions of one day are no second time, and Gamma came once."""
    wait = (DAYS[2] - DAYS[0]).days
    assert _found().repeat == Repeat(3, 1, (wait,))
    assert _found().repeat.median_days == wait
    assert Repeat(4, 2, (10, 21)).median_days == Fraction(31, 2)
    assert _found(dt.date(2016, 1, 1)).repeat == Repeat(2, 0, ())


def test_concentration_takes_joint_givers_as_one(office: Office) -> None:
    """Seven, two and one of ten million: 49 + 4 + 1 hundredths."""
    found = _found().concentration
    assert found.givers == 3
    assert found.largest == ((1, Fraction(7, 10)), (3, Fraction(1)), (10, Fraction(1)))
    assert found.index == 5_400
    assert found.equal_givers == Fraction(100, 54)


def test_past_day_shows_what_was_true_then(office: Office) -> None:
    found = _found(dt.date(2015, 6, 30))
    assert (found.partners, found.committed_cents) == (1, 6 * MILLION)
    assert success.of_scheme("imi2", FAR, dt.datetime(2001, 1, 1, tzinfo=dt.UTC)).partners == 0


def test_page_tells_every_figure_with_its_meaning_and_files_the_same(client: Client, office: Office) -> None:
    text = client.get("/programmes/imi2/success/").text
    for said in (
        "1 of 3 partners committed again in a later grant.",
        "it took them 24 months.",
        "The index is 5,400, which is usually read as concentrated on few.",
        "Several kinds together (joint, split not known)",
        "Figures as a table",
    ):
        assert said in text
    assert "Delta" not in text
    answer = client.get("/programmes/imi2/success/", {"format": "csv", "as_of": "2017-12-31"}).content.decode(
        "utf-8-sig"
    )
    rows = {(row["figure"], row["group"]): row for row in csv.DictReader(io.StringIO(answer))}
    assert rows["kind", "Foundation or philanthropy"]["committed_cents"] == str(9 * MILLION)
    assert rows["index", ""]["number"] == "5400"
    assert rows["sum at end of year", "2016"]["committed_cents"] == str(8 * MILLION)
    assert all(row["means"] and row["as_of"] == "2017-12-31" for row in rows.values())


def test_page_of_a_programme_without_partners_says_so(client: Client) -> None:
    Office.with_scheme(shipped("imi2"), "imi2")
    text = client.get("/programmes/imi2/success/").text
    assert "Nobody has committed anything yet." in text
    assert client.get("/programmes/imi2/success/?as_of=never").status_code == 400
    assert client.get("/programmes/none/success/").status_code == 404
