"""The proof of one contribution on one page: its papers, its whole chain, its versions, and its transfers with their seals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cofund.queries import access, meetings, proofs, schemes
from cofund.queries.proofs import Proof
from cofund.rules.schemes import Scheme
from cofund.web import booked
from cofund.web import components as c
from cofund.web.formatting import counted, money
from cofund.web.office import navigation, proof_links, showing
from cofund.web.office.access import contribution_or_404, opened_by
from cofund.web.office.proof import chain
from cofund.web.routes import reverse


@opened_by("read proof")
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """`/office/proof/<reference>/`: everything that a contribution came from and rests on."""
    row = contribution_or_404(request, reference)
    scheme, _ = schemes.current(row.book.scheme.code)
    proof = proofs.of_contribution(row).without_letters_of(meetings.closed_letters(request.user))
    crumbs = (c.Link("Proof", f"{reverse('office-proof')}?programme={scheme.code}"),)
    givers = showing.givers(proof.state) if proof.state else ""
    context = navigation.context(request, reference, scheme.code, crumbs) | {
        "row": row,
        "scheme": scheme,
        "heading": f"{givers} for {row.target_name}" if givers else reference,
        "tiles": _tiles(proof, scheme),
        "seal": _seal(proof),
        "papers": chain.papers(proof, scheme),
        "table": chain.table(proof, scheme),
        "versions": _versions(proof, scheme),
        "transfers": _transfers(proof, scheme),
        "actions": _actions(request, proof, scheme),
    }
    return render(request, "cofund/pages/office/proof/one.html", context)


def _actions(request: HttpRequest, proof: Proof, scheme: Scheme) -> list[c.Link]:
    """Where else to look."""
    row = proof.contribution
    found = [c.Link("The contribution", reverse("office-contribution", args=[row.reference]))]
    if access.may(request.user, "read audit trail"):
        about = f"{scheme.code}/contribution/{row.reference}"
        found.append(c.Link("Everything that happened to it", f"{reverse('office-trail')}?about={about}"))
    if row.project is not None and proof_links.may_take_file(request, row.project):
        href = reverse("office-audit-file", args=[scheme.code, row.project.slug])
        found.append(c.Link(f"Audit file of {row.project.acronym}", href))
    return found


def _tiles(proof: Proof, scheme: Scheme) -> tuple[c.Tile, ...]:
    """What was promised, what it unlocked, and how far it is proved."""
    state, currency = proof.state, scheme.currency
    certified = sum(line.certified_cents or 0 for line in proof.report_lines)
    validated = state.amounts.get("validated", 0) if state else 0
    return (
        c.Tile("Given", c.Money(state.live_cents if state else 0, currency), note=state.stage if state else ""),
        c.Tile("Match", c.Money(state.match_cents if state else 0, currency)),
        c.Tile(
            "Certified by auditors", c.Money(certified, currency), note=counted(len(proof.certificates), "certificate")
        ),
        c.Tile("Validated by the office", c.Money(validated, currency)),
    )


def _seal(proof: Proof) -> c.Callout:
    """Whether every transfer still bears the seal that was computed when it was booked."""
    count = counted(len(proof.transfers), "transfer")
    if proof.unsealed:
        numbers = ", ".join(map(str, sorted(proof.unsealed)))
        words = "Somebody changed the database past its own seal. Verify the whole book, and compare it with a copy."
        return c.Callout(f"The seal does not fit transfer {numbers}", words, "error")
    return c.Callout(
        f"The seals of all {count} agree",
        "They were computed again just now from what each transfer and its entry state, reasons included.",
        "success",
    )


def _versions(proof: Proof, scheme: Scheme) -> c.Table:
    """What it was said to be, version by version."""
    rows = tuple(
        c.Row.of(
            f"Version {one.number}",
            c.Cell(
                c.Money(one.amount_cents, scheme.currency),
                note=money(one.original_amount_cents, one.original_currency) if one.original_currency else "",
            ),
            c.Cell(one.effective_on, certainty=booked.mark(one.entry)),
            one.reason,
            c.Cell(one.entry.actor_name),
            c.Cell(f"Entry {one.entry.number}", href=reverse("office-entry", args=[scheme.code, one.entry.number])),
        )
        for one in proof.versions
    )
    columns = (
        c.Column("Version"),
        c.Column("Amount", numeric=True),
        c.Column("From"),
        c.Column("Why"),
        c.Column("Who"),
        c.Column("Proved by"),
    )
    return c.Table("versions", "What it was said to be", columns, rows, noun=("version", "versions"))


def _transfers(proof: Proof, scheme: Scheme) -> c.Table:
    """Every transfer with its hash in full."""
    rows = tuple(
        c.Row.of(
            c.Cell(one.number),
            c.Cell(one.from_account.code),
            c.Cell(one.to_account.code),
            c.Money(one.amount_cents, scheme.currency),
            c.Cell(one.effective_on, certainty=booked.mark(step.entry)),
            c.Cell(f"Entry {step.entry.number}", href=reverse("office-entry", args=[scheme.code, step.entry.number])),
            c.Cell(c.Seal(one.hash), note=f"after {one.previous_hash}"),
        )
        for step in proof.steps
        for one in step.transfers
    )
    columns = (
        c.Column("Transfer"),
        c.Column("From"),
        c.Column("To"),
        c.Column("Amount", numeric=True),
        c.Column("Day"),
        c.Column("Entry"),
        c.Column("Seal", hint="SHA-256 over the seal before it, the transfer, and everything that its entry states."),
    )
    return c.Table("transfers", "Transfers in the books", columns, rows, noun=("transfer", "transfers"))
