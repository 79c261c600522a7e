"""The single pieces as HTML: money, marks, forms."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django import forms
from django.template import Context, Template

from cofund.records.programme import models as programme
from cofund.rules import stages
from cofund.web import atoms
from cofund.web.components import (
    STAGE_FILLS,
    Certainty,
    Column,
    Link,
    Money,
    Percent,
    Ratio,
    Row,
    Seal,
    Status,
    Table,
    Tile,
    Tone,
    Value,
    Visibility,
)
from cofund.web.components.values import STAGES
from cofund.web.fields import MoneyField
from cofund.web.public.design import SampleForm
from cofund.web.table_rows import rows


def rendered(source: str, **context: object) -> str:
    return Template("{% load components %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (
            Money(20_100_000_000, short=True),
            '<data class="money" value="201000000.00" title="EUR 201,000,000.00">EUR 201.0 m</data>',
        ),
        (
            Money(-50_000, bare=True),
            '<data class="money money-negative" value="-500.00" title="minus EUR 500.00">minus 500</data>',
        ),
        (Money(None), '<span class="money money-unknown">not known</span>'),
        (None, '<span class="unknown">not known</span>'),
        (Percent(Fraction(1, 3)), '<span class="figure">33.3 %</span>'),
        (Ratio(Fraction(4, 3)), '<span class="figure">1.333</span>'),
        (Ratio(None), '<span class="unknown">not known</span>'),
        (date(2021, 3, 14), '<time datetime="2021-03-14">14 March 2021</time>'),
        (1204, '<span class="figure">1,204</span>'),
        (Link("CSV", "/x.csv?a=1&b=2", download=True), '<a href="/x.csv?a=1&amp;b=2" download>CSV</a>'),
        ("<b>", "&lt;b&gt;"),
        (Seal("0497c9"), '<code class="seal">0497c9</code>'),
    ],
)
def test_value_is_shown(value: Value, html: str) -> None:
    assert atoms.value(value) == html


@pytest.mark.parametrize("tone", list(Tone))
def test_each_tone_has_a_shape_and_a_word(tone: Tone) -> None:
    html = atoms.status(Status("Late", tone))
    assert [html.count(atoms.SHAPES[tone]), html.endswith("</svg>Late</span>")] == [1, True]


def test_shapes_of_tones_differ() -> None:
    assert len(set(atoms.SHAPES.values())) == len(Tone)


def test_marks_are_words() -> None:
    assert rendered('{% certainty "assumed" %}') == atoms.certainty(Certainty.ASSUMED)
    assert rendered('{% visibility "internal" %}') == atoms.visibility(Visibility.INTERNAL)
    with pytest.raises(ValueError, match="'sure' is not a valid Certainty"):
        rendered('{% certainty "sure" %}')


def test_money_tag_takes_cents() -> None:
    assert rendered('{% money cents "EUR" short=True %}', cents=20_100_000_000) == atoms.money(
        Money(20_100_000_000, short=True)
    )


def test_rows_name_each_value_and_nothing_where_nothing_belongs() -> None:
    columns = (Column("Partner"), Column("Amount <EUR>", numeric=True), Column("Share", numeric=True))
    table = Table("t", "T", columns, (Row.of("JDRF", 1204, Percent(None)), Row.of("All", "–", "–", kind="total")))
    assert rendered("{% table table %}", table=table).count('<table class="table stacked">') == 1
    assert rows(table) == (
        '<tr><th scope="row">JDRF</th><td class="numeric" data-label="Amount &lt;EUR&gt;"><span class="figure">1,204</span></td>'
        '<td class="numeric" data-label="Share"><span class="unknown">not known</span></td></tr>\n'
        '<tr class="row-total"><th scope="row">All</th><td class="numeric">–</td><td class="numeric">–</td></tr>\n'
    )


@pytest.mark.parametrize(("numeric", "labels"), [(True, 0), (False, 1)])
def test_heading_and_number_fit_a_phone_as_they_are(numeric: bool, labels: int) -> None:
    table = Table("t", "T", (Column("Stage"), Column("Figure", numeric=numeric)), (Row.of("Open", "12"),))
    assert [rows(table).count("data-label"), rendered("{% table table %}", table=table).count("stacked")] == [
        labels
    ] * 2


@pytest.mark.parametrize(
    ("cents", "name"), [(500_000_000, "tile-value"), (21_300_000_000, "tile-value tile-value-long")]
)
def test_tile_sets_a_long_amount_smaller(cents: int, name: str) -> None:
    html = rendered('{% tiles tiles "key" %}', tiles=(Tile("Given", Money(cents)),))
    assert html.count(f'<p class="{name}"><data ') == 1


def test_form_links_each_mistake_to_its_field() -> None:
    html = rendered("{% form_fields form %}", form=SampleForm({"amount": "1,5"}))
    assert html.count('<a href="#id_amount">Contribution</a>: “1,5” is not an amount') == 1
    assert html.count('aria-describedby="id_amount_helptext id_amount_error"') == 1
    assert [html.count('id="id_amount_helptext"'), html.count('id="id_amount_error"')] == [1, 1]


def test_form_without_mistakes_has_no_summary() -> None:
    html = rendered("{% form_fields form %}", form=SampleForm())
    assert html.count("error-summary") == 0


def test_form_groups_radios_under_a_legend() -> None:
    html = rendered("{% form_fields form %}", form=SampleForm())
    assert html.count("<legend>Kind of contribution") == 1


def test_form_leads_from_a_mistake_to_the_first_radio() -> None:
    html = rendered("{% form_fields form %}", form=SampleForm({}))
    assert [html.count('href="#id_kind_0"'), html.count('id="id_kind_0"')] == [1, 1]


def test_stages_of_the_books_have_their_tone_and_fill() -> None:
    known = {*stages.CONTRIBUTION_STAGES, *stages.TRANCHE_STAGES, *stages.GRANT_STAGES}
    assert known - set(STAGES) == set()
    assert set(stages.TRANCHE_STAGES) - set(STAGE_FILLS) == set()


def test_certainties_are_those_of_the_records() -> None:
    assert set(Certainty) == set(programme.Certainty.values)


def test_form_writes_the_currency_beside_an_amount() -> None:
    class Pledge(forms.Form):
        amount = MoneyField(currency="SEK")

    assert (
        rendered("{% form_fields form %}", form=Pledge()).count('<span class="unit" aria-hidden="true">SEK</span>') == 1
    )
