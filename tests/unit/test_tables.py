"""Tables, filters and pages keep their state in the address."""

from __future__ import annotations

from cofund.web.components import Address, Change, Choice, Column, Filter, FilterBar, Money, Pages, Row, Status, Table

ADDRESS = Address.of(
    "/partners/", [("q", "fund"), ("stage", "committed"), ("sort", "name"), ("page", "3"), ("as_of", "")]
)


def test_an_address_drops_the_page_when_something_else_changes() -> None:
    assert ADDRESS.with_changes(q=None) == "/partners/?stage=committed&sort=name"
    assert Address("/partners/").with_changes(q=None) == "/partners/"


def test_a_heading_turns_the_order_round() -> None:
    column = Column.sortable("name", "Partner", ADDRESS)
    other = Column.sortable("amount", "Amount", ADDRESS)
    assert [column.sorted, column.sort_href] == ["ascending", "/partners/?q=fund&stage=committed&sort=-name"]
    assert [other.sorted, other.sort_href] == ["", "/partners/?q=fund&stage=committed&sort=amount"]


def test_each_filter_in_force_has_its_way_out() -> None:
    bar = FilterBar(
        (
            Filter("q", "Name", "fund"),
            Filter("stage", "Status", "committed", (Choice("committed", "Committed"),)),
            Filter("since", "Since", kind="date"),
        ),
        ADDRESS,
    )
    assert [(pill.label, pill.remove_href) for pill in bar.pills] == [
        ("Name: fund", "/partners/?stage=committed&sort=name"),
        ("Status: Committed", "/partners/?q=fund&sort=name"),
    ]
    assert bar.hidden == (("sort", "name"),)
    assert bar.clear_href == "/partners/?sort=name"


def test_pages_show_ends_neighbours_and_gaps() -> None:
    links = Pages(4, 21, Address("/p")).links
    assert [link.text if link else "…" for link in links] == ["1", "…", "3", "4", "5", "…", "21"]


def test_the_first_page_has_none_before_it() -> None:
    pages = Pages(1, 2, Address("/p"))
    assert [pages.previous_href, pages.next_href] == ["", "/p?page=2"]


def test_totals_are_not_counted_as_rows() -> None:
    rows = (Row.of("A"), Row.of("B"), Row.of("All", kind="total"))
    table = Table("t", "Partners", (Column("Partner"),), rows, noun=("partner", "partners"))
    whole = Table("t", "Partners", (Column("Partner"),), rows, noun=("partner", "partners"), total_count=1204)
    assert [table.count, whole.count] == ["2 partners", "2 of 1,204 partners"]


def test_a_change_says_its_difference_only_for_known_money_of_one_currency() -> None:
    said = [
        Change("Free", Money(300), Money(100)).said,
        Change("Free", Money(300), Money(300)).said,
        Change("Free", Money(None), Money(100)).said,
        Change("Free", Money(1, "SEK"), Money(100)).said,
        Change("Status", Status("Pledged"), Status("Endorsed")).said,
    ]
    assert said == ["EUR 2 less", "no change", "", "", ""]
