"""The audit trail in plain words."""

from __future__ import annotations

import pytest

from cofund.rules.audit_words import Changed, changes, object_of, past, sentence
from cofund.rules.roles import ALLOWED

SENTENCES = [
    ("record certificate", "ihi/report/r-1", "recorded the certificate of report r-1 in ihi"),
    ("pledge", "ihi/contribution/ihi-3", "pledged contribution ihi-3 in ihi"),
    ("open lead", "ihi/lead/l-1", "opened the lead l-1 in ihi"),
    ("find topic for lead", "ihi/lead/l-1", "found the topic for lead l-1 in ihi"),
    ("edit letter", "ihi/application/A1", "edited the letter of application A1 in ihi"),
    ("submit plan", "ihi/plan/trust/2025/1", "submitted the plan trust/2025/1 in ihi"),
    ("top_up", "ihi/tranche/a", "topped up tranche a in ihi"),
    (
        "record receipt",
        "ihi/contribution/c/instalment/2",
        "recorded the receipt of instalment 2 of contribution c in ihi",
    ),
    ("approve on conditions", "ihi/application/A1", "approved on conditions: application A1 in ihi"),
    ("edit organisation", "organisation/jdrf", "edited the organisation jdrf"),
    ("scheme.install", "ihi/version/1", "installed rules: version 1 in ihi"),
    ("record decision", "ihi/decision/GB/2023/4", "recorded the decision GB/2023/4 in ihi"),
    ("load demonstration", "demonstration", "loaded the demonstration"),
]


@pytest.mark.parametrize(("action", "subject", "words"), SENTENCES)
def test_sentence_says_who_what_and_why(action: str, subject: str, words: str) -> None:
    assert sentence("Ada", "finance_officer", action, subject, "It came.") == (
        f"Ada (finance officer) {words}. Why: It came."
    )


def test_sentence_says_that_no_reason_is_recorded() -> None:
    assert sentence("Ada", "", "cast vote", "ihi/meeting/4/item/7") == (
        "Ada cast the vote of point 7 of meeting 4 in ihi. No reason is recorded."
    )


def test_every_action_of_the_role_table_has_a_past() -> None:
    unchanged = [action for action in ALLOWED if past(action) == action and not action.startswith(("cut", "cast"))]
    assert unchanged == []


def test_object_is_read_from_its_path() -> None:
    found = object_of("ihi/contribution/ihi-7/instalment/2")
    assert (found.scheme, found.parts) == ("ihi", (("contribution", "ihi-7"), ("instalment", "2")))
    assert object_of("organisation/jdrf").parts == (("organisation", "jdrf"),)
    assert object_of("demonstration").words == "demonstration"


def test_changes_are_the_values_that_differ() -> None:
    before = {"status": "draft", "amount_cents": 100, "years": {"2025": 1}, "kept": True}
    after = {"status": "submitted", "amount_cents": 123456, "years": {"2025": 1}, "kept": False, "files": ["a", "b"]}
    assert changes(before, after) == (
        Changed("status", "draft", "submitted"),
        Changed("amount", "1.00", "1,234.56"),
        Changed("kept", "yes", "no"),
        Changed("files", None, "a, b"),
    )
    assert changes(None, None) == ()
