"""A mail server in a process of its own that keeps on disk what it took, and a trial in which it and the sender are killed.

`python -m tests.mail_trial PORT FILE` is that server. What is sent is an issue of the newsletter; the first kills come while the
sender writes it out for its readers.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent


class Taking:
    """Takes every e-mail. It is on disk, as far as a killed program can tell, before the sender hears of it."""

    def __init__(self, file: Path) -> None:
        self.descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message."""
        os.write(self.descriptor, f"{envelope.rcpt_tos[0]}\n".encode())
        return "250 Taken"


async def serve(port: int, file: Path) -> None:
    """Serve until the process is killed."""
    from aiosmtpd.smtp import SMTP

    taking = Taking(file)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taking, hostname="localhost"), "127.0.0.1", port, reuse_address=True
    )
    async with server:
        await server.serve_forever()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass
class Trial:
    """A send during which the mail server and the sender are killed after so many e-mails, by a seed.

    `writer_kills` hit the sender before that, while it writes the messages; `written` tells how many stand in the outbox.
    """

    home: Path
    environment: Mapping[str, str]
    total: int
    seed: int
    server_kills: int
    sender_kills: int
    writer_kills: int = 0
    written: Callable[[], int] = lambda: 0
    # How many messages stood in the outbox whenever the sender was killed before it had written all.
    left_off_at: list[int] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    seen_bytes: int = 0
    seen_lines: int = 0

    @property
    def record(self) -> Path:
        """What the mail server took, a line each."""
        return self.home / "taken.txt"

    def run(self, is_over: Callable[[], bool], most_seconds: float) -> float:
        """Run it until nothing waits; give the seconds that it took. Raises: AssertionError where it does not end in time."""
        drawn = random.Random(self.seed)
        marks = sorted(
            (drawn.randrange(1, self.total * 9 // 10), who)
            for who, count in (("server", self.server_kills), ("sender", self.sender_kills))
            for _ in range(count)
        )
        of_writing = sorted(drawn.randrange(0, self.total // 3) for _ in range(self.writer_kills))
        self.record.touch()
        begun = time.monotonic()
        try:
            for who in ("server", "sender"):
                self._start(who)
            for mark in of_writing:
                self._kill_writing(mark, drawn.uniform(0, 0.05))
            while not (not marks and is_over()):
                assert time.monotonic() - begun < most_seconds, f"not over: {self._count()} taken, {marks} to come"
                if marks and self._count() >= marks[0][0]:
                    self._kill(marks.pop(0)[1])
                time.sleep(0.002 if marks else 0.1)
        finally:
            for process in self.processes.values():
                process.kill()
                process.wait()
        return time.monotonic() - begun

    def taken(self) -> Counter[str]:
        """How often the server took an e-mail to each address."""
        return Counter(self.record.read_text().splitlines())

    def _kill_writing(self, mark: int, later: float) -> None:
        """Kill the sender a moment after it has written on, and more than so many messages, anywhere in the next transaction."""
        mark = max(mark, *self.left_off_at, 0)
        until = time.monotonic() + 120
        while self.written() <= mark:
            assert time.monotonic() < until, f"not begun: {self.written()} written"
            time.sleep(0.002)
        time.sleep(later)
        self._kill("sender", lambda: self.left_off_at.append(self.written()))

    def _count(self) -> int:
        """How many e-mails were taken; only what came since the last look is read."""
        with self.record.open("rb") as file:
            file.seek(self.seen_bytes)
            new = file.read()
        self.seen_bytes, self.seen_lines = self.seen_bytes + len(new), self.seen_lines + new.count(b"\n")
        return self.seen_lines

    def _kill(self, who: str, then: Callable[[], None] = lambda: None) -> None:
        """Kill one of them where it stands, look what it left, and start another."""
        self.processes[who].send_signal(signal.SIGKILL)
        self.processes[who].wait()
        then()
        self._start(who)

    def _start(self, who: str) -> None:
        """Start one of them."""
        environment = {
            **os.environ, **self.environment, "COFUND_HOME": str(self.home), "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}",
            "COFUND_EMAIL_URL": f"smtp://127.0.0.1:{self.port}", "COFUND_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        programs = {
            "server": ["-m", "tests.mail_trial", str(self.port), str(self.record)],
            "sender": ["-m", "cofund.commands.main", "send-mail", "--watch"],
        }
        with (self.home / f"{who}.log").open("ab") as log:
            self.processes[who] = subprocess.Popen(
                [sys.executable, *programs[who]], env=environment, cwd=CHECKOUT, stdout=log, stderr=log
            )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
