"""Records what is published: at which instant, as of which day, by which rules, with the digest of what it says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from cofund.actions import audit
from cofund.actions.actors import Actor
from cofund.actions.locks import writing
from cofund.queries import clock, published, schemes
from cofund.queries.published import Content
from cofund.records.ledger.models import Book, PublishedRecord


def record(actor: Actor, scheme_code: str, *, at: datetime | None = None) -> list[PublishedRecord]:
    """Record everything that the public can see of a programme now, as far as it differs from what was recorded last.

    Args:
        actor: who asks, a person or the command of every day.
        scheme_code: the programme.
        at: the instant; now, unless given.

    Returns: the records that were made; none where nothing has changed.

    Raises:
        NotAllowed: the role does not include it.
        SchemeNotInstalledError: the site has no such programme.
        Book.DoesNotExist: the programme has no book.
    """
    actor.require(published.ACTION)
    schemes.current(scheme_code)
    with writing():
        # While the lock of the book is held nobody books, and whoever books later does so at a later instant.
        book = Book.objects.select_for_update(of=("self",)).get(scheme__code=scheme_code)
        instant = at or clock.now()
    year, on = published.last_year(), clock.today()
    found = [(*what, published.content(scheme_code, *what, on, instant)) for what in published.whats(scheme_code, year)]
    with writing():
        made = [_kept(actor, book, what, of_year, one, instant) for what, of_year, one in found]
    return [row for row in made if row is not None]


def _kept(actor: Actor, book: Book, what: str, year: int, found: Content, at: datetime) -> PublishedRecord | None:
    """Keep a record with its audit row, where it says something else than the last one."""
    scheme, version = schemes.current(book.scheme.code)
    before = published.newest(scheme.code, what, year)
    if before is not None and (before.figures_digest, before.words_digest) == (found.figures, found.words):
        return None
    made = PublishedRecord.objects.create(
        scheme_id=book.scheme_id,
        scheme_version=version,
        what=what,
        year=year,
        as_of=clock.today(),
        known_at=at,
        last_entry=book.last_entry,
        last_hash=book.last_hash,
        figures_digest=found.figures,
        words_digest=found.words,
        parts={key: asdict(part) for key, part in found.parts.items()},
        recorded_by=actor.name,
    )
    after = {
        "what": what,
        "year": year,
        "as of": made.as_of.isoformat(),
        "figures": found.figures,
        "words": found.words,
    }
    audit.record(actor, published.ACTION, published.subject_of(made), at=at, after=after)
    return made
