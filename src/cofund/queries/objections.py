"""What stands against a topic from its partners: who will withdraw, wants to talk, or has not said whether it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import QuerySet

from cofund.queries import applications, clock, confirmations
from cofund.records.ledger.models import Application, Confirmation
from cofund.records.programme.models import AgendaItem, Topic

WITHDRAWS: Final = "withdraws"
TALKS: Final = "talks"
LATE: Final = "late"
OPEN: Final = "open"
# The heaviest first.
ORDER: Final = (WITHDRAWS, TALKS, LATE, OPEN)
HEADING: Final = "Not every partner stands by it as the text is now"


@dataclass(frozen=True, slots=True)
class Objection:
    """One answer that is no yes, or one that is missing: of whom, about what, and by when it was due."""

    row: Confirmation
    kind: str
    who: str
    is_several: bool = False

    @property
    def words(self) -> str:
        """It as one sentence, with the partner's own words where there are any."""
        row, about = self.row, self.row.reference
        has, wants, until = ("have", "want", "they have") if self.is_several else ("has", "wants", "it has")
        said = f": “{row.answer_text.strip().rstrip('.')}”." if row.answer_text.strip() else "."
        due = row.answer_by_on.isoformat() if row.answer_by_on else ""
        return {
            WITHDRAWS: f"{self.who} will withdraw {about}{said}",
            TALKS: f"{self.who} {wants} to talk first about {about}{said}",
            LATE: f"{self.who} {has} not said whether {about} stands; the answer was due by {due}.",
            OPEN: f"{self.who} {has} not said yet whether {about} stands{f'; {until} until {due}' if due else ''}.",
        }[self.kind]


def of_topic(topic: Topic, on: date | None = None) -> list[Objection]:
    """Give what stands against a topic as its text is now, the heaviest first. Three queries, however many partners."""
    return _found(Confirmation.objects.filter(topic_version__topic=topic), on)


def of_application(applications: Iterable[Application], on: date | None = None) -> list[Objection]:
    """Give what those who applied said of the text of their topic, the heaviest first."""
    return _found(Confirmation.objects.filter(application__in=list(applications)), on)


def of_item(item: AgendaItem) -> list[Objection]:
    """Give what stands against what a point of an agenda is about."""
    if item.kind == AgendaItem.Kind.APPLICATION:
        return of_application(applications.of_point(item))
    return of_topic(item.topic) if item.kind == AgendaItem.Kind.TOPIC and item.topic is not None else []


def words(found: Iterable[Objection]) -> list[str]:
    """Them as sentences."""
    return [one.words for one in found]


def _found(rows: QuerySet[Confirmation], on: date | None) -> list[Objection]:
    """Sort the questions of some rows by what stands against."""
    today = on or clock.today()
    asked = confirmations.newest(rows).exclude(answer=Confirmation.Answer.STANDS)
    found = []
    for row in asked.select_related(*confirmations.RELATED).prefetch_related("contribution__parties__merged_into"):
        missing = LATE if row.answer_by_on is not None and row.answer_by_on < today else OPEN
        who = [str(one) for one in confirmations.givers(row)]
        found.append(Objection(row, row.answer or missing, " and ".join(who), len(who) > 1))
    return sorted(found, key=lambda one: (ORDER.index(one.kind), one.row.pk))
