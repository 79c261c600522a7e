"""What public pages say to search engines, in the words of schema.org: who funds what, by how much, and where its data are.

Only what anybody may read stands here, whoever looks at the page, so that a page that is kept or sent on tells no more.
Source: https://schema.org, with `Grant`, `ResearchProject` and `FundingScheme` as it names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.conf import settings

from cofund.exporters.cells import decimal
from cofund.queries import publication
from cofund.queries.contributions import ContributionState
from cofund.queries.dossiers import Dossier
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Topic
from cofund.rules.schemes import Scheme
from cofund.web.languages import of_path
from cofund.web.public.open_files import OpenFile
from cofund.web.routes import reverse

Data: TypeAlias = dict[str, Any]

CONTEXT: Final = "https://schema.org"
# A page stays light, however many contribute to a project; the files of open data have all of them.
MOST: Final = 20
COMMITTED: Final = ("committed", "reported", "certified", "validated")


def of_programme(rules: Scheme) -> Data:
    """A programme: a scheme of funding, with who pays it."""
    found = {**_scheme(rules), "funder": _named(rules.label("public_funder"))}
    if rules.starts_on is not None:
        found["foundingDate"] = rules.starts_on.isoformat()
    if rules.ends_on is not None:
        found["dissolutionDate"] = rules.ends_on.isoformat()
    return _page(found)


def of_project(found: Dossier) -> Data:
    """A project: the public money behind it, and what contributors committed to it as far as it is published."""
    project, rules = found.project, found.scheme
    assert project is not None
    grants = []
    if found.funding.public_cents > 0:
        grants.append(_grant(f"Public money of {rules.name}", found.funding.public_cents, rules, [_public(rules)]))
    states = _published(rules.code, found.funding.states)
    grants += [_contribution(rules, state) for state in states[:MOST]]
    givers = {one.pk: one for state in states for one in state.organisations}
    data: Data = {
        "@type": "ResearchProject",
        "@id": _address("project", rules.code, project.slug),
        "url": _address("project", rules.code, project.slug),
        "name": project.acronym,
        "parentOrganization": _scheme(rules),
        "funder": [_public(rules), *(_organisation(one) for one in list(givers.values())[:MOST])],
        "funding": grants,
    }
    data |= {"alternateName": project.title} if project.title else {}
    data |= {"identifier": project.grant_agreement} if project.grant_agreement else {}
    data |= {"foundingDate": project.starts_on.isoformat()} if project.starts_on else {}
    data |= {"dissolutionDate": project.ends_on.isoformat()} if project.ends_on else {}
    return _page(data)


def of_topic(topic: Topic, rules: Scheme) -> Data:
    """A topic: a text that a programme publishes, to which partners pledge and consortia answer."""
    address = _address("topic", rules.code, topic.code)
    data: Data = {
        "@type": "CreativeWork",
        "@id": address,
        "url": address,
        "name": topic.title,
        "identifier": topic.code,
        "genre": "Topic of a call for proposals",
        "publisher": _scheme(rules),
        "creativeWorkStatus": str(Topic.Status(topic.status).label),
    }
    data |= (
        {"abstract": topic.summary}
        if topic.summary and publication.public(rules.code).may_see("topic.text", topic.pk)
        else {}
    )
    if topic.call is not None:
        call = topic.call
        data["isPartOf"] = {"@type": "CreativeWork", "name": call.name or call.code, "identifier": call.code}
    return _page(data)


def of_partner(organisation: Organisation) -> Data:
    """An organisation, with the identifiers by which the world knows it."""
    data = _organisation(organisation)
    data |= {"alternateName": organisation.short_name} if organisation.short_name else {}
    is_identified = publication.of_anybody(()).may_see("organisation.identifiers", organisation.pk)
    data |= {"leiCode": organisation.lei} if organisation.lei and is_identified else {}
    if organisation.country:
        data["address"] = {"@type": "PostalAddress", "addressCountry": organisation.country}
    return _page(data)


def of_dataset(rules: Scheme, files: Iterable[OpenFile], *, is_lower_bound: bool) -> Data:
    """The open data of a programme as a data set with all of its files."""
    address = _address("open-data", rules.code)
    note = " The record is known to be incomplete: amounts are lower bounds." if is_lower_bound else ""
    data: Data = {
        "@type": "Dataset",
        "@id": f"{address}#dataset",
        "url": address,
        "name": f"Open data of {rules.name}",
        "description": f"What partners and the public put into {rules.name}: grants, activities, books, tables.{note}",
        "isAccessibleForFree": True,
        "keywords": ["research funding", "public-private partnership", "grants"],
        "creator": _scheme(rules),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.SITE_TITLE,
            "url": settings.COFUND_SITE_URL + reverse("catalogue"),
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f"{one.title} ({one.form})",
                "encodingFormat": one.media_type,
                "contentUrl": settings.COFUND_SITE_URL + one.path,
            }
            for one in files
        ],
    }
    if rules.starts_on is not None:
        data["temporalCoverage"] = (
            f"{rules.starts_on.isoformat()}/{rules.ends_on.isoformat() if rules.ends_on else '..'}"
        )
    if settings.COFUND_DATA_LICENCE:
        data["license"] = settings.COFUND_DATA_LICENCE
    return _page(data)


def _page(data: Mapping[str, Any]) -> Data:
    """What a page says, with the vocabulary that its words are of."""
    return {"@context": CONTEXT, **data}


def _published(scheme: str, states: Sequence[ContributionState]) -> list[ContributionState]:
    """What anybody may read of some contributions, and is committed."""
    public = publication.public(scheme)
    return [
        one for one in states if public.may_read(one.contribution.pk) and one.stage in COMMITTED and one.live_cents > 0
    ]


def _contribution(rules: Scheme, state: ContributionState) -> Data:
    """One contribution; only money has an amount in schema.org, of work and goods the words say it."""
    one, kind = state.contribution, rules.kind(state.contribution.kind)
    givers = [_organisation(each) for each in state.organisations[:MOST]]
    address = _address("contribution", one.reference)
    if not kind.in_kind:
        return {**_grant(kind.label, state.live_cents, rules, givers), "identifier": one.reference, "url": address}
    worth = f"In kind, worth {rules.currency} {decimal(state.live_cents)}."
    return {
        "@type": "Grant",
        "name": kind.label,
        "description": worth,
        "funder": givers,
        "identifier": one.reference,
        "url": address,
    }


def _grant(name: str, cents: int, rules: Scheme, funders: Sequence[Data]) -> Data:
    """A grant of money."""
    amount = {"@type": "MonetaryAmount", "currency": rules.currency, "value": decimal(cents)}
    return {"@type": "MonetaryGrant", "name": name, "funder": list(funders), "amount": amount}


def _scheme(rules: Scheme) -> Data:
    """A programme as others refer to it."""
    address = _address("programme", rules.code)
    return {"@type": "FundingScheme", "@id": address, "name": rules.name, "url": address}


def _public(rules: Scheme) -> Data:
    """The public funder."""
    return _named(rules.label("public_funder"))


def _named(name: str) -> Data:
    """An organisation of which only the name is known."""
    return {"@type": "Organization", "name": name}


def _organisation(one: Organisation) -> Data:
    """An organisation of the directory as others refer to it."""
    address = _address("partner", one.slug)
    reader = publication.of_anybody(())
    website = one.website if reader.may_see("organisation.website", one.pk) else ""
    found: Data = {"@type": "Organization", "@id": address, "name": one.name, "url": website or address}
    is_identified = one.ror and reader.may_see("organisation.identifiers", one.pk)
    return found | ({"sameAs": f"https://ror.org/{one.ror}"} if is_identified else {})


def _address(name: str, *keys: str) -> str:
    """The full address of a page: the English one, so that a thing is the same thing on both of its pages."""
    return f"{settings.COFUND_SITE_URL}{of_path(reverse(name, args=keys))[1]}"
