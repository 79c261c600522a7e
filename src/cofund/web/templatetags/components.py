"""The components as template tags: `{% load components %}`, then one tag a component. See `docs/design.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.safestring import SafeString

from cofund.web import atoms, choices, error_words, formatting, table_rows
from cofund.web.components import (
    AsOf,
    Callout,
    Certainty,
    Changes,
    EmptyState,
    Explanation,
    Fact,
    HorizontalBars,
    LineChart,
    Link,
    Money,
    Pages,
    Refusal,
    StackedBar,
    Status,
    Step,
    Table,
    Tile,
    Timeline,
    Tone,
    Value,
    Visibility,
    stage_status,
)
from cofund.web.components.tables import Filter, FilterBar

register = template.Library()
PARTS = "cofund/components"


@register.simple_tag(name="data_block")
def data_block_tag(data: Mapping[str, object]) -> SafeString:
    """`{% data_block linked %}`: what a page says to search engines, as JSON-LD."""
    return atoms.data_block(data)


@register.simple_tag(name="money")
def money_tag(
    cents: int | Money | None,
    currency: str = "EUR",
    short: bool = False,
    bare: bool = False,
    with_cents: bool | None = None,
) -> SafeString:
    """`{% money 10618575200 "EUR" short=True %}`: an amount in cents, or a `Money`."""
    if isinstance(cents, Money):
        return atoms.money(cents)
    return atoms.money(Money(cents, currency, short, bare, with_cents))


@register.simple_tag(name="value")
def value_tag(item: Value) -> SafeString:
    """`{% value anything %}`: any value that a cell or a fact can hold."""
    return atoms.value(item)


@register.simple_tag(name="status")
def status_tag(item: Status | str, tone: str = "neutral") -> SafeString:
    """`{% status item %}` of a `Status`, or `{% status "Late" "bad" %}`."""
    return atoms.status(item if isinstance(item, Status) else Status(item, Tone(tone)))


@register.simple_tag(name="stage")
def stage_tag(stage: str, *, in_part: bool = False) -> SafeString:
    """`{% stage "pledged" %}`: the badge of a stage of the books; `in_part=True` where only a part has come so far."""
    return atoms.status(stage_status(stage, in_part=in_part))


@register.simple_tag(name="certainty")
def certainty_tag(item: Certainty | str) -> SafeString:
    """`{% certainty "assumed" %}`: how sure we are."""
    return atoms.certainty(Certainty(item))


@register.simple_tag(name="visibility")
def visibility_tag(item: Visibility | str) -> SafeString:
    """`{% visibility "public" %}`: who may read this."""
    return atoms.visibility(Visibility(item))


@register.filter(name="day")
def day_filter(value: date | None) -> SafeString:
    """`{{ on|day }}`: 14 March 2021."""
    return atoms.unknown() if value is None else atoms.day(value)


@register.filter(name="options")
def options_filter(item: Filter) -> SafeString:
    """`{{ filter|options }}`: the choices of a filter."""
    return choices.of_filter(tuple((one.value, one.label) for one in item.choices), item.value)


@register.filter(name="instant")
def instant_filter(value: datetime | None) -> SafeString:
    """`{{ recorded_at|instant }}`: 14 March 2021, 10:05 CET."""
    return atoms.unknown() if value is None else atoms.instant(value)


@register.filter(name="percent")
def percent_filter(value: Fraction | None, places: int = 1) -> str:
    """`{{ share|percent }}`: 49.9 %."""
    return formatting.percent(value, places)


@register.filter(name="ratio")
def ratio_filter(value: Fraction | None, places: int = 3) -> str:
    """`{{ leverage|ratio }}`: 1.333."""
    return formatting.ratio(value, places)


@register.inclusion_tag(f"{PARTS}/info.html", name="info")
def info_tag(name: str, text: str, about: str = "this figure") -> dict[str, str]:
    """`{% info "cap-info" "How it is made." about="the ceiling" %}`: an "i" that explains; `name` is its id."""
    return {"name": name, "text": text, "about": about}


@register.filter(name="rows")
def rows_filter(table: Table) -> SafeString:
    """`{{ table|rows }}`: the rows of a table."""
    return table_rows.rows(table)


@register.inclusion_tag(f"{PARTS}/table.html", name="table")
def table_tag(table: Table) -> dict[str, Any]:
    """`{% table table %}`: filters, pills, the rows, the count, the exports and the pages."""
    return {"table": table}


@register.inclusion_tag(f"{PARTS}/filters.html", name="filters")
def filters_tag(name: str, bar: FilterBar, caption: str = "") -> dict[str, Any]:
    """`{% filters "partners" bar %}`: a filter bar that stands alone."""
    return {"name": name, "bar": bar, "caption": caption}


@register.inclusion_tag(f"{PARTS}/pages.html", name="pages")
def pages_tag(pages: Pages, label: str = "Pages") -> dict[str, Any]:
    """`{% pages pages %}`: links to the other pages of a list."""
    return {"pages": pages, "label": label}


@register.inclusion_tag(f"{PARTS}/stacked_bar.html", name="stacked_bar")
def stacked_bar_tag(bar: StackedBar) -> dict[str, Any]:
    """`{% stacked_bar bar %}`: the drawing, its legend and its table twin."""
    return {"bar": bar}


@register.inclusion_tag(f"{PARTS}/line_chart.html", name="line_chart")
def line_chart_tag(chart: LineChart) -> dict[str, Any]:
    """`{% line_chart chart %}`: the drawing, its legend and its table twin."""
    return {"chart": chart}


@register.inclusion_tag(f"{PARTS}/horizontal_bars.html", name="horizontal_bars")
def horizontal_bars_tag(bars: HorizontalBars) -> dict[str, Any]:
    """`{% horizontal_bars bars %}`: a ranking inside a table."""
    return {"bars": bars}


@register.inclusion_tag(f"{PARTS}/timeline.html", name="timeline")
def timeline_tag(timeline: Timeline) -> dict[str, Any]:
    """`{% timeline timeline %}`: the strip and the list of events."""
    return {"timeline": timeline}


@register.inclusion_tag(f"{PARTS}/tiles.html", name="tiles")
def tiles_tag(tiles: Sequence[Tile], name: str = "tiles") -> dict[str, Any]:
    """`{% tiles tiles %}`: three to five key figures."""
    return {"tiles": tiles, "name": name}


@register.inclusion_tag(f"{PARTS}/facts.html", name="facts")
def facts_tag(facts: Iterable[Fact]) -> dict[str, Any]:
    """`{% facts facts %}`: terms and what is known of them."""
    return {"facts": facts}


@register.inclusion_tag(f"{PARTS}/callout.html", name="callout")
def callout_tag(callout: Callout) -> dict[str, Any]:
    """`{% callout callout %}`: a notice."""
    tones = {"info": Tone.ACTIVE, "warning": Tone.WARNING, "success": Tone.GOOD, "error": Tone.BAD}
    return {"callout": callout, "icon": atoms.icon(atoms.SHAPES[tones[callout.kind]])}


@register.inclusion_tag(f"{PARTS}/refusal.html", name="refusal", takes_context=True)
def refusal_tag(context: Context, refusal: Refusal) -> dict[str, Any]:
    """`{% refusal refusal %}`: what was asked, what is left, what to do; it takes the focus, unless errors of the form do."""
    form, request = context.get("form"), context.get("request")
    leads = request is not None and request.method == "POST" and not (form is not None and form.errors)
    return {"refusal": refusal, "icon": atoms.icon(atoms.SHAPES[Tone.BAD]), "leads": leads}


@register.inclusion_tag(f"{PARTS}/breadcrumbs.html", name="breadcrumbs")
def breadcrumbs_tag(crumbs: Sequence[Link], here: str = "") -> dict[str, Any]:
    """`{% breadcrumbs crumbs "INNODIA" %}`: the way here; `here` is this page."""
    return {"crumbs": crumbs, "here": here}


@register.inclusion_tag(f"{PARTS}/tabs.html", name="tabs")
def tabs_tag(tabs: Sequence[Link], label: str) -> dict[str, Any]:
    """`{% tabs tabs "Views of this project" %}`: links to the faces of one thing; `current` marks this one."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag(f"{PARTS}/empty_state.html", name="empty_state")
