"""What a sender did with the e-mails that it holds, in a file that outlives its death.

The database is told twice for a whole batch, before and after: a commit for each e-mail would cost more than the e-mail. In
between, two short lines in a file say that one is being handed over, and what came of it. What was written to a file stays when
its program is killed, so that whoever looks next knows each of them, but for the one that was on its way. A computer that lost its
power may have lost lines too: then everything without an answer is in doubt. The file is locked while its sender lives.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass
class Journal:
    """The open file of one sender and batch."""

    path: Path
    descriptor: int
    is_safe_every_line: bool

    @classmethod
    def begin(cls, batch: str) -> Journal:
        """Make the file of a batch, locked, before anything of it is claimed."""
        folder().mkdir(parents=True, exist_ok=True)
        path, boot = folder() / f"{batch}.journal", boot_id()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        made = cls(path, descriptor, is_safe_every_line=not boot)
        made._write({"boot": boot})
        os.fsync(descriptor)
        return made

    def hand_over(self, message_id: int) -> None:
        """Say that a message is handed over now."""
        self._write({"to": message_id})

    def settle(self, message_id: int, known: str, failure: str = "") -> None:
        """Say what came of it."""
        self._write({"of": message_id, "known": known, "failure": failure})

    def end(self) -> None:
        """Close the file and remove it: the database knows everything that it says."""
        self.path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Close the file and leave it to whoever looks next."""
        os.close(self.descriptor)

    def _write(self, line: dict[str, object]) -> None:
        """Append one line."""
        os.write(self.descriptor, json.dumps(line).encode() + b"\n")
        if self.is_safe_every_line:
            os.fdatasync(self.descriptor)


@dataclass
class Told:
    """What the journal of a dead sender tells: what was handed over, and of which of those what came of it, with the reason."""

    batch: str
    path: Path
    descriptor: int
    is_whole: bool = False
    handed_over: set[int] = field(default_factory=set)
    settled: dict[int, tuple[str, str]] = field(default_factory=dict)

    def close(self, *, remove: bool) -> None:
        """Let go of the file."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


def left() -> Iterator[Told]:
    """Give the journals whose senders are dead; each is held until it is closed, so that no other program reads it too."""
    for path in sorted(folder().glob("*.journal")):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        if not path.exists():
            os.close(descriptor)
            continue
        yield _read(Told(path.stem, path, descriptor))


def folder() -> Path:
    """Where journals lie."""
    return Path(settings.COFUND_HOME) / "outbox"


def boot_id() -> str:
    """What tells this start of the computer from every other; empty where the system does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def _read(told: Told) -> Told:
    """Read the lines; one that was cut off is none."""
    boot = None
    for line in told.path.read_bytes().split(b"\n"):
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if "boot" in said:
            boot = said["boot"]
        elif "to" in said:
            told.handed_over.add(said["to"])
        else:
            told.settled[said["of"]] = (said["known"], said["failure"])
    # Without a start of the computer each line was written through to the disk.
    told.is_whole = boot is not None and boot == boot_id()
    return told
