"""Candidates as the page shows them: by band, with reasons that lead to past projects, and what can be done with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from cofund.analysis.reasons import MOST_REASONS
from cofund.queries import index_facts
from cofund.queries.candidates import BANDS, Found, Listed
from cofund.queries.index_facts import HOW_TO_BUILD, HOW_TO_IMPORT, HOW_TO_UPDATE
from cofund.queries.recommending import KINDS, NOT_RATED, Candidate, Why
from cofund.records.programme.models import CandidateMark
from cofund.rules.kinds_by_name import likely_kinds
from cofund.rules.lifecycles import LEAD
from cofund.rules.places import OTHER_LETTERS, country_code
from cofund.web import components as c
from cofund.web.formatting import counted, day
from cofund.web.office.recommending import reaching
from cofund.web.routes import reverse

ACTIONS: Final = (
    *("shortlist candidate", "note on candidate", "take off shortlist", "call not suitable", "call suitable again"),
    *("invite candidate", "read leads", "read partners"),
)
# The letters that CORDIS writes for two countries.
UNION_LETTERS: Final = {iso: written for written, iso in OTHER_LETTERS.items()}
_SHOWN_PROJECTS: Final = 3
_SAID: Final = {
    "interest": "says that it is interested in",
    "offer": "says that it offers",
    "need": "says that it needs",
}
HEADINGS: Final = {
    "very likely": "Very likely",
    "likely": "Likely",
    "possible": "Possible",
    "long shot": "Less likely",
    NOT_RATED: "In order",
}
MEANINGS: Final = {
    "very likely": "Of candidates with so many points, at least one in four took part when it was tried on earlier years.",
    "likely": "At least one in ten took part when it was tried on earlier years.",
    "possible": "At least three in a hundred took part when it was tried on earlier years.",
    "long shot": "Fewer than three in a hundred took part when it was tried on earlier years.",
    NOT_RATED: "The index was built without training, so that the order is known, and not how likely each one is.",
}


@dataclass(frozen=True, slots=True)
class Because:
    """A reason in words with links to the past projects behind it."""

    words: str
    links: tuple[c.Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate as it is shown."""

    pic: int
    name: str
    href: str
    facts: str
    reasons: tuple[Because, ...]
    marks: tuple[c.Status, ...]
    lead: c.Link | None
    lead_words: str
    partner: c.Link | None
    warnings: tuple[str, ...]
    acts: tuple[c.Link, ...]
    also: tuple[tuple[str, tuple[c.Link, ...]], ...] = ()  # how they belong to it, and who


@dataclass(frozen=True, slots=True)
class Band:
    """Candidates that are about as likely as each other."""

    key: str
    heading: str
    meaning: str
    cards: tuple[Card, ...]


def bands(found: Found, may: Mapping[str, bool]) -> tuple[Band, ...]:
    """The candidates by band, the likeliest first; bands of nobody are left out."""
    made = []
    for band in BANDS:
        rows = [one for one in found.listed if one.candidate.band == band]
        if rows:
            made.append(Band(band.replace(" ", "-"), HEADINGS[band], MEANINGS[band], listed(found, rows, may)))
    return tuple(made)


def listed(found: Found, rows: Sequence[Listed], may: Mapping[str, bool]) -> tuple[Card, ...]:
    """Candidates as they are shown."""
    return tuple(_card(found, one, may) for one in rows)


def _card(found: Found, one: Listed, may: Mapping[str, bool]) -> Card:
    """One candidate."""
    candidate = one.candidate
    kind, note = _kind(one)
    took_part = counted(candidate.projects, "project")
    kind_said = f"{kind} ({note})" if note else kind
    facts = [country_code(candidate.country) or "country not known", kind_said, f"{took_part} of Horizon Europe"]
    partner = (
        c.Link("In the directory", reverse("office-partner", args=[one.organisation.slug]))
        if one.organisation
        else None
    )
    return Card(
        candidate.pic, candidate.name, reverse("office-past-organisation", args=[candidate.pic]), ", ".join(facts),
        _reasons(found, one, may), _marks(one), *_lead(one, may), partner,
        tuple(clash.words for clash in one.warnings), _acts(found, one, may), _also(candidate),
    )  # fmt: skip


