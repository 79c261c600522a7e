"""Where each kind of task leads: the name of a page, and what of the task its address takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.http import urlencode

from cofund.queries.tasks.shapes import Task
from cofund.queries.worklists import WAITS
from cofund.web.routes import reverse

PAGES: Final[dict[str, str]] = {
    "lead_step": "office-lead",
    "lead_stale": "office-lead",
    "organisation_step": "office-partner",
    "organisation_quiet": "office-partner",
    "interest_unconfirmed": "office-topic",
    "application_check": "office-application",
    "application_schedule": "office-application",
    "application_late": "office-application-timing",
    "application_deferred": "office-application",
    "application_decide": "office-application",
    "application_next": "office-application",
    "application_condition": "office-application",
    "application_recheck": "office-application",
    "partner_recheck": "office-partner-check",
    "application_own": "office-application",
    "idea_triage": "office-idea",
    "comment_answer": "office-consultation",
    "consultation_open": "office-consultation",
    "confirmation": "office-confirmation",
    "text_told": "office-confirmation",
    "confirmation_withdraws": "office-confirmation",
    "confirmation_talks": "office-confirmation",
    "confirmation_late": "office-confirmation",
    "confirmation_waiting": "office-confirmation",
    "meeting_papers": "office-meeting",
    "item_vote": "office-item",
    "item_declare": "office-item",
    "decision_publish": "office-decision",
    "plan_decide": "office-plan",
    "plan_own": "office-plan",
    "report_check": "office-report",
    "report_own": "office-report",
    "plan_due": "office-partner-round",
    "report_due": "office-partner-round",
    "instalment_late": "office-instalment",
    "instalment_invoice": "office-instalment",
    "instalment_own": "office-instalment",
    "project_short": "office-project-close-out",
    "notice_running": "office-notice",
    "notice_decide": "office-notice",
    "notice_own": "office-notice",
    "embargo_ends": "office-who-sees",
    "story_review": "office-story",
    "story_change": "office-story",
    # A message has no page: its reason stands in the list.
    "message_unsent": "",
    **dict.fromkeys(WAITS, "office-contribution"),
}


def of_kind(kind: str, **more: str) -> str:
    """The list of the tasks of a kind, narrowed further by what the page of tasks takes."""
    return f"{reverse('office-tasks')}?{urlencode({'kind': kind, **more})}"


def of_task(task: Task) -> str:
    """The page of what a task is about; of an e-mail, the list of its kind."""
    return page(PAGES[task.kind], task.arguments) or of_kind(task.kind)


def page(name: str, arguments: Sequence[str | int]) -> str:
    """The address of a page by its name; empty for what is no page's by its nature, such as an e-mail."""
    return reverse(name, args=arguments) if name else ""
