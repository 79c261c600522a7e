"""What the public reads of the way from an idea to a project: links both ways, credits, conflicts, answers, results and days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cofund.queries import called, consultations, ideas, topic_timelines
from cofund.queries.chains import Chain
from cofund.queries.publication import Audience
from cofund.queries.topic_timelines import TopicTimeline
from cofund.records.programme.models import Comment, Consultation, Idea, Proposal
from cofund.rules import timeline, timing
from cofund.rules.lifecycle_topics import IDEA
from cofund.rules.schemes import Scheme
from cofund.web import components as c
from cofund.web.formatting import money
from cofund.web.languages import gettext as _
from cofund.web.public import presenters
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Field, Scalar, Sheet
from cofund.web.routes import reverse
from cofund.web.topic_states import consultation_status, day_mark, idea_title, mark
from cofund.web.vocabulary import spoken

FIELDS = (
    Field("stop", "idea, topic, call, proposal or project: in the order of the way"),
    Field("key", "what it is called in addresses and files"),
    Field("title", "its title or name"),
    Field("status", "where it stands, or what came of it; empty where it has none"),
    Field("certainty", "how sure it is; empty where that is not told of it"),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One kind of thing on the way: what it is, and each of them with where it leads; `missing` says why there is none."""

    label: str
    items: tuple[c.Cell, ...]
    missing: str = ""


def links_of(chain: Chain) -> list[Stop]:
    """The stops from idea to project, in order; each leads to its own page, so that the chain is walked both ways."""
    topic, scheme = chain.topic, chain.topic.scheme.code
    shown = [one for one in chain.ideas if one.is_shown]
    hidden = len(chain.ideas) - len(shown)
    unsaid = _("{hidden} more, not public as the proposers wish.").format(hidden=hidden) if hidden and shown else ""
    held = called.held()
    idea_cells = tuple(
        c.Cell(
            idea_title(one),
            href=reverse("idea", args=[one.reference]),
            note=_("{states}. Proposed by: {proposed_by}").format(
                states=spoken(IDEA.states[one.status]), proposed_by=proposed_by(one, held)
            ),
            certainty=mark(one.certainty),
        )
        for one in shown
    )
    call = chain.call
    calls = (
        (c.Cell(call.name or call.code, href=reverse("call", args=[scheme, call.code]), note=call.code),)
        if call
        else ()
    )
    proposals = (
        (c.Cell(_("{count} with known results").format(count=len(chain.proposals)), href="#proposals"),)
        if chain.proposals
        else ()
    )
    projects = tuple(
        c.Cell(one.acronym, href=reverse("project", args=[scheme, one.slug]), note=one.title) for one in chain.projects
    )
    none_public = (
        _("Its idea is not public, as the proposer wishes.") if hidden else _("No idea is recorded behind it.")
    )
    return [
        Stop(_("Idea"), idea_cells, unsaid if shown else none_public),
        Stop(_("Topic"), (c.Cell(topic.code, href=reverse("topic", args=[scheme, topic.code]), note=topic.title),)),
        Stop(_("Call"), calls, "" if call else _("It is in no call yet.")),
        Stop(_("Proposals"), proposals, "" if proposals else _("No single proposals are published.")),
        Stop(_("Project"), projects, "" if projects else _("No project came out of it yet.")),
    ]


def sheet(chain: Chain, scheme: Scheme, version: str, moment: Moment) -> Sheet:
    """The way as rows: what is public of it, and nothing else."""
    call, topic = chain.call, chain.topic
    rows: list[tuple[Scalar, ...]] = [
        ("idea", one.reference, one.title_said, one.status, str(one.certainty)) for one in chain.ideas if one.is_shown
    ]
    rows.append(("topic", topic.code, topic.title, topic.status, str(topic.status_certainty)))
    rows += [("call", call.code, call.name, "", str(call.certainty))] if call else []
    named = _named(chain.proposals)
    rows += [("proposal", one.code, one.acronym, f"{one.result}, stage {one.stage}", "") for one in named]
    rows += [("project", one.slug, one.title or one.acronym, "", "") for one in chain.projects]
    name = presenters.file_name(scheme.code, topic.code, "chain", on=moment.on)
    stated = {**presenters.stated(scheme, version, moment), "topic": topic.code}
    return Sheet(name, FIELDS, tuple(rows), stated)


def proposed_by(one: Idea, held: Collection[int]) -> str:
    """Who proposed an idea, and from which seat, as far as it may be said; `held` are those who are not named."""
    seat = _(", from a seat in {group}").format(group=one.seat.group.name) if one.seat and one.wants_credit else ""
    who = spoken(ideas.proposer(one, held=held))
    if not one.wants_credit:
        return who
    return f"{who}{seat}"


