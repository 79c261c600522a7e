"""What a page shows is what its files hold: the bar of an envelope, and the rows of each public list, amount by amount."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.worlds import world

from cofund.actions.demonstration.loading import load

pytestmark = pytest.mark.django_db
# Page, its table, and the amounts of its files that the page does not show a column of.
LISTS = (
    ("/programmes/imi2/projects/", "projects", {"match", "others_contributed"}),
    ("/programmes/imi2/projects/?as_of=2016-12-31", "projects", {"match", "others_contributed"}),
    ("/programmes/imi2/contributions/", "contributions", set()),
    ("/partners/", "partners", set()),
    ("/partners/jdrf/", "contributions", set()),
    ("/programmes/imi2/movements/B/", "movements", set()),
    ("/programmes/imi2/projects/innodia/", "money-table", set()),
)


@world
def demonstration() -> None:
    """The demonstration."""
    load()


def cells(row: str) -> list[str]:
    """The text of each cell of a row."""
    found = re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def shown(html: str, name: str) -> list[list[str]]:
    """The rows of a table of a page, cell by cell."""
    table = html.split(f'id="{name}"', 1)[1].split("</table>", 1)[0].split("<tbody>", 1)[1]
    return [cells(row) for row in table.split("<tr")[1:]]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            "2016-12-31",
            {"Consumed": 0, "Committed": 12_419_784, "Reserved": 55_502_865, "Promised": 0, "Open": 145_077_351},
        ),
        (
            "2014-08-01",
            {"Consumed": 0, "Committed": 0, "Reserved": 5_419_784, "Promised": 0, "Open": 207_580_216},
        ),
    ],
)
def test_bar_of_an_envelope_shows_each_stage_and_they_add_up(
    demonstration: None, client: Client, day: str, expected: dict[str, int]
) -> None:
    html = client.get(f"/programmes/imi2/?as_of={day}").text
    table = html.split("Matched by Associated Partners: public money by stage", 1)[1].split("</table>", 1)[0]
    rows = [cells(row) for row in table.split("<tr")[1:]]
    figures = {row[0].split()[0]: int(row[1].replace(",", "")) for row in rows if len(row) == 3 and row[1][0].isdigit()}
    assert figures == {**expected, "Ceiling": 213_000_000}
    assert sum(expected.values()) == 213_000_000
    rows_of_file = client.get(f"/programmes/imi2/?as_of={day}&format=json").json()["rows"]
    tranche = next(row for row in rows_of_file if row["tranche"] == "B")
    in_file = {stage: tranche[f"{ {'Open': 'free'}.get(stage, stage.lower()) }_cents"] for stage in expected}
    assert in_file == {stage: euros * 100 for stage, euros in expected.items()}


@pytest.mark.parametrize(("address", "table", "unshown"), LISTS)
def test_rows_of_a_page_are_the_rows_of_its_file(
    demonstration: None, client: Client, address: str, table: str, unshown: set[str]
) -> None:
    file = client.get(address + ("&" if "?" in address else "?") + "format=json").json()["rows"]
    page = [row for row in shown(client.get(address).text, table) if not row[0].startswith(("Total", "All"))]
    assert len(page) == min(len(file), 25) > 0
    for row, said in zip(file, page, strict=False):
        cents = {key.removesuffix("_cents"): value for key, value in row.items() if key.endswith("_cents")}
        held = {value // 100 for key, value in cents.items() if value and key not in unshown}
        amounts = {int(one.replace(",", "")) for one in re.findall(r"(?<![\d,])\d{1,3}(?:,\d{3})+", " ".join(said))}
        assert amounts == held, (said, cents)
