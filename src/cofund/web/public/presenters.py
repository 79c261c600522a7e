"""What several public pages say in the same way: sources, marks, stages, partners' names, and the frame of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as marked

from cofund.queries import consent
from cofund.queries.consent import NAMED, Titles
from cofund.queries.contributions import ContributionState
from cofund.queries.publication import GIVER, Audience
from cofund.records.directory.models import Organisation
from cofund.records.ledger.models import Contribution
from cofund.records.programme.models import Decision, Project, Topic
from cofund.rules.schemes import Figure, Scheme
from cofund.web import reasoning
from cofund.web.components import Certainty, Link
from cofund.web.formatting import day
from cofund.web.languages import gettext as _
from cofund.web.public import held_back
from cofund.web.public.moments import Moment
from cofund.web.public.sheets import Scalar
from cofund.web.routes import reverse
from cofund.web.sources import ADDRESS
from cofund.web.sources import host as host
from cofund.web.sources import source as source
from cofund.web.vocabulary import spoken, spoken_title

WITHHELD = marked("not published yet")
# The article that describes the mechanism is a public source.
_MARKS = {"article": Certainty.VERIFIED, **{one.value: one for one in Certainty}}


def certainty(stated: str) -> Certainty | None:
    """The mark for a stated certainty; None where there is no such word."""
    return _MARKS.get(stated)


def figure_mark(figure: Figure | None) -> Certainty | None:
    """The mark of a figure of a scheme; None where the scheme states no source for it."""
    return None if figure is None else certainty(figure.certainty)


def source_link(text: str) -> Link | None:
    """The first address in a source as a link; None where it has none."""
    found = source(text)
    return found if isinstance(found, Link) else None


def source_links(texts: Iterable[str]) -> list[Link]:
    """Every different address in some sources, in order of appearance."""
    addresses = dict.fromkeys(address for text in texts for address in ADDRESS.findall(text or ""))
    return [Link(_path_said(address), address) for address in addresses]


def organisation_link(organisation: Organisation, moment: Moment) -> Link:
    """An organisation with the way to its page."""
    return Link(str(organisation), moment.href(reverse("partner", args=[organisation.slug])))


def project_href(scheme: str, project: Project, moment: Moment) -> str:
    """The way to a project's page."""
    return moment.href(reverse("project", args=[scheme, project.slug]))


def target_href(contribution: Contribution, moment: Moment) -> str:
    """The way to the project of a contribution, or to its topic before there is a project."""
    scheme = contribution.book.scheme.code
    if contribution.project is not None:
        return project_href(scheme, contribution.project, moment)
    return topic_href(scheme, contribution.topic, moment) if contribution.topic is not None else ""


def topic_href(scheme: str, topic: Topic, moment: Moment) -> str:
    """The way to a topic's page."""
    return moment.href(reverse("topic", args=[scheme, topic.code]))


def contribution_href(reference: str, moment: Moment) -> str:
    """The way to a contribution's page."""
    return moment.href(reverse("contribution", args=[reference]))


def names(organisations: Iterable[Organisation]) -> str:
    """Organisations in one line, by the names that people use."""
    return ", ".join(str(organisation) for organisation in organisations)


def giver(state: ContributionState, scheme: Scheme, audience: Audience) -> str:
    """Who gives a contribution; before it is public, only in which role; where it is held back, until when and why."""
    key = state.contribution.pk
    if audience.may_name(key):
        return names(state.organisations)
    return (
        f"{spoken(scheme.role(state.contribution.role).label)} ({held_back.words(audience, GIVER, key) or _(WITHHELD)})"
    )


def titles(scheme: Scheme, audience: Audience) -> Titles:
    """What stands instead of titles that name partners too early; the office reads every name."""
    return NAMED if audience.reads_books else consent.titles(scheme.code)


def decision_said(decision: Decision, titles: Titles) -> str:
    """A decision in words, with where it was taken; an assumed number is not shown as if it were one."""
    is_assumed, title = decision.certainty == Certainty.ASSUMED, spoken_title(titles.of_decision(decision))
    words = (
        spoken(title)
        if is_assumed
        else _("{number_said} of {day}: {title}").format(
            number_said=spoken(decision.number_said), day=day(decision.decided_on), title=title
        )
    )
    return reasoning.noted(decision, words)


def stated(scheme: Scheme, version: str, moment: Moment, *, lower_bound: bool | None = None) -> Mapping[str, Scalar]:
    """What every exported row says of itself."""
    found: dict[str, Scalar] = {
        "scheme": scheme.code,
        "scheme_version": version,
        "as_of": moment.on,
        "known_on": moment.known_on,
        "currency": scheme.currency,
    }
    if lower_bound is not None:
        found["lower_bound"] = lower_bound
    return found


def file_name(*parts: str, on: date) -> str:
    """The name of an exported file: what it is and of which day."""
    plain = ["".join(sign if sign.isalnum() else "-" for sign in part).strip("-").lower() for part in parts]
    return "-".join([*filter(None, plain), on.isoformat()])


def start() -> Link:
    """The first crumb."""
    return Link(_("Start"), reverse("home"))


def programme_crumbs(scheme: Scheme, moment: Moment) -> tuple[Link, ...]:
    """The way to a page of a programme."""
    return (start(), Link(scheme.name, moment.href(reverse("programme", args=[scheme.code]))))


def tabs(scheme: Scheme, moment: Moment, here: str, tranche: str) -> list[Link]:
    """The faces of a programme."""
    faces = (
        (_("Overview"), "programme", [scheme.code]),
        (_("Projects"), "projects", [scheme.code]),
        (_("Topics"), "topics", [scheme.code]),
        (_("Contributions"), "contributions", [scheme.code]),
        (_("Decisions"), "public-decisions", [scheme.code]),
        (_("Way to one for one"), "trajectory", [scheme.code]),
        (_("Success"), "success", [scheme.code]),
        (_("Documents"), "documents", [scheme.code]),
        (_("Open data"), "open-data", [scheme.code]),
        (_("Movements"), "movements", [scheme.code, tranche]),
        (_("Rules and sources"), "rules", [scheme.code]),
    )
    return [
        Link(text, moment.href(reverse(name, args=arguments)), current=name == here) for text, name, arguments in faces
    ]


def _path_said(address: str) -> str:
    """An address short enough to read: its host and the last part of its path."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    return f"{host(address)}: {parts[-1]}" if parts else host(address)
