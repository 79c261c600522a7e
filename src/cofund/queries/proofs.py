"""The proof of one contribution: everything between whoever proposed it and the last transfer, each with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Q, QuerySet

from cofund.queries import contributions, seals
from cofund.queries.contributions import ContributionState, Step
from cofund.records.ledger.models import (
    Application,
    Certificate,
    Confirmation,
    Contribution,
    ContributionVersion,
    Entry,
    Evidence,
    Instalment,
    Letter,
    LetterLine,
    Notice,
    PlanLine,
    Receipt,
    ReportLine,
    Transfer,
)
from cofund.records.programme.models import Credit, Decision
from cofund.rules import chain

# What the seal of a transfer covers besides its own columns.
SEALED_WITH: Final = ("from_account", "to_account", "contribution", "tranche")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a contribution came from and rests on. Each part is in the order in which it happened.

    `unsealed` are the numbers of its transfers whose hash does not fit what they and their entry state: none, unless somebody
    changed the database past its own seal.
    """

    contribution: Contribution
    state: ContributionState | None
    credits: tuple[Credit, ...]
    applications: tuple[Application, ...]
    lines: tuple[LetterLine, ...]
    decisions: tuple[Decision, ...]
    steps: tuple[Step, ...]
    versions: tuple[ContributionVersion, ...]
    confirmations: tuple[Confirmation, ...]
    plan_lines: tuple[PlanLine, ...]
    report_lines: tuple[ReportLine, ...]
    certificates: tuple[Certificate, ...]
    evidence: tuple[Evidence, ...]
    instalments: tuple[Instalment, ...]
    receipts: tuple[Receipt, ...]
    notices: tuple[Notice, ...]
    unsealed: frozenset[int]

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The versions of letters that name it, the oldest first."""
        return tuple({line.letter_id: line.letter for line in self.lines}.values())

    def without_letters_of(self, closed: QuerySet[Application]) -> Proof:
        """The same without what the letters of some applications state. One query."""
        keys = set(closed.filter(pk__in=[row.pk for row in self.applications]).values_list("pk", flat=True))
        return replace(self, lines=tuple(line for line in self.lines if line.letter.application_id not in keys))

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Every transfer of it in the order of the book."""
        return tuple(row for step in self.steps for row in step.transfers)


def of_contribution(row: Contribution) -> Proof:
    """Give the proof of a contribution. A fixed number of queries, however much there is of it."""
    found = contributions.states(Contribution.objects.filter(pk=row.pk))
    steps = contributions.steps(row)
    lines = LetterLine.objects.filter(contribution=row).select_related("letter").order_by("letter__number", "number")
    applications = _applications(row)
    reports = row.report_lines.select_related("report", "reported_entry", "certified_entry", "validated_entry")
    report_lines = tuple(
        reports.prefetch_related("refusals", "in_kind").order_by("report__year", "report_id", "number")
    )
    instalments = row.instalments.order_by("number")
    receipts = Receipt.objects.filter(instalment__contribution=row).select_related("instalment", "entry")
    return Proof(
        row,
        found[0] if found else None,
        _credits(row),
        applications,
        tuple(lines),
        _decisions(applications, steps),
        tuple(steps),
        tuple(row.versions.select_related("entry__decision").order_by("number")),
        tuple(row.confirmations.select_related("topic_version").order_by("asked_at")),
        tuple(row.plan_lines.select_related("plan__decision", "plan__organisation").order_by("plan__year", "plan_id")),
        report_lines,
        tuple(Certificate.objects.filter(report__lines__contribution=row).select_related("report").distinct()),
        tuple(
            Evidence.objects.filter(report_line__in=report_lines).select_related("report_line__report").order_by("pk")
        ),
        tuple(instalments),
        tuple(receipts.order_by("recorded_at", "pk")),
        tuple(row.notices.select_related("instalment", "entry").order_by("given_at")),
        _unsealed(row, steps),
    )


def _unsealed(row: Contribution, steps: Iterable[Step]) -> frozenset[int]:
    """Recompute the seal of every transfer of a contribution; give the numbers of those that it does not fit. Two queries."""
    facts = sealed_facts((step.entry for step in steps), row.book.scheme.code)
    digests = {key: chain.digest(stated) for key, stated in facts.items()}
    transfers = Transfer.objects.filter(contribution=row).select_related(*SEALED_WITH)
    return frozenset(
        one.number
        for one in transfers
        if one.hash != chain.link(one.previous_hash, transfer_facts(one), digests[one.entry_id])
    )


def sealed_facts(entries: Iterable[Entry], scheme_code: str) -> dict[int, dict[str, Any]]:
    """Give what the seal of each entry of a book covers, by the key of the entry. One query.

    The entries bring their decision, what they correct, and their version of the rules.
    """
    rows = list(entries)
    versions: dict[int, list[ContributionVersion]] = {}
    stated = ContributionVersion.objects.filter(entry__in=[row.pk for row in rows]).select_related("contribution")
    for version in stated.order_by("pk"):
        versions.setdefault(version.entry_id, []).append(version)
    return {
        row.pk: seals.entry_facts(
            vars(row),
            scheme=scheme_code,
            decision=row.decision.number if row.decision else None,
            corrects=row.corrects.number if row.corrects else None,
            version_digest=row.scheme_version.digest,
            versions=[(version.contribution.reference, vars(version)) for version in versions.get(row.pk, ())],
        )
        for row in rows
    }


def transfer_facts(row: Transfer) -> dict[str, Any]:
    """Give what the seal of a transfer covers; it brings its accounts, contribution and tranche."""
    return seals.transfer_facts(
        number=row.number,
        from_code=row.from_account.code,
        to_code=row.to_account.code,
        amount_cents=row.amount_cents,
        effective_on=row.effective_on,
        contribution=row.contribution.reference if row.contribution else None,
        tranche=row.tranche.code if row.tranche else None,
        open_after_cents=row.open_after_cents,
    )


def _applications(row: Contribution) -> tuple[Application, ...]:
    """The applications whose letters name a contribution."""
    related = ("organisation", "lead", "decision", "agenda_item__meeting__group", "made_by")
    found = Application.objects.filter(letters__lines__contribution=row).select_related(*related)
    return tuple(found.prefetch_related("lead__steps").order_by("made_at", "pk").distinct())


def _credits(row: Contribution) -> tuple[Credit, ...]:
    """Who proposed, scoped and drafted the topic that it is for."""
    topic = row.topic_id or (row.project.topic_id if row.project is not None else None)
    if topic is None:
        return ()
    found = Credit.objects.filter(Q(topic=topic) | Q(idea__topic=topic)).select_related("organisation", "idea")
    return tuple(found.order_by("on", "pk").distinct())


def _decisions(applications: Iterable[Application], steps: Iterable[Step]) -> tuple[Decision, ...]:
    """The decisions that it rests on, each once: of its applications, and of its entries in the books."""
    of_applications = [one.decision for one in applications if one.decision is not None]
    of_entries = [step.entry.decision for step in steps if step.entry.decision is not None]
    found = {one.pk: one for one in (*of_applications, *of_entries)}
    return tuple(sorted(found.values(), key=lambda one: (one.decided_on, one.number)))
