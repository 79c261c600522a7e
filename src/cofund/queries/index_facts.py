"""What a reader has to know of the index: its age, what it holds, how good its bands were, and whether it is out of date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cofund.analysis.bands import NAMES
from cofund.queries.index_files import Index, folder, imports_since
from cofund.records.corpus.models import PastProject

# Horizon Europe alone has more than three times as many projects; with fewer the index knows only a part of the past.
SMALL = 5_000
HOW_TO_IMPORT = "cofund import cordis --download HORIZON"
HOW_TO_BUILD = "cofund index build"
HOW_TO_UPDATE = "cofund index update"


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index as a page tells of it. `shares` has, for each band but those of nobody, how many of its candidates took part."""

    version: str
    built_at: datetime
    projects: int
    older_projects: int
    candidates: int
    is_rated: bool
    shares: tuple[tuple[str, float], ...]
    is_outdated: bool  # past projects were imported that it does not know

    @property
    def is_small(self) -> bool:
        """Whether it knows only a small part of the past."""
        return self.projects < SMALL


def of(index: Index) -> IndexFacts:
    """Tell what is known of an opened index. One query."""
    described = index.description
    shares = zip(NAMES, described["band_shares"], strict=True)
    return IndexFacts(
        version=index.version,
        built_at=datetime.fromisoformat(described["built_at"]),
        projects=described["projects"],
        older_projects=described["older_projects"],
        candidates=described["candidates"],
        is_rated=bool(index.ranking.text),
        shares=tuple((name, float(share)) for name, share in shares if share),
        is_outdated=imports_since(folder() / index.version, described) > 0,
    )


def imported_projects() -> int:
    """How many past projects are imported. One query."""
    return PastProject.objects.count()
