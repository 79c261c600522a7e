"""Sheets of grants and participants: read and compared, taken over whole, again without change, undone, and refused in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.books import FINANCE, MILLION, refused
from tests.sheets import COMPANY, GRANTS, PARTICIPANTS, ROWS, UNIVERSITY, Sheets, as_csv, as_excel
from tests.worlds import world

from cofund.actions.actors import Actor
from cofund.actions.errors import NotAllowed
from cofund.actions.sheets import reading, taking, undoing
from cofund.queries import grant_sheets
from cofund.records.directory.models import AuditEvent, Organisation
from cofund.records.ledger.models import GrantParticipant, SheetImport
from cofund.records.programme.models import Project, RoleHolding
from cofund.rules import roles

pytestmark = pytest.mark.django_db
HELD = [
    (1, "Katholieke Universiteit Leuven", "beneficiary", "", 5 * MILLION, 5 * MILLION, 0),
    (2, "Novo Nordisk", "beneficiary", "constituent", 450_000_000, 0, 450_000_000),
]
AUDITOR = Actor("Auditor", roles.AUDITOR)


def changed(row: tuple[Any, ...], **cells: Any) -> tuple[Any, ...]:
    """A row with other cells, by the first word of their heading."""
    places = {heading.split()[0]: at for at, heading in enumerate(PARTICIPANTS)}
    found = list(row)
    for name, value in cells.items():
        found[places[name]] = value
    return tuple(found)


@world
def sheets() -> Sheets:
    return Sheets.make()


@pytest.mark.parametrize(
    "content", [as_csv(ROWS), as_csv(ROWS, separator=";"), as_excel(ROWS)], ids=["csv", "semicolon", "excel"]
)
def test_sheet_is_read_first_and_changes_nothing_until_it_is_taken_over(sheets: Sheets, content: bytes) -> None:
    row = sheets.read_in(content)
    assert (row.status, sheets.holding(), Organisation.objects.count()) == ("read", [], 0)
    comparison = grant_sheets.compared_now(row)
    assert [(one.effect, one.organisation, one.organisation_id) for one in comparison.effects] == [
        ("new", "Katholieke Universiteit Leuven", None),
        ("new", "Novo Nordisk", None),
    ]
    sheets.take_over(row)
    row.refresh_from_db()
    assert (row.status, row.applied_by, sheets.holding()) == ("applied", FINANCE.name, HELD)
    assert sorted(Organisation.objects.values_list("name", "country", "pic")) == [
        ("Katholieke Universiteit Leuven", "BE", "999991334"),
        ("Novo Nordisk", "DK", "999000111"),
    ]


def test_taking_over_leaves_an_audit_row_for_the_sheet_and_for_each_new_organisation(sheets: Sheets) -> None:
    row = sheets.taken(as_csv(ROWS))
    found = AuditEvent.objects.filter(action="take over sheet").order_by("subject")
    assert [(one.subject, one.evidence) for one in found] == [
        (f"ihi/sheet/{row.pk}", "sheet.csv"),
        ("organisation/katholieke-universiteit-leuven", "sheet.csv"),
        ("organisation/novo-nordisk", "sheet.csv"),
    ]
    assert found[0].after == {
        "new": 2, "changed": 0, "gone": 0, "organisations added": ["katholieke-universiteit-leuven", "novo-nordisk"],
    }  # fmt: skip


def test_same_file_again_is_the_same_sheet(sheets: Sheets) -> None:
    first = sheets.taken(as_csv(ROWS))
    again = sheets.read_in(as_csv(ROWS))
    assert (again.pk, again.status, SheetImport.objects.count()) == (first.pk, "applied", 1)
    assert GrantParticipant.objects.count() == 2


def test_same_facts_in_another_file_change_nothing(sheets: Sheets) -> None:
    sheets.taken(as_csv(ROWS))
    other = sheets.read_in(as_excel(ROWS))
    comparison = grant_sheets.compared_now(other)
    assert [one.effect for one in comparison.effects] == ["same", "same"]
    error = refused(lambda: sheets.take_over(other))
    assert error.wrong == "It changes nothing."


def test_newer_sheet_says_what_differs_and_who_is_gone(sheets: Sheets) -> None:
    sheets.taken(as_csv(ROWS))
    newer = sheets.read_in(
        as_csv([changed(UNIVERSITY, JU=4_900_000), (2, None, "Hospital", "DE", "Participant", *[None] * 4)])
    )
    effects = grant_sheets.compared_now(newer).effects
    assert [(one.effect, one.organisation, one.differs) for one in effects] == [
        (
            "changed",
            "Katholieke Universiteit Leuven",
            (("public", 500_000_000, 490_000_000), ("in_kind", 0, 10_000_000)),
        ),
        ("new", "Hospital", ()),
        ("gone", "Novo Nordisk", ()),
    ]
    sheets.take_over(newer)
    assert [row[1] for row in sheets.holding()] == ["Katholieke Universiteit Leuven", "Hospital"]
    assert GrantParticipant.objects.filter(holds=False).count() == 2


def test_undo_lets_the_sheet_before_hold_again_and_keeps_what_happened(sheets: Sheets) -> None:
    first = sheets.taken(as_csv(ROWS))
    newer = sheets.taken(as_csv([UNIVERSITY, (2, None, "Hospital", "DE", "Participant", *[None] * 4)]))
    assert refused(lambda: sheets.undo(first)).wrong.startswith(
        "Something was built on it: sheet.csv was taken over after it and is about the same projects."
    )
    sheets.undo(newer)
    newer.refresh_from_db()
    assert (newer.status, newer.undone_by, newer.undone_reason) == ("undone", FINANCE.name, "The wrong file")
    assert [row["organisation"] for row in newer.rows] == ["Katholieke Universiteit Leuven", "Hospital", "Novo Nordisk"]
    assert (sheets.holding(), Organisation.objects.filter(name="Hospital").count()) == (HELD, 0)
    sheets.undo(first)
    assert (sheets.holding(), Organisation.objects.count(), GrantParticipant.objects.count()) == ([], 0, 0)
    assert AuditEvent.objects.filter(action="undo sheet", subject__contains="/sheet/").count() == 2


def test_undone_sheet_can_be_read_in_again(sheets: Sheets) -> None:
    first = sheets.taken(as_csv(ROWS))
    sheets.undo(first)
    again = sheets.taken(as_csv(ROWS))
    assert (again.pk == first.pk, sheets.holding()) == (False, HELD)


def test_undo_is_refused_where_something_rests_on_what_the_sheet_added(sheets: Sheets) -> None:
    row = sheets.taken(as_csv(ROWS))
    RoleHolding.objects.create(
        scheme=sheets.office.row, organisation=Organisation.objects.get(name="Novo Nordisk"), role="member"
    )
    error = refused(lambda: sheets.undo(row))
    assert error.wrong == "Something was built on it: Novo Nordisk, which it added, has roles in programmes."
    assert sheets.holding() == HELD


def test_undo_asks_for_a_reason(sheets: Sheets) -> None:
    row = sheets.taken(as_csv(ROWS))
    assert refused(lambda: undoing.undo(FINANCE, row, " ")).fields["field"] == "reason"


def test_what_was_shown_is_taken_over_or_nothing(sheets: Sheets) -> None:
    row = sheets.read_in(as_csv(ROWS))
    seen = grant_sheets.compared_now(row).seen
    Organisation.objects.create(slug="novo", name="Novo Nordisk A/S", pic="999000111")
    error = refused(lambda: taking.take_over(FINANCE, row, seen))
    assert error.wrong == "What it would change is different from what was shown: something changed meanwhile."
    assert sheets.holding() == []


def test_organisation_is_known_by_its_pic_else_by_its_name(sheets: Sheets) -> None:
    kept = Organisation.objects.create(slug="leuven", name="KU Leuven", pic="999991334")
    Organisation.objects.create(slug="novo", name="NOVO NORDISK")
    sheets.taken(as_csv(ROWS))
    assert [row[1] for row in sheets.holding()] == [kept.name, "NOVO NORDISK"]
    assert Organisation.objects.count() == 2


def test_organisation_is_known_by_ror_lei_and_vat_number_too(sheets: Sheets) -> None:
    known = {
        "ror": Organisation.objects.create(slug="leuven", name="KU Leuven", ror="05f950310"),
        "lei": Organisation.objects.create(slug="novo", name="Novo", lei="5493001KJTIIGC8Y1R12"),
        "vat": Organisation.objects.create(slug="trust", name="The Trust", vat_number="DE136695976", pic="999000222"),
    }
    headings = ("Legal name", "Country", "Role in the grant", "PIC", "ROR", "LEI", "VAT number", "Eligible costs (EUR)")
    rows = [
        ("Katholieke Universiteit", "BE", "Participant", None, "https://ror.org/05f950310", None, None, 1),
        ("Novo Nordisk", "DK", "Participant", "999000111", None, "5493 001K JTII GC8Y 1R12", None, 1),
        ("Treuhand", "DE", "Participant", None, None, None, "DE 136 695 976", 1),
        ("Hospital", "DE", "Participant", None, "0nonsense", "SHORT", "DE 111111125", 1),
    ]
    read = sheets.read_in(as_csv(rows, headings))
    assert read.reading["notes"] == [
        "ROR identifier that is none, and tells nobody: row 5.",
        "LEI that is none, and tells nobody: row 5.",
    ]
    sheets.take_over(read)
    assert [row[1] for row in sheets.holding()] == [*(one.name for one in known.values()), "Hospital"]
    new = Organisation.objects.get(name="Hospital")
    assert (new.ror, new.lei, new.vat_number) == ("", "", "DE111111125")
    other = [(*rows[2][:3], "999000333", *rows[2][4:])]
    assert sheets.wrong(as_csv(other, headings)) == [
        "Sheet CSV, row 2, column D (PIC): The site knows The Trust with the PIC 999000222. Correct the one that is wrong. "
        "It holds “999000333”."
    ]
    Organisation.objects.create(slug="twin", name="Twin", vat_number="DE136695976")
    assert sheets.wrong(as_csv([rows[2]], headings)) == [
        "Sheet CSV, row 2, column G (VAT number): 2 organisations of the site have this VAT number. Give the PIC. It holds "
        "“DE136695976”."
    ]


def test_likely_duplicate_is_told_unless_somebody_says_that_it_is_another_one(sheets: Sheets) -> None:
    Organisation.objects.create(slug="novo", name="Novo Nordisk A/S")
    assert sheets.wrong(as_csv(ROWS)) == [
        "Sheet CSV, row 3, column C (Legal name): It is probably Novo Nordisk A/S, which the site has. Give its PIC or its name as "
        "the site has it, or say in the import that such organisations are other ones. It holds “Novo Nordisk”."
    ]
    sheets.taken(as_csv(ROWS), are_others=True)
    assert Organisation.objects.count() == 3


def test_every_wrong_cell_is_told_with_its_place_and_nothing_can_be_taken_over(sheets: Sheets) -> None:
    rows = [
        (1, "12", "Katholieke Universiteit Leuven", "Belgium", "Owner", "Sponsor", "five", -1, None),
        (1, None, None, "DE", "Participant", None, 10, 20, None),
        (1.5, "999000111", "Novo Nordisk", "DK", "HE associated partner (no funding)", None, 10, 5, None),
    ]
    row = sheets.read_in(as_excel(rows))
    assert [(one["row"], one["column"], one["wrong"]) for one in row.problems] == [
        (2, "B", "A PIC has 9 digits; “12” has 2."),
        (2, "D", "It is no country. Write two letters, for example DE."),
        (
            *(2, "E"),
            "Choose one of: Coordinator; Beneficiary; Affiliated entity; HE associated partner (no funding); Contributing entity.",
        ),
        (2, "F", "Choose one of: Contributing Partner; Private member; Constituent entity; Affiliated entity."),
        (2, "G", "It is no amount. Write it as 1250000 or 1250000.50, without a sign and with at most two decimals."),
        (2, "H", "It is no amount. Write it as 1250000 or 1250000.50, without a sign and with at most two decimals."),
        (3, "C", "It is empty."),
        (3, "H", "The costs do not hold it: public money and own cost are more than the eligible costs."),
        (4, "A", "It is no whole number from 1 to 9999."),
        (4, "H", "“HE associated partner (no funding)” gets none."),
    ]
    error = refused(lambda: sheets.take_over(row))
    assert (error.wrong, sheets.holding(), Organisation.objects.count()) == ("11 places of it cannot be taken.", [], 0)


def test_associated_partner_is_refused_until_somebody_says_what_it_means(sheets: Sheets) -> None:
    # Scenario S8: programmes call their contributors almost as Horizon Europe calls a participant without funding.
    words = (
        "“Associated partner” means two things: a contributor of some programmes, and a participant without funding of a Horizon "
        "Europe grant. Say in the import that it means “HE associated partner (no funding)”, or write that in the sheet."
    )
    column = as_csv([(*UNIVERSITY, "no"), (*COMPANY, "yes")], (*PARTICIPANTS, "Associated partner"))
    assert sheets.wrong(column) == [f"Sheet CSV, row 1, column J (Associated partner): {words}"]
    role = as_csv([changed(COMPANY, Role="associatedPartner")])
    assert sheets.wrong(role) == [
        f"Sheet CSV, row 2, column E (Role in the grant): {words} It holds “associatedPartner”."
    ]
    sheets.taken(role, is_he=True)
    assert [row[2] for row in sheets.holding()] == ["associated"]
    mapped = as_csv([(*changed(COMPANY, Role=None), "yes")], (*PARTICIPANTS, "HE associated partner (no funding)"))
    assert sheets.wrong(mapped) == []
    assert (
        sheets.wrong(as_csv([(*changed(COMPANY, Role=None), "yes")], (*PARTICIPANTS, "Associated partner")), is_he=True)
        == []
    )


def test_amounts_in_another_currency_are_refused(sheets: Sheets) -> None:
    headings = tuple(one.replace("EUR", "USD") if one.startswith("Eligible") else one for one in PARTICIPANTS)
    assert sheets.wrong(as_csv(ROWS, headings)) == [
        "Sheet CSV, row 1, column G (Eligible costs (USD)): Its amounts are in USD; those of Innovative Health Initiative are in "
        "EUR."
    ]


def test_same_organisation_or_number_twice_is_told(sheets: Sheets) -> None:
    rows = [UNIVERSITY, changed(UNIVERSITY, Number=2), changed(COMPANY, Number=1)]
    assert sheets.wrong(as_csv(rows)) == [
        "Sheet CSV, row 3, column C (Legal name): The same organisation stands in row 2 in the same role. It holds “Katholieke "
        "Universiteit Leuven”.",
        "Sheet CSV, row 4, column A (Number): Row 2 has the same number. It holds “1”.",
    ]


def test_sheet_of_a_whole_programme_names_the_project_in_each_row(sheets: Sheets) -> None:
    other = Project.objects.create(scheme=sheets.office.row, slug="two", acronym="TWO", grant_agreement="102")
    headings = ("Grant agreement", *PARTICIPANTS)
    content = as_csv([("101", *UNIVERSITY), ("TWO", *UNIVERSITY), ("102", *COMPANY)], headings)
    sheets.taken(content, project=None)
    assert [row.project_id for row in GrantParticipant.objects.order_by("pk")] == [
        sheets.project.pk,
        other.pk,
        other.pk,
    ]
    assert sheets.wrong(as_csv([("103", *UNIVERSITY)], headings), project=None) == [
        "Sheet CSV, row 2, column A (Grant agreement): The programme has no such project. Take over the sheet of grants first. "
        "It holds “103”."
    ]
    assert sheets.wrong(as_csv([("102", *UNIVERSITY)], headings)) == [
        "Sheet CSV, row 2, column A (Grant agreement): The sheet is about ONE, and this is another project. It holds “102”."
    ]


def test_grants_make_and_change_projects_and_undo_sets_them_back(sheets: Sheets) -> None:
    topic = sheets.office.topic("T-1")
    rows = [
        ("101", "ONE", "The first", "T-1", dt.date(2026, 1, 1), "2028-12-31"),
        ("102", "TWO", None, None, None, None),
    ]
    row = sheets.read_in(as_excel(rows, GRANTS), "grants")
    assert [(one.effect, one.project, one.differs) for one in grant_sheets.compared_now(row).effects] == [
        (
            *("changed", "ONE"),
            (
                ("title", "", "The first"),
                ("topic", "", "T-1"),
                ("starts_on", "", "2026-01-01"),
                ("ends_on", "", "2028-12-31"),
            ),
        ),
        ("new", "TWO", ()),
    ]
    sheets.take_over(row)
    sheets.project.refresh_from_db()
    found = sheets.project
    assert (found.title, found.topic, found.starts_on, found.ends_on) == (
        *("The first", topic, dt.date(2026, 1, 1)),
        dt.date(2028, 12, 31),
    )
    assert list(Project.objects.values_list("slug", "grant_agreement").order_by("slug")) == [
        ("one", "101"),
        ("two", "102"),
    ]
    again = sheets.read_in(as_csv([(*one[:4], str(one[4] or ""), one[5]) for one in rows], GRANTS), "grants")
    assert not grant_sheets.compared_now(again).changes_anything
    sheets.undo(row)
    sheets.project.refresh_from_db()
    assert (sheets.project.title, sheets.project.topic, sheets.project.ends_on) == ("", None, None)
    assert Project.objects.count() == 1


def test_undo_of_grants_is_refused_where_a_project_was_changed_or_used_since(sheets: Sheets) -> None:
    row = sheets.taken(
        as_csv([("101", "ONE", "The first", "", "", ""), ("102", "TWO", "", "", "", "")], GRANTS), "grants"
    )
    sheets.taken(as_csv(ROWS), project=Project.objects.get(slug="two"))
    Project.objects.filter(slug="one").update(title="Another")
    assert refused(lambda: sheets.undo(row)).fields["built"] == (
        "TWO, which it added, has sheets that were read in for it.",
        "TWO, which it added, has participants.",
        "ONE was changed since.",
    )


def test_grants_that_cannot_be_taken_are_told(sheets: Sheets) -> None:
    rows = [
        ("999", "ONE", "", "", "", ""),
        ("103", "THREE", "", "T-9", "2026-02-30", ""),
        ("104", "FOUR", "", "", "2026-02-01", "2026-01-01"),
    ]
    assert sheets.wrong(as_csv(rows, GRANTS), "grants") == [
        "Sheet CSV, row 3, column E (Starts on): It is no day. Write it as year-month-day, for example 2027-01-31. "
        "It holds “2026-02-30”.",
        "Sheet CSV, row 4, column F (Ends on): It ends before it starts, on 2026-02-01. It holds “2026-01-01”.",
        "Sheet CSV, row 2, column B (Acronym): The site has ONE with the grant 101. It holds “ONE”.",
        "Sheet CSV, row 3, column D (Topic): The programme has no such topic. Open it first, or leave the cell empty. "
        "It holds “T-9”.",
    ]


def test_discarded_sheet_cannot_be_taken_over(sheets: Sheets) -> None:
    row = sheets.read_in(as_csv(ROWS))
    reading.discard(FINANCE, row)
    assert refused(lambda: sheets.take_over(row)).wrong == "The sheet stands at “discarded”."


@pytest.mark.parametrize("do", ["read_in", "discard", "take_over"])
def test_auditor_imports_nothing(sheets: Sheets, do: str) -> None:
    row = sheets.read_in(as_csv(ROWS))
    acts = {
        "read_in": lambda: reading.read_in(AUDITOR, sheets.handed(as_csv(ROWS))),
        "discard": lambda: reading.discard(AUDITOR, row),
        "take_over": lambda: taking.take_over(AUDITOR, row, ""),
    }
    with pytest.raises(NotAllowed):
        acts[do]()