def empty_state_tag(empty: EmptyState) -> dict[str, Any]:
    """`{% empty_state empty %}`: what is missing and what to do next."""
    return {"empty": empty}


@register.inclusion_tag(f"{PARTS}/explanation.html", name="explanation")
def explanation_tag(explanation: Explanation) -> dict[str, Any]:
    """`{% explanation explanation %}`: why a figure is what it is."""
    return {"explanation": explanation}


@register.inclusion_tag(f"{PARTS}/changes.html", name="changes")
def changes_tag(changes: Changes) -> dict[str, Any]:
    """`{% changes changes %}`: what will happen, before it happens."""
    return {"changes": changes}


@register.inclusion_tag(f"{PARTS}/as_of.html", name="as_of")
def as_of_tag(as_of: AsOf, name: str = "as-of") -> dict[str, Any]:
    """`{% as_of as_of %}`: the day of the figures; fields `as_of` and `known_on` of a GET form."""
    return {"as_of": as_of, "name": name}


@register.inclusion_tag(f"{PARTS}/stepper.html", name="stepper")
def stepper_tag(steps: Sequence[Step], label: str) -> dict[str, Any]:
    """`{% stepper steps "The way of this topic" %}`: where a thing stands on its way."""
    return {"steps": steps, "label": label}


@register.inclusion_tag(f"{PARTS}/form_fields.html", name="form_fields", takes_context=True)
def form_fields_tag(context: Context, form: forms.BaseForm) -> dict[str, Any]:
    """`{% form_fields form %}`: the error summary and every field; the page writes `<form>` and the buttons."""
    return {"form": form, "request": context.get("request")}


@register.inclusion_tag(f"{PARTS}/form_errors.html", name="form_errors", takes_context=True)
def form_errors_tag(context: Context, form: forms.BaseForm) -> dict[str, Any]:
    """`{% form_errors form %}`: only the summary, where a page places its fields itself.

    After a form was sent it takes the focus, so that a screen reader and the keyboard begin with what is to be corrected.
    """
    lines = [{"href": "", "label": "", "words": words} for words in form.non_field_errors()] if form.errors else []
    for field in form if form.errors else ():
        href = f"#{field.auto_id}_0" if field.field.widget.use_fieldset else f"#{field.id_for_label}"
        for words in error_words.sentences(field):
            label = "" if error_words.names_it(field, words) else field.label
            lines.append({"href": href, "label": label, "words": words})
    request = context.get("request")
    return {"form": form, "lines": lines, "leads": request is not None and request.method == "POST"}


@register.inclusion_tag(f"{PARTS}/form_field.html", name="form_field")
def form_field_tag(field: BoundField) -> dict[str, Any]:
    """`{% form_field form.amount %}`: label, help, error and field."""
    widget = field.field.widget
    return {
        "field": field,
        "errors": error_words.sentences(field),
        "currency": getattr(widget, "currency", ""),
        "is_group": widget.use_fieldset,
        "is_check": isinstance(widget, forms.CheckboxInput),
    }