def _also(candidate: Candidate) -> tuple[tuple[str, tuple[c.Link, ...]], ...]:
    """The past organisations that are one with a candidate, and those of its group, with their projects."""
    made = []
    for is_same, words in ((True, "Accepted as one with it"), (False, "Accepted as of one group with it")):
        links = tuple(
            c.Link(
                f"{one.name} ({counted(one.projects, 'project')})", reverse("office-past-organisation", args=[one.pic])
            )
            for one in candidate.also
            if one.is_same is is_same
        )
        if links:
            made.append((words, links))
    return tuple(made)


def _kind(one: Listed) -> tuple[str, str]:
    """What an organisation is, and on what that rests where CORDIS does not say it."""
    row, candidate = one.organisation, one.candidate
    if row is not None and row.kind != "unknown":
        return str(row.get_kind_display()).lower(), "as the directory has it"
    likely = sorted(KINDS[kind] for kind in likely_kinds(candidate.name, candidate.kind))
    if likely:
        return " and ".join(likely), "by its name"
    return KINDS.get(candidate.kind, "kind not known"), ""


def _reasons(found: Found, one: Listed, may: Mapping[str, bool]) -> tuple[Because, ...]:
    """Three reasons at most: what it says itself comes first, since nobody else can say it."""
    reasons = [_because(found, why) for why in one.candidate.why]
    if one.said is not None and one.organisation is not None and may["read partners"]:
        since = f", said on {day(one.said.stated_on)}" if one.said.stated_on else ""
        partner = c.Link("what it says", reverse("office-partner", args=[one.organisation.slug]))
        reasons.insert(0, Because(f"{_SAID[one.said.kind]} “{one.said.text}”{since}", (partner,)))
    return tuple(reasons[:MOST_REASONS])


def _because(found: Found, why: Why) -> Because:
    """A reason with the nearest of its projects."""
    links = tuple(
        c.Link(short_name(found.project_names[number]), reverse("office-past-project", args=[number]))
        for number in why.reason.projects[:_SHOWN_PROJECTS]
        if number in found.project_names
    )
    return Because(why.words, links)


def short_name(name: str) -> str:
    """The acronym of a project, which stands before its title; the title where it has none."""
    acronym, colon, _ = name.partition(": ")
    return acronym if colon and len(acronym) <= 30 else name[:60]


def _marks(one: Listed) -> tuple[c.Status, ...]:
    """What stands of a candidate: newcomer, shortlist, invited."""
    found = [c.Status("Newcomer", c.Tone.ACTIVE)] if one.candidate.is_newcomer else []
    if one.mark is not None and one.mark.lead is None:
        found.append(c.Status("On the shortlist", c.Tone.WAITING))
    return tuple(found)


def _lead(one: Listed, may: Mapping[str, bool]) -> tuple[c.Link | None, str]:
    """The lead of a candidate for this topic or idea, and how it came and stands."""
    if one.lead is None or not may["read leads"]:
        return None, ""
    href = reverse("office-lead", args=[one.lead.reference])
    return c.Link(
        one.lead.reference, href
    ), f"{one.lead.get_route_display()}, stands in “{LEAD.states[one.lead.stage]}”"


def _acts(found: Found, one: Listed, may: Mapping[str, bool]) -> tuple[c.Link, ...]:
    """What can be done with a candidate now."""
    is_invited = one.mark is not None and one.mark.lead is not None
    offered = [
        ("shortlist candidate", "shortlist", "Shortlist", one.mark is None),
        ("invite candidate", "invite", "Invite", one.lead is None),
        ("call not suitable", "not-suitable", "Not suitable", not is_invited),
    ]
    return tuple(
        c.Link(text, reaching.act_href(found.subject, one.candidate.pic, code))
        for action, code, text, fits in offered
        if fits and may[action]
    )


