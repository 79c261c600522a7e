"""The books, and what stands before them: applications of partners and their letters of endorsement."""

from cofund.records.ledger.models.applications import Application, Confirmation, Letter, LetterLine
from cofund.records.ledger.models.books import (
    Account,
    Book,
    Contribution,
    ContributionParty,
    ContributionVersion,
    Entry,
    Submission,
    TrancheRoom,
    Transfer,
)

__all__ = [
    "Account",
    "Application",
    "Book",
    "Confirmation",
    "Contribution",
    "ContributionParty",
    "ContributionVersion",
    "Entry",
    "Letter",
    "LetterLine",
    "Submission",
    "TrancheRoom",
    "Transfer",
]
