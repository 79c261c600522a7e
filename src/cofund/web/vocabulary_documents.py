"""The words and sentences of public documents that `cofund.web.vocabulary` knows: titles, captions, headings, notes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as marked

WORDS: Final = frozenset(
    (
        marked(
            "Amounts in all. Committed is what stands in a signed grant, also where it was reported since. What is "
            "validated without a report, such as cash that came, counts as reported and certified with it. Match "
            "consumed belongs to what was validated. 0 says that nothing is booked here."
        ),
        marked("By country"),
        marked("By kind"),
        marked("By partner type"),
        marked("By place of cost"),
        marked("By project"),
        marked("By role"),
        marked("Code of country"),
        marked("Code of kind"),
        marked("Code of place"),
        marked("Code of project"),
        marked("Code of role"),
        marked("Code of type"),
        marked("Code"),
        marked("Committed and actual contributions by country of the organisations, and by where the costs arise."),
        marked("Contributions"),
        marked("Contributions by country of the organisations"),
        marked("Contributions by kind"),
        marked("Contributions by partner type"),
        marked("Contributions by place of cost"),
        marked("Contributions by project"),
        marked("Contributions by role"),
        marked(
            "Contributions by type of partner, role, kind, project and country, from committed to validated, and "
            "their match."
        ),
        marked("Countries and types are those of the organisations as the directory has them now."),
        marked("Countries are those of the organisations as the directory has them now."),
        marked("Country and place"),
        marked("Each country of organisations with each place of cost"),
        marked("Every contribution that the other sheets add up"),
        marked("Given by"),
        marked("Grant agreement"),
        marked("How sure"),
        marked("In the Union"),
        marked("In an associated country"),
        marked("In a third country"),
        marked("Kind"),
        marked("Lower bound: it is known that contributions are missing in the books; the truth is this or more."),
        marked("Match committed"),
        marked("Match consumed"),
        marked("Not published"),
        marked("Not stated"),
        marked("Of each project its members and partners, the public contribution, and what they committed by kind."),
        marked("One contribution is not published and not in here."),
        marked("Participant of the grant"),
        marked("Participants and what they committed"),
        marked("Partner type"),
        marked("Place of cost"),
        marked("Project or topic"),
        marked("Projects"),
        marked("Public contribution"),
        marked("Public money is what is fixed for the project; where none is fixed, what matches its contributions."),
        marked("Reference"),
        marked("Role"),
        marked("Share of committed"),
        marked(
            "The place of cost is what each contribution states; “Not stated” is not known, and no place is taken "
            "for it."
        ),
        marked("Title"),
        marked("Validated of committed"),
        marked(
            "What several organisations give jointly is one row with all of their names; how it is split between "
            "them is not known, so it is never counted twice."
        ),
        marked("Participant"),
        marked("Participants"),
        marked("Verified in a public source"),
        marked("Inferred or computed from verified facts"),
        marked("Recalled, not verified"),
        marked("Assumed, so that the example can be shown"),
        marked("Recorded here by the office"),
    )
)

SENTENCES: Final = (
    marked("Annual report {year}: contributions"),
    marked("{states}: contributions by country"),
    marked("{certainty}: {some} of {all} contributions, {amount} committed."),
    marked("Assumed in the entries: {list}."),
    marked("Assumed in the entries: {list}, and {count} more."),
    marked("{count} contributions are not published and not in here."),
    marked(
        "Published of each participant: {policy}. Every other amount of a single contribution says “{words}”; sums "
        "over all of them are stated."
    ),
    marked("Published of each participant: {policy}. Everything else says “{words}”."),
    marked("Published of each participant: {policy}. Everything else says “{words}”. {source} ({certainty})."),
    marked(
        "Public money of a participant is known where the sheet of its grant was imported; elsewhere it is “{words}”."
    ),
    marked(
        "“In {year}” counts the entries whose day lies in {same}; a report about {again} is usually handed in the "
        "year after."
    ),
)