def shortlist(found: Found, may: Mapping[str, bool]) -> c.Table:
    """Who stands on the shortlist, with the note, and what became of it."""
    columns = [c.Column("Organisation"), c.Column("Note"), c.Column("Put there"), c.Column("Lead")]
    offered = (("note on candidate", "note", "Note"), ("take off shortlist", "take-off", "Take off"))
    acts = [one for one in (*offered, ("invite candidate", "invite", "Invite")) if may[one[0]]]
    columns += [c.Column(text) for _, _, text in acts]
    rows = []
    for mark in found.marks:
        if mark.kind != CandidateMark.Kind.SHORTLISTED:
            continue
        href = reverse("office-past-organisation", args=[mark.past_organisation_id])
        cells: list[c.Cell | c.Value] = [
            c.Cell(str(mark.past_organisation), href=href),
            mark.note or "–",
            c.Cell(mark.made_at, note=f"by {mark.made_by}"),
            _lead_cell(mark, may),
        ]
        for _, code, text in acts:
            is_offered = mark.lead is None or code == "note"
            to = reaching.act_href(found.subject, mark.past_organisation_id, code)
            cells.append(c.Link(f"{text}: {mark.past_organisation}", to) if is_offered else "–")
        rows.append(c.Row.of(*cells))
    return c.Table(
        "shortlist",
        "Shortlist",
        tuple(columns),
        tuple(rows),
        noun=("organisation", "organisations"),
        empty=c.EmptyState(
            "Nobody is on the shortlist yet.",
            "Put candidates on it, then invite them one by one." if found.facts else "There are no candidates yet.",
        ),
    )


def _lead_cell(mark: CandidateMark, may: Mapping[str, bool]) -> c.Cell:
    """The lead that came of inviting somebody."""
    if mark.lead is None:
        return c.Cell("Not invited")
    href = reverse("office-lead", args=[mark.lead.reference]) if may["read leads"] else ""
    return c.Cell(mark.lead.reference, href=href, note=f"stands in “{LEAD.states[mark.lead.stage]}”")


def left_out(found: Found, may: Mapping[str, bool]) -> c.Table:
    """Who is not offered, and why: members, whom the office called not suitable, whom a rule excludes."""
    rows = []
    for one in found.left_out:
        mark = one.mark
        href = reverse("office-partner", args=[one.organisation.slug]) if one.organisation else ""
        who = c.Cell(mark.made_at, note=f"by {mark.made_by}") if mark else c.Cell("–")
        back: c.Value = "–"
        if mark is not None and may["call suitable again"]:
            to = reaching.act_href(found.subject, mark.past_organisation_id, "suitable")
            back = c.Link(f"Take it back: {one.name}", to)
        rows.append(c.Row.of(c.Cell(one.name, href=href), one.words, who, back))
    return c.Table(
        "left-out",
        "Who is not offered, and why",
        (c.Column("Organisation"), c.Column("Why"), c.Column("Said"), c.Column("Take back")),
        tuple(rows),
        noun=("organisation", "organisations"),
        empty=c.EmptyState("Nobody is left out."),
    )


def taken_back(rows: Sequence[CandidateMark]) -> c.Table | None:
    """What was said of candidates and taken back; None where nothing was."""
    if not rows:
        return None
    return c.Table(
        "taken-back",
        "Said before, and taken back",
        (c.Column("Organisation"), c.Column("Said"), c.Column("Note"), c.Column("Taken back"), c.Column("Why")),
        tuple(
            c.Row.of(
                str(one.past_organisation),
                c.Cell(one.get_kind_display(), note=f"by {one.made_by}, {day(timezone.localdate(one.made_at))}"),
                one.note or "–",
                c.Cell(one.ended_at, note=f"by {one.ended_by}"),
                one.end_reason or "–",
            )
            for one in rows
        ),
        noun=("statement", "statements"),
    )


