"""Names of organisations as they are compared: legal forms, accents and capitals tell nobody apart."""

from __future__ import annotations

import pytest

from cofund.rules.names import first_word, key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Deutsches Zentrum für Infektionsforschung e.V.", "Deutsches Zentrum fur Infektionsforschung"),
        ("Bill & Melinda Gates Foundation", "BILL AND MELINDA GATES FOUNDATION"),
        ("The Wellcome Trust", "Wellcome"),
        ("bioMérieux S.A.", "BIOMERIEUX SA"),
        ("Datapharm Limited", "Datapharm Ltd."),
        ("Siemens Healthineers GmbH", "Siemens Healthineers G.m.b.H."),
        ("Autism Speaks, Inc.", "Autism Speaks"),
        ("LINK2TRIALS B.V.", "Link2Trials BV"),
        ("Fundación Carlos III", "Fundacion Carlos III"),
        ("Children's Tumor Foundation", "Childrens Tumor Foundation"),
    ],
)
def test_names_of_one_organisation_have_one_key(name: str, other: str) -> None:
    assert key(name) == key(other) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [("Trust 1", "Trust 2"), ("Wellcome Trust", "Wellcome Leap"), ("Gates Foundation", "Gates Family Foundation")],
)
def test_names_of_two_organisations_have_two_keys(name: str, other: str) -> None:
    assert key(name) != key(other)


def test_name_of_legal_forms_alone_keeps_its_words() -> None:
    assert key("The Foundation") == "the foundation"
    assert first_word(key("European Federation of Industries")) == "european"
