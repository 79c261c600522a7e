"""Everything that anybody may read, as the search should know it: made from the same reads as the pages themselves.

What a page does not show to everybody is in no entry: a contribution before the stage that its scheme publishes from, a partner who
is none in public, a decision that is not published or must not name somebody, an idea that the office does not show.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from cofund.queries import consent, decisions, ideas, public_partners, publication, schemes, topic_texts
from cofund.queries.consultations import SECTIONS
from cofund.queries.documents import catalogue
from cofund.queries.publication import Audience
from cofund.queries.search import words
from cofund.queries.stories import lists as stories
from cofund.records.directory.models import Organisation, OrganisationName
from cofund.records.ledger.models import Contribution, ContributionParty, ContributionVersion
from cofund.records.programme.models import Call, Project, SearchEntry, Topic

# What a text in Markdown has besides its words: figures and pictures that are put in, addresses, marks.
_NO_WORDS = re.compile(r"\{\{.*?\}\}|\]\([^)]*\)|https?://\S+|[*_#>`\[\]|~]", re.DOTALL)

_KINDS = [str(kind) for kind in SearchEntry.Kind.values]


class Found(NamedTuple):
    """One public thing, as it is to be found."""

    kind: str
    scheme: str
    key: str
    title: str
    text: str = ""
    country: str = ""
    year: int | None = None
    partner_kind: str = ""
    # Words by which it is found although they are not shown, such as other names.
    also: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from every other."""
        return self.kind, self.scheme, self.key


class _Giver(NamedTuple):
    """An organisation as a contribution names it."""

    name: str
    country: str
    kind: str


def public() -> dict[tuple[str, str, str], Found]:
    """Give everything that anybody may read now, by what tells it apart. About ten queries a programme, however much there is."""
    codes = schemes.installed()
    reader = publication.of_anybody(codes)
    found: dict[tuple[str, str, str], Found] = {}
    for code in codes:
        of_scheme = (_programme, _calls, _decisions, _documents)
        for each in of_scheme:
            found.update((one.identity, one) for one in each(code))
        for told in (_topics, _projects):
            found.update((one.identity, one) for one in told(code, reader))
    for one in (*_contributions(reader), *_partners(reader), *_ideas(), *_stories()):
        found[one.identity] = one
    return found


def digest_of(found: Found) -> str:
    """SHA-256 of all that an entry says: the same as long as the thing is."""
    parts = "\x1f".join("" if one is None else str(one) for one in found)
    return hashlib.sha256(parts.encode()).hexdigest()


def entry_of(found: Found) -> SearchEntry:
    """The row of a thing, without a key."""
    return SearchEntry(
        kind=found.kind,
        scheme=found.scheme,
        key=found.key,
        title=found.title,
        text=found.text,
        country=found.country,
        year=found.year,
        partner_kind=found.partner_kind,
        place=f"{_KINDS.index(found.kind)} {' '.join(words.words_of(found.title))}"[:200],
        title_words=words.kept(found.title),
        words=words.kept(found.title, found.text, found.also),
        digest=digest_of(found),
    )


def _programme(code: str) -> Iterator[Found]:
    """The programme itself."""
    rules, version = schemes.current(code)
    yield Found(
        "programme", code, code, rules.name, version.scheme.coverage_note, year=_year(rules.starts_on), also=code
    )


def _calls(code: str) -> Iterator[Found]:
    """The calls of a programme."""
    for call in Call.objects.filter(scheme__code=code).order_by():
        text = " ".join(filter(None, (call.code if call.name else "", call.note)))
        yield Found("call", code, call.code, call.name or call.code, text, year=_year(call.opened_on))


def _topics(code: str, reader: Audience) -> Iterator[Found]:
    """The topics of a programme with the newest text that is public."""
    rows = list(Topic.objects.filter(scheme__code=code).select_related("call").order_by())
    texts = topic_texts.newest_published(rows)
    for topic in rows:
        version = texts.get(topic.pk)
        said = [topic.summary, *((getattr(version, key) for key in SECTIONS) if version else ())]
        said = said if reader.may_see("topic.text", topic.pk) else []
        year = _year(topic.adopted_on) or (_year(topic.call.opened_on) if topic.call else None)
        yield Found("topic", code, topic.code, f"{topic.code}: {topic.title}", _joined(said), year=year)


