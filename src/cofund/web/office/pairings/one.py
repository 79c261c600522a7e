"""One pairing: both sides with all that is known of them, why they may be one, and what can be decided."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, pairings
from cofund.records.corpus.models import RorRecord
from cofund.records.directory.models import Organisation, Pairing
from cofund.rules.identifiers import pic_address, ror_address
from cofund.rules.lifecycle_pairings import PAIRING
from cofund.web import components as c
from cofund.web.formatting import counted, instant
from cofund.web.office import navigation, tokens
from cofund.web.office.access import opened_by
from cofund.web.office.pairings import pieces
from cofund.web.routes import reverse

_MOST_NAMES = 12


@opened_by("read pairings")
def shown(request: HttpRequest, key: int) -> HttpResponse:
    """`/office/pairings/<key>/`: one pairing."""
    return pairing_page(request, pairing_or_404(key))


def pairing_or_404(key: int) -> Pairing:
    """The pairing of an address. Raises Http404 where there is none."""
    found = pairings.find(key)
    if found is None:
        raise Http404
    return found


def pairing_page(request: HttpRequest, row: Pairing, refused: c.Callout | None = None) -> HttpResponse:
    """The page of a pairing, with a refusal where something was refused."""
    allowed = {action for action in PAIRING.actions(row.status) if access.may(request.user, action)}
    projects = pairings.projects([row.past_organisation_id]).get(row.past_organisation_id, 0)
    following = pairings.following(row)
    context = navigation.context(request, pieces.name_of(row), crumbs=pieces.crumbs()) | {
        "pairing": row,
        "status": pieces.STATUSES[row.status],
        "sentence": f"{pieces.name_of(row)} {pieces.KINDS[row.kind]} {row.other}",
        "why": _why(row),
        "sides": _sides(row, projects),
        "others": _others(row),
        "decision": _decision(row),
        "may_accept": "accept pairing" in allowed,
        "may_refuse": "refuse pairing" in allowed,
        "may_put_off": "put pairing off" in allowed,
        "may_take_back": "take pairing back" in allowed,
        "next_href": reverse("office-pairing", args=[following.pk]) if following else "",
        "token": tokens.kept(request),
        "refused": refused,
    }
    return render(request, "cofund/pages/office/pairings/pairing.html", context, status=422 if refused else 200)


def _why(row: Pairing) -> c.Callout:
    """Why both may be one."""
    sure = "Certain by the rules of matching" if row.is_certain else "Somebody has to look at it"
    return c.Callout(f"{sure}: {row.percent} %", "", "info", tuple(row.reasons))


def _sides(row: Pairing, projects: int) -> c.Table:
    """Both side by side."""
    mine, theirs = _past(row, projects), _other(row)
    terms = dict.fromkeys((*mine, *theirs))
    rows = tuple(c.Row.of(term, mine.get(term) or "not known", theirs.get(term) or "not known") for term in terms)
    columns = (c.Column("Fact"), c.Column("In past projects (CORDIS)"), c.Column(_source(row)))
    return c.Table("sides", "Side by side", columns, rows, counted=False)


def _past(row: Pairing, projects: int) -> dict[str, c.Cell]:
    """What CORDIS says."""
    past = row.past_organisation
    found = {
        "Name": c.Cell(past.name, note=past.short_name),
        "Country": c.Cell(past.country),
        "City": c.Cell(past.city),
        "Website": c.Cell(past.url),
        "VAT number": c.Cell(past.vat_number),
        "Identifier": c.Cell(f"PIC {past.pk}", href=pic_address(str(past.pk))),
        "Known by": c.Cell(counted(projects, "past project")),
    }
    return {term: cell for term, cell in found.items() if cell.value}


def _other(row: Pairing) -> dict[str, c.Cell]:
    """What ROR, or the directory, says."""
    other = row.other
    if isinstance(other, Organisation):
        found = {
            "Name": c.Cell(other.name, href=reverse("office-partner", args=[other.slug]), note=other.short_name),
            "Country": c.Cell(other.country),
            "Website": c.Cell(other.website),
            "VAT number": c.Cell(other.vat_number),
            "Identifier": c.Cell(f"PIC {other.pic}" if other.pic else f"ROR {other.ror}" if other.ror else ""),
        }
    else:
        found = {
            "Name": c.Cell(other.name, note=_names(other)),
            "Country": c.Cell(other.country),
            "Website": c.Cell(next((one["value"] for one in other.links if one.get("type") == "website"), "")),
            "Identifier": c.Cell(f"ROR {other.pk}", href=ror_address(other.pk)),
            "Known by": c.Cell(", ".join(other.types)),
        }
    return {term: cell for term, cell in found.items() if cell.value}


def _names(record: RorRecord) -> str:
    """The other names of a record."""
    found = dict.fromkeys(one["value"] for one in record.names if one["value"] != record.name)
    shown_names = list(found)[:_MOST_NAMES]
    return "; ".join(shown_names) + (f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else "")


def _source(row: Pairing) -> str:
    """Where the other side comes from."""
    if row.organisation_id:
        return "In the directory"
    return "Head of the group (ROR)" if row.kind == Pairing.Kind.GROUP else "In ROR"


def _others(row: Pairing) -> c.Table | None:
    """What else the past organisation may be, or is."""
    found = pairings.others_of(row)
    if not found:
        return None
    rows = tuple(
        c.Row.of(
            c.Cell(
                f"{pieces.KINDS[one.kind]} {one.other}",
                href=reverse("office-pairing", args=[one.pk]),
                note="; ".join(one.reasons),
            ),
            f"{one.percent} %",
            pieces.STATUSES[one.status],
        )
        for one in found
    )
    columns = (c.Column("It"), c.Column("How sure", numeric=True), c.Column("Stands at"))
    return c.Table("others", "What else it may be", columns, rows, noun=("pairing", "pairings"))


def _decision(row: Pairing) -> tuple[c.Fact, ...]:
    """Who decided what, and why."""
    facts = [c.Fact("Found", instant(row.found_at))]
    if row.decided_at:
        facts.append(c.Fact("Last decided", instant(row.decided_at), note=f"by {row.decided_by}"))
        if row.decision_reason:
            facts.append(c.Fact("Why", row.decision_reason))
    return tuple(facts)
