"""The success page of a programme: who joined, who came again, how concentrated it is, and what partners could spend together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cofund.queries import overview, success
from cofund.queries.documents.framing import country_words
from cofund.queries.documents.given import kind_words
from cofund.queries.success import Concentration, Group, Repeat, Success
from cofund.rules.places import COUNTRIES
from cofund.web import components as c
from cofund.web.components.charts import LineChart, Point, Series
from cofund.web.countries import country_name
from cofund.web.formatting import counted, decimal, money, number
from cofund.web.public import moments, presenters, proof_links, proof_stated, sheets
from cofund.web.public.lookup import or_not_found
from cofund.web.public.moments import Moment
from cofund.web.public.programmes import problem
from cofund.web.public.sheets import Field, Scalar, Sheet
from cofund.web.vocabulary import spoken

# Usual reading of the index, as competition authorities have it: Horizontal Merger Guidelines of 2010, section 5.3.
SPREAD, CONCENTRATED = 1_500, 2_500
DAYS_A_MONTH: Final = Fraction(3_652_425, 120_000)
MOST_BARS: Final = 12
FIELDS: Final = (
    Field("figure", "which figure"),
    Field("group", "what it is of: a kind, a country, a year, or how many of the largest givers"),
    Field("number", "a number of partners, days or givers; for the index its points"),
    Field("committed", "what was committed, less what was withdrawn", is_money=True),
    Field("matched", "public money that was committed as its match", is_money=True),
    Field("share", "a share, from 0 to 1"),
    Field("means", "what the figure means"),
)
MEANS: Final = {
    "kind": gettext_lazy(
        "Organisations that stand behind a contribution in a signed grant, by their kind in the directory now. An "
        "amount that several kinds give jointly stands by itself, because its split is not published."
    ),
    "country": gettext_lazy(
        "The same organisations by the country of their seat in the directory now; it says nothing of where the "
        "money is spent."
    ),
    "year": gettext_lazy(
        "Partners with a contribution that was committed in the year, counted once a year; new are those who never "
        "committed before in this programme."
    ),
    "again": gettext_lazy(
        "Partners with contributions in grants of at least two different days; the time is from the first of these "
        "days to the second."
    ),
    "largest": gettext_lazy(
        "The part of all that was committed that comes from the largest givers. What several give jointly counts "
        "as one giver, because its split is not published."
    ),
    "index": gettext_lazy(
        "The sum of the squares of all shares in percent (Herfindahl and Hirschman): 10,000 where one gives all, "
        "and the closer to 0 the more there are of the same size."
    ),
    "power": gettext_lazy(
        "What partners had committed in signed grants by the end of each year, less what was withdrawn, and the "
        "public money committed as its match."
    ),
}


@or_not_found
def page(request: HttpRequest, scheme: str) -> HttpResponse:
    """`/programmes/<scheme>/success/`: every figure with its definition, its day, and what of it is assumed."""
    moment = moments.asked(request)
    found = success.of_scheme(scheme, moment.on, moment.known_at)
    if format_ := sheets.wanted(request):
        return sheets.answer(format_, sheet(found, moment), moment)
    rules = found.scheme
    context = {
        "scheme": rules,
        "crumbs": presenters.programme_crumbs(rules, moment),
        "here": _("Success"),
        "tabs": presenters.tabs(rules, moment, "success", overview.headline_tranche(rules)),
        "moment": moment,
        "data_on": moment.on,
        "problem": problem(moment),
        "as_of": moments.picker(request, moment, earliest=rules.starts_on),
        "is_lower_bound": found.version.scheme.is_lower_bound,
        "found": found,
        "tiles": _tiles(found),
        "means": {name: str(said) for name, said in MEANS.items()},
        "kinds": by_kind(found),
        "countries": _bars(
            "countries",
            _("What partners committed, by country"),
            found.by_country,
            rules.currency,
            _("Country"),
            lambda country: country_name(country) if country in COUNTRIES else spoken(country_words(country)),
        ),
        "new": _new(found),
        "years": _years(found),
        "power": power(found, moment),
        "repeat": _repeat(found.repeat),
        "largest": _largest(found.concentration),
        "index": _index(found.concentration, found.partners),
        "assumed": _assumed(found),
        "exports": sheets.links(request),
        "proof": proof_links.table(request, lambda: proof_stated.of_success(found, moment)),
    }
    return render(request, "cofund/pages/public/success.html", context, status=moment.status)


def by_kind(found: Success) -> c.HorizontalBars:
    """What partners committed, by kind."""
    label = _("Kind of partner")
    caption = _("What partners committed, by kind")
    return _bars("kinds", caption, found.by_kind, found.scheme.currency, label, lambda kind: spoken(kind_words(kind)))


def power(found: Success, moment: Moment) -> LineChart | None:
    """The sum so far at the end of each year; None where nothing was committed, or a sum is below zero."""
    ends = [(min(date(year.year, 12, 31), moment.on), year) for year in found.by_year]
    amounts = [cents for _on, year in ends for cents in (year.sum_cents, year.matched_sum_cents)]
    if not ends or min(amounts) < 0:
        return None
    series = (
        Series(_("Committed by partners"), tuple(Point(on, year.sum_cents) for on, year in ends), area=True),
        Series(_("Public money matched"), tuple(Point(on, year.matched_sum_cents) for on, year in ends), "dashed"),
    )
    title = _("Spending power together, at the end of each year")
    return LineChart("power", title, series, found.scheme.currency, until=moment.on)


def sheet(found: Success, moment: Moment) -> Sheet:
    """Every figure as a row of data."""
    rows: list[tuple[Scalar, ...]] = []
    for figure, groups, said in (("kind", found.by_kind, kind_words), ("country", found.by_country, country_words)):
        for one in groups:
            share = _of(one.committed_cents, found.committed_cents)
            rows.append((figure, said(one.key), one.partners, one.committed_cents, None, share, str(MEANS[figure])))
    for year in found.by_year:
        means = str(MEANS["year"])
        rows.append(("year", str(year.year), year.partners, year.committed_cents, year.matched_cents, None, means))
        rows.append(("new in year", str(year.year), year.new, None, None, None, means))
        sums = (year.sum_cents, year.matched_sum_cents)
        rows.append(("sum at end of year", str(year.year), None, *sums, None, str(MEANS["power"])))
    repeat, means = found.repeat, str(MEANS["again"])
    rows.append(("committed again", "", repeat.again, None, None, _of(repeat.again, repeat.partners), means))
    days = repeat.median_days
    rows.append(("days to the second, median", "", None if days is None else round(days), None, None, None, means))
    concentration = found.concentration
    for most, part in concentration.largest:
        rows.append(("share of the largest", str(most), most, None, None, part, str(MEANS["largest"])))
    index = concentration.index
    rows.append(("index", "", None if index is None else round(index), None, None, None, str(MEANS["index"])))
    low = found.version.scheme.is_lower_bound
    stated = presenters.stated(found.scheme, found.version.label, moment, lower_bound=low)
    return Sheet(presenters.file_name(found.scheme.code, "success", on=moment.on), FIELDS, tuple(rows), stated)


def _tiles(found: Success) -> list[c.Tile]:
    """What is asked first."""
    repeat, currency, together = found.repeat, found.scheme.currency, found.concentration.partners_of_largest
    partners = counted(repeat.partners, _("partner"), _("partners"))
    contributions = counted(found.contributions, _("contribution"), _("contributions"))
    return [
        c.Tile(_("Partners"), found.partners, note=contributions),
        c.Tile(
            _("Committed"),
            c.Money(found.committed_cents, currency, short=True),
            note=_("in signed grants, less what was withdrawn"),
        ),
        c.Tile(
            _("Committed again"),
            c.Percent(_of(repeat.again, repeat.partners)),
            note=_("%(again)s of %(partners)s") % {"again": number(repeat.again), "partners": partners},
        ),
        c.Tile(
            _("Largest givers, together") if together > 1 else _("Largest giver"),
            c.Percent(found.concentration.largest[0][1] if found.concentration.largest else None),
            note=_("%(count)s partners of one joint contribution, of all that was committed")
            % {"count": number(together)}
            if together > 1
            else _("of all that was committed"),
        ),
    ]


def _bars(
    name: str, caption: str, groups: tuple[Group, ...], currency: str, heading: str, said: Callable[[str], str]
) -> c.HorizontalBars:
    """Groups as bars in a table; all beyond the first ones are one bar."""
    bars = [_bar(one, said) for one in groups[:MOST_BARS]]
    rest = groups[MOST_BARS:]
    if rest:
        others = Group("", sum(one.partners for one in rest), sum(one.committed_cents for one in rest))
        label = counted(len(rest), _("other"), _("others"))
        bars.append(c.HorizontalBar(label, others.committed_cents, note=_partners(others), fill=c.Fill.HATCH))
    return c.HorizontalBars(name, caption, tuple(bars), currency, heading, _("Committed"))


def _bar(group: Group, said: Callable[[str], str]) -> c.HorizontalBar:
    """A group as a bar; where all that it gives is given with others, what of it is its own is not known."""
    if group.gives_jointly and not group.committed_cents:
        return c.HorizontalBar(said(group.key), None, note=_partners(group), words=_("only together with others"))
    note = _partners(group)
    if group.gives_jointly:
        note = _("%(partners)s; more of it together with others") % {"partners": note}
    return c.HorizontalBar(said(group.key), group.committed_cents, note=note)


def _partners(group: Group) -> str:
    """How many partners are in a group; nothing where only joint gifts are."""
    if not group.partners:
        return ""
    return counted(group.partners, _("partner"), _("partners"))


def _new(found: Success) -> c.HorizontalBars:
    """How many partners came for the first time in each year."""
    bars = tuple(c.HorizontalBar(str(year.year), year.new) for year in found.by_year)
    caption = _("Partners who committed for the first time")
    return c.HorizontalBars("new", caption, bars, "", _("Year"), _("New partners"), is_number=True)


def _years(found: Success) -> c.Table:
    """Each year with its partners and its money."""
    currency = found.scheme.currency
    columns = (
        c.Column(_("Year")),
        c.Column(_("Partners"), numeric=True),
        c.Column(_("New"), numeric=True),
        c.Column(f"{_('Committed')} ({currency})", numeric=True),
        c.Column(f"{_('Matched')} ({currency})", numeric=True),
    )
    rows = tuple(
        c.Row.of(
            str(year.year),
            year.partners,
            year.new,
            c.Money(year.committed_cents, currency, bare=True),
            c.Money(year.matched_cents, currency, bare=True),
        )
        for year in found.by_year
    )
    lowered = " ".join(
        _(
            "In %(year)s contributions were lowered by %(amount)s: what was committed is less by that, and the match only by what "
            "it lost itself."
        )
        % {"year": year.year, "amount": money(year.lowered_cents, currency)}
        for year in found.by_year
        if year.lowered_cents
    )
    caption = _("Partners and money by year")
    return c.Table("years", caption, columns, rows, noun=(_("year"), _("years")), note=lowered)


def _repeat(repeat: Repeat) -> str:
    """Who came again, and how soon, in words."""
    if not repeat.partners:
        return _("Nobody has committed anything yet.")
    said = _("%(again)s of %(partners)s committed again in a later grant.") % {
        "again": number(repeat.again),
        "partners": counted(repeat.partners, _("partner"), _("partners")),
    }
    if repeat.median_days is None:
        return said
    months = decimal(repeat.median_days / DAYS_A_MONTH, 0)
    if repeat.days[0] == repeat.days[-1]:
        one = _("From the first to the second commitment it took them %(months)s months.") % {"months": months}
        return f"{said} {one}"
    shortest, longest = (decimal(days / DAYS_A_MONTH, 0) for days in (repeat.days[0], repeat.days[-1]))
    return (
        said
        + " "
        + _(
            "From the first to the second commitment it took them %(months)s months at the median, %(least)s to %(most)s."
        )
        % {"months": months, "least": shortest, "most": longest}
    )


def _largest(concentration: Concentration) -> c.Table:
    """The shares of the largest givers."""
    rows = tuple(
        c.Row.of(_("The largest") if most == 1 else _("The largest %(count)s") % {"count": most}, c.Percent(part))
        for most, part in concentration.largest
    )
    columns = (c.Column(_("Givers")), c.Column(_("Share of all that was committed"), numeric=True))
    return c.Table("largest", _("How much comes from the largest givers"), columns, rows, counted=False)


def _index(concentration: Concentration, partners: int) -> str:
    """The index in words, and why there are fewer givers than partners."""
    if concentration.index is None or concentration.equal_givers is None:
        return _("There is no index, because nothing is committed.")
    if concentration.index < SPREAD:
        reading = _("which is usually read as spread over many")
    elif concentration.index <= CONCENTRATED:
        reading = _("which is usually read as moderately concentrated")
    else:
        reading = _("which is usually read as concentrated on few")
    said = _(
        "The index is %(index)s, %(reading)s. It is the same as with %(equal)s givers of one size; there are %(givers)s."
    ) % {
        "index": decimal(concentration.index, 0),
        "reading": reading,
        "equal": decimal(concentration.equal_givers, 1),
        "givers": number(concentration.givers),
    }
    if concentration.givers == partners:
        return said
    behind = _(
        "The %(partners)s stand behind %(givers)s: partners who give jointly are one giver, and one who gives alone and with "
        "others is in several."
    ) % {
        "partners": counted(partners, _("partner"), _("partners")),
        "givers": counted(concentration.givers, _("giver"), _("givers")),
    }
    return f"{said} {behind}"


def _assumed(found: Success) -> str:
    """What of the figures is assumed, in words; empty where nothing is."""
    if not found.assumed:
        return ""
    said = (
        _("%(assumed)s of %(count)s contribution rests on something assumed")
        if found.contributions == 1
        else _("%(assumed)s of %(count)s contributions rest on something assumed")
    ) % {"assumed": number(found.assumed), "count": number(found.contributions)}
    if not found.assumptions:
        return f"{said}."
    return _("%(said)s: %(assumptions)s.") % {"said": said, "assumptions": "; ".join(found.assumptions[:3])}


def _of(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None where there is no whole."""
    return Fraction(part, whole) if whole else None
