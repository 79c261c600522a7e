"""Which topic or idea a page of candidates is about, and the addresses of what can be done there."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from cofund.queries import past_projects
from cofund.queries.candidate_subjects import Subject
from cofund.records.corpus.models import PastOrganisation
from cofund.web import components as c
from cofund.web.office.topics.ideas import idea_or_404
from cofund.web.office.topics.page import topic_or_404
from cofund.web.routes import reverse

# The largest key that both databases can be asked for.
_MOST = 2**63 - 1


def topic_of(scheme: str, code: str) -> Subject:
    """The topic of an address. Raises Http404 where there is none."""
    return Subject(topic=topic_or_404(scheme, code))


def idea_of(request: HttpRequest, reference: str) -> Subject:
    """The idea of an address. Raises Http404 where there is none that the person may read."""
    return Subject(idea=idea_or_404(request, reference))


def past_or_404(pic: int) -> PastOrganisation:
    """The past organisation of an address. Raises Http404 where there is none."""
    found = past_projects.find_organisation(pic) if pic <= _MOST else None
    if found is None:
        raise Http404
    return found


def own_href(subject: Subject) -> str:
    """The page of a topic or an idea itself."""
    if subject.topic is not None:
        return reverse("office-topic", args=[subject.scheme.code, subject.code])
    return reverse("office-idea", args=[subject.code])


def href(subject: Subject) -> str:
    """The page of its candidates."""
    if subject.topic is not None:
        return reverse("office-candidates", args=[subject.scheme.code, subject.code])
    return reverse("office-idea-candidates", args=[subject.code])


def act_href(subject: Subject, pic: int, act: str) -> str:
    """The page of an act on one candidate."""
    return f"{href(subject)}{pic}/{act}/"


def crumbs(subject: Subject) -> tuple[c.Link, ...]:
    """The way to the page of candidates, without it."""
    if subject.topic is not None:
        every = c.Link("Topics", reverse("office-topics", args=[subject.scheme.code]))
    else:
        every = c.Link("Ideas", reverse("office-ideas"))
    return (every, c.Link(subject.code, own_href(subject)))
