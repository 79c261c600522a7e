"""What an organisation likely is by its name: foundations and patient organisations, and who is none though it sounds so."""

from __future__ import annotations

import pytest

from cofund.rules.kinds_by_name import FOUNDATION, PATIENTS, likely_kinds


@pytest.mark.parametrize(
    ("name", "activity", "kinds"),
    [
        ("The Leona M. and Harry B. Helmsley Charitable Trust", "OTH", {FOUNDATION}),
        ("FONDATION DE FRANCE", "OTH", {FOUNDATION}),
        ("VOLKSWAGENSTIFTUNG", "OTH", {FOUNDATION}),
        ("Bill & Melinda Gates Foundation", "", {FOUNDATION}),
        ("FUNDAÇÃO PARA A CIENCIA E A TECNOLOGIA", "PUB", {FOUNDATION}),
        ("Myotonic Dystrophy Foundation", "OTH", {FOUNDATION, PATIENTS}),
        ("EURORDIS - RARE DISEASES EUROPE", "OTH", {PATIENTS}),
        ("EUROPEAN CANCER PATIENT COALITION", "OTH", {PATIENTS}),
        ("Europaischer Nierenpatientenverband", "OTH", {PATIENTS}),
        ("INTERNATIONAL DIABETES FEDERATION", "OTH", {PATIENTS}),
        ("THALASSAEMIA INTERNATIONAL FEDERATION", "OTH", {PATIENTS}),
        ("STICHTING WORLD DUCHENNE ORGANIZATION", "OTH", {FOUNDATION, PATIENTS}),
        ("CHILDREN'S DIABETES FOUNDATION", "OTH", {FOUNDATION, PATIENTS}),
        # CORDIS says what it does: a foundation by its law alone.
        ("FUNDACION TECNALIA RESEARCH & INNOVATION", "REC", set()),
        ("STICHTING RADBOUD UNIVERSITEIT", "HES", set()),
        ("PATIENT CENTRIC SOLUTIONS LTD", "PRC", set()),
        ("OXFORD UNIVERSITY HOSPITALS NHS FOUNDATION TRUST", "PUB", set()),
        ("EUROPEAN ASSOCIATION FOR THE STUDY OF THE LIVER", "OTH", set()),
        ("EUROPEAN ASSOCIATION FOR THE STUDYOF THE LIVER", "OTH", set()),
        ("EUROPEAN SOCIETY OF CARDIOLOGY", "OTH", set()),
        ("GEMEENTE AMSTERDAM", "PUB", set()),
        ("", "OTH", set()),
    ],
)
def test_kind_is_likely_by_its_name(name: str, activity: str, kinds: set[str]) -> None:
    assert likely_kinds(name, activity) == kinds
