"""The page of one application: where it stands, its letter in versions, the checklist, what it would unlock, and its history."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cofund.queries import access, adoptions, applications, clock, letters, meetings, points, rechecks
from cofund.records.ledger.models import Application, Letter
from cofund.records.programme.models import AgendaItem
from cofund.rules import roles
from cofund.rules.lifecycle_applications import UNDECIDED
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web import reasoning
from cofund.web.formatting import day, instant
from cofund.web.office import navigation
from cofund.web.office.access import opened_by
from cofund.web.office.applications import documents, showing, steps
from cofund.web.office.applications.listing import status_of
from cofund.web.office.applications.reaching import application_or_404, offered, scheme_of
from cofund.web.routes import reverse

CONFLICTED = "You declared a conflict of interest on its point"
CONFLICTED_WORDS = (
    "Its letter and what would be decided on are not shown to you, and somebody else records what the board decides."
)
# What somebody with a conflict leaves to somebody else.
DECIDING: Final = frozenset(
    {
        *("approve application", "approve on conditions", "reject application"),
        *("meet conditions", "let application lapse", "endorse next letter"),
    }
)


@opened_by("read applications")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/applications/<reference>/`: everything about one application; `?version=` chooses the version of its letter."""
    row = application_or_404(request, reference)
    scheme = scheme_of(row)
    versions = list(letters.of_application(row))
    letter = None if meetings.is_letter_closed(request.user, row) else _asked(request, versions)
    is_office = access.role_of(request.user) != roles.PARTNER
    is_conflicted = meetings.has_conflict(request.user, row)
    may = [one for one in offered(request, row) if not (is_conflicted and one in DECIDING)]
    crumbs = (c.Link("Applications", reverse("office-applications")),)
    context = navigation.context(request, reference, scheme.code, crumbs) | {
        "row": row,
        "scheme": scheme,
        "heading": str(row.organisation),
        "lede": _lede(scheme, row),
        "status": status_of(row),
        "certainty": row.certainty if row.certainty != "recorded" else "",
        "steps": showing.steps_of(row),
        "facts": _facts(scheme, row, is_office=is_office),
        "callouts": _callouts(scheme, row, letter),
        **(_letter(request, scheme, versions, letter) if letter is not None else {}),
        # What the paper for the board says stays hidden from whoever has a conflict on its point.
        "findings": showing.findings_table(row) if row.status != "draft" and not is_conflicted else None,
        "history": showing.history_of(applications.history(row), names=is_office),
        "actions": steps.links(row, may, letter=letter),
        "visibility": "partners",
        "has_paper": access.may(request.user, "check application")
        and any(one.submitted_at for one in versions)
        and not is_conflicted,
        "unlocks": None if is_conflicted or letter is None else _unlocks(scheme, row, letter),
    }
    return render(request, "cofund/pages/office/applications/one.html", context)


def _asked(request: HttpRequest, versions: list[Letter]) -> Letter:
    """The version of the letter that is asked for; the newest where it is none of them."""
    asked = request.GET.get("version", "")
    return next((one for one in versions if str(one.number) == asked), versions[0])


def _letter(request: HttpRequest, scheme: Scheme, versions: list[Letter], letter: Letter) -> dict[str, Any]:
    """One version of the letter, with what it says otherwise than the one before."""
    before = next((one for one in versions if one.number == letter.number - 1), None)
    return {
        "letter": letter,
        "versions": _versions(request, versions, letter),
        "letter_facts": showing.letter_facts(letter),
        "letter_marks": _letter_marks(letter),
        "lines": showing.lines_table(scheme, letter, links=True),
        "differences": _differences(scheme, before, letter),
    }


def _lede(scheme: Scheme, row: Application) -> str:
    """Which application this is, in a sentence."""
    name = applications.target_name(row)
    return f"Application {row.reference} in {scheme.name}{', for ' if name else ''}{name}"


def _unlocks(scheme: Scheme, row: Application, letter: Letter) -> c.Table | None:
    """What the lines would unlock; nothing where they are in the books already, or nothing will be."""
    if row.status not in (*UNDECIDED, "conditional"):
        return None
    return showing.unlock_table(scheme, documents.unlocks_of(scheme, row, letter), "line-unlocks")


def _facts(scheme: Scheme, row: Application, *, is_office: bool) -> tuple[c.Fact, ...]:
    """Who applies, for what, and what is decided."""
    item, decision = row.agenda_item, row.decision
    adoption = adoptions.adoption_of(row)
    needed = adoptions.needed_by(scheme, adoption)
    when = "adopted" if adoption.is_done else "planned" if adoption.on else ""
    facts = [
        c.Fact("Organisation", row.organisation.name, note=row.organisation.get_kind_display()),
        c.Fact("Programme", scheme.name, note=scheme.label(row.role)),
        c.Fact("For", applications.target_name(row) or None, note=row.topic.title if row.topic else ""),
        c.Fact("Proposal", row.proposal or "none named"),
        c.Fact("Adoption of the topic", adoption.on, note=when),
        c.Fact("Letter needed by", needed, note="papers for the meeting that adopts the topic" if needed else ""),
        _meeting(item, is_office=is_office),
    ]
    if row.topic is not None and is_office:
        href = f"{reverse('office-candidates', args=[scheme.code, row.topic.code])}#missing"
        facts.append(c.Fact("Consortium", "What it lacks, and who would fill it", href=href))
    later = points.of_next_letter(row).point
    if later is not None:
        facts.append(_meeting(later, is_office=is_office, label="Next letter before the board"))
    if decision is not None:
        certainty = c.Certainty(decision.certainty) if decision.certainty != "recorded" else None
        note = reasoning.noted(decision, f"{day(decision.decided_on)}: {decision.title}")
        facts.append(c.Fact("Decision", decision.number_said, note=note, certainty=certainty))
    if row.lead is not None and is_office:
        facts.append(
            c.Fact(
                "Lead",
                row.lead.reference,
                href=reverse("office-lead", args=[row.lead.reference]),
                note=row.lead.get_route_display(),
            )
        )
    return tuple(facts)


