"""A send to many while the sender and the mail server are killed at random: who got how many, and how many e-mails a second.

    python -m benchmarks.newsletter [--messages 20000] [--server-kills 6] [--sender-kills 6] [--seed 1] [--only sqlite|postgres]

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

TEXT = "What is new in this month.\n\n" + "A topic was opened, and somebody would like to contribute to it.\n" * 20


def trial(
    name: str, environment: dict[str, str], asked: argparse.Namespace, kills: tuple[int, int], results: Any
) -> None:
    """One send, in a process of its own, on a database of its own."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cofund.project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from cofund.queries import clock, outbox
    from cofund.records.directory.models import Message, MessageBody

    call_command("migrate", verbosity=0)
    run = Trial(Path(environment["COFUND_HOME"]), environment, asked.messages, asked.seed, *kills)
    body, now = MessageBody.objects.create(digest="a", text=TEXT, html=f"<p>{TEXT}</p>"), clock.now()
    Message.objects.bulk_create(
        (
            Message(
                purpose="test", recipient=f"p{n}@example.org", subject="News", written_at=now, key=f"{n}", body=body
            )
            for n in range(asked.messages)
        ),
        batch_size=500,
    )
    seconds = run.run(lambda: not Message.objects.filter(sent_at=None, is_in_doubt=False).exists(), most_seconds=3600)
    taken, doubts = run.taken(), set(outbox.maybe_sent().values_list("recipient", flat=True))
    wrong = [f"p{n}@example.org" for n in range(asked.messages) if taken[f"p{n}@example.org"] != 1]
    twice = [one for one in wrong if taken[one] > 1]
    lost = [one for one in wrong if taken[one] == 0 and one not in doubts]
    reported = f"{len(doubts)} in doubt, of which the server had {sum(taken[one] for one in doubts)}"
    print(
        f"{name:<11} {sum(kills):>2} kills {asked.messages:>7,} e-mails in {seconds:6.1f} s  "
        f"{asked.messages / seconds:6.0f} a second   "
        f"{len(twice)} twice, {len(lost)} lost, {reported}",
        flush=True,
    )
    results.put(not twice and not lost)


def measured(name: str, address: str, asked: argparse.Namespace, kills: tuple[int, int]) -> bool:
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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    asked = parser.parse_args()
    postgres.end_in_order()
    good = True
    for kills in ((0, 0), (asked.server_kills, asked.sender_kills)):
        if asked.only != "postgres":
            good &= measured("SQLite", "", asked, kills)
        if asked.only != "sqlite":
            with postgres.server(durable=True) as server, postgres.scratch_database(server.address) as address:
                good &= measured("PostgreSQL", address, asked, kills)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
