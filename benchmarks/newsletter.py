"""An issue for many while the sender and the mail server are killed at random: who got how many, and how many e-mails a second.

    python -m benchmarks.newsletter [--messages 20000] [--server-kills 6] [--sender-kills 6] [--writer-kills 4] [--seed 1]
                                    [--only sqlite|postgres]

The sender writes the issue out for its subscribers and sends it; `--writer-kills` hit it while it writes.

The server is aiosmtpd in a process of its own, which keeps on disk what it took before it says so. Sent first without kills, for
the speed, then with them. Ends with 1 where anybody got two, or none without being reported as in doubt.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import postgres
from tests.mail_trial import Trial


def trial(
    name: str, environment: dict[str, str], asked: argparse.Namespace, kills: tuple[int, int, int], results: Any
) -> None:
    """One send, in a process of its own, on a database of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from tests.newsletter import due_for

    from cofund.queries import outbox
    from cofund.records.directory.models import Message
    from cofund.records.programme.models import NewsletterIssue

    call_command("migrate", verbosity=0)
    of_server, of_sender, of_writer = kills
    run = Trial(
        Path(environment["COFUND_HOME"]), environment, asked.messages, asked.seed, of_server, of_sender, of_writer,
        Message.objects.count,
    )  # fmt: skip
    issue = due_for(asked.messages)
    seconds = run.run(lambda: NewsletterIssue.objects.get(pk=issue.pk).status == "sent", most_seconds=3600)
    taken, doubts = run.taken(), set(outbox.maybe_sent().values_list("recipient", flat=True))
    wrong = [f"p{n}@example.org" for n in range(asked.messages) if taken[f"p{n}@example.org"] != 1]
    twice = [one for one in wrong if taken[one] > 1]
    lost = [one for one in wrong if taken[one] == 0 and one not in doubts]
    strangers = set(taken) - {f"p{n}@example.org" for n in range(asked.messages)}
    while_writing = sum(count < asked.messages for count in run.left_off_at)
    reported = f"{len(doubts)} in doubt, of which the server had {sum(taken[one] for one in doubts)}"
    print(
        f"{name:<11} {sum(kills):>2} kills ({while_writing} while it is written) {asked.messages:>7,} e-mails in {seconds:6.1f} s  "
        f"{asked.messages / seconds:6.0f} a second   "
        f"{len(twice)} twice, {len(lost)} lost, {reported}",
        flush=True,
    )
    results.put(not twice and not lost and not strangers and while_writing == of_writer)


def measured(name: str, address: str, asked: argparse.Namespace, kills: tuple[int, int, int]) -> bool:
    """Run one trial in a folder that goes at the end."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"COFUND_HOME": home, "COFUND_DATABASE_URL": address}
        context = multiprocessing.get_context("spawn")
        results = context.Queue()
        process = context.Process(target=trial, args=(name, environment, asked, kills, results))
        process.start()
        process.join()
        return process.exitcode == 0 and bool(results.get())


def main() -> int:
    """Measure what was asked for; 0 where all went right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--server-kills", type=int, default=6)
    parser.add_argument("--sender-kills", type=int, default=6)
    parser.add_argument("--writer-kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    asked = parser.parse_args()
    postgres.end_in_order()
    good = True
    for kills in ((0, 0, 0), (asked.server_kills, asked.sender_kills, asked.writer_kills)):
        if asked.only != "postgres":
            good &= measured("SQLite", "", asked, kills)
        if asked.only != "sqlite":
            with postgres.server(durable=True) as server, postgres.scratch_database(server.address) as address:
                good &= measured("PostgreSQL", address, asked, kills)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
