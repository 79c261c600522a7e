"""The tables of an audit file that come from the books: contributions, versions, entries, transfers, shares, and the trail."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cofund.exporters.audit_file.scope import ROWS_AT_ONCE, Row, Scope, named, plain, rows_of
from cofund.queries import contributions, funding, proofs, shares
from cofund.queries.pools import Target, awarded_cents
from cofund.records.ledger.models import Contribution, ContributionVersion, Transfer
from cofund.records.programme.models import Decision, SchemeVersion
from cofund.rules import chain
from cofund.rules.audit_words import sentence


def project(scope: Scope) -> Iterator[Row]:
    """The project itself."""
    row = scope.project
    yield plain(
        {
            "scheme": scope.code,
            "slug": row.slug,
            "acronym": row.acronym,
            "title": row.title,
            "topic": row.topic.code if row.topic else "",
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "source_url": row.source_url,
        }
    )


def contribution_rows(scope: Scope) -> Iterator[Row]:
    """Each contribution with what of it and of its match stands in each stage, on the day and as known at the instant."""
    rows = Contribution.objects.filter(pk__in=scope.keys).order_by("pk")
    for state in contributions.states(rows, as_of=scope.on, known_at=scope.known_at):
        row = state.contribution
        yield {
            "reference": row.reference,
            "organisations": [party.organisation.slug for party in row.party_rows.all()],
            "role": row.role,
            "kind": row.kind,
            "tranche": row.tranche.code if row.tranche else "",
            "topic": row.topic.code if row.topic else "",
            "project": scope.project.slug,
            "currency": scope.rules.currency,
            "amounts_cents": state.amounts,
            "matches_cents": state.matches,
        }


def versions(scope: Scope) -> Iterator[Row]:
    """What each contribution was said to be, with the entry that says it."""
    columns = named(
        *("number", "effective_on", "amount_cents", "original_currency", "original_amount_cents", "rate", "rate_on"),
        *("rate_source", "no_other_union_funding", "public_origin_cents", "place", "reason", "source_url", "certainty"),
        contribution="contribution__reference",
        entry="entry__number",
        recorded_at="entry__recorded_at",
    )
    found = ContributionVersion.objects.filter(contribution__in=scope.keys, entry__recorded_at__lte=scope.known_at)
    return rows_of(found.order_by("contribution_id", "number"), columns)


def entries(scope: Scope) -> Iterator[Row]:
    """The entries: who, when, why, on what evidence and decision, by which version of the rules."""
    columns = named(
        *(
            "number",
            "kind",
            "effective_on",
            "recorded_at",
            "actor_name",
            "reason",
            "evidence",
            "certainty",
            "assumption",
        ),
        decision="decision__number",
        corrects="corrects__number",
        scheme_version="scheme_version__label",
        scheme_digest="scheme_version__digest",
    )
    return rows_of(scope.entries, columns)


def explanations(scope: Scope) -> Iterator[Row]:
    """Why each match was what it was: rule, figures and the bound that decided, as the entry keeps them."""
    for row in rows_of(scope.entries, named("number", "explanation")):
        if row["explanation"]:
            yield {"entry": row["number"], "explanation": row["explanation"]}


def transfers(scope: Scope) -> Iterator[Row]:
    """The transfers with their seals; the hash of the one before may be that of another project's transfer."""
    columns = named(
        *("number", "amount_cents", "effective_on", "open_after_cents", "previous_hash", "hash"),
        entry="entry__number",
        from_account="from_account__code",
        to_account="to_account__code",
        contribution="contribution__reference",
        tranche="tranche__code",
    )
    return rows_of(scope.transfers, columns)


def sealed_entries(scope: Scope) -> Iterator[Row]:
    """What the seal of each entry covers, word for word, so that anybody can compute it again."""
    rows = scope.entries.iterator(chunk_size=ROWS_AT_ONCE)
    while part := list(islice(rows, ROWS_AT_ONCE)):
        facts = proofs.sealed_facts(part, scope.code)
        for entry in part:
            yield {"number": entry.number, "digest": chain.digest(facts[entry.pk]), "facts": facts[entry.pk]}


