"""A process that pledges, for the tests of several writers: `python -m tests.integration.pledger HOW_MANY CENTS`.

After each pledge it prints one line: the number of the entry, or what was refused. It starts when it is told to on its input.
"""

from __future__ import annotations

import json
import sys

import django


def tell(line: str) -> None:
    """Say one line at once: what was told was done."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(how_many: int, cents: int) -> None:
    """Pledge that many times."""
    django.setup()
    from tests.books import Office

    from cofund.actions.errors import EnvelopeExhausted

    office = Office("fund")
    office.topic(), office.organisation("Partner")
    tell("ready")
    sys.stdin.readline()
    for _ in range(how_many):
        try:
            said: dict[str, object] = {"entry": office.pledge(cents).entry.number}
        except EnvelopeExhausted as error:
            said = {**error.fields, "text": str(error)}
        tell(json.dumps(said))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
