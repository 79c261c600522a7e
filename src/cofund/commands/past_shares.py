"""`cofund past-shares`: the share tests of a scheme over imported past projects, by what their participants bear themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cofund.commands.consortium import scheme_of
from cofund.commands.printing import JSON_OPTION, amount, console, percent, print_json, table
from cofund.exporters import past_shares as exporter
from cofund.queries import past_grants
from cofund.rules.own_cost import OWN, UNPAID, PastGrant, Weighed, weigh
from cofund.rules.schemes import Scheme


@click.command("past-shares", short_help="Run the share tests over past projects of CORDIS.")
@click.argument("call", metavar="CALL")
@click.option("--scheme", "code", required=True, help="The scheme to test by: its code, such as ihi.")
@click.option(
    "--markdown", "document", type=click.Path(path_type=Path, dir_okay=False), help="Write the document to this file."
)
@JSON_OPTION
def past_shares(call: str, code: str, document: Path | None, as_json: bool) -> None:
    """Test past projects of the calls that begin with CALL by the rules of a scheme.

    Contributions are not public: what participants bear themselves stands in their place. Import the projects first, with
    cofund import cordis.

    \b
    Examples:
      cofund past-shares HORIZON-JU-IHI --scheme ihi
      cofund past-shares HORIZON-JU-IHI --scheme ihi --json
      cofund past-shares HORIZON-JU-IHI --scheme ihi --markdown ihi-shares.md
    """
    scheme = scheme_of(code)
    grants = past_grants.of_calls(call)
    if not grants:
        raise click.ClickException(
            f"No past project of a call {call}… is imported. Import them first: cofund import cordis FILE."
        )
    if document is not None:
        document.write_text(exporter.document(scheme, grants, call), encoding="utf-8")
        click.echo(f"Wrote {document}.", err=as_json)
    found = [(grant, weigh(scheme, [grant])) for grant in grants]
    if as_json:
        print_json([_plain(grant, weighed) for grant, weighed in found])
    else:
        _print(scheme, found)


def _print(scheme: Scheme, found: list[tuple[PastGrant, Weighed]]) -> None:
    """One row a project and test."""
    rows = [
        (
            grant.acronym,
            test.label,
            percent(weighed.result(test.id, UNPAID).share),
            percent(weighed.result(test.id, OWN).share),
            amount(weighed.unpaid_cents),
        )
        for grant, weighed in found
        for test in weighed.tests
    ]
    columns = ("Project", "Share", "Unpaid", "All own cost", f"Unpaid own cost ({scheme.currency})")
    console().print(table("Shares by own cost; contributions are not public", columns, rows, amounts_from=2))


def _plain(grant: PastGrant, weighed: Weighed) -> dict[str, Any]:
    """A project for scripts; amounts in cents, shares as fractions."""
    return {
        "grant": grant.number,
        "acronym": grant.acronym,
        "call": grant.call,
        "costs_cents": grant.cost_cents,
        "public_cents": grant.public_cents,
        "unpaid_cents": weighed.unpaid_cents,
        "own_cents": weighed.own_cents,
        "without_figure": sum(part.is_silent for part in grant.parts),
        "tests": [
            {
                "id": test.id,
                **{
                    reading: {"share": str(result.share) if result.share is not None else None, "passes": result.passes}
                    for reading in (UNPAID, OWN)
                    for result in [weighed.result(test.id, reading)]
                },
            }
            for test in weighed.tests
        ],
    }
