"""`cofund scheme`: check scheme files, look at the schemes that come with the product, install one."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError, SchemeProblem
from cofund.rules.schemes import Figure, Scheme
from cofund.schemes import shipped

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


@click.group("scheme", short_help="Check, list, show and install schemes.")
def group() -> None:
    """Check, list, show and install schemes (TOML files; docs/schemes.md explains every key)."""


@group.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@JSON_OPTION
def check_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Check scheme files and name everything that is wrong: file, key, what was found, what was expected.

    Exits with 1 where a file has a problem, so that it can stand in a script.
    """
    problems: list[SchemeProblem] = []
    good: list[Scheme] = []
    for path in files:
        try:
            good.append(parse(_text(path), file=str(path), is_new=True))
        except SchemeError as error:
            problems.extend(error.problems)
        else:
            if not as_json:
                click.echo(f"{path}: {_summary(good[-1])}")
    if as_json:
        rows = [{"file": p.file, "key": p.key, "found": p.found, "expected": p.expected} for p in problems]
        click.echo(json.dumps({"checked": len(files), "problems": rows}, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem), err=True)
    sys.exit(1 if problems else 0)


@group.command("list")
@JSON_OPTION
def list_shipped(as_json: bool) -> None:
    """List the schemes that come with the product."""
    schemes = [parse(text, file=name) for name, text in shipped().items()]
    if as_json:
        rows = [
            {"code": s.code, "name": s.name, "version": s.version, "currency": s.currency, "tranches": len(s.tranches)}
            for s in schemes
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for scheme in schemes:
        click.echo(f"{scheme.code:<12} {scheme.name}: {_summary(scheme)}")


@group.command("show")
@click.argument("scheme", metavar="CODE|FILE")
@JSON_OPTION
def show(scheme: str, as_json: bool) -> None:
    """Show what a scheme says: by its code one that comes with the product or is installed on this site, any other by its file."""
    texts = {name.removesuffix(".toml"): text for name, text in shipped().items()}
    try:
        if scheme in texts:
            found = parse(texts[scheme], file=f"{scheme}.toml")
        elif Path(scheme).suffix == ".toml":
            found = parse(_text(Path(scheme)), file=scheme)
        else:
            found = _installed(scheme, texts)
    except SchemeError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(_plain(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


@group.command("install")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def install_files(files: tuple[Path, ...]) -> None:
    """Install scheme files on this site and open their books.

    Each changed file becomes a new version of its scheme; an unchanged one changes nothing.
    """
    # Needs the database: imported here, so that the other commands work without a site.
    from cofund.actions.actors import Actor
    from cofund.actions.opening import open_scheme
    from cofund.queries import ceilings

    for path in files:
        try:
            version = open_scheme(Actor.operator(), _text(path), file=str(path))
        except SchemeError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{version.scheme.code}: version {version.number} ({version.label}) is in force.")
        for other in ceilings.others(version.scheme.code):
            click.echo(other.words)


def _installed(code: str, texts: Mapping[str, str]) -> Scheme:
    """The scheme that is in force on this site under a code. Raises: click.ClickException where there is none."""
    # Needs the database, which a site that was never set up does not have.
    from django.db import DatabaseError

    from cofund.queries.schemes import SchemeNotInstalledError, current

    try:
        return current(code)[0]
    except (DatabaseError, SchemeNotInstalledError):
        known = ", ".join(texts)
        raise click.ClickException(
            f"No scheme '{code}'. There are: {known}, and those installed on this site; or name a .toml file."
        ) from None


def _text(path: Path) -> str:
    """The text of a file. Raises: SchemeError where it cannot be read."""
    try:
        # Some editors write a mark of byte order at the start of a file; it is no part of the text.
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 (at byte {error.start})"
    except OSError as error:
        found = (error.strerror or "an unreadable file").lower()
    raise SchemeError([SchemeProblem(str(path), "whole file", found, "a readable UTF-8 text file")])


def _summary(scheme: Scheme) -> str:
    """One line: version, tranches with caps, figures by certainty."""
    caps = ", ".join(f"{rule.code} {_money(rule.cap_cents)}" for rule in scheme.tranches)
    return f"version {scheme.version}, {scheme.currency}, tranches {caps}, {_certainties(scheme)}"


def _certainties(scheme: Scheme) -> str:
    """How many sources there are of each certainty."""
    names = [figure.certainty for figure in scheme.figures]
    counts = ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))
    return f"{len(names)} sources ({counts})" if names else "no sources"


def _money(cents: int) -> str:
    """Cents as an amount grouped by thousands; cents only where there are any."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def _print(scheme: Scheme) -> None:
    """The scheme for people: what is matched, what can be given, and where each figure comes from."""
    click.echo(f"{scheme.name} ({scheme.code}), {_summary(scheme)}")
    click.echo(f"Legal basis: {scheme.legal_basis or 'not stated'}")
    click.echo("\nTranches")
    for rule in scheme.tranches:
        terms = f"ratio {rule.ratio}, basis {rule.basis}, allocation {rule.allocation}"
        role = scheme.role(rule.matched_role).label_plural
        click.echo(f"  {rule.code}: {_money(rule.cap_cents)} {scheme.currency} matches {role}; {terms}")
        if rule.reallocation:
            limit = _money(rule.reallocation.limit_cents)
            click.echo(f"     what stays unmatched may raise {rule.reallocation.to}, by at most {limit}")
    click.echo("\nKinds of contribution")
    for kind in scheme.kinds:
        givers = ", ".join(scheme.role(code).label_plural for code in kind.given_by)
        click.echo(f"  {kind.code}: {kind.label}; given by {givers}")
    click.echo("\nShare tests" if scheme.share_tests else "\nNo share tests")
    for test in scheme.share_tests:
        limits = (("at least", test.minimum), ("at most", test.maximum))
        stated = " and ".join(f"{word} {limit}" for word, limit in limits if limit is not None)
        parts = " + ".join(map(str, test.numerator)), " + ".join(map(str, test.denominator))
        click.echo(f"  {test.id}: ({parts[0]}) / ({parts[1]}) {stated}, {test.level}, {test.severity}")
    click.echo("\nSources")
    for figure in scheme.figures:
        click.echo(f"  {_line(figure)}")


def _line(figure: Figure) -> str:
    """One source in one line."""
    return f"{figure.key} [{figure.certainty}]: {figure.source}"


def _plain(value: Any) -> Any:
    """A value as JSON knows it: fractions and days become text, cents stay whole numbers."""
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Fraction | date) else value
