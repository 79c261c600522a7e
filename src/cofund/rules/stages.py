"""The stages that money can stand in, and the moves between them that a book allows.

A contribution goes from a pledge to what was validated; a tranche's public money goes from open to consumed. Outside is where
promises come from and where a cut goes. `docs/books.md` tells the same in words.
"""

from __future__ import annotations

from typing import Final

OUTSIDE: Final = "outside"

# Money in these stages is a living promise or more; withdrawn money is not, and over-delivery was never promised.
LIVE_STAGES: Final = ("pledged", "endorsed", "committed", "reported", "certified", "validated")
# What was accepted beyond the commitment: it stands apart, so that nothing of it is ever matched (INV-06).
OVER_DELIVERY: Final = "overdelivery"
CONTRIBUTION_STAGES: Final = (*LIVE_STAGES, "withdrawn", OVER_DELIVERY)
# Committed or on the way from there to the check of the office: what close-out takes back, for nobody has accepted it.
UNVALIDATED_STAGES: Final = ("committed", "reported", "certified")
TRANCHE_STAGES: Final = ("open", "promised", "reserved", "committed", "consumed")
# A match in these stages is decided; what is promised is only estimated.
DECIDED_STAGES: Final = ("reserved", "committed", "consumed")
GRANT_STAGES: Final = ("awarded",)

_CONTRIBUTION_MOVES: Final = {
    ("outside", "pledged"),
    ("pledged", "endorsed"),
    ("endorsed", "committed"),
    ("committed", "reported"),
    ("reported", "certified"),
    ("certified", "validated"),
    # A kind that needs no certificate is validated as it was reported.
    ("reported", "validated"),
    # Schemes that ask for no report or certificate validate what was committed.
    ("committed", "validated"),
    # A report that is returned, and what the office does not accept of one: it is undelivered again.
    ("reported", "committed"),
    ("certified", "committed"),
    ("pledged", "withdrawn"),
    ("endorsed", "withdrawn"),
    ("committed", "withdrawn"),
    ("reported", "withdrawn"),
    ("certified", "withdrawn"),
    # An amendment raises a contribution at the stage that it has reached, by the same decision.
    ("outside", "endorsed"),
    ("outside", "committed"),
    # What is accepted beyond the commitment was promised by nobody before.
    ("outside", OVER_DELIVERY),
}
_TRANCHE_MOVES: Final = {
    ("outside", "open"),
    ("open", "outside"),
    ("open", "promised"),
    ("promised", "open"),
    ("promised", "reserved"),
    ("open", "reserved"),
    ("reserved", "committed"),
    ("reserved", "open"),
    ("committed", "consumed"),
    ("committed", "open"),
    ("consumed", "open"),
    # A work plan that is amended after the grant reserves and commits in one decision.
    ("open", "committed"),
}
_GRANT_MOVES: Final = {("outside", "awarded"), ("awarded", "outside")}

MOVES: Final = {"contribution": _CONTRIBUTION_MOVES, "tranche": _TRANCHE_MOVES, "grant": _GRANT_MOVES}


def is_allowed(holder: str, from_stage: str, to_stage: str, *, correcting: bool) -> bool:
    """Tell whether money of this holder may go from one stage to the other.

    A correction may also go any allowed way back.
    """
    moves = MOVES.get(holder, set())
    return (from_stage, to_stage) in moves or (correcting and (to_stage, from_stage) in moves)
