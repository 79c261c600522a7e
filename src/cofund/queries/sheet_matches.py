"""Which projects and organisations of the site the rows of a sheet are about, found for all rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cofund.records.directory.models import Organisation, OrganisationName
from cofund.records.programme.models import Project
from cofund.rules import names
from cofund.rules.grant_columns import OTHER_IDENTIFIERS
from cofund.rules.grant_sheet import SheetLine


@dataclass(frozen=True, slots=True)
class Matched:
    """The organisation that a row is about: known, or new; `fault` says why it cannot be told, `key` of which column."""

    organisation: Organisation | None = None
    key: str = ""
    fault: str = ""


class Projects:
    """The projects of a programme by the number of their grant, and by acronym."""

    def __init__(self, scheme_code: str) -> None:
        """Read them: one query."""
        rows = list(Project.objects.filter(scheme__code=scheme_code).select_related("topic"))
        self._by_grant = {row.grant_agreement: row for row in rows if row.grant_agreement}
        self._by_name = {row.acronym.casefold(): row for row in rows} | {row.slug: row for row in rows}

    def named(self, written: str) -> Project | None:
        """The project of a grant agreement, or of an acronym; None where there is none."""
        return self._by_grant.get(written) or self._by_name.get(written.casefold())

    def of_grant(self, grant: str, acronym: str) -> Project | None:
        """The project of a row of grants: of its number, or of its acronym where the site knows no number."""
        found = self._by_grant.get(grant) or self._by_name.get(acronym.casefold())
        return found if found is None or found.grant_agreement in ("", grant) else None

    def has_other(self, grant: str, acronym: str) -> Project | None:
        """A project of the same acronym that has another number."""
        found = self._by_name.get(acronym.casefold())
        return found if found is not None and found.grant_agreement not in ("", grant) else None


class Organisations:
    """The organisations that rows are about: by PIC, another identifier or a name; merged ones answer as the kept one.

    Names are compared in memory, because databases disagree on what a capital is, and know neither legal forms nor accents. So the
    names of all organisations are read, as plain values, and only the organisations that a row may mean as objects.
    """

    def __init__(self, lines: Iterable[SheetLine]) -> None:
        """Read the names and identifiers once, and then what a row may mean: three queries, however many rows."""
        lines = list(lines)
        columns = ("pic", *(key for key, _ in OTHER_IDENTIFIERS))
        wanted = {(key, line.text(key)) for line in lines for key in columns if line.text(key)}
        texts = {line.text("name").casefold() for line in lines} - {""}
        wanted |= {("name", text) for text in texts}
        keys = {names.key(line.text("name")) for line in lines} - {""}
        hits: list[tuple[tuple[str, str], int]] = []
        merged: dict[int, int] = {}
        named: list[tuple[int, str]] = []
        rows = Organisation.objects.order_by("pk").values_list("pk", "merged_into_id", "name", "short_name", *columns)
        for pk, into, name, short, *identifiers in rows:
            if into is not None:
                merged[pk] = into
            named += ((pk, name), (pk, short)) if short else ((pk, name),)
            hits += [(one, pk) for one in zip(columns, identifiers, strict=True) if one in wanted]
        named += OrganisationName.objects.order_by("pk").values_list("organisation_id", "name")
        for pk, name in named:
            if name.casefold() in texts:
                hits.append((("name", name.casefold()), pk))
            if (key := names.key(name)) in keys:
                hits.append((("key", key), pk))
        self._found: defaultdict[tuple[str, str], list[Organisation]] = defaultdict(list)
        kept = [(one, _kept(pk, merged)) for one, pk in hits]
        known = Organisation.objects.only("name", "short_name", "pic").in_bulk({pk for _, pk in kept})
        for one, pk in kept:
            if known[pk] not in self._found[one]:
                self._found[one].append(known[pk])

    def match(self, line: SheetLine, *, are_others: bool) -> Matched:
        """The organisation of a row. `are_others`: whoever only has nearly the name of a known one is another one."""
        pic, name = line.text("pic"), line.text("name")
        found = self._of("pic", pic)
        if len(found) > 1:
            return Matched(None, "pic", f"{len(found)} organisations of the site have this PIC. Merge them first.")
        if found:
            return Matched(found[0])
        for key, label in (*OTHER_IDENTIFIERS, ("name", "name")):
            known = self._of(key, line.text(key) if key != "name" else name.casefold())
            if len(known) > 1:
                return Matched(None, key, f"{len(known)} organisations of the site have this {label}. Give the PIC.")
            if known and pic and known[0].pic and known[0].pic != pic:
                words = f"The site knows {known[0].name} with the PIC {known[0].pic}. Correct the one that is wrong."
                return Matched(None, "pic", words)
            if known:
                return Matched(known[0])
        alike = [] if are_others else self._of("key", names.key(name))
        if alike:
            words = f"It is probably {alike[0].name}, which the site has. Give its PIC or its name as the site has it, "
            return Matched(None, "name", words + "or say in the import that such organisations are other ones.")
        return Matched()

    def _of(self, key: str, value: str) -> list[Organisation]:
        """The organisations with an identifier or a name; none for nothing."""
        return self._found.get((key, value), []) if value else []


def _kept(pk: int, merged: dict[int, int]) -> int:
    """The organisation under which one is found: the last of a row of merges."""
    while pk in merged:
        pk = merged[pk]
    return pk