def _projects(code: str, reader: Audience) -> Iterator[Found]:
    """The projects of a programme, each also by its topic."""
    for project in Project.objects.filter(scheme__code=code).select_related("topic").order_by():
        title = f"{project.acronym}: {project.title}" if project.title else project.acronym
        topic = project.topic
        said = (
            f"{topic.code}: {topic.title}" if topic else "",
            topic.summary if topic and reader.may_see("topic.text", topic.pk) else "",
        )
        year = _year(project.starts_on or project.signed_on)
        yield Found("project", code, project.slug, title, _joined(said), year=year, also=project.grant_agreement)


def _decisions(code: str) -> Iterator[Found]:
    """The published decisions; of one that may not name a partner neither title nor words."""
    titles = consent.titles(code)
    for row in decisions.published(code):
        text = "" if row.pk in titles.decisions else row.text
        title = f"{row.number_said}: {titles.of_decision(row)}"
        yield Found("decision", code, row.number, title, text, year=_year(row.decided_on))


def _documents(code: str) -> Iterator[Found]:
    """The public documents of a programme."""
    for kind in catalogue.kinds_of(code, only_public=True):
        yield Found("document", code, kind.key, kind.title, kind.about)


def _ideas() -> Iterator[Found]:
    """The ideas that the office shows and their proposers let be read."""
    for row in ideas.register():
        on = row.submitted_on
        text = row.challenge if row.is_title_known else ""
        yield Found("idea", row.scheme.code, row.reference, row.title_said, text, year=_year(on))


def _contributions(reader: Audience) -> Iterator[Found]:
    """The contributions that anybody may read, with who gives and for what."""
    columns = ("contribution_id", *(f"organisation__{name}" for name in ("name", "short_name", "country", "kind")))
    merged = tuple(f"organisation__merged_into__{name}" for name in ("name", "short_name", "country", "kind"))
    givers: defaultdict[int, list[_Giver]] = defaultdict(list)
    for key, *facts in ContributionParty.objects.order_by("pk").values_list(*columns, *merged):
        name, short, country, kind = facts[4:] if facts[4] else facts[:4]
        givers[key].append(_Giver(short or name, country, kind))
    first = ContributionVersion.objects.filter(number=1).order_by().values_list("contribution_id", "effective_on")
    days = dict(first)
    kinds = {(code, kind.code): kind.label for code in schemes.installed() for kind in schemes.current(code)[0].kinds}
    names = ("pk", "reference", "kind", "book__scheme__code", "project__acronym", "topic__code", "topic__title")
    for key, reference, kind, code, acronym, topic, about in Contribution.objects.order_by().values_list(*names):
        if reader.may_read(key):
            who = list(dict.fromkeys(givers[key]))
            title = f"{', '.join(one.name for one in who)} for {acronym or topic}"
            text = _joined((reference, kinds.get((code, kind), kind), about or ""))
            year = _year(days.get(key))
            yield Found(
                "contribution",
                code,
                reference,
                title,
                text,
                _same(one.country for one in who),
                year,
                _same(one.kind for one in who),
            )


def _partners(reader: Audience) -> Iterator[Found]:
    """The organisations that anybody may know of as partners, also by their other names."""
    public_keys = public_partners.all_public(reader)
    others: defaultdict[int, list[str]] = defaultdict(list)
    for key, name in OrganisationName.objects.order_by("pk").values_list("organisation_id", "name"):
        others[key].append(name)
    rows = Organisation.objects.filter(merged_into__isnull=True).order_by()
    for key, slug, name, short, country, kind in rows.values_list(
        "pk", "slug", "name", "short_name", "country", "kind"
    ):
        if key in public_keys:
            title = f"{short}: {name}" if short and short != name else name
            yield Found("partner", "", slug, title, "", country, None, kind, " ".join(others[key]))


def _stories() -> Iterator[Found]:
    """The stories that have come out, by the words of their authors; figures in them are not searched for."""
    for row in stories.out().prefetch_related(None):
        if row.shown is not None:
            text = _joined((row.shown.summary, " ".join(_NO_WORDS.sub(" ", row.shown.body).split())))
            code = row.scheme.code if row.scheme else ""
            yield Found("story", code, row.slug, row.shown.title, text, year=_year(row.published_at))


def _year(day: date | None) -> int | None:
    """The year of a day."""
    return day.year if day is not None else None


def _same(values: Iterable[str]) -> str:
    """What all have; empty where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def _joined(texts: Iterable[str]) -> str:
    """Texts one after the other."""
    return " ".join(text for text in texts if text)
