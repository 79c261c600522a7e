"""Leads that several people open and move at one time, on both databases."""

from __future__ import annotations

import threading

from django.db import connection
from tests.leads import OFFICER, Desk

from cofund.actions import lead_steps, leads
from cofund.actions.errors import Refused
from cofund.actions.lead_steps import LeadMove
from cofund.actions.leads import NewLead
from cofund.records.directory.models import Organisation
from cofund.records.programme.models import Lead, LeadStep


def test_leads_that_are_opened_at_one_time_get_references_of_their_own(transactional_db: None) -> None:
    Desk.opened().office.organisation("Trust")
    trust = Organisation.objects.get(slug="trust")
    wrong: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(5):
                leads.open_lead(OFFICER, NewLead("fund", trust, "knocks"))
        except Refused as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    references = set(Lead.objects.values_list("reference", flat=True))
    assert (wrong, len(references)) == ([], 20)
    assert references == {f"fund-lead-{key}" for key in Lead.objects.values_list("pk", flat=True)}


def test_step_that_two_do_at_one_time_is_done_once(transactional_db: None) -> None:
    desk = Desk.opened()
    lead = desk.lead()
    outcomes: list[str] = []

    def work() -> None:
        try:
            lead_steps.move_lead(OFFICER, lead.reference, LeadMove("contact lead"))
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused", "refused"]
    assert LeadStep.objects.filter(stage="contacted").count() == 1
