"""Words that rules, records and the rule books of this product bring to public pages: what the catalogue has to know by heart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cofund.actions.interest import FORMS
from cofund.queries import called, interest, published
from cofund.queries.documents.catalogue import KINDS
from cofund.queries.documents.framing import country_words
from cofund.queries.documents.given import HELD_BACK, kind_words, place_words
from cofund.queries.explanations import RULE
from cofund.records.directory.models import Certainty as HowSure
from cofund.records.directory.models import Organisation, OrganisationRelation, User
from cofund.records.ledger.models import Entry
from cofund.records.programme.models import (
    TAKEN_ELSEWHERE,
    AgendaItem,
    Call,
    Comment,
    Credit,
    Group,
    Meeting,
    Proposal,
    Seat,
    Subscriber,
)
from cofund.rules import timeline
from cofund.rules.consortium_columns import BENEFICIARY, OTHER_BENEFICIARY, of_participant, of_project
from cofund.rules.leverage import FORMULAS, NAMES
from cofund.rules.lifecycle_topics import CONSULTATION, IDEA, TOPIC
from cofund.rules.newsletter import THEMES
from cofund.rules.scheme_keys import PUBLISHED_AMOUNTS
from cofund.rules.scheme_parsing import parse
from cofund.rules.schemes import DEFAULT_LABELS, Scheme
from cofund.rules.schemes import PLACES as WHERE
from cofund.rules.share_words import PLACES
from cofund.rules.story_figures import MEANINGS
from cofund.rules.timing import LETTER_RULE
from cofund.rules.voting_words import BASES
from cofund.schemes import shipped
from cofund.web.components import Certainty, Visibility
from cofund.web.components.values import STAGES

CHOICES = (
    Subscriber.Frequency,
    Subscriber.Language,
    HowSure,
    Organisation.Kind,
    OrganisationRelation.Kind,
    User.Role,
    Entry.Kind,
    AgendaItem.Kind,
    Call.Procedure,
    Comment.Answer,
    Credit.Part,
    Group.Kind,
    Meeting.Procedure,
    Proposal.Result,
    Seat.Capacity,
)


def words() -> set[str]:
    """Every word or label."""
    return {one for one in _all() if one.strip()}


def _all() -> Iterator[str]:
    for choices in CHOICES:
        yield from (str(label) for label in choices.labels)
    for states in (TOPIC.states, IDEA.states, CONSULTATION.states):
        yield from states.values()
    yield from timeline.LABELS.values()
    yield from (*NAMES.values(), *FORMULAS.values(), *BASES.values(), *PLACES.values(), *DEFAULT_LABELS.values())
    yield from (*FORMS.values(), TAKEN_ELSEWHERE, RULE, BENEFICIARY, *OTHER_BENEFICIARY)
    yield from (*published.LABELS.values(), *THEMES.values(), LETTER_RULE, *(base.replace("_", " ") for base in BASES))
    yield from (meaning for of in MEANINGS.values() for meaning in of.values())
    for stage in STAGES:
        yield from (stage.replace("_", " "), stage.replace("_", " ").capitalize())
    yield from (called.UNNAMED, interest.HAS_PROJECT, interest.DECIDED)
    yield from (f"{interest.DECIDED} {more}" for more in (interest.STILL_APPLYING, interest.BY_AMENDMENT))
    yield from (kind_words(kind) for kind in ("", "several"))
    yield from (country_words(country) for country in ("", "several"))
    yield from (place_words(place) for place in (*WHERE, "unknown", HELD_BACK))
    # What a scheme can publish of each participant, as the page of its rules says it.
    yield from (one.replace("_", " ") for one in PUBLISHED_AMOUNTS)
    yield from (text for kind in KINDS if kind.is_public for text in (kind.title, kind.about))
    yield from (one.value for one in (*Certainty, *Visibility))
    for file, text in shipped().items():
        yield from _of_scheme(parse(text, file=file))


def _of_scheme(scheme: Scheme) -> Iterator[str]:
    for role in scheme.roles:
        yield from (role.label, role.label_plural)
    labelled: Iterable[Iterable[object]] = (
        scheme.kinds,
        scheme.tranches,
        scheme.share_tests,
        scheme.calendar,
        scheme.commitments,
        scheme.member_categories,
    )
    yield from (str(getattr(one, "label", "")) for several in labelled for one in several)
    yield from scheme.labels.values()
    for asked in (*of_project(scheme), *of_participant(scheme)):
        yield from (asked.label, asked.hint, *(said for _, said in asked.choices))
