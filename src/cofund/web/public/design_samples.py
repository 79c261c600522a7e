"""What the page of the design language shows: samples, none of them a fact about a programme."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from cofund.records.directory.models import Organisation
from cofund.web import components as c

LONG_NAME = (
    "The Leona M. and Harry B. Helmsley Charitable Trust, together with the National Foundation for Research into "
    "Type 1 Diabetes, Auto-immunity and Rare Endocrine Disorders"
)


def euros(amount: int) -> int:
    """Whole euros as cents."""
    return amount * 100


def tiles() -> list[c.Tile]:
    """Key figures: normal, unknown, ratio, count."""
    return [
        c.Tile(
            "Used of the envelope",
            c.Money(10_618_575_200, short=True),
            href="#envelope",
            note="of EUR 213.0 m, a lower bound",
            formula="Reserved, committed and consumed contributions, each counted once.",
        ),
        c.Tile(
            "Leverage, committed", c.Ratio(Fraction(4, 3)), href="#facts", note="partner money for each euro of ours"
        ),
        c.Tile("Partners", 31, href="#partners", note="in 12 projects"),
        c.Tile("Certified so far", c.Money(None), note="first certificates are due in 2027"),
        c.Tile("Next deadline", date(2027, 1, 14), certainty=c.Certainty.ASSUMED, note="in 53 days"),
    ]


def facts() -> list[c.Fact]:
    """Facts: linked, assumed, internal, with a source, not known, and long."""
    return [
        c.Fact("Partner", LONG_NAME, href="#"),
        c.Fact("Grant signed", date(2021, 3, 14), certainty=c.Certainty.VERIFIED, source=c.Link("Factsheet", "#")),
        c.Fact("Decision", "IMI2-GB-DEC-2016-99", certainty=c.Certainty.ASSUMED, note="The number is not published."),
        c.Fact("Committed", c.Money(1_045_000_000), certainty=c.Certainty.RECORDED),
        c.Fact("Relationship owner", "Office", visibility=c.Visibility.INTERNAL),
        c.Fact("End date", None),
        c.Fact("Recorded", datetime(2026, 11, 22, 9, 5, tzinfo=UTC)),
    ]


def amounts() -> list[tuple[str, c.Money]]:
    """Money in every form."""
    return [
        ("Whole euros", c.Money(10_618_575_200)),
        ("With cents, because there are some", c.Money(100_050)),
        ("With cents, because asked", c.Money(euros(7_000_000), with_cents=True)),
        ("Short", c.Money(20_100_000_000, short=True)),
        ("Short, from a thousand million", c.Money(163_800_000_000, short=True)),
        ("Short, below a million", c.Money(54_321_00, short=True)),
        ("One cent", c.Money(1)),
        ("Nothing", c.Money(0)),
        ("Below zero", c.Money(-euros(500_000))),
        ("Very large", c.Money(euros(95_517_000_000_123))),
        ("Another currency", c.Money(euros(1_250_000), "SEK")),
        ("Not known", c.Money(None)),
    ]


def envelope() -> c.StackedBar:
    """A bar below its ceiling, with a part that is nothing."""
    segments = (
        c.Segment("Consumed", euros(24_150_000), c.Fill.DEEP),
        c.Segment("Committed", euros(61_035_752), c.Fill.SOLID),
        c.Segment("Reserved", euros(21_000_000), c.Fill.HATCH),
        c.Segment("Waiting", 0, c.Fill.DOTS),
        c.Segment("Free", euros(106_814_248), c.Fill.OPEN),
    )
    return c.StackedBar(
        "envelope",
        "Envelope of a sample programme as of 31 December 2020",
        (c.BarRow(segments),),
        cap_cents=euros(213_000_000),
        note="A lower bound: contributions that were never published are not in it.",
    )


def over_the_ceiling() -> c.StackedBar:
    """A bar that passes its ceiling, with a tiny part."""
    segments = (
        c.Segment("Committed", euros(180_000_000), c.Fill.SOLID),
        c.Segment("Reserved", euros(50_000_000), c.Fill.HATCH),
        c.Segment("A very small share of something with a long name", euros(12_000), c.Fill.OCHRE),
    )
    return c.StackedBar("over", "Requests against the ceiling", (c.BarRow(segments),), cap_cents=euros(213_000_000))


def sources() -> c.StackedBar:
    """Two bars on one scale, without a ceiling."""
    return c.StackedBar(
        "sources",
        "Where the money of a project comes from, and through which channel it is paid",
        (
            c.BarRow(
                (
                    c.Segment("European Union", euros(14_000_000), c.Fill.SOLID),
                    c.Segment("Foundation, cash", euros(7_000_000), c.Fill.OCHRE),
                    c.Segment("Companies, in kind", euros(7_000_000), c.Fill.SLATE_LINES),
                ),
                "By source",
            ),
            c.BarRow(
                (
                    c.Segment("Paid by the programme", euros(21_000_000), c.Fill.DEEP),
                    c.Segment("Companies, in kind", euros(7_000_000), c.Fill.SLATE_LINES),
                ),
                "By channel",
            ),
        ),
    )


def chart() -> c.LineChart:
    """Steps of the books beside a plan."""
    booked = [(2014, 0), (2015, 8), (2016, 31), (2017, 47), (2018, 68), (2019, 92), (2020, 106)]
    planned = [(2014, 0), (2016, 50), (2018, 125), (2020, 190), (2021, 213)]
    return c.LineChart(
        "use",
        "Use of the envelope, booked and planned",
        (
            c.Series(
                "Booked",
                tuple(c.Point(date(year, 6, 30), euros(millions * 1_000_000)) for year, millions in booked),
                area=True,
            ),
            c.Series(
                "Planned",
                tuple(c.Point(date(year, 6, 30), euros(millions * 1_000_000)) for year, millions in planned),
                stroke="dashed",
                step=False,
            ),
        ),
        cap_cents=euros(213_000_000),
        until=date(2021, 6, 30),
    )


def ranking() -> c.HorizontalBars:
    """A ranking with a long name and an amount that is not known."""
    return c.HorizontalBars(
        "ranking",
        "Contributions by partner",
        (
            c.HorizontalBar("JDRF", euros(10_450_000), href="#", note="three versions"),
            c.HorizontalBar("Bill & Melinda Gates Foundation", euros(7_000_000), href="#"),
            c.HorizontalBar(LONG_NAME, euros(3_333_333), fill=c.Fill.HATCH),
            c.HorizontalBar("Small partner", euros(500)),
            c.HorizontalBar("A partner whose amount was never published", None),
        ),
        note="Sample figures.",
    )


def partners(address: c.Address) -> c.Table:
    """A table with everything: sorting, filters, pills, marks, totals, pages and exports."""
    rows = (
        c.Row.of(
            c.Cell("JDRF", href="#", note="Patient organisation, United States"),
            c.stage_status("committed"),
            c.Cell(c.Money(1_045_000_000, bare=True), certainty=c.Certainty.VERIFIED),
            c.Percent(Fraction(1, 3)),
            date(2021, 3, 14),
        ),
        c.Row.of(
            c.Cell(LONG_NAME, href="#"),
            c.stage_status("pledged"),
            c.Cell(c.Money(566_000_000, bare=True), certainty=c.Certainty.ASSUMED),
            c.Percent(Fraction(499, 1000)),
            None,
        ),
        c.Row.of(
            c.Cell("A correction", note="Points to entry 17"),
            c.stage_status("withdrawn"),
            c.Money(-50_000_000, bare=True),
            c.Percent(None),
            date(2020, 2, 29),
            kind="muted",
        ),
        c.Row.of("All partners", "–", c.Money(1_561_000_000, bare=True), c.Percent(Fraction(1)), "–", kind="total"),
    )
    columns = (
        c.Column.sortable("name", "Partner", address),
        c.Column("Status"),
        c.Column.sortable(
            "amount", "Amount (EUR)", address, numeric=True, hint="Cash and in kind as of the day above, counted once."
        ),
        c.Column("Share", numeric=True),
        c.Column.sortable("on", "Since", address),
    )
    stages = (c.Choice("pledged", "Pledged"), c.Choice("committed", "Committed"))
    filters = c.FilterBar(
        (
            c.Filter("q", "Name contains", address.get("q") or "a"),
            c.Filter("stage", "Status", address.get("stage") or "committed", stages),
            c.Filter("since", "Since", address.get("since"), kind="date"),
        ),
        address,
    )
    exports = (c.Link("CSV", "#partners", download=True), c.Link("JSON", "#partners", download=True))
    pages = c.Pages(4, 21, address)
    return c.Table(
        "partners",
        "Partners and what they put in",
        columns,
        rows,
        noun=("partner", "partners"),
        total_count=63,
        filters=filters,
        exports=exports,
        pages=pages,
        note="Sample figures. Amounts that are assumed are marked.",
    )


def empty_table(address: c.Address) -> c.Table:
    """A table in which nothing is left."""
    empty = c.EmptyState(
        "No movement fits these filters.", "Take a filter away to see more.", c.Link("Show all movements", "#")
    )
    return c.Table("movements", "Movements", (c.Column("Day"),), (), noun=("movement", "movements"), empty=empty)


def timeline() -> c.Timeline:
    """Events in lanes: past, future, assumed, and without a day."""
    return c.Timeline(
        "history",
        "What happened with this project",
        (
            c.Event(date(2014, 12, 17), "Call 2 opens", "Call", certainty=c.Certainty.VERIFIED),
            c.Event(date(2015, 11, 1), "Grant agreement signed", "Grant", href="#", money=c.Money(566_000_000)),
            c.Event(
                date(2018, 6, 30), "Amendment", "Grant", "The partner adds to its line.", money=c.Money(916_000_000)
            ),
            c.Event(
                date(2020, 1, 1),
                "Second amendment, with a title that needs more than one line on a narrow screen",
                "Grant",
                money=c.Money(1_045_000_000),
                certainty=c.Certainty.ASSUMED,
            ),
            c.Event(date(2023, 10, 31), "Last report", "Report", status=c.Status("Overdue", c.Tone.BAD)),
            c.Event(None, "Letter of endorsement", "Partner"),
        ),
        today=date(2022, 11, 22),
    )


def steps() -> list[c.Step]:
    """The way of a topic, with a step left out."""
    return [
        c.Step("Idea", "done", date(2013, 5, 2), "#"),
        c.Step("Scoping", "skipped"),
        c.Step("Topic adopted", "done", date(2014, 10, 1)),
        c.Step("Call", "current", date(2014, 12, 17)),
        c.Step("Grant"),
    ]


def tabs() -> list[c.Link]:
    """The faces of one thing."""
    names = ("Overview", "Money", "Documents", "People", "History")
    return [c.Link(name, f"#{name.lower()}-tab", current=name == "Money") for name in names]


def callouts() -> list[c.Callout]:
    """One notice of each kind."""
    return [
        c.Callout("A lower bound", "Some contributions were never published, so the true use is higher."),
        c.Callout(
            "90 % of the envelope is used",
            kind="warning",
            points=("EUR 21,300,000 is left.", "Two topics are waiting."),
            action=c.Link("See what waits", "#"),
        ),
        c.Callout("The pledge is recorded", "Entry 1,204, by Anna Officer.", "success"),
        c.Callout("The file cannot be read", "Row 17 has no amount. Nothing was imported.", "error"),
    ]


def refusal() -> c.Refusal:
    """A pledge that does not fit."""
    return c.Refusal(
        "The envelope cannot match this pledge in full",
        c.Money(euros(9_000_000)),
        c.Money(euros(7_412_500)),
        "Ask for at most what is left, or have the ceiling raised before you record it.",
        "Left in the envelope",
        c.Link("See the envelope", "#envelope"),
    )


def explanation() -> c.Explanation:
    """Why a pledge unlocks what it does."""
    return c.Explanation(
        "This unlocks",
        c.Money(euros(7_000_000)),
        "Each euro of a partner is matched with one euro of the programme, as far as the ceilings allow.",
        (
            c.ExplanationLine("Pledged by the partner", c.Money(euros(7_000_000)), "cash, in full"),
            c.ExplanationLine("Ratio", "1 : 1"),
            c.ExplanationLine("Wanted by the ratio", c.Money(euros(7_000_000)), decisive=True),
            c.ExplanationLine("Left under the ceiling of the project", "no ceiling"),
            c.ExplanationLine("Left in the envelope", c.Money(euros(208_000_000))),
        ),
        "the ratio asks for EUR 7,000,000 and every ceiling leaves more.",
        "imi2",
        "3",
        c.Link("legal basis", "#"),
    )


def changes() -> c.Changes:
    """What a pledge would do to the figures."""
    return c.Changes(
        "effect",
        "What will happen when you record this",
        (
            c.Change("Free in the envelope", c.Money(euros(208_000_000)), c.Money(euros(201_000_000))),
            c.Change(
                "Public and partner money for the project", c.Money(euros(14_000_000)), c.Money(euros(28_000_000))
            ),
            c.Change(
                "Budget of the project, against before", c.Percent(Fraction(0)), c.Percent(Fraction(1)), "doubled"
            ),
            c.Change("Certified", c.Money(0), c.Money(0)),
            c.Change("Status", c.stage_status("pledged"), c.stage_status("reserved")),
        ),
    )


def as_of(address: c.Address) -> c.AsOf:
    """Both dates of a question to the books."""
    return c.AsOf(
        address.path,
        date(2020, 12, 31),
        date(2026, 11, 22),
        (
            c.Link("Today", address.with_changes(as_of=None)),
            c.Link("End of 2020", address.with_changes(as_of="2020-12-31"), current=True),
            c.Link("End of 2016", address.with_changes(as_of="2016-12-31")),
        ),
        ask_known=True,
        earliest=date(2014, 6, 27),
    )


def organisations() -> tuple[Organisation, ...]:
    """Two of a like name, which nobody recorded."""
    return (
        Organisation(slug="sample-trust", name="Sample Trust", kind=Organisation.Kind.FOUNDATION, country="GB"),
        Organisation(slug="sample-society", name="Sample Society", short_name="SaSo", country="FR", pic="999999999"),
    )
