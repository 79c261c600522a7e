"""`cofund explain`: what a contribution unlocked, by which rule, decided by whom, on what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click
from django.db.models import Min
from django.utils import timezone
from rich.console import Console
from rich.markup import escape

from cofund.commands.printing import AS_OF_OPTION, JSON_OPTION, Instant, amount, console, print_json, table
from cofund.queries import clock, contributions, schemes
from cofund.queries.contributions import ContributionState, Step
from cofund.records.ledger.models import Contribution, Entry
from cofund.records.programme.models import TAKEN_ELSEWHERE
from cofund.rules import match
from cofund.rules.schemes import Scheme


@click.command("explain", short_help="Say what a contribution unlocked, and why.")
@click.argument("contribution")
@AS_OF_OPTION
@click.option("--known-at", type=Instant(), help="Only what was recorded up to this instant or day. Default: now.")
@JSON_OPTION
def explain(contribution: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """Say what CONTRIBUTION gives and unlocks, and why: rule, figures, deciding bound, decisions, evidence, transfers.

    CONTRIBUTION is its reference, such as imi2-3; it stands on the site's page of each contribution and in the desk's lists.
    Ask for one that is not there, and the command names some that are.

    \b
    Examples:
      cofund explain imi2-3
      cofund explain imi2-3 --as-of 2018-12-31 --json
      cofund explain imi2-3 --as-of 2018-12-31 --known-at 2019-03-31
    """
    row = contributions.find(contribution)
    if row is None:
        raise click.ClickException(f"There is no contribution '{contribution}'. {_some_references()}")
    own = contributions.all_of(row.book.scheme.code).filter(pk=row.pk)
    states = contributions.states(own, as_of=as_of, known_at=known_at)
    if not states:
        raise click.ClickException(_not_yet(row, as_of or clock.today(), known_at))
    steps = [step for step in contributions.steps(row) if _is_meant(step.entry, as_of, known_at)]
    scheme, _ = schemes.current(row.book.scheme.code)
    if as_json:
        print_json(_plain(scheme, states[0], steps))
    else:
        _print(console(), scheme, states[0], steps)


def _some_references() -> str:
    """References that this site has, as a hint; the oldest of each programme."""
    oldest = Contribution.objects.values("book__scheme__code").annotate(first=Min("pk")).values("first")
    found = Contribution.objects.filter(pk__in=oldest).order_by("reference").values_list("reference", flat=True)
    if not found:
        return "This site has no contributions yet."
    return f"References of this site are, for example, {', '.join(found)}; each stands on its contribution's page."


def _is_meant(entry: Entry, as_of: date | None, known_at: datetime | None) -> bool:
    """Whether an entry is about a day up to the one that is asked for, and was recorded by the instant that is."""
    return (as_of is None or entry.effective_on <= as_of) and (known_at is None or entry.recorded_at <= known_at)


def _not_yet(contribution: Contribution, on: date, known_at: datetime | None) -> str:
    """The words for a contribution of which nothing stands on a day, with the day or instant from which something does."""
    first_known = (
        contribution.versions.order_by("entry__recorded_at").values_list("entry__recorded_at", flat=True).first()
    )
    if known_at is not None and first_known is not None and first_known > known_at:
        told = timezone.localtime(first_known).isoformat(timespec="minutes")
        return (
            f"Nothing of {contribution.reference} was known at {known_at.isoformat(timespec='minutes')}. "
            f"It was first recorded at {told}: ask with a later --known-at, or with none."
        )
    first = contribution.versions.order_by("effective_on").values_list("effective_on", flat=True).first()
    hint = f" It begins on {first}: ask with --as-of {first}." if first is not None and first > on else ""
    return f"Nothing of {contribution.reference} stands on {on}.{hint}"


def match_in(entry: Entry, contribution: Contribution) -> dict[str, Any] | None:
    """The match of a contribution as an entry explains it; None where the entry decides none."""
    found = entry.explanation.get("matches", [])
    return next((one for one in found if one["reference"] == contribution.reference), None)


def _target(contribution: Contribution) -> str:
    """What a contribution is for, in words."""
    if contribution.project is not None:
        return contribution.project.acronym
    return contribution.topic.code if contribution.topic is not None else ""


def _print(screen: Console, scheme: Scheme, state: ContributionState, steps: Sequence[Step]) -> None:
    """The explanation for people."""
    row = state.contribution
    givers = ", ".join(map(str, state.organisations)) + (" jointly (split not known)" if state.is_joint else "")
    screen.print(f"[bold]{escape(row.reference)}[/bold]: {escape(givers)} to {escape(_target(row))}")
    screen.print(f"{scheme.role(row.role).label}, {scheme.kind(row.kind).label}; {scheme.name}, in {scheme.currency}")
    amounts = ", ".join(f"{amount(cents)} {stage}" for stage, cents in state.amounts.items())
    matches = ", ".join(f"{amount(cents)} {stage}" for stage, cents in state.matches.items())
    screen.print(f"Gives {amounts}.")
    screen.print(f"Unlocks {matches or 'no match'}; unmatched {amount(state.unmatched_cents)}.")
    last = next((step for step in reversed(steps) if match_in(step.entry, row)), None)
    if last is not None:
        _print_match(screen, last.entry, row)
    screen.print("\n[bold]What happened[/bold]")
    for step in steps:
        _print_step(screen, step)


def _print_match(screen: Console, entry: Entry, contribution: Contribution) -> None:
    """The rule, the bounds and the one that decided, as of the last entry that computed the match."""
    found = match_in(entry, contribution)
    assert found is not None
    screen.print(f"\n[bold]Why[/bold] (entry {entry.number}, {entry.effective_on})")
    screen.print(escape(entry.explanation["rule"]))
    version = entry.explanation["scheme_version"]
    if found["bounds"]:
        rows = [
            [
                bound["name"],
                bound["words"],
                "decided" if bound["name"] == found["decided_by"] else "",
                amount(bound["limit_cents"]),
            ]
            for bound in match.telling(found)
        ]
        title = f"Counted: {amount(found['eligible_cents'])}; match: {amount(found['match_cents'])}; scheme version {version}"
        screen.print(table(title, ["Bound", "In words", "", "At most"], rows, amounts_from=3))
    else:
        screen.print("No tranche matches this role.")


def _print_step(screen: Console, step: Step) -> None:
    """One entry: what, when, who, why, on what grounds, and the transfers."""
    entry = step.entry
    recorded = entry.recorded_at.isoformat(timespec="minutes")
    kind = Entry.Kind(entry.kind).label
    screen.print(
        f"[bold]{entry.effective_on} {kind}[/bold] (entry {entry.number}, recorded {recorded} by {escape(entry.actor_name)})"
    )
    screen.print(f"  {escape(entry.reason)}")
    if step.version is not None:
        screen.print(f"  Version {step.version.number}: {amount(step.version.amount_cents)}")
    if entry.decision is not None:
        decision = entry.decision
        taken = f"; {TAKEN_ELSEWHERE.lower()}" if decision.is_taken_elsewhere else ""
        screen.print(f"  Decision {escape(decision.number)} of {decision.decided_on} ({decision.certainty}{taken})")
    if entry.evidence:
        screen.print(f"  Evidence: {escape(entry.evidence)} ({entry.certainty})")
    if entry.assumption:
        screen.print(f"  Assumed: {escape(entry.assumption)}")
    for transfer in step.transfers:
        screen.print(
            f"  {transfer.from_account.code} → {transfer.to_account.code}: {amount(transfer.amount_cents)}", style="dim"
        )


def _plain(scheme: Scheme, state: ContributionState, steps: Sequence[Step]) -> dict[str, Any]:
    """The explanation as plain values; amounts in cents."""
    row = state.contribution
    return {
        "reference": row.reference,
        "scheme": scheme.code,
        "currency": scheme.currency,
        "role": row.role,
        "kind": row.kind,
        "tranche": row.tranche.code if row.tranche else None,
        "target": _target(row),
        "organisations": [organisation.name for organisation in state.organisations],
        "joint": state.is_joint,
        "stage": state.stage,
        "amounts": state.amounts,
        "matches": state.matches,
        "unmatched": state.unmatched_cents,
        "entries": [_plain_step(step, row) for step in steps],
    }


def _plain_step(step: Step, contribution: Contribution) -> dict[str, Any]:
    """One entry as plain values."""
    entry, decision = step.entry, step.entry.decision
    return {
        "entry": entry.number,
        "kind": entry.kind,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor_name,
        "reason": entry.reason,
        "evidence": entry.evidence,
        "certainty": entry.certainty,
        "assumption": entry.assumption,
        "scheme_version": entry.scheme_version.label,
        "decision": {
            "number": decision.number,
            "decided_on": decision.decided_on.isoformat(),
            "certainty": decision.certainty,
            "taken": TAKEN_ELSEWHERE if decision.is_taken_elsewhere else "on an agenda recorded here",
        }
        if decision
        else None,
        "version": {"number": step.version.number, "amount": step.version.amount_cents} if step.version else None,
        "match": match_in(entry, contribution),
        "transfers": [
            {
                "number": transfer.number,
                "from": transfer.from_account.code,
                "to": transfer.to_account.code,
                "amount": transfer.amount_cents,
                "hash": transfer.hash,
            }
            for transfer in step.transfers
        ],
    }
