"""`cofund audit-file` and `cofund verify-audit-file`: everything that proves a project in one signed zip, and its check."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from django.urls import reverse

from cofund.actions import signing_keys
from cofund.actions.actors import Actor
from cofund.actions.proving import take_audit_file
from cofund.commands.friendly import Unusable
from cofund.commands.printing import JSON_OPTION, Instant, print_json
from cofund.exporters.audit_file.scope import Scope
from cofund.exporters.audit_file.verifying import Verdict, fingerprint, public_key, verify
from cofund.exporters.audit_file.writing import stream
from cofund.queries import clock
from cofund.records.programme.models import Project


@click.command("audit-file", short_help="Write everything that proves a project as a signed zip.")
@click.argument("project")
@click.option("--scheme", default="", help="The programme, where several have a project of this name.")
@click.option(
    "--as-of",
    type=Instant(),
    help="What was known at this instant, as in 2026-05-31 or 2026-05-31T10:00. Default: now.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The zip to write.",
)  # fmt: skip
def audit_file(project: str, scheme: str, as_of: datetime | None, output: Path) -> None:
    """Write the audit file of PROJECT: rows, letters, certificates, evidence, rules, seals, and a signed list of hashes.

    PROJECT is the last part of the address of its page. The key lies in COFUND_HOME/keys and is made with the first file.

    \b
    Examples:
      cofund audit-file periscope --output periscope.zip
      cofund audit-file periscope --as-of 2019-12-31 --output periscope-2019.zip
    """
    now = clock.now()
    if as_of is not None and as_of > now:
        raise click.ClickException("That instant is still to come: nobody can know yet what is recorded until then.")
    row = _project(project, scheme)
    address = f"{settings.COFUND_SITE_URL}{reverse('audit-key')}"
    key = take_audit_file(Actor.operator(), row, as_of or now, at=now)
    part = output.with_name(f"{output.name}.part")
    size = 0
    try:
        with part.open("wb") as file:
            for piece in stream(Scope(row, as_of or now), key, made_at=now, made_by="Command line", address=address):
                size += file.write(piece)
        part.replace(output)
    except OSError as error:
        raise Unusable(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"Wrote {output}: {size:,} bytes, signed with the key {key.fingerprint[:16]}.", err=True)


@click.command("verify-audit-file", short_help="Check an audit file by itself.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The public key that must have signed. Default: the key of this site, where it has one.",
)  # fmt: skip
@JSON_OPTION
def verify_audit_file(file: Path, key: Path | None, as_json: bool) -> None:
    """Check the signature, the hashes, the completeness and the seals of FILE, and name each difference.

    Exits with 0 where everything agrees and with 1 on any difference.

    \b
    Examples:
      cofund verify-audit-file periscope.zip
      cofund verify-audit-file periscope.zip --key public-key.pem
    """
    trusted = None
    if key is not None:
        trusted = public_key(key.read_bytes())
        if trusted is None:
            raise click.ClickException(
                f"{key} is no public key of Ed25519 in PEM. Take the one that the site publishes."
            )
    elif signing_keys.exists():
        trusted = signing_keys.own().private.public_key()
    verdict = verify(file, trusted)
    if trusted is None and verdict.key:
        verdict.notes.append(
            f"No key was given, so the one in the file was taken: {verdict.key}. Compare it with {verdict.address}."
        )
    if as_json:
        print_json(_plain(verdict, fingerprint(trusted) if trusted else ""))
    else:
        _print(file, verdict)
    sys.exit(1 if verdict.differences else 0)


def _project(slug: str, scheme: str) -> Project:
    """The project of a name. Raises click.ClickException where there is none, or where there are several."""
    rows = Project.objects.select_related("scheme", "topic").filter(slug=slug)
    found = list(rows.filter(scheme__code=scheme) if scheme else rows)
    if not found:
        some = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)[:5])
        raise click.ClickException(f"There is no project '{slug}'. This site has, for example: {some or 'none'}.")
    if len(found) > 1:
        codes = ", ".join(row.scheme.code for row in found)
        raise click.ClickException(f"Several programmes have a project '{slug}': {codes}. Name one with --scheme.")
    return found[0]


def _print(file: Path, verdict: Verdict) -> None:
    """The result for people."""
    if not verdict.differences:
        click.echo(
            f"{file}: everything agrees. {verdict.project} ({verdict.scheme}) as known at {verdict.known_at}; "
            f"{verdict.files} files, {verdict.transfers} transfers, signed with the key {verdict.key[:16]}."
        )
    for note in verdict.notes:
        click.echo(f"  To know: {note}")
    if verdict.differences:
        count = len(verdict.differences)
        click.echo(f"{file}: {count} {'difference' if count == 1 else 'differences'}.")
    for one in verdict.differences:
        click.echo(f"  {one}", err=True)


def _plain(verdict: Verdict, trusted: str) -> dict[str, object]:
    """The result as plain values."""
    return {
        "project": verdict.project,
        "scheme": verdict.scheme,
        "known_at": verdict.known_at,
        "key": verdict.key,
        "trusted_key": trusted,
        "files": verdict.files,
        "transfers": verdict.transfers,
        "differences": verdict.differences,
        "notes": verdict.notes,
    }
