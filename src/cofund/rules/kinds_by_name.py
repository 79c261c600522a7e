"""What an organisation likely is by its name alone: a foundation, or an organisation of patients. Nothing more than a guess."""

from __future__ import annotations

import re
from typing import Final

FOUNDATION: Final = "FOUNDATION"
PATIENTS: Final = "PATIENTS"

# Universities, research organisations and companies are often called foundations where their law makes them so.
_TOLD_OTHERWISE: Final = frozenset({"HES", "REC", "PRC"})
_FOUNDATION: Final = re.compile(
    r"\b(foundation|fondation|fondazione|fundaci[oóò]n?|fundação|fundacao|fundacja|stichting|(\w*)stiftung|stiftelse[n]?|"
    r"fonden|säätiö|saatio|nadac[ei]a?|nadace|alapitvany|alapítvány|zaklada|charitable trust|trust fund|philanthrop\w*|idryma)\b"
)
_PATIENTS: Final = re.compile(
    r"\b(\w*patient\w*|pacientes|pacientů|pazienti|malades|malati|pacjent\w*|survivors?|eurordis)\b"
)
_ILLNESS: Final = re.compile(
    r"\b(diabet\w+|alzheimer\w*|parkinson\w*|cancer|leuk(a?)emia|lymphoma|myeloma|melanoma|duchenne|dystrophy|sclerosis|"
    r"cystic fibrosis|mucoviscidose|epilepsy|autism\w*|arthritis|rheumatism|psoriasis|crohn'?s?|colitis|lupus|haemophilia|"
    r"hemophilia|thalass(a?)emia|sickle cell|stroke|obesity|asthma|allergy|hiv|aids|hepatitis|kidney|lung|heart|liver|brain|"
    r"rare diseases?|maladies rares|huntington'?s?|spina bifida|migraine|headache|depression|mental health)\b"
)
_TOGETHER: Final = re.compile(
    r"\b(associations?|society|federation|alliance|union|league|liga|ligue|foundation|coalition|network|council|organi[sz]ation|"
    r"advocates?|europe|support|selbsthilfe|\w*vereniging|\w*verein\w*|asociaci[oó]n|"
    r"associazion[ei]|bundesverband|\w*forbund|spolecnost|nederland|italia|international)\b"
)
# Learned societies and services of care, which name illnesses too.
_NOT_PATIENTS: Final = re.compile(
    r"\b(study ?of|research|clinical|physicians|nurses|nursing|surg\w+|medicine|institute?o?|hospitals?|hospices?|university|"
    r"radiolog\w*|oncolog\w*|cardiolog\w*|neurolog\w*|trials?|group|academy|imaging|laborator\w+|safety|nhs|health service)\b"
)
_NOT_FOUNDATION: Final = re.compile(
    r"\b(nhs|national health service|hospitals?|hospitalier\w*|university|universitair\w*)\b"
)


def likely_kinds(name: str, activity_type: str) -> frozenset[str]:
    """What an organisation of this name likely is, given what CORDIS says it does (HES, REC, PRC, PUB, OTH); empty for neither.

    An organisation of patients can be a foundation too.
    """
    if activity_type in _TOLD_OTHERWISE:
        return frozenset()
    words = name.casefold()
    found = set()
    if _FOUNDATION.search(words) and not _NOT_FOUNDATION.search(words):
        found.add(FOUNDATION)
    if not _NOT_PATIENTS.search(words) and (
        _PATIENTS.search(words) or (_ILLNESS.search(words) and _TOGETHER.search(words))
    ):
        found.add(PATIENTS)
    return frozenset(found)
