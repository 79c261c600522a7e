"""Who sees what of a contribution, an organisation or a topic: each field with its rule and exception, and one form."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.actions import publishing
from cofund.actions.publishing import NewException
from cofund.queries import access, chains, clock, contributions, mentions, organisations, shown_fields
from cofund.queries.exceptions import Record
from cofund.queries.shown_fields import Shown
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution, PublicationException
from cofund.rules import publication
from cofund.web import components as c
from cofund.web.fields import DayField
from cofund.web.formatting import day
from cofund.web.office import navigation
from cofund.web.office.access import actor_of, opened_by, require
from cofund.web.office.editing import Editing, edit
from cofund.web.routes import reverse

TEMPLATE: Final = "cofund/pages/office/publishing/record.html"
_LONG: Final = forms.Textarea({"rows": 3})


class ExceptionForm(forms.Form):
    """One field of a record that is to have another audience than the rules give it."""

    field = forms.ChoiceField(label="Field")
    audience = forms.ChoiceField(
        label="Who may read it",
        choices=[(key, publication.AUDIENCE_WORDS[key]) for key in publication.AUDIENCES],
        initial=publication.OFFICE,
    )
    from_on = DayField(label="From")
    until_on = DayField(
        label="Embargo: published again on",
        required=False,
        help_text="Empty: until it is lifted. What the law has published needs a day.",
    )
    reason = forms.CharField(label="Why", widget=_LONG)
    is_reason_public = forms.BooleanField(
        label="The reason may be read in public", required=False, help_text="It stands where the field would stand."
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """Offer the fields of a kind of record that can differ."""
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            (one.key, one.label) for one in publication.fields_of(kind) if one.can_differ
        ]
        self.fields["from_on"].initial = clock.today()


class LiftForm(forms.Form):
    """Why the rules hold again."""

    reason = forms.CharField(label="Why the rules hold again", widget=_LONG)


@opened_by("read who sees what")
def page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """`/office/publication/<kind>/<key>/`: who sees what of a record; with a form where the reader may make exceptions."""
    if request.method == "POST":
        require(request, "make publication exception")
    record = record_or_404(kind, key)
    may_make = access.may(request.user, "make publication exception")
    here = reverse("office-who-sees", args=[kind, key])
    what = {
        "fields": _fields_table(record, here, may_lift=access.may(request.user, "lift publication exception")),
        "mentions": _mentions_table(record),
        "lifted": _lifted_table(record),
        "previews": previews_of(record) if access.may(request.user, "preview as others") else (),
    }
    shown = Editing(
        f"Who sees what of {record}",
        "Make the exception",
        page_of(record),
        "The exception is made. Every page and file follows from its first day on.",
        "Each field with who may read it, by which rule, and what differs from it.",
        programme_of(record),
        (c.Link(str(record), page_of(record)),),
        template=TEMPLATE,
        context=what,
    )
    if not may_make:
        context = navigation.context(request, shown.heading, shown.scheme, shown.crumbs)
        return render(request, TEMPLATE, {**context, "page": shown, "form": None, **what})
    form = ExceptionForm(request.POST if request.method == "POST" else None, kind=kind)

    def act(data: dict[str, Any]) -> str:
        publishing.make(actor_of(request), record, NewException(**data))
        return here

    return edit(request, shown, form, act)


@opened_by("read who sees what")
def lift(request: HttpRequest, kind: str, key: str, field: str) -> HttpResponse:
    """`/office/publication/<kind>/<key>/lift/<field>/`: why the rules hold again for a field."""
    require(request, "lift publication exception")
    record = record_or_404(kind, key)
    found = next((one for one in shown_fields.of_record(record) if one.default.field.key == field), None)
    if found is None or found.exception is None:
        raise Http404
    here, label = reverse("office-who-sees", args=[kind, key]), found.default.field.label
    shown = Editing(
        f"Lift the exception: {label}",
        "Lift it",
        here,
        "The exception is lifted. The rules hold again.",
        f"By the rules: {publication.AUDIENCE_WORDS[found.default.audience].lower()}.",
        programme_of(record),
        (c.Link(str(record), page_of(record)), c.Link("Who sees what", here)),
    )

    def act(data: dict[str, Any]) -> str:
        publishing.lift(actor_of(request), record, field, data["reason"])
        return here

    return edit(request, shown, LiftForm(request.POST if request.method == "POST" else None), act)


def record_or_404(kind: str, key: str) -> Record:
    """The contribution by its reference, the organisation by its slug, or the topic by programme and code. Raises Http404."""
    found: Record | None = None
    if kind == publication.CONTRIBUTION:
        found = contributions.find(key)
    elif kind == publication.ORGANISATION:
        found = organisations.find(key)
    elif kind == publication.TOPIC and "/" in key:
        found = chains.find_topic(*key.split("/", 1))
    if found is None:
        raise Http404
    return found


def key_of(record: Record) -> list[str]:
    """Kind and key of a record, as its address here has them."""
    if isinstance(record, Contribution):
        return [publication.CONTRIBUTION, record.reference]
    if isinstance(record, Organisation):
        return [publication.ORGANISATION, record.slug]
    return [publication.TOPIC, f"{record.scheme.code}/{record.code}"]


def page_of(record: Record) -> str:
    """The page of a record in the office."""
    if isinstance(record, Contribution):
        return reverse("office-contribution", args=[record.reference])
    if isinstance(record, Organisation):
        return reverse("office-partner", args=[record.slug])
    return reverse("office-topic", args=[record.scheme.code, record.code])


def public_page_of(record: Record) -> str:
    """The public page of a record."""
    if isinstance(record, Contribution):
        return reverse("contribution", args=[record.reference])
    if isinstance(record, Organisation):
        return reverse("partner", args=[record.slug])
    return reverse("topic", args=[record.scheme.code, record.code])


def programme_of(record: Record) -> str:
    """The code of the programme of a record; empty for an organisation, which belongs to none."""
    if isinstance(record, Contribution):
        return record.book.scheme.code
    return "" if isinstance(record, Organisation) else record.scheme.code


def previews_of(record: Record) -> tuple[c.Link, ...]:
    """The ways to see the public page of a record as others see it."""
    return preview_links(public_page_of(record))


def previews_for(request: HttpRequest, path: str) -> tuple[c.Link, ...]:
    """The ways to see a public page as others see it, for whoever may; none for everybody else."""
    return preview_links(path) if access.may(request.user, "preview as others") else ()


def preview_links(path: str) -> tuple[c.Link, ...]:
    """The ways to see a public page as others see it."""
    words = (("public", "See it as the public sees it"), ("partners", "See it as a partner sees it"))
    return tuple(c.Link(said, f"{reverse('office-preview', args=[key])}?page={path}") for key, said in words)


def _fields_table(record: Record, here: str, *, may_lift: bool) -> c.Table:
    """Every field with its audience."""
    columns = (c.Column("Field"), c.Column("Who reads it today"), c.Column("By the rules"), c.Column("Exception"))
    rows = tuple(_row(one, here, may_lift=may_lift) for one in shown_fields.of_record(record))
    return c.Table("fields", "Fields", columns, rows, noun=("field", "fields"))


def _row(one: Shown, here: str, *, may_lift: bool) -> c.Row:
    """One field."""
    default, words = one.default, publication.AUDIENCE_WORDS
    rule = " ".join(filter(None, (default.field.rule, f"Source: {default.source}." if default.source else "")))
    exception = c.Cell("–")
    if one.exception is not None:
        href = f"{here}lift/{default.field.key}/" if may_lift else ""
        said = _exception_words(one.exception) + ("" if one.holds else " It does not hold today.")
        exception = c.Cell(c.Link("Lift it", href) if href else words[one.exception.audience], note=said)
    return c.Row.of(default.field.label, words[one.audience], c.Cell(words[default.audience], note=rule), exception)


def _exception_words(row: PublicationException) -> str:
    """An exception in words: for whom, until when, why, and by whom."""
    until = f" until {day(row.until_on)}" if row.until_on else ", until it is lifted"
    shown = "the reason may be read in public" if row.is_reason_public else "the reason is internal"
    who = publication.AUDIENCE_WORDS[row.audience]
    return f"{who}, from {day(row.from_on)}{until}. {row.reason} ({row.set_by}, {day(row.set_at.date())}; {shown})."


def _mentions_table(record: Record) -> c.Table | None:
    """Public texts that say what could be held back; None where there is none."""
    found = mentions.of_record(record)
    if not found:
        return None
    return c.Table(
        "mentions",
        "Public texts that say it",
        (c.Column("Text"), c.Column("Of"), c.Column("What it says")),
        tuple(c.Row.of(one.what, c.Cell(one.of, href=reverse(one.page, args=one.keys)), one.words) for one in found),
        noun=("text", "texts"),
        note="No rule holds back a part of a text. Change these where they were written, if the name or amount is held back.",
    )


def _lifted_table(record: Record) -> c.Table | None:
    """The exceptions that nobody needs any more; None where there never was one."""
    rows = shown_fields.lifted(record)
    if not rows:
        return None
    columns = (c.Column("Field"), c.Column("Exception"), c.Column("Lifted"))
    labels = {one.key: one.label for one in publication.fields_of(key_of(record)[0])}
    return c.Table(
        "lifted",
        "Exceptions that were lifted or replaced",
        columns,
        tuple(
            c.Row.of(
                labels.get(row.field, row.field),
                _exception_words(row),
                c.Cell(row.lifted_at.date() if row.lifted_at else None, note=f"{row.lifted_reason} ({row.lifted_by})"),
            )
            for row in rows
        ),
        noun=("exception", "exceptions"),
    )
