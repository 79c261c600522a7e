"""How figures and dates read on a page: exact, from whole numbers and fractions, and the same everywhere.

Nothing here takes a float: a figure that is shown is the figure that is kept. Spaces are plain ones, so that a person
who searches the page or its source for "EUR 201.0 m" finds it; the style sheet keeps the parts on one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext_noop as marked

from cofund.web.languages import gettext as _
from cofund.web.languages import is_french

NOT_KNOWN = marked("not known")
# French typography: thousands stand apart by a narrow space, units by a full one, and neither breaks a line.
THIN, FIRM = "\u202f", "\u00a0"
MONTHS = (
    marked("January"),
    marked("February"),
    marked("March"),
    marked("April"),
    marked("May"),
    marked("June"),
    marked("July"),
    marked("August"),
    marked("September"),
    marked("October"),
    marked("November"),
    marked("December"),
)
CENTS_PER_MILLION = 100_000_000
CENTS_PER_THOUSAND_MILLION = 100_000_000_000


def round_half_even(value: Fraction) -> int:
    """The nearest whole number; exactly half way goes to the even one, so that rounding has no drift."""
    return round(value)


def decimal(value: Fraction, places: int) -> str:
    """A fraction written with exactly `places` decimals and thousands set apart by commas, rounded half to even."""
    scaled = round_half_even(abs(value) * 10**places)
    whole, rest = divmod(scaled, 10**places)
    sign = "−" if value < 0 and scaled else ""
    return _in_french(f"{sign}{whole:,}.{rest:0{places}d}" if places else f"{sign}{whole:,}")


def number(value: int) -> str:
    """A whole number with its thousands set apart, `1,204`; in French `1 204`."""
    return _in_french(f"{value:,}")


def not_known() -> str:
    """What is said where nothing is known."""
    return _(NOT_KNOWN)


def _in_french(figures: str) -> str:
    """Figures as they are, or with the signs of French where it is spoken."""
    return figures.replace(",", THIN).replace(".", ",") if is_french() else figures


def amount(cents: int, *, with_cents: bool | None = None) -> str:
    """An amount without its currency: `106,185,752`, or `1,000.50` where there are cents.

    `with_cents` None shows cents only when they are not zero; True shows them always; False rounds half to even.
    """
    whole, rest = divmod(abs(cents), 100)
    sign = "−" if cents < 0 else ""
    if with_cents or (with_cents is None and rest):
        return _in_french(f"{sign}{whole:,}.{rest:02d}")
    # A page has hundreds of amounts, nearly all of whole euros: those need no fraction.
    return _in_french(f"{sign}{whole:,}") if not rest else decimal(Fraction(cents, 100), 0)


def money(cents: int | None, currency: str = "EUR", *, with_cents: bool | None = None) -> str:
    """An amount with its currency, `EUR 106,185,752`; below zero in words, `minus EUR 500`; None is `not known`."""
    if cents is None:
        return not_known()
    return _signed(cents, with_currency(amount(abs(cents), with_cents=with_cents), currency))


def without_currency(shown: str, currency: str) -> str:
    """An amount that `money` or `short_money` wrote, for a column whose heading names the currency."""
    return shown.replace(f"{currency} ", "", 1).removesuffix(f"{FIRM}{currency}")


def with_currency(figures: str, currency: str) -> str:
    """The code of a currency at the place where each language of the Union has it: before the figures, in French behind."""
    return f"{figures}{FIRM}{currency}" if is_french() else f"{currency} {figures}"


def short_money(cents: int | None, currency: str = "EUR") -> str:
    """An amount to be read at a glance: `EUR 201.0 m`, `EUR 1.638 bn`; below one million the whole euros."""
    if cents is None:
        return not_known()
    size = abs(cents)
    # The unit is chosen after rounding: 999,999,999 is "1.000 bn", never "1,000.0 m".
    if round_half_even(Fraction(size * 10, CENTS_PER_MILLION)) >= 10_000:
        text = f"{decimal(Fraction(size, CENTS_PER_THOUSAND_MILLION), 3)}{unit('bn')}"
    elif round_half_even(Fraction(size, 100)) >= 1_000_000:
        text = f"{decimal(Fraction(size, CENTS_PER_MILLION), 1)}{unit('m')}"
    else:
        text = amount(size, with_cents=False)
    return _signed(cents, with_currency(text, currency))


def unit(name: str) -> str:
    """A unit of short amounts behind its figures; French has those of the interinstitutional style guide, `Mio` and `Mrd`."""
    return f"{FIRM}{ {'m': 'Mio', 'bn': 'Mrd'}[name] }" if is_french() else f" {name}"


def exact_money(cents: int, currency: str = "EUR") -> str:
    """An amount to the cent, `EUR 106,185,752.00`, for the hint and the copy behind a shorter one."""
    return money(cents, currency, with_cents=True)


def named(names: Iterable[str], most: int) -> str:
    """The first names of many in one line, and how many more there are."""
    found = list(names)
    rest = len(found) - most
    return ", ".join(found[:most]) + (_(" and {rest} more").format(rest=number(rest)) if rest > 0 else "")


def staged(parts: Iterable[tuple[str, int]], currency: str = "EUR", over_cents: int = 0) -> str:
    """Amounts by stage in words, `EUR 1,000,000 pledged, EUR 4,000,000 committed`; empty where there are none.

    `over_cents` is what came beyond the commitment; it is in none of the parts, and said behind them.
    """
    words = [f"{money(cents, currency)} {_(stage)}" for stage, cents in parts]
    beyond = _("{amount} over-delivery beside it, not matched").format(amount=money(over_cents, currency))
    return ", ".join([*words, beyond] if over_cents else words)


def over_delivered(cents: int, currency: str = "EUR") -> str:
    """What came beyond commitments, as the sentence below a table of what is committed; empty where nothing did."""
    if not cents:
        return ""
    return _("Beside it {amount} were delivered beyond what is committed; over-delivery is not matched.").format(
        amount=money(cents, currency)
    )


def machine_amount(cents: int) -> str:
    """An amount for machines, in units of the currency: `106185752.00`, `-0.05`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def money_change(cents: int, currency: str = "EUR") -> str:
    """A difference in words: `EUR 7,000,000 more`, `EUR 500 less`, `no change`."""
    if cents == 0:
        return _("no change")
    return (_("{amount} more") if cents > 0 else _("{amount} less")).format(amount=money(abs(cents), currency))