def conflicts(chain: Chain, reader: Audience) -> list[c.Callout]:
    """Who shaped the topic and gives to it itself, once that contribution is public by the rule of the scheme.

    Before, that somebody gives is not told either: the credits would say who.
    """
    found: list[c.Callout] = []
    if not reader.may_see("topic.credits", chain.topic.pk):
        return found
    currency = chain.topic.scheme.currency
    for note in chain.conflicts:
        who = str(note.organisation) if note.is_named else _("Who proposed it")
        public = [state for state in note.states if reader.may_read(state.contribution.pk)]
        if not public:
            continue
        amounts = ", ".join(money(state.live_cents, currency) for state in public)
        text = _("{who} {words} this topic, and a contribution of its own depends on it").format(
            who=who, words=_and(note.parts)
        )
        text += f" ({amounts}, {_('jointly') if any(state.is_joint for state in public) else _('alone')})."
        found.append(
            c.Callout(
                _("Conflict of interest to note"), text + _(" Derived from the credits and the books."), "warning"
            )
        )
    return found


def consultations_table(held: Sequence[Consultation]) -> c.Table | None:
    """Who was asked about the text; None where nobody was."""
    if not held:
        return None
    return c.Table(
        "consultations",
        _("Who is asked about it"),
        (
            c.Column(_("Who")),
            c.Column(_("From")),
            c.Column(_("Until")),
            c.Column(_("Stands at")),
            c.Column(_("Comments"), numeric=True),
        ),
        tuple(
            c.Row.of(
                c.Cell(
                    str(one.group or _("The public")),
                    note=_("shortened by decision {number}").format(number=one.shortened_by.number)
                    if one.shortened_by
                    else "",
                ),
                one.opens_on,
                one.closes_on,
                consultation_status(consultations.state_of(one)),
                getattr(one, "comments_count", 0),
            )
            for one in held
        ),
        noun=(_("consultation"), _("consultations")),
    )


def answers_table(made: Sequence[Comment]) -> c.Table | None:
    """Every comment of the public with its answer; None where there is none."""
    if not made:
        return None
    said = {"accepted": c.Tone.GOOD, "partly": c.Tone.ACTIVE, "rejected": c.Tone.CLOSED, "noted": c.Tone.NEUTRAL}
    return c.Table(
        "answers",
        _("Comments of the public, and what became of them"),
        (c.Column(_("By")), c.Column(_("About")), c.Column(_("Comment")), c.Column(_("Answer"))),
        tuple(
            c.Row.of(
                one.author_name,
                spoken(consultations.SECTIONS[one.section]) if one.section else _("The text as a whole"),
                one.text,
                c.Cell(c.Status(spoken(one.get_answer_display()), said[one.answer]), note=one.answer_text)
                if one.answer
                else c.Status(_("No answer yet"), c.Tone.WAITING),
            )
            for one in made
        ),
        noun=(_("comment"), _("comments")),
    )


def days_table(found: TopicTimeline) -> c.Table:
    """The days of a topic, with those that are only usual marked so."""
    rows = [
        c.Row.of(
            c.Cell(spoken(one.label), note=_("as in the usual plan, not decided") if one.is_usual else ""),
            c.Cell(one.on, certainty=day_mark(found, one)),
        )
        for one in found.milestones
    ]
    if found.letter_by is not None:
        note = _("{letter_rule}, so that the board can have it in time").format(letter_rule=spoken(timing.LETTER_RULE))
        rows.append(
            c.Row.of(
                c.Cell(_("Letter of a partner, at best by"), note=note),
                c.Cell(found.letter_by, certainty=c.Certainty.INFERRED),
            )
        )
    return c.Table(
        "days",
        _("Days"),
        (c.Column(_("What")), c.Column(_("Day"))),
        tuple(rows),
        empty=c.EmptyState(_("No day is known yet.")),
        counted=False,
    )


def durations_table(chain: Chain) -> c.Table:
    """How many days each part took."""
    project = chain.projects[0] if len(chain.projects) == 1 else None
    found = topic_timelines.of_topic(chain.topic, project).durations
    return c.Table(
        "durations",
        _("How long it took"),
        (c.Column(_("From")), c.Column(_("To")), c.Column(_("Days"), numeric=True)),
        tuple(
            c.Row.of(spoken(timeline.LABELS[one.start]), spoken(timeline.LABELS[one.end]), one.days) for one in found
        ),
        empty=c.EmptyState(_("No two days of it are known.")),
        counted=False,
    )


def proposals_table(chain: Chain, scheme: Scheme) -> c.Table | None:
    """Proposals that led to something; what is not selected is named by nobody."""
    rows = _named(chain.proposals)
    others = len(chain.proposals) - len(rows)
    if not chain.proposals:
        return None
    tones = {"selected": c.Tone.GOOD, "invited": c.Tone.ACTIVE}
    return c.Table(
        "proposals",
        _("Proposals"),
        (c.Column(_("Proposal")), c.Column(_("Stage"), numeric=True), c.Column(_("Result")), c.Column(_("Project"))),
        tuple(
            c.Row.of(
                one.acronym or one.code,
                one.stage,
                c.Status(spoken(one.get_result_display()), tones[one.result]),
                c.Cell(one.project.acronym, href=reverse("project", args=[scheme.code, one.project.slug]))
                if one.project
                else "–",
            )
            for one in rows
        ),
        noun=(_("proposal"), _("proposals")),
        empty=c.EmptyState(_("None was selected.")),
        note=_("{others} more were not selected; they are not named.").format(others=others) if others else "",
    )


def _named(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that anybody may know of."""
    return [one for one in proposals if one.result in ("selected", "invited")]


def _and(words: Sequence[str]) -> str:
    """Words in a row, the last with “and”."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
