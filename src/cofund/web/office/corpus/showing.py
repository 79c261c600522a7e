"""The recommendation index and its tasks as the components of a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from cofund.queries import background, import_runs
from cofund.queries.index_state import DAMAGED, MISSING, OTHER_RELEASE, WHOLE, IndexState
from cofund.records.corpus.models import ImportRun
from cofund.records.directory.models import BackgroundTask
from cofund.web import components as c
from cofund.web.formatting import counted, instant, relative_day
from cofund.web.office.corpus import scoring

STATES: Final = {
    WHOLE: c.Status("Whole", c.Tone.GOOD),
    MISSING: c.Status("Missing", c.Tone.WARNING),
    DAMAGED: c.Status("Damaged", c.Tone.BAD),
    OTHER_RELEASE: c.Status("Of another release", c.Tone.WARNING),
}
TASKS: Final = {
    "open": c.Status("Under way", c.Tone.ACTIVE),
    "done": c.Status("Done", c.Tone.GOOD),
    "failed": c.Status("Failed", c.Tone.BAD),
    "cancelled": c.Status("Cancelled", c.Tone.CLOSED),
    background.DEAD: c.Status("Its process is gone", c.Tone.BAD),
}
_GONE: Final = (
    "It was killed, or the machine was started again. What it imported before stays. A new start closes this one."
)
_WITHOUT: Final = (
    "The rest of the site works as before. Whoever asks for recommendations is told that there are none now."
)


def notice(state: IndexState) -> c.Callout | None:
    """What is the matter with the index, and what to do; nothing where all is well."""
    if state.state == MISSING:
        text = f"{_WITHOUT} Fetch Horizon Europe, or build the index from what is imported already."
        return c.Callout("There is no index yet", text, "warning")
    if state.state == DAMAGED:
        return c.Callout("The index is damaged", f"{state.wrong} Or use the button below. {_WITHOUT}", "error")
    if state.state == OTHER_RELEASE:
        return c.Callout(
            "The index is of another release", f"{state.wrong} Or use the button below. {_WITHOUT}", "warning"
        )
    if state.imports_since:
        since = counted(state.imports_since, "import")
        return c.Callout("It is behind what is imported", f"{since} of past projects came since. Update it.", "info")
    return None


def facts(state: IndexState, score: dict[str, Any] | None, today: datetime) -> tuple[c.Fact, ...]:
    """What is known of the index in use."""
    found = [c.Fact("State", STATES[state.state])]
    known = state.description
    if known is None or state.built_at is None:
        return tuple(found)
    found += [
        c.Fact("Version", state.version),
        c.Fact("Built", instant(state.built_at), note=relative_day(state.built_at.date(), today.date())),
        c.Fact(
            "Knows",
            counted(known["projects"] + known["older_projects"], "past project"),
            note=_corpus(known["projects"], known["older_projects"]),
        ),
        c.Fact("Can recommend", counted(known["candidates"], "organisation")),
        c.Fact("Ranking", *_ranking(state, known)),
        c.Fact("Files", counted(len(state.files), "file"), note=f"{_megabytes(state.size)} in all"),
        scoring.fact(score),
    ]
    return tuple(found)


def _corpus(current: int, older: int) -> str:
    return f"{current:,} of Horizon Europe, {older:,} older" if older else "all of Horizon Europe"


def _ranking(state: IndexState, known: dict[str, Any]) -> tuple[str, str, str]:
    """How it ranks: value, address and note of a fact."""
    if not state.is_trained:
        return (
            "By the vote of past projects",
            "",
            "Nothing is trained: there was too little to learn from, or training was left out.",
        )
    trained = known.get("trained_at")
    note = f"trained {instant(datetime.fromisoformat(trained))}" if trained else "when it was trained is not recorded"
    since = known.get("changed_since_training") or 0
    return "Full ranking", "", note + (f"; {counted(since, 'past project')} different since" if since else "")


def files_table(state: IndexState, part: slice, pages: c.Pages) -> c.Table:
    """The files of the index in use."""
    return c.Table(
        "files",
        "Files of the index",
        (c.Column("File"), c.Column("Bytes", numeric=True)),
        tuple(c.Row.of(name, f"{size:,}") for name, size in state.files[part]),
        noun=("file", "files"),
        total_count=len(state.files),
        empty=c.EmptyState("No file to show."),
        pages=pages,
    )


def _import(run: ImportRun) -> c.Status:
    """What became of an import. One that a killed process left is not under way, and broke off."""
    if run.finished_at:
        return c.Status("Whole", c.Tone.GOOD)
    return TASKS["open"] if import_runs.is_under_way(run) else c.Status("Broke off", c.Tone.WARNING)


def imports_table(runs: list[ImportRun]) -> c.Table:
    """The latest imports of open data."""
    rows = tuple(
        c.Row.of(
            c.Cell(run.file_name, note=run.source),
            instant(run.started_at),
            _import(run),
            c.Cell(f"{run.rejected:,}"),
        )
        for run in runs
    )
    columns = (c.Column("File"), c.Column("Begun"), c.Column("Import"), c.Column("Rows rejected", numeric=True))
    empty = c.EmptyState("Nothing was imported yet.")
    return c.Table("imports", "Latest imports", columns, rows, noun=("import", "imports"), empty=empty)


def tasks_table(rows: list[BackgroundTask]) -> c.Table:
    """The latest tasks."""
    lines = []
    for row in rows:
        said = row.wrong or "; ".join(row.results)
        standing = background.standing(row)
        lines.append(
            c.Row.of(
                c.Cell(row.get_kind_display(), note=f"asked by {row.asked_by}"),
                instant(row.asked_at),
                TASKS[standing],
                _GONE if standing == background.DEAD else said or "–",
            )
        )
    columns = (c.Column("Task"), c.Column("Asked"), c.Column("Stands at"), c.Column("What came of it"))
    empty = c.EmptyState("No task was started yet.")
    return c.Table("tasks", "Latest tasks", columns, tuple(lines), noun=("task", "tasks"), empty=empty)


def _megabytes(size: int) -> str:
    """A size in words."""
    return f"{round(size / 1_000_000):,} MB" if size >= 1_000_000 else f"{size:,} bytes"