def _meeting(item: AgendaItem | None, *, is_office: bool, label: str = "Meeting of the board") -> c.Fact:
    """Where the board decides, and whether it has; the office is led to the point."""
    if item is None:
        return c.Fact(label, "not on an agenda")
    href = reverse("office-item", args=[item.pk]) if is_office else ""
    note = f"point {item.number}: {item.get_status_display().lower()}"
    return c.Fact(label, str(item.meeting), href=href, note=note)


def _undecided(row: Application) -> list[c.Callout]:
    """That the board has to decide on its point before the office can record anything of it."""
    item = row.agenda_item
    if row.status != Application.Status.SCHEDULED or item is None or item.decision_id is not None:
        return []
    if item.status == AgendaItem.Status.DEFERRED:
        text = "Put it on the agenda of another meeting or written procedure."
        return [c.Callout("The board deferred it", text, "warning")]
    text = f"It is approved or rejected here once the decision on point {item.number} of {item.meeting} is recorded."
    return [c.Callout("The board has not decided yet", text, "info")]


def _callouts(scheme: Scheme, row: Application, letter: Letter | None) -> list[c.Callout]:
    """What needs to be seen first: why it came back, conditions, an outdated check, a late board, a letter that was changed."""
    found = []
    words = {"returned": "What is to be completed", "conditional": "Conditions", "rejected": "Why it was rejected"}
    words |= {"withdrawn": "Why it was withdrawn", "lapsed": "Why it lapsed"}
    if row.reason and row.status in words:
        kind: Any = "warning" if row.status in ("returned", "conditional") else "info"
        found.append(c.Callout(words[row.status], row.reason, kind))
    for due in rechecks.due(Application.objects.filter(pk=row.pk)):
        points = tuple(due.words[:10])
        text = "What was known then has changed. Check it again before anything is decided."
        what = "A relation" if due.relations else "A role" if due.holdings else "A merge"
        found.append(c.Callout(f"{what} was recorded after the last check", text, "warning", points))
    if row.status in ("submitted", "eligible", "scheduled", "conditional") and applications.target_of(row) is None:
        text = "Nothing can be booked before its topic or project is named."
        found.append(c.Callout(f"It names only {applications.target_name(row)}", text, "warning"))
    found += [*_undecided(row), *_late(scheme, row)]
    if letter is None:
        found.append(c.Callout(CONFLICTED, CONFLICTED_WORDS, "warning"))
    elif letter.facts_digest and letter.facts_digest != letters.digest_of(letter):
        text = "What the record says is not what was handed in. Do not decide on it; ask whoever runs this site."
        found.append(c.Callout("This version was changed after it was handed in", text, "error"))
    return found


def _late(scheme: Scheme, row: Application) -> list[c.Callout]:
    """Whether the letter can still be decided with its topic."""
    href = reverse("office-application-timing", args=[row.reference])
    link = c.Link("Which meeting would still be in time", href)
    if row.status not in UNDECIDED:
        return []
    adoption = adoptions.adoption_of(row)
    if adoption.is_done and adoption.on:
        text = "What is approved now is matched only if the board amends the work plan."
        words = f"The topic was adopted on {day(adoption.on)}, and its match was decided then"
        return [c.Callout(words, text, "warning", action=link)]
    needed = adoptions.needed_by(scheme, adoption)
    if row.status in ("draft", "returned", "submitted", "eligible") and needed is not None:
        left = (needed - clock.today()).days
        if left < 0:
            words = f"The letter was needed by {day(needed)}, {-left} days ago"
            return [c.Callout(words, "Its topic is decided without it, unless the date moves.", "warning", action=link)]
        return [c.Callout(f"The letter is needed by {day(needed)}: {left} days of slack", action=link)]
    return []


def _versions(request: HttpRequest, versions: list[Letter], letter: Letter) -> tuple[c.Link, ...]:
    """Links to the versions of the letter, newest first."""
    address = c.Address.of(request.path, ())
    return tuple(
        c.Link(
            f"Version {one.number}, {one.get_status_display().lower()}",
            address.with_changes(version=str(one.number)),
            current=one.number == letter.number,
        )
        for one in versions
    )


def _letter_marks(letter: Letter) -> tuple[c.Fact, ...]:
    """When the version was written and handed in, and the digest of what it states."""
    known = letter.application.certainty
    sure = c.Certainty(known) if known != "recorded" else None
    facts = [
        c.Fact(
            "Last saved", instant(timezone.localtime(letter.written_at)), note=f"by {letter.written_by}", certainty=sure
        ),
        c.Fact(
            "Handed in",
            instant(timezone.localtime(letter.submitted_at)) if letter.submitted_at else "not handed in: it is a draft",
            certainty=sure,
        ),
    ]
    if letter.reason:
        facts.append(c.Fact("Why this version", letter.reason))
    if letter.facts_digest:
        facts.append(c.Fact("SHA-256 of what it states", letter.facts_digest))
    if letter.file:
        href = reverse("office-letter-signed", args=[letter.application.reference, letter.number])
        facts.append(c.Fact("Signed document", letter.file_name, href=href, note=f"SHA-256 {letter.digest}"))
    return tuple(facts)


def _differences(scheme: Scheme, before: Letter | None, letter: Letter) -> c.Table | None:
    """What this version says otherwise than the one before, where there is one."""
    if before is None:
        return None
    found = letters.differences(before, letter)
    return showing.differences_table(scheme, found, before.number, letter.number)
