"""Who may do what with the recommendation index, through the pages: what every cell is tried on; states; offers; tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cells import Act
from tests.rights import partner

from cofund.queries import background, clock, index_files
from cofund.records.directory.models import AuditEvent, BackgroundTask, Organisation, User
from cofund.rules import roles
from cofund.rules.lifecycles import Lifecycle
from cofund.web.office import tokens

pytestmark = pytest.mark.django_db


def client_of(role: str) -> Client:
    """A browser in which somebody of a role is signed in."""
    client = Client()
    if role == roles.PARTNER:
        trust = Organisation.objects.create(slug="index-trust", name="Index Trust")
        client.force_login(partner("p", trust, "read", "apply", "sign"))
    else:
        client.force_login(User.objects.create_user(f"i-{role}", role="" if role == roles.PUBLIC else role))
    return client


def task(status: str = "open", **more: Any) -> BackgroundTask:
    """A task, just asked for."""
    values = {"kind": "index", "asked_at": clock.now(), "asked_by": "Olga", "asked_by_role": "officer"}
    return BackgroundTask.objects.create(status=status, **(values | more))


@dataclass
class Cells:
    """A task, for the test of every cell."""

    row: BackgroundTask | None = None
    GONE = frozenset[tuple[str, str]]()

    @classmethod
    def build(cls) -> Cells:
        """Build it."""
        return cls(task())

    def client(self, role: str) -> Client:
        """Somebody of a role; for the public somebody without one."""
        return client_of(role)

    def bring(self, action: str, life: Lifecycle | None, state: str) -> BackgroundTask:
        """A task in a state; where one is to be started, none is under way."""
        assert self.row is not None
        self.row.status = state or ("done" if action == "build index" else "open")
        self.row.asked_at = clock.now()
        self.row.save()
        return self.row

    def act(self, action: str, role: str) -> Act:
        """The pages that are read, or the page and the form of an act."""
        assert self.row is not None
        token = {"token": tokens.new()}
        if action == "read index":
            return Act(reverse("office-index"), more=(reverse("office-index-progress"),))
        if action == "build index":
            return Act(reverse("office-index-start", args=["fetch"]), token)
        assert action == "cancel task", action
        return Act(reverse("office-task-cancel", args=[self.row.pk]), token)


WORLDS = {"the recommendation index": Cells}


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """A home folder of the test's own."""
    settings.COFUND_HOME = tmp_path
    return tmp_path


def page(role: str = roles.OFFICER) -> str:
    return client_of(role).get(reverse("office-index")).content.decode()


def test_missing_index_is_said_with_what_to_do(home: Path) -> None:
    found = page()
    assert ("There is no index yet" in found, "Fetch Horizon Europe and build" in found) == (True, True)
    assert "The rest of the site works as before." in found


def test_index_whose_description_is_broken_is_said(home: Path) -> None:
    folder = home / "index" / "1"
    folder.mkdir(parents=True)
    (folder / index_files.DESCRIPTION).write_text("{")
    (home / "index" / "current").write_text("1")
    assert "The index 1 is damaged: index.json cannot be read." in page()


def test_index_of_another_release_is_said(home: Path) -> None:
    folder = home / "index" / "1"
    folder.mkdir(parents=True)
    (folder / index_files.DESCRIPTION).write_text('{"format": 0}')
    (home / "index" / "current").write_text("1")
    assert "The index is of another release" in page()


def test_auditor_is_offered_nothing_to_start(home: Path) -> None:
    assert ("/start/" in page(roles.AUDITOR), "/start/" in page(roles.OFFICER)) == (False, True)


def test_task_under_way_is_shown_with_how_far_it_is(home: Path) -> None:
    task(step="Importing a.zip", done=30, total=120, told_at=clock.now())
    found = page()
    assert ("Importing a.zip" in found, 'max="100" value="25"' in found, "/start/" in found) == (True, True, False)
    assert f'"{reverse("office-index")}">Look again' in found


def test_progress_alone_tells_the_page_to_be_read_anew_when_the_task_has_ended(home: Path) -> None:
    client, row = client_of(roles.OFFICER), task()
    address = reverse("office-index-progress")
    before = client.get(address)
    BackgroundTask.objects.filter(pk=row.pk).update(status="done")
    after = client.get(address)
    assert (before.headers.get("HX-Refresh"), after.headers.get("HX-Refresh")) == (None, "true")


def test_task_whose_process_is_gone_is_said_and_a_new_one_closes_it(home: Path) -> None:
    gone = task(asked_at=clock.now() - timedelta(hours=1))
    client = client_of(roles.OFFICER)
    assert "Its process is gone" in client.get(reverse("office-index")).content.decode()
    client.post(reverse("office-index-start", args=["index"]), {"token": tokens.new()})
    gone.refresh_from_db()
    assert (gone.status, background.open_task() is not None) == ("failed", True)
    assert gone.wrong.startswith("Its process ended without a word")
    said = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert said == ["end task", "build index"]


def test_second_task_is_refused_in_words(home: Path) -> None:
    task()
    answer = client_of(roles.OFFICER).post(reverse("office-index-start", args=["index"]), {"token": tokens.new()})
    assert (answer.status_code, "Another task is under way." in answer.content.decode()) == (422, True)


def test_page_starts_no_task_with_a_file(home: Path) -> None:
    answer = client_of(roles.OFFICER).post(reverse("office-index-start", args=["file"]), {"token": tokens.new()})
    assert (answer.status_code, BackgroundTask.objects.count()) == (404, 0)


def test_absent_task_answers_404(home: Path) -> None:
    assert (
        client_of(roles.OFFICER).post(reverse("office-task-cancel", args=[9]), {"token": tokens.new()}).status_code
        == 404
    )
