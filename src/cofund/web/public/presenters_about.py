"""The page about the data: the end of each chain, and the shape of every file that can be downloaded."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as marked

from cofund.queries.verification import Head
from cofund.web import components as c
from cofund.web.languages import gettext as _
from cofund.web.public import presenters as p
from cofund.web.public import (
    presenters_contribution,
    presenters_envelope,
    presenters_home,
    presenters_lists,
    presenters_partner,
    presenters_project,
    presenters_rules,
)
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Sheet
from cofund.web.routes import reverse

HEAD_FIELDS = (
    Field("scheme", "code of the programme"),
    Field("entries", "how many entries its book has"),
    Field("transfers", "how many transfers"),
    Field("recorded_at", "the instant of the last entry"),
    Field("head_hash", "SHA-256 at the end of the chain"),
)
SHAPES = (
    ("/?format=json", marked("Programmes"), presenters_home.PROGRAMME_FIELDS),
    (
        "/programmes/‹scheme›/?format=json",
        marked("Envelope of a programme, one row a tranche"),
        presenters_envelope.ENVELOPE_FIELDS,
    ),
    ("/programmes/‹scheme›/movements/‹tranche›/?format=json", marked("Movements"), presenters_envelope.MOVEMENT_FIELDS),
    ("/programmes/‹scheme›/projects/?format=json", marked("Projects"), presenters_lists.PROJECT_FIELDS),
    (
        "/programmes/‹scheme›/projects/‹project›/?format=json",
        marked("Money by source and channel"),
        presenters_project.FUNDING_FIELDS,
    ),
    ("/programmes/‹scheme›/topics/?format=json", marked("Topics"), presenters_lists.TOPIC_FIELDS),
    (
        "/programmes/‹scheme›/topics/‹topic›/?format=json",
        marked("Money by source and channel"),
        presenters_project.FUNDING_FIELDS,
    ),
    ("/programmes/‹scheme›/rules/?format=json", marked("Figures of the rule book"), presenters_rules.FIGURE_FIELDS),
    ("/partners/?programme=‹scheme›&format=json", marked("Partners of a programme"), presenters_lists.PARTNER_FIELDS),
    ("/partners/‹partner›/?format=json", marked("Contributions of a partner"), presenters_partner.GIVEN_FIELDS),
    (
        "/contributions/‹reference›/?format=json",
        marked("Versions of a contribution"),
        presenters_contribution.VERSION_FIELDS,
    ),
    ("/about-data/?format=json", marked("Ends of the chains"), HEAD_FIELDS),
)


def books_table(heads: Sequence[Head], exports: tuple[c.Link, ...]) -> c.Table:
    """The end of the chain of each book: whoever noted it down can prove that nothing was taken out since."""
    rows = tuple(
        c.Row.of(
            c.Cell(head.name, href=reverse("programme", args=[head.scheme]), note=head.scheme),
            head.entries,
            head.transfers,
            head.recorded_at,
            c.Seal(head.last_hash),
            c.Link(_("Beancount"), reverse("journal", args=[head.scheme]), download=True),
        )
        for head in heads
    )
    columns = (
        c.Column(_("Book")),
        c.Column(_("Entries"), numeric=True),
        c.Column(_("Transfers"), numeric=True),
        c.Column(_("Last recorded")),
        c.Column(_("Hash at its end")),
        c.Column(_("Journal")),
    )
    empty = c.EmptyState(_("There is no book yet."))
    return c.Table("books", _("Books"), columns, rows, noun=(_("book"), _("books")), exports=exports, empty=empty)


def sheet(heads: Sequence[Head], moment: Moment) -> Sheet:
    """The ends of the chains as rows."""
    rows = tuple((head.scheme, head.entries, head.transfers, head.recorded_at, head.last_hash) for head in heads)
    return Sheet(p.file_name("books", on=moment.on), HEAD_FIELDS, rows, {})


def shapes_table() -> c.Table:
    """Every file that can be downloaded, with its fields."""
    rows = tuple(c.Row.of(c.Cell(path, note=_(what)), _said(fields)) for path, what, fields in SHAPES)
    columns = (c.Column(_("Address")), c.Column(_("Fields of a row")))
    return c.Table("shapes", _("Files and their fields"), columns, rows, noun=(_("file"), _("files")))


def _said(fields: Sequence[Field]) -> str:
    """The names of fields; money stands for two columns."""
    return ", ".join(f"{one.name}_cents, {one.name}" if one.is_money else one.name for one in fields)
