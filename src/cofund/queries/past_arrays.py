"""The past projects that were imported, read as the arrays that the analysis works on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import numpy as np
from django.db.models import Q
from django.db.models.functions import Coalesce

from cofund.analysis import places as names_of_places
from cofund.analysis.corpus import Corpus, Matrix, table
from cofund.analysis.words import count_terms, keep_shared
from cofund.records.corpus.models import (
    FieldOfScience,
    PastOrganisation,
    PastParticipation,
    PastProject,
    PastProjectField,
    PastTopic,
)

CURRENT = "HORIZON"  # the programme whose participants are candidates, as CORDIS writes it
_EPOCH = date(1970, 1, 1)
_HEALTH = "HORIZON.2.1"
# Funding schemes for one person or one organisation, in the words of both programmes; `panel` ends those of single fellowships.
_ONE = re.compile(
    r"\bERC\b|\bPF-|EIC-ACC|Fellowship|panel$|Starting Grant|Consolidator Grant|Advanced Grant|Proof of Concept|SME instrument",
    re.I,
)

Progress = Callable[[int, int], None]


def read_corpus(progress: Progress = lambda done, total: None) -> Corpus:
    """Read all past projects that have a day. Ended participations are left out, repeated ones count once.

    Projects come by day and number, organisations by their code, so that the same corpus always gives the same arrays.
    """
    day = Coalesce("signed_on", "starts_on")
    rows = list(
        PastProject.objects.filter(Q(signed_on__isnull=False) | Q(starts_on__isnull=False))
        .annotate(day=day).order_by("day", "id")
        .values_list("id", "day", "framework_programme", "funding_scheme", "main_legal_basis", "main_topic", "title", "objective")
    )  # fmt: skip
    progress(1, 8)
    numbers = {row[0]: place for place, row in enumerate(rows)}
    organisations = list(
        PastOrganisation.objects.order_by("pic").values_list(
            "pic", "name", "short_name", "url", "country", "activity_type", "city"
        )
    )
    places = {row[0]: place for place, row in enumerate(organisations)}
    shape = (len(rows), len(organisations))
    members, coordinators = _memberships(numbers, places, shape)
    progress(2, 8)
    field_names, fields = _fields(numbers, len(rows))
    titles = dict(PastTopic.objects.values_list("code", "title"))
    vocabulary: dict[str, int] = {}
    texts = count_terms((f"{row[6]} {row[7]}" for row in rows), vocabulary, grows=True)
    progress(6, 8)
    topics = count_terms((titles.get(row[5], "") for row in rows), vocabulary, grows=True)
    own = count_terms((f"{row[1]} {row[2]} {domain(row[3])}" for row in organisations), vocabulary, grows=True)
    towns = [names_of_places.town(row[6]) for row in organisations]
    # Counted twice, so that a text about a town is understood even if no past one named it.
    named = [count_terms(sorted(set(towns)), vocabulary, grows=True)] * 2
    terms, (texts, topics, own, *_) = keep_shared(vocabulary, [texts, topics, own, *named])
    progress(8, 8)
    return Corpus(
        projects=np.array([row[0] for row in rows], np.int64),
        signed=np.array([(row[1] - _EPOCH).days for row in rows], np.int64),
        is_current=np.array([row[2].upper() == CURRENT for row in rows], np.bool_),
        is_grant_of_one=np.array([bool(_ONE.search(row[3])) for row in rows], np.bool_),
        is_health=np.array([row[4].startswith(_HEALTH) for row in rows], np.bool_),
        codes=[row[5] for row in rows], terms=terms, texts=texts, topic_texts=topics, members=members,
        coordinators=coordinators, fields=fields, field_names=field_names,
        organisations=np.array([row[0] for row in organisations], np.int64), own_words=own,
        countries=[row[4] for row in organisations], kinds=[row[5] for row in organisations],
        towns=towns,
    )  # fmt: skip


def domain(url: str) -> str:
    """The words of a website's name: `https://www.heart-fund.example/en` gives `heart fund example`."""
    host = urlsplit(url if "//" in url else f"//{url}").netloc.lower().removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", " ", host).strip()


def _memberships(numbers: dict[int, int], places: dict[int, int], shape: tuple[int, int]) -> tuple[Matrix, Matrix]:
    """Project × organisation: who takes part, and who leads."""
    lasting = PastParticipation.objects.exclude(ended=True).order_by("pk")
    found = lasting.values_list("project_id", "organisation_id", "role")
    all_of_them: tuple[list[int], list[int]] = ([], [])
    leading: tuple[list[int], list[int]] = ([], [])
    for project, organisation, role in found.iterator(20_000):
        if project in numbers and organisation in places:
            for rows, columns in (all_of_them, leading) if role == "coordinator" else (all_of_them,):
                rows.append(numbers[project])
                columns.append(places[organisation])
    return table(*all_of_them, shape), table(*leading, shape)


def _fields(numbers: dict[int, int], projects: int) -> tuple[list[str], Matrix]:
    """The fields of science by code, and which project lies in which or in a narrower one."""
    codes: dict[str, int] = {}
    rows, columns = [], []
    for project, code in PastProjectField.objects.order_by("pk").values_list("project_id", "field_id").iterator(20_000):
        parts = code.strip("/").split("/")
        for depth in range(2, len(parts) + 1) if project in numbers else ():
            rows.append(numbers[project])
            columns.append(codes.setdefault("/" + "/".join(parts[:depth]), len(codes)))
    return list(codes), table(rows, columns, (projects, max(len(codes), 1)))


def field_titles() -> dict[str, str]:
    """The title of each field of science and of each wider one, by code. The wider ones stand in the paths of the others."""
    found: dict[str, str] = {}
    for code, path in FieldOfScience.objects.order_by("code").values_list("code", "path"):
        parts, titles = code.strip("/").split("/"), path.strip("/").split("/")
        if len(parts) == len(titles):
            found |= {"/" + "/".join(parts[: depth + 1]): title for depth, title in enumerate(titles)}
    return found | dict(FieldOfScience.objects.exclude(title="").values_list("code", "title"))
