"""What a figure in a story is now: only what is public of it, with the page that proves it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.contrib.auth.models import AnonymousUser

from cofund.queries import (
    clock,
    dossiers,
    envelope,
    funding,
    identity,
    overview,
    programmes,
    public_partners,
    publication,
    schemes,
)
from cofund.queries.contributions import ContributionState
from cofund.queries.keeping import kept
from cofund.queries.pools import Target
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Project, Scheme, Story
from cofund.rules.money import in_words
from cofund.rules.story_figures import MEANINGS, Asked, read_figure

NOT_KNOWN = "not known"
# The page of what a figure is of, by its name among the addresses of the site, with the arguments of that page.
Page = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is now. `text` is empty where nothing public tells it; `of` names what it is of."""

    asked: Asked
    of: str
    text: str
    page: Page
    note: str = ""

    @property
    def said(self) -> str:
        """What stands in the text."""
        return self.text or NOT_KNOWN


@dataclass(frozen=True, slots=True)
class About:
    """What a story is tied to: its partners, projects and programme, in the order in which they were named."""

    organisations: tuple[Organisation, ...] = ()
    projects: tuple[Project, ...] = ()
    scheme: Scheme | None = None

    @classmethod
    def of(cls, story: Story) -> About:
        """What a story is tied to. Two queries, none where it was read with what it is tied to."""
        return cls(
            identity.kept_once(story.organisations.all()),
            tuple(story.projects.all()),
            story.scheme,
        )

    def key_of(self, of: str) -> str:
        """The key of the one partner, project or programme that it is tied to; empty where there is none, or several."""
        if of == "partner":
            return self.organisations[0].slug if len(self.organisations) == 1 else ""
        if of == "project":
            return _project_key(self.projects[0]) if len(self.projects) == 1 else ""
        return self.scheme.code if self.scheme is not None else ""

    def offered(self) -> Iterator[Asked]:
        """Every figure that a text of this story can ask for without looking further."""
        keys = {
            "partner": [one.slug for one in self.organisations],
            "project": [_project_key(one) for one in self.projects],
            "programme": [self.scheme.code] if self.scheme is not None else [],
        }
        for of, found in keys.items():
            for key in found:
                shown = "" if len(found) == 1 else key
                yield from (Asked(of, shown, name) for name in MEANINGS[of])


def find(words: str, about: About) -> Figure | None:
    """Give a figure by the words between its braces; None where there is none, or nothing public that it could be of."""
    asked = read_figure(words)
    if asked is None:
        return None
    key = asked.key or about.key_of(asked.of)
    found = _found(asked.of, key) if key else None
    if found is None:
        return None
    name, page, texts, note = found
    # How public money is known says nothing of what others give.
    is_of_it = asked.of != "project" or asked.name not in ("partners", "members")
    return Figure(asked, name, texts.get(asked.name, ""), page, note if is_of_it else "")


_Found = tuple[str, Page, dict[str, str], str]


@kept(256)
def _found(of: str, key: str) -> _Found | None:
    """Every figure of one partner, project or programme, by its name; None where nothing public has that key."""
    return {"partner": _partner, "project": _project, "programme": _programme}[of](key)


def _partner(slug: str) -> _Found | None:
    """The figures of a partner's page."""
    row = dossiers.organisation(slug)
    reader = publication.audience(AnonymousUser())
    if row is None or not public_partners.is_public(identity.kept(row), reader):
        return None
    row = identity.kept(row)
    found = dossiers.of_partner(row, reader)
    live = [state for state in found.states if state.live_cents]
    given: defaultdict[str, int] = defaultdict(int)
    matched: defaultdict[str, int] = defaultdict(int)
    for state in live:
        currency = state.contribution.book.scheme.currency
        given[currency] += state.live_cents
        matched[currency] += state.match_cents
    together = {currency: cents + matched[currency] for currency, cents in given.items()}
    targets = {state.contribution.target_name for state in live}
    texts = {
        "given": _sums(given),
        "matched": _sums(matched),
        "together": _sums(together),
        "leverage": _ratio(found.leverage.l1),
        "projects": str(len(targets)) if live else "",
    }
    note = "Joint contributions are counted in full; how they are split is not published." if _joint(live) else ""
    return str(row), ("partner", (row.slug,)), texts, note


def _project(key: str) -> _Found | None:
    """The figures of a project's page."""
    code, _, slug = key.partition("/")
    row = Project.objects.filter(scheme__code=code, slug=slug).select_related("topic").first()
    if row is None or code not in schemes.installed():
        return None
    scheme, _version = schemes.current(code)
    without = publication.public(code).without_of_project
    money = funding.of_target(code, Target(project=row), scheme=scheme, without=without)
    currency = money.currency
    texts = {"public": in_words(money.public_cents, currency) if money.public_cents else ""}
    if money.states:
        texts |= {
            "total": in_words(money.total_cents, currency),
            "partners": in_words(money.given_by_side(scheme, "partner"), currency),
            "members": in_words(money.given_by_side(scheme, "member"), currency),
            "multiplier": _ratio(money.leverage.l2),
        }
    note = "" if money.public_is_fixed else "No award is published: the public money is the sum of the matches."
    return row.acronym, ("project", (code, slug)), texts, note


def _programme(code: str) -> _Found | None:
    """The figures of a programme's page."""
    if code not in schemes.installed():
        return None
    scheme, _version = schemes.current(code)
    reader = publication.public(code)
    head = overview.headline(scheme, envelope.of_day(code, clock.today(), without=reader.without))
    lines = programmes.partners(code, audience=reader)
    is_known = bool(head.contributed_cents)
    texts = {
        "contributed": in_words(head.contributed_cents, head.currency) if is_known else "",
        "matched": in_words(head.standing.used_cents, head.currency) if is_known else "",
        "partners": str(len(lines)) if lines else "",
    }
    note = "A lower bound: only what public sources name is counted." if head.is_lower_bound else ""
    return scheme.name, ("programme", (code,)), texts, note


def _project_key(project: Project) -> str:
    """How a text names a project."""
    return f"{project.scheme.code}/{project.slug}"


def _sums(by_currency: dict[str, int]) -> str:
    """Amounts of several currencies, which are never added; empty where there is none."""
    return " and ".join(in_words(cents, currency) for currency, cents in by_currency.items())


def _ratio(value: Fraction | None) -> str:
    """A ratio with two decimals, rounded half to even; empty where there is none."""
    if value is None:
        return ""
    whole, rest = divmod(round(value * 100), 100)
    return f"{whole:,}.{rest:02d}"


def _joint(states: Iterable[ContributionState]) -> bool:
    """Whether any of some contributions is given together with others."""
    return any(state.is_joint for state in states)