def ratio(value: Fraction | None, places: int = 3) -> str:
    """A ratio, `1.333`; None (nothing to divide by) is `not known`."""
    return not_known() if value is None else decimal(value, places)


def percent(value: Fraction | None, places: int = 1) -> str:
    """A share in hundredths, `49.9 %`; None (nothing to divide by) is `not known`."""
    return not_known() if value is None else f"{decimal(value * 100, places)}{FIRM if is_french() else ' '}%"


def share(part: int | None, whole: int | None, places: int = 1) -> str:
    """What percentage of `whole` is `part`; `not known` where either is not known or the whole is nothing."""
    if part is None or not whole:
        return not_known()
    return percent(Fraction(part, whole), places)


def day(value: date | None) -> str:
    """A day written out, `14 March 2021`; None is `not known`."""
    if value is None:
        return not_known()
    first = "1er" if value.day == 1 and is_french() else str(value.day)
    return f"{first} {_(MONTHS[value.month - 1])} {value.year}"


def instant(value: datetime) -> str:
    """An instant in the one zone of the site, which is named: `14 March 2021, 10:05 CET`. The value must know its zone.

    Raises ValueError where it does not: an hour without a zone says nothing to a partner abroad.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone: give one, for example with timezone.localtime()")
    local = timezone.localtime(value)
    hour = f"{local:%H}{FIRM}h{FIRM}{local:%M}" if is_french() else f"{local:%H:%M}"
    return f"{day(local.date())}, {hour} {local.tzname()}"


def relative_day(value: date, today: date) -> str:
    """How far a day is from today, for a hint beside the date: `today`, `in 12 days`, `3 years ago`."""
    days = (value - today).days
    if days == 0:
        return _("today")
    size = abs(days)
    if size < 60:
        time = counted(size, _("day"), _("days"))
    elif size < 730:
        time = counted(size // 30, _("month"), _("months"))
    else:
        time = counted(size * 4 // 1461, _("year"), _("years"))
    return (_("in {time}") if days > 0 else _("{time} ago")).format(time=time)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: `1 movement`, `1,204 movements`. French has the singular of nothing too: `0 mouvement`.

    Both nouns are given in the language that is spoken; a plural that is not given is made with an "s".
    """
    one = number == 1 or (number == 0 and is_french())
    return f"{_in_french(f'{number:,}')} {singular if one else plural or singular + 's'}"


def _signed(cents: int, text: str) -> str:
    return _("minus {amount}").format(amount=text) if cents < 0 else text
