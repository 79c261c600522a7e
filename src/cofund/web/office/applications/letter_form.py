"""The form of a letter of endorsement: every field may stay empty in a draft, and lines can be added without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from cofund.queries.letters import LINE, STATED, TRI_STATE, edition_of
from cofund.queries.rates import DAY_RULE
from cofund.records.ledger.models import Letter, LetterLine
from cofund.rules.admission import LetterLine as LineFacts
from cofund.rules.schemes import Scheme
from cofund.web.fields import CountryField, DayField, MoneyField, MoneyInput
from cofund.web.formatting import amount
from cofund.web.office.forms import PLACES, CitationField

SAID = (("yes", "Yes"), ("no", "No"), ("", "Not said yet"))
MOST_LINES = 30
# What `rules.admission.completeness` asks of every letter, and of every line.
NEEDED = (
    *("subject_matter", "activities", "from_on", "until_on", "is_no_member", "no_other_union_funding"),
    *("public_origin_percent", "conflict_statement", "consents_to_publication", "contact_name", "contact_email"),
    *("signatory_name", "signatory_authority", "signed_on"),
)
NEEDED_OF_LINE = ("kind", "amount_cents", "currency", "years", "valuation")
YEAR = re.compile(r"^\s*(\d{4})\s*[:=]?\s*(\S.*?)\s*$")


class YearsField(forms.CharField):
    """Amounts by year, as `2026: 100,000; 2027: 50,000`; cleans to whole cents by year."""

    def to_python(self, value: Any) -> Any:
        """Whole cents by year. Raises ValidationError that says which part cannot be read."""
        if isinstance(value, dict):
            return value
        found: dict[str, int] = {}
        for part in filter(None, (part.strip() for part in re.split(r"[;\n]", value or ""))):
            match = YEAR.match(part)
            if match is None or not 1950 <= int(match[1]) <= 2150:
                raise forms.ValidationError(f"“{part}” does not begin with a year. Write 2026: 100,000; 2027: 50,000.")
            if match[1] in found:
                raise forms.ValidationError(f"{match[1]} stands there twice.")
            cents = MoneyField(min_cents=0).clean(match[2])
            found[match[1]] = cents
        return found

    def prepare_value(self, value: Any) -> Any:
        """The years as a person types them."""
        if isinstance(value, dict):
            return "; ".join(f"{year}: {amount(cents)}" for year, cents in sorted(value.items()))
        return value


@dataclass(frozen=True, slots=True)
class LineRow:
    """The fields of one line as the page places them."""

    index: int
    number: str
    main: tuple[BoundField, ...]
    more: tuple[BoundField, ...]
    foreign: tuple[BoundField, ...]
    hidden: BoundField
    remove: BoundField

    @property
    def is_foreign_open(self) -> bool:
        """Whether something is written, or wrong, about another currency."""
        return any(field.value() or field.errors for field in self.foreign)


class LetterForm(forms.Form):
    """A draft of a letter. Its lines are fields `line-0-kind`, `line-0-amount_cents` …; `rows` tells how many there are."""

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_LINES, required=False)
    # The draft as it stood when the form was opened: who saved meanwhile is not written over.
    opened = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    subject_matter = forms.CharField(label="Subject matter", required=False, widget=forms.Textarea({"rows": 3}))
    activities = forms.CharField(label="Activities", required=False, widget=forms.Textarea({"rows": 4}))
    from_on = DayField(label="First day of the partnership", required=False)
    until_on = DayField(label="Last day of the partnership", required=False)
    conditions = forms.CharField(label="What it is subject to", required=False, widget=forms.Textarea({"rows": 2}))
    is_no_member = forms.ChoiceField(
        label="The organisation is no member, no constituent entity of a member, and affiliated to neither",
        choices=SAID,
        required=False,
        widget=forms.RadioSelect,
    )
    no_other_union_funding = forms.ChoiceField(
        label="No other Union funds pay for it", choices=SAID, required=False, widget=forms.RadioSelect
    )
    other_union_funding = forms.CharField(
        label="Which other Union funds", required=False, widget=forms.Textarea({"rows": 2})
    )
    public_origin_percent = forms.IntegerField(
        label="Part that finally comes from a public budget, in %",
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.TextInput({"inputmode": "numeric"}),
        help_text="A whole number from 0 to 100.",
    )
    conflict_statement = forms.CharField(
        label="Conflicts of interest, or that there is none", required=False, widget=forms.Textarea({"rows": 2})
    )
    consents_to_publication = forms.ChoiceField(
        label="Consents to publication", choices=SAID, required=False, widget=forms.RadioSelect
    )
    confidential_items = forms.CharField(
        label="What is not to be published, and why", required=False, widget=forms.Textarea({"rows": 2})
    )
    contact_name = forms.CharField(label="Contact", required=False, max_length=200)
    contact_email = forms.EmailField(label="E-mail of the contact", required=False)
    signatory_name = forms.CharField(label="Who signs", required=False, max_length=200)
    signatory_function = forms.CharField(label="Function", required=False, max_length=200)
    signatory_authority = forms.CharField(
        label="On what the right to sign rests",
        required=False,
        max_length=300,
        help_text="Statutes, power of attorney …",
    )
    signed_on = DayField(label="Day of the signature", required=False)
    upload = forms.FileField(
        label="Signed document", required=False, help_text="PDF, PNG, JPEG, DOCX, XLSX or ODT, at most 20 MB."
    )

    def __init__(self, *args: Any, scheme: Scheme, role: str, rows: int, **kwargs: Any) -> None:
        """Take the scheme and the role, for the kinds, and how many lines there are."""
        super().__init__(*args, **kwargs)
        self.scheme, self.count = scheme, min(rows, MOST_LINES)
        kinds = kinds_of(scheme, role)
        for index in range(self.count):
            for name, field in line_fields(scheme, kinds).items():
                field.label = f"{field.label}{'' if name == 'remove' else ' of'} line {index + 1}"
                self.fields[f"line-{index}-{name}"] = field

    def mark_needed(self) -> LetterForm:
        """Mark, for the page alone, what a letter needs to be handed in; a draft is saved without it."""
        self.use_required_attribute = False
        names = [*NEEDED, *(f"line-{index}-{name}" for index in range(self.count) for name in NEEDED_OF_LINE)]
        for name in names:
            self.fields[name].required = True
        return self

    @property
    def lines(self) -> list[LineRow]:
        """The lines as the page places them."""
        return [self._row(index) for index in range(self.count)]

    def _row(self, index: int) -> LineRow:
        """The fields of one line."""

        def fields(*names: str) -> tuple[BoundField, ...]:
            return tuple(self[f"line-{index}-{name}"] for name in names)

        hidden, remove = fields("number", "remove")
        return LineRow(
            index,
            str(hidden.value() or ""),
            fields("kind", "amount_cents", "currency", "years", "place", "valuation"),
            fields("recipient", "country", "valuation_note", "cites"),
            fields("scheme_amount_cents", "rate", "rate_on", "rate_source"),
            hidden,
            remove,
        )

    def stated(self) -> dict[str, Any]:
        """The fields of the letter as they were cleaned."""
        return {
            name: said(self.cleaned_data[name]) if name in TRI_STATE else self.cleaned_data[name]
            for name in STATED
            if name in self.cleaned_data
        }

    def stated_lines(self) -> list[dict[str, Any]]:
        """The lines as they were cleaned, without those that are empty or to be taken out."""
        found = []
        for index in range(self.count):
            own = {name: self.cleaned_data.get(f"line-{index}-{name}") for name in (*LINE, "number", "remove")}
            own = {name: value for name, value in own.items() if value is not None or name.endswith(("_cents", "_on"))}
            if not own.pop("remove", False) and not is_empty(own):
                own["currency"] = str(own.get("currency") or "").upper()
                own["country"] = str(own.get("country") or "").upper()
                found.append(own)
        return found


def is_empty(line: Mapping[str, Any]) -> bool:
    """Whether a line says nothing: no kind, no amount, no years, no recipient."""
    return not any(line.get(name) for name in ("kind", "amount_cents", "years", "recipient", "scheme_amount_cents"))


def said(choice: str | None) -> bool | None:
    """A statement: yes, no, or not said."""
    return {"yes": True, "no": False}.get(choice or "")


def kinds_of(scheme: Scheme, role: str) -> list[Any]:
    """The kinds that the role may give, and apart from them the others, which the check will refuse."""
    own = [(kind.code, kind.label) for kind in scheme.kinds if role in kind.given_by]
    others = [(kind.code, kind.label) for kind in scheme.kinds if role not in kind.given_by]
    groups: list[Any] = [("", "Choose"), *own]
    return [*groups, (f"Not for {scheme.role(role).label_plural}", others)] if others else groups


def line_fields(scheme: Scheme, kinds: list[Any]) -> dict[str, forms.Field]:
    """The fields of one line."""
    plain = MoneyInput("")
    return {
        "number": forms.IntegerField(label="Number", required=False, widget=forms.HiddenInput),
        "kind": forms.ChoiceField(label="Kind", choices=kinds, required=False),
        "amount_cents": MoneyField(label="Amount", required=False, currency="", widget=plain),
        "currency": forms.RegexField(
            r"^[A-Za-z]{3}$", label="Currency", required=False, initial=scheme.currency, max_length=3
        ),
        "years": YearsField(
            label="Amount by year",
            required=False,
            max_length=2000,
            help_text="For example 2026: 100,000; 2027: 50,000.",
        ),
        "place": forms.ChoiceField(label="Place of cost", choices=PLACES, required=False, initial="unknown"),
        "valuation": forms.ChoiceField(
            label="Valuation", choices=LetterLine.Valuation.choices, required=False, initial="unknown"
        ),
        "recipient": forms.CharField(label="Recipient", required=False, max_length=300),
        "country": CountryField(label="Country of the cost", help_text=""),
        "valuation_note": forms.CharField(label="Note on the valuation", required=False, max_length=1000),
        "cites": CitationField(scheme),
        "scheme_amount_cents": MoneyField(
            label=f"Amount in {scheme.currency}", required=False, currency=scheme.currency
        ),
        "rate": forms.CharField(label="Rate", required=False, max_length=40),
        "rate_on": DayField(
            label="Day of the rate",
            required=False,
            help_text=f"The day of the endorsement. Where it is stated alone, the rate and the amount follow from {DAY_RULE}.",
        ),
        "rate_source": forms.CharField(label="Source of the rate", required=False, max_length=200),
        "remove": forms.BooleanField(label="Take out", required=False),
    }


def initial_of(letter: Letter, lines: list[LetterLine]) -> dict[str, Any]:
    """What a letter says, as the form takes it."""
    words = {True: "yes", False: "no", None: ""}
    initial = {name: getattr(letter, name) for name in STATED}
    initial |= {name: words[getattr(letter, name)] for name in TRI_STATE}
    initial["opened"] = edition_of(letter)
    for index, line in enumerate(lines):
        initial |= {f"line-{index}-{name}": getattr(line, name) for name in LINE}
        initial[f"line-{index}-number"] = line.number
    return initial


def as_facts(lines: list[dict[str, Any]]) -> list[LineFacts]:
    """Cleaned lines as the rules take them."""
    return [
        LineFacts(
            line.get("number") or index,
            line.get("kind") or "",
            line.get("currency") or "",
            line.get("amount_cents"),
            line.get("scheme_amount_cents"),
            place=line.get("place") or "unknown",
        )
        for index, line in enumerate(lines, start=1)
    ]