def members(found: Found) -> str:
    """What is known of members, in a sentence."""
    if found.subject.topic is None:
        return ""
    if not found.members and not found.asked.known:
        return "No member of this topic is known yet, so that only its text and its call speak."
    # One member can stand in past projects as several organisations, and one that was never in any as none.
    named = counted(len(found.members) + len(found.asked.known), "known member")
    return f"{named}: {counted(len(found.known), 'organisation')} of past projects counted as known here."


def callouts(found: Found, *, may_build: bool = False) -> list[c.Callout]:
    """What stands against relying on the answer, with what to do; `may_build` where the reader may build the index."""
    facts = found.facts
    if facts is None:
        return [_no_index(found, may_build=may_build)]
    said = [c.Callout("There is no answer to this question.", found.problem, "warning")] if found.problem else []
    if facts.is_small:
        title = f"The index is small: it knows {counted(facts.projects, 'past project')} of Horizon Europe."
        text = (
            "CORDIS has more than 15,000, so that most who could be asked are missing here. "
            f"{_how(may_build=may_build, imported=0)} On the server, `{HOW_TO_IMPORT}` and then `{HOW_TO_BUILD}` does the same."
        )
        said.append(c.Callout(title, text, "warning", action=_to_index(may_build=may_build)))
    if facts.is_outdated:
        text = f"Run `{HOW_TO_UPDATE}` on the server, so that they are read; it uses again what is as it was."
        said.append(c.Callout("Past projects were imported after the index was built.", text))
    if found.unknown:
        codes = f"code{'s' if len(found.unknown) > 1 else ''} {', '.join(map(str, found.unknown))}"
        title = f"No organisation of the past projects has the identification {codes}."
        text = "Left out of the answer. Compare the digits: the page of a past organisation has its code (PIC)."
        said.append(c.Callout(title, text, "warning"))
    return said + [c.Callout(note) for note in found.notes]


def _no_index(found: Found, *, may_build: bool) -> c.Callout:
    """Why nobody can be recommended, and what to do; the rest of the page works."""
    imported = index_facts.imported_projects()
    known = (
        f"{counted(imported, 'past project is', 'past projects are')} imported."
        if imported
        else "No past project is imported either."
    )
    commands = HOW_TO_BUILD if imported else f"{HOW_TO_IMPORT}` and then `{HOW_TO_BUILD}"
    return c.Callout(
        "Nobody can be recommended now.",
        f"{found.problem.split(' Run `')[0]} {known} {_how(may_build=may_build, imported=imported)} "
        f"On the server, `{commands}` does the same. The shortlist, and everything else on this site, works without.",
        "warning",
        action=_to_index(may_build=may_build),
    )


def _how(*, may_build: bool, imported: int) -> str:
    """What the button of the page of the index does, for those who may press it, and who may for everybody else."""
    does = "builds it" if imported else "fetches the projects of Horizon Europe from CORDIS, imports them and builds it"
    where = (
        "One button on the page of the index" if may_build else "A button that partnership and scientific officers have"
    )
    return f"{where} {does}, beside everything else; it takes some minutes."


def _to_index(*, may_build: bool) -> c.Link | None:
    """The way to the page of the index."""
    return c.Link("To the page of the index", reverse("office-index")) if may_build else None


def about(found: Found) -> tuple[c.Fact, ...]:
    """How far the answer carries: what was asked, of which index, and how good it was."""
    facts = found.facts
    if facts is None:
        return (c.Fact("Asked about", found.text.source),)
    shares = "; ".join(f"{name}: {round(share * 100)} of 100" for name, share in facts.shares)
    return (
        c.Fact("Asked about", found.text.source),
        c.Fact("Call", found.text.code or "none", note="past projects of the same calls count for more"),
        c.Fact("Index", facts.version, note="the same question to the same index gets the same answer"),
        c.Fact("Built", facts.built_at),
        c.Fact(
            "Past projects", facts.projects, note=f"of Horizon Europe; {facts.older_projects:,} older ones by title"
        ),
        c.Fact("Organisations that can be named", facts.candidates),
        c.Fact(
            "How many in each band took part",
            shares or "Not measured: the index was built without training",
            note="on earlier years that the ranking had not seen" if shares else "",
        ),
    )
