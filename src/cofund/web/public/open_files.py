"""Every file that a programme publishes, in one list: the page of open data, the catalogue and search engines read the same.

What stands on the page of one thing (a project, a call, a partner) is had there, and the list of its sort is in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from cofund.queries import open_grants
from cofund.queries.documents import catalogue
from cofund.queries.documents.catalogue import Kind
from cofund.rules.schemes import Scheme
from cofund.web import asking
from cofund.web.components import Address
from cofund.web.document_tables import EXCEL
from cofund.web.routes import reverse
from cofund.web.vocabulary import spoken

CSV, JSON, XML, TEXT = "text/csv", "application/json", "application/xml", "text/plain"
GRANTS_360: Final = "https://standard.threesixtygiving.org/en/latest/"
IATI: Final = "https://iatistandard.org/en/iati-standard/203/"
BEANCOUNT: Final = "https://beancount.github.io/docs/beancount_language_syntax.html"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file: what it is, what it is for, in which format, under which path, and after which standard.

    `of_any_day` says that it takes `as_of` and `known_on`.
    """

    title: str
    purpose: str
    form: str
    media_type: str
    path: str
    standard: str = ""
    standard_address: str = ""
    of_any_day: bool = True


def files(rules: Scheme, on: date, known_at: datetime | None) -> list[OpenFile]:
    """Give every file of a programme that holds something at a moment."""
    found = []
    if open_grants.summary(rules.code, on, known_at).number:
        found += _grants(rules)
    kinds = catalogue.kinds_of(rules.code, only_public=True)
    documents = [file for kind in kinds for file in _document(rules, kind)]
    return [*found, *_others(rules), *_tables(rules), *documents]


def _grants(rules: Scheme) -> list[OpenFile]:
    """The grants, in both forms of the standard."""
    told = (
        (_("Grants"), _("Programs, and everybody who compares funders")),
        (
            _("Grants"),
            _("Spreadsheets: the same grants, a line each"),
        ),
    )
    shapes = ("JSON", JSON, "open-data-json"), ("CSV", CSV, "open-data-csv")
    return [
        OpenFile(*words, form, media, reverse(view, args=[rules.code]), "360Giving 1.4", GRANTS_360)
        for words, (form, media, view) in zip(told, shapes, strict=True)
    ]


def _others(rules: Scheme) -> list[OpenFile]:
    """What is neither a grant nor a table of a page."""
    return [
        OpenFile(
            _("Activities"),
            _("Programs that follow money from pledge to project: projects, and topics with public pledges"),
            "XML",
            XML,
            reverse("open-data-iati", args=[rules.code]),
            "IATI 2.03",
            IATI,
        ),
        OpenFile(
            _("Books"),
            _("Proving that every amount balances"),
            "Beancount",
            TEXT,
            reverse("journal", args=[rules.code]),
            "Beancount",
            BEANCOUNT,
        ),
        OpenFile(
            _("Books"),
            _("Spreadsheets and databases: every movement with its seal"),
            "CSV",
            CSV,
            reverse("journal-csv", args=[rules.code]),
        ),
    ]


def _tables(rules: Scheme) -> list[OpenFile]:
    """The tables of the pages, which stand beside each view too."""
    code = rules.code
    shown = [
        (_("Envelope"), _("Public money by tranche and stage"), reverse("programme", args=[code]), (), True),
        (_("Projects"), _("Projects with their money"), reverse("projects", args=[code]), (), True),
        (_("Partners"), _("Partners with what they give"), reverse("partners"), (("programme", code),), True),
        (_("Topics"), _("Topics and where they stand"), reverse("topics", args=[code]), (), False),
        (_("Calls"), _("Calls with their days and results"), reverse("calls", args=[code]), (), True),
        (_("Decisions"), _("Published decisions"), reverse("public-decisions", args=[code]), (), True),
        (_("Groups"), _("Boards, advisory groups and panels"), reverse("public-groups", args=[code]), (), False),
        (_("Rules"), _("Every figure of the rule book with its source"), reverse("rules", args=[code]), (), False),
        (_("Ideas"), _("Ideas that may be read by everybody"), reverse("ideas"), (("scheme", code),), False),
        (_("Contributions"), _("Public contributions"), reverse("contributions", args=[code]), (), True),
        (_("Success"), _("Every figure of success with its meaning"), reverse("success", args=[code]), (), True),
        (_("Way to one for one"), _("What was committed, reported, certified and validated, by year"),
         reverse("trajectory", args=[code]), (), False),
        (_("What was published when"), _("Every record with its digests"), reverse("published", args=[code]), (), False),
        *((f"{_('Movements')}: {spoken(rule.label)}", _("Every movement behind the statement of a tranche"),
           reverse("movements", args=[code, rule.code]), (), True) for rule in rules.tranches),
    ]  # fmt: skip
    return [
        OpenFile(title, purpose, form, media, Address(path, pairs).with_changes(format=form.lower()), of_any_day=dated)
        for title, purpose, path, pairs, dated in shown
        for form, media in (("CSV", CSV), ("JSON", JSON))
    ]


def _document(rules: Scheme, kind: Kind) -> list[OpenFile]:
    """A public document: the whole of it as a workbook, and each of its sheets as a table."""
    year = str(asking.last_year()) if kind.asks_year else ""
    title = f"{spoken(kind.title)}, {year}" if year else spoken(kind.title)
    address = Address(reverse("document", args=[rules.code, kind.key]), (("year", year),) if year else ())
    return [
        OpenFile(title, _("The whole document with its formulas"), "Excel", EXCEL, address.with_changes(format="xlsx")),
        *(
            OpenFile(
                title,
                _("One sheet of it: %(sheet)s") % {"sheet": spoken(name)},
                "CSV",
                CSV,
                address.with_changes(sheet=key, format="csv"),
            )
            for key, name in kind.sheets
        ),
    ]
