"""The books, what stands before them (applications and letters of endorsement), and what proves them: reports, receipts, sheets."""

from cofund.records.ledger.models.activities import Activity, Plan, PlanLine
from cofund.records.ledger.models.applications import (
    Application,
    Confirmation,
    Letter,
    LetterLine,
    PartnerCheck,
)
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
from cofund.records.ledger.models.publishing import PublicationException, PublishedRecord
from cofund.records.ledger.models.receipts import Instalment, Notice, Receipt
from cofund.records.ledger.models.reports import Certificate, Evidence, InKindLine, Refusal, Report, ReportLine
from cofund.records.ledger.models.sheets import GrantParticipant, SheetImport

__all__ = [
    "Account",
    "Activity",
    "Application",
    "Book",
    "Certificate",
    "Confirmation",
    "Contribution",
    "ContributionParty",
    "ContributionVersion",
    "Entry",
    "Evidence",
    "GrantParticipant",
    "InKindLine",
    "Instalment",
    "Letter",
    "LetterLine",
    "Notice",
    "PartnerCheck",
    "Plan",
    "PlanLine",
    "PublicationException",
    "PublishedRecord",
    "Receipt",
    "Refusal",
    "Report",
    "ReportLine",
    "SheetImport",
    "Submission",
    "TrancheRoom",
    "Transfer",
]
