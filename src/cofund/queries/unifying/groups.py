"""Groups of legal bodies under one head: by what ROR says of records and their parents, and by a website of the same domain."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from cofund.queries.unifying.comparing import Found
from cofund.queries.unifying.sides import Side
from cofund.records.corpus.models import RorRecord
from cofund.rules import names
from cofund.rules.letters import plainest
from cofund.rules.websites import host, registered

_ROWS: Final = 2_000
_HIGHEST: Final = 8  # parents above one another; more than any record has, so that a circle ends
_MOST_HEADS: Final = 3  # a record that belongs to more is of many, and of none in particular


class Groups:
    """The heads of groups: read once, looked up for each past organisation. It keeps some hundred bytes of each record."""

    def __init__(self) -> None:
        self._parents: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        domains: defaultdict[str, set[str]] = defaultdict(set)
        rows = RorRecord.objects.exclude(status="withdrawn").order_by("pk")
        for key, name, links, related in rows.values_list("pk", "name", "links", "relationships").iterator(_ROWS):
            self._names[key] = name
            above = [str(one.get("id", "")).rpartition("/")[2] for one in related if one.get("type") == "parent"]
            if above:
                self._parents[key] = above
            site = next((host(one["value"]) for one in links if one.get("type") == "website"), "")
            if site:
                domains[registered(site)].add(key)
        # A domain tells a group only where all its records have one head.
        self._domains: dict[str, str] = {}
        for domain, keys in domains.items():
            heads = {head for key in keys for head in self.heads(key) or [key]}
            if len(heads) == 1:
                self._domains[domain] = heads.pop()

    def heads(self, record: str) -> list[str]:
        """The records at the top of those that a record belongs to; none where it stands by itself. Only those that are here."""
        found: set[str] = set()
        now = {record}
        for _ in range(_HIGHEST):
            above = {parent for key in now for parent in self._parents.get(key, ()) if parent in self._names}
            found |= {key for key in now if not any(one in self._names for one in self._parents.get(key, ()))}
            now = above
            if not now:
                break
        return sorted(found - {record})

    def of_record(self, record: str, *, is_certain: bool) -> list[Found]:
        """The groups of a past organisation that is a record: sure where that is sure and there is one head."""
        heads = self.heads(record)
        if not heads or len(heads) > _MOST_HEADS:
            return []
        alone = len(heads) == 1
        reason = f"ROR has it as {self._names[record]}, which belongs to {{}}"
        return [
            Found(
                head,
                "ror",
                95 if is_certain and alone else 70,
                is_certain and alone,
                (reason.format(self._names[head]),),
            )
            for head in heads
        ]

    def of_website(self, side: Side) -> list[Found]:
        """The group of one without a record: its website is of the head's domain, and its name has the first word of the head's."""
        domain = registered(side.host) if side.host else ""
        head = self._domains.get(domain)
        if head is None:
            return []
        first = names.first_word(plainest(names.key(self._names[head])))
        if len(first) < 3 or not any(first in name.split() for name in side.names):
            return []
        reasons = (f"its website is of {domain}, as that of {self._names[head]}", f"both names have “{first}”")
        return [Found(head, "website", 75, False, reasons)]
