"""Installs schemes: a text becomes a new version of a scheme, and its tranches stand ready to be booked on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cofund.records.directory.models import AuditEvent
from cofund.records.programme.models import Scheme, SchemeVersion, Tranche
from cofund.rules import schemes
from cofund.rules.scheme_parsing import parse
from cofund.rules.scheme_problems import SchemeError, SchemeProblem
from cofund.schemes import digest_of


@transaction.atomic
def install(text: str, *, file: str, actor_name: str, at: datetime) -> SchemeVersion:
    """The version of the scheme that `text` states: a new one, or the installed one where nothing changed.

    `file` is the name that messages give, `at` the instant that is recorded. What was installed stays: a newer version
    may change rules and limits, but neither the currency nor take away a tranche, since books may stand on them.

    Raises: SchemeError with everything that is wrong with the file; then nothing is installed.
    """
    wanted = parse(text, file=file, is_new=True)
    scheme, _ = Scheme.objects.get_or_create(
        code=wanted.code, defaults={"name": wanted.name, "currency": wanted.currency}
    )
    # The row is the lock: of two that install at once, the second sees what the first did.
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    digest = digest_of(text)
    newest = scheme.versions.order_by("number").last()
    if newest is not None and newest.digest == digest:
        return newest
    _refuse_what_books_forbid(wanted, scheme, digest, file)
    Scheme.objects.filter(pk=scheme.pk).update(name=wanted.name)
    for rule in wanted.tranches:
        Tranche.objects.update_or_create(scheme=scheme, code=rule.code, defaults={"name": rule.label})
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=newest.number + 1 if newest else 1,
        label=wanted.version,
        digest=digest,
        content=text,
        recorded_at=at,
    )
    AuditEvent.objects.create(
        recorded_at=at,
        actor_name=actor_name,
        action="scheme.install",
        subject=f"{scheme.code}/version/{version.number}",
        before={"number": newest.number, "label": newest.label, "digest": newest.digest} if newest else None,
        after={"number": version.number, "label": version.label, "digest": digest},
        reason=f"Installed from {file}",
    )
    return version


def _refuse_what_books_forbid(wanted: schemes.Scheme, installed: Scheme, digest: str, file: str) -> None:
    """Raises: SchemeError where the new text contradicts what is installed and may stand in the books."""
    problems = []
    if wanted.currency != installed.currency:
        problems.append(
            SchemeProblem(
                file, "currency", f"'{wanted.currency}'", f"'{installed.currency}', in which the books are kept"
            )
        )
    codes = {rule.code for rule in wanted.tranches}
    for gone in installed.tranches.exclude(code__in=codes):
        problems.append(
            SchemeProblem(file, "tranches", f"no tranche '{gone.code}'", "every tranche of the version before")
        )
    same = installed.versions.filter(digest=digest).first()
    if same is not None:
        problems.append(
            SchemeProblem(
                file,
                "version",
                f"the very text of version {same.number}, which was replaced since",
                "a text with a new version label, so that going back is a version of its own",
            )
        )
    if problems:
        raise SchemeError(problems)
