"""From the columns of CORDIS to the tables of the corpus: what goes where, and the few rules that change values."""

from __future__ import annotations

from cofund.importers.cordis_values import Column, Value
from cofund.importers.loading import Row, Table
from cofund.records.corpus import models

# The columns of a project stand in the order of the sheet `project`.
PROJECTS = Table(
    models.PastProject,
    (
        *("id", "acronym", "status", "title", "starts_on", "ends_on", "total_cost_cents", "ec_max_contribution_cents"),
        *("main_legal_basis", "main_topic", "signed_on", "framework_programme", "master_call", "sub_call"),
        *("funding_scheme", "objective", "content_updated_at", "rcn", "grant_doi", "keywords"),
    ),
    key=("id",),
)
# Those of an organisation stand in the order of the sheet `organization`, from its second column.
ORGANISATIONS = Table(
    models.PastOrganisation,
    (
        *("pic", "vat_number", "name", "short_name", "sme", "activity_type", "street", "post_code", "city", "country"),
        *("nuts_code", "geolocation", "url", "content_updated_at", "rcn"),
    ),
    key=("pic",),
)
PARTICIPATIONS = Table(
    models.PastParticipation,
    (
        *("project_id", "organisation_id", "sme", "activity_type", "city", "country", "nuts_code", "geolocation"),
        *("url", "position", "role", "ec_contribution_cents", "net_ec_contribution_cents", "total_cost_cents", "ended"),
    ),
    key=("project_id", "organisation_id", "role", "position"),
)
TOPICS = Table(models.PastTopic, ("code", "title"), key=("code",))
FIELDS = Table(models.FieldOfScience, ("code", "path", "title"), key=("code",))
LEGAL_BASES = Table(models.LegalBasis, ("code", "title"), key=("code",))
PROJECT_TOPICS = Table(models.PastProjectTopic, ("project_id", "topic_id"), key=("project_id", "topic_id"))
PROJECT_FIELDS = Table(models.PastProjectField, ("project_id", "field_id"), key=("project_id", "field_id"))
PROJECT_LEGAL_BASES = Table(
    models.PastProjectLegalBasis,
    ("project_id", "legal_basis_id", "unique_programme_part"),
    key=("project_id", "legal_basis_id"),
)
# In this order a row never speaks of one that is not there yet.
TABLES = (
    *(PROJECTS, TOPICS, FIELDS, LEGAL_BASES, ORGANISATIONS),
    *(PROJECT_TOPICS, PROJECT_FIELDS, PROJECT_LEGAL_BASES, PARTICIPATIONS),
)

_UPDATED = ORGANISATIONS.columns.index("content_updated_at")


def known_cost(total_cents: Value, *contributions: Value) -> Value:
    """The total cost, or None where the source writes 0 for "not stated".

    A cost of 0 beside a contribution above 0 is a lump sum; one beside a contribution that is not stated belongs to
    somebody who takes part without Union money. In both cases there are costs, and nobody published them.
    """
    if total_cents == 0 and any(contribution is None or contribution != 0 for contribution in contributions):
        return None
    return total_cents


def project_columns(sheet: list[Column]) -> list[Column]:
    """The columns of `PROJECTS` for those of the sheet `project`."""
    costs = list(map(known_cost, sheet[6], sheet[7]))
    return [*sheet[:6], costs, *sheet[7:]]


def organisation_columns(sheet: list[Column]) -> list[Column]:
    """The columns of `ORGANISATIONS` for those of the sheet `organization`."""
    return sheet[1:16]


def participation_columns(sheet: list[Column]) -> list[Column]:
    """The columns of `PARTICIPATIONS` for those of the sheet `organization`."""
    costs = list(map(known_cost, sheet[20], sheet[18], sheet[19]))
    # projectID, organisationID, SME, activityType, city to organizationURL, order, role, the amounts
    return [*(sheet[place] for place in (0, 1, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19)), costs, sheet[21]]


def merged_organisation(kept: Row, stated: Row) -> Row:
    """What is known of an organisation after one more statement: the later one counts, blanks never hide a value.

    Of two statements of the same instant the greater value counts, field by field, so that the order of the rows does
    not matter and a second import changes nothing.
    """
    ours, theirs = str(kept[_UPDATED] or ""), str(stated[_UPDATED] or "")
    if says_the_same(kept, stated):
        return stated if theirs > ours else kept
    merged = list(kept)
    for place, value in enumerate(stated):
        old = kept[place]
        if value == old or value in ("", None):
            continue
        if old in ("", None) or theirs > ours or (theirs == ours and str(value) > str(old)):
            merged[place] = value
    return tuple(merged) if merged != list(kept) else kept


def says_the_same(one: Row, other: Row) -> bool:
    """Whether two rows of `ORGANISATIONS` differ in nothing but the instant of the statement."""
    return one[:_UPDATED] == other[:_UPDATED] and one[_UPDATED + 1 :] == other[_UPDATED + 1 :]
