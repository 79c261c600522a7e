"""Which projects and organisations of the site the rows of a sheet are about, found for all rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cofund.records.directory.models import Organisation, OrganisationName
from cofund.records.programme.models import Project
from cofund.rules import names
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
    """The organisations that rows are about: by PIC, else by a name; who was merged answers as the one that is kept.

    Names are compared in memory, because databases disagree on what a capital is.
    """

    def __init__(self, lines: Iterable[SheetLine]) -> None:
        """Read every organisation once and keep those that a row may mean: two queries, however many rows."""
        lines = list(lines)
        pics = {line.text("pic") for line in lines} - {""}
        wanted = {line.text("name").casefold() for line in lines} - {""}
        keys = {names.key(line.text("name")) for line in lines} - {""}
        self._by_pic: Index = {}
        self._by_name: Index = {}
        self._by_key: Index = {}
        rows = {
            row.pk: row for row in Organisation.objects.order_by("pk").only("name", "short_name", "pic", "merged_into")
        }
        named = [(row.pk, name) for row in rows.values() for name in (row.name, row.short_name)]
        named += OrganisationName.objects.order_by("pk").values_list("organisation_id", "name")
        for row in rows.values():
            if row.pic in pics:
                _add(self._by_pic, row.pic, _kept(row, rows))
        for pk, name in named:
            if name.casefold() in wanted:
                _add(self._by_name, name.casefold(), _kept(rows[pk], rows))
            if (key := names.key(name)) in keys:
                _add(self._by_key, key, _kept(rows[pk], rows))

    def match(self, line: SheetLine, *, are_others: bool) -> Matched:
        """The organisation of a row. `are_others`: whoever only has nearly the name of a known one is another one."""
        pic, name = line.text("pic"), line.text("name")
        found = self._by_pic.get(pic, []) if pic else []
        if len(found) > 1:
            return Matched(None, "pic", f"{len(found)} organisations of the site have this PIC. Merge them first.")
        if found:
            return Matched(found[0])
        named = self._by_name.get(name.casefold(), [])
        if len(named) > 1:
            return Matched(None, "name", f"{len(named)} organisations of the site have this name. Give the PIC.")
        if named and pic and named[0].pic and named[0].pic != pic:
            words = f"The site knows {named[0].name} with the PIC {named[0].pic}. Correct the one that is wrong."
            return Matched(None, "pic", words)
        if named:
            return Matched(named[0])
        alike = [] if are_others else self._by_key.get(names.key(name), [])
        if alike:
            words = f"It is probably {alike[0].name}, which the site has. Give its PIC or its name as the site has it, "
            return Matched(None, "name", words + "or say in the import that such organisations are other ones.")
        return Matched()


Index = dict[str, list[Organisation]]


def _kept(row: Organisation, rows: dict[int, Organisation]) -> Organisation:
    """The organisation under which one is found: the last of a row of merges."""
    while row.merged_into_id is not None:
        row = rows[row.merged_into_id]
    return row


def _add(index: Index, key: str, row: Organisation) -> None:
    """Put an organisation into an index, once."""
    if key and all(one.pk != row.pk for one in index.get(key, [])):
        index.setdefault(key, []).append(row)
