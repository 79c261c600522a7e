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
from cofund.web.components import STAGE_FILLS, Certainty, Link, Money, Percent, Ratio, Status, Tone, Value, Visibility
from cofund.web.components.values import STAGES
from cofund.web.fields import MoneyField
from cofund.web.public.design import SampleForm


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