def sealed_transfers(scope: Scope) -> Iterator[Row]:
    """What the seal of each transfer covers, with the seal before it and its own."""
    rows = scope.transfers.select_related(*proofs.SEALED_WITH, "entry")
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        facts = proofs.transfer_facts(row)
        yield {
            "number": row.number,
            "entry": row.entry.number,
            "previous": row.previous_hash,
            "hash": row.hash,
            "facts": facts,
        }


def spine(scope: Scope) -> Iterator[Row]:
    """The seals of the whole book up to the instant, without what they are about: so its end can be reached from any transfer."""
    found = Transfer.objects.filter(book=scope.book, entry__recorded_at__lte=scope.known_at).order_by("number")
    return rows_of(found, named("number", "hash"))


def decisions(scope: Scope) -> Iterator[Row]:
    """The decisions that its entries and applications rest on, with how each was reached."""
    keys = set(scope.entries.exclude(decision=None).order_by().values_list("decision_id", flat=True))
    keys |= {one.decision_id for one in scope.applications if one.decision_id is not None}
    for row in Decision.objects.filter(pk__in=keys).select_related("group").order_by("decided_on", "number"):
        published = row.published_at if row.published_at and row.published_at <= scope.known_at else None
        yield plain(
            {
                "number": row.number,
                "decided_on": row.decided_on,
                "title": row.title,
                "group": row.group.name if row.group else "",
                "text": row.text,
                "grounds": row.grounds,
                "published_at": published,
                "certainty": row.certainty,
                "source_url": row.source_url,
            }
        )


def share_results(scope: Scope) -> Iterator[Row]:
    """The share tests of the project on the day, as known at the instant: the fraction with its terms, and the limit."""
    rows = Contribution.objects.filter(pk__in=scope.keys).order_by("pk")
    states = contributions.states(rows, as_of=scope.on, known_at=scope.known_at)
    target = Target(scope.project.topic, scope.project)
    awarded = awarded_cents(scope.book.pk, target, on=scope.on, known_at=scope.known_at)
    money = funding.build(scope.rules, scope.on, states, awarded)
    found = shares.of_funding(scope.rules, money, action_type=target.action_type)
    for one in found:
        yield {
            "test": one.test.id,
            "label": one.test.label,
            "is_minimum": one.is_minimum,
            "limit": str(one.limit),
            "limit_source": one.limit_source,
            "numerator": [{"term": term.term, "cents": term.cents} for term in one.numerator],
            "denominator": [{"term": term.term, "cents": term.cents} for term in one.denominator],
            "numerator_cents": one.numerator_cents,
            "denominator_cents": one.denominator_cents,
            "standing": one.standing,
            "severity": one.severity,
            "excess_cents": one.excess_cents,
        }


def trail(scope: Scope) -> Iterator[Row]:
    """Who did what, when and why, with the values before and after, and the same as a sentence."""
    for row in scope.events():
        yield plain(
            {
                "number": row.pk,
                "recorded_at": row.recorded_at,
                "person": row.actor_name,
                "role": row.actor_role,
                "action": row.action,
                "object": row.subject,
                "reason": row.reason,
                "evidence": row.evidence,
                "before": row.before,
                "after": row.after,
                "sentence": sentence(row.actor_name, row.actor_role, row.action, row.subject, row.reason),
            }
        )


def scheme_versions(scope: Scope) -> list[SchemeVersion]:
    """The versions of the rules by which its entries were booked, and the newest that was installed at the instant."""
    keys = set(scope.entries.order_by().values_list("scheme_version_id", flat=True))
    own = SchemeVersion.objects.filter(scheme=scope.project.scheme_id, recorded_at__lte=scope.known_at)
    newest = own.order_by("number").last()
    keys |= {newest.pk} if newest is not None else set()
    return list(SchemeVersion.objects.filter(pk__in=keys).order_by("number"))
