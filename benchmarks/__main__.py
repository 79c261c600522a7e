"""Everything that is measured, side by side in one run: `python -m benchmarks`. Each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from tests import postgres


def run(title: str, module: str, *arguments: str) -> bool:
    """Run one benchmark and say whether it kept to its limits."""
    print(f"\n{title}", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments]).returncode == 0


if __name__ == "__main__":
    kept = [run("Import of the CORDIS download, on SQLite", "import_cordis")]
    with postgres.server(durable=True) as server, postgres.scratch_database(server.address) as address:
        kept.append(run("Import of the CORDIS download, on PostgreSQL", "import_cordis", "--database-url", address))
    kept.append(run("Pledges a second on one envelope", "pledges"))
    kept.append(run("The statement as of a past date", "statement"))
    kept.append(run("Lists and desks with ten readers", "pages"))
    kept.append(run("Public pages with twenty readers", "public"))
    kept.append(run("Open data, row by row", "open_data"))
    kept.append(run("The books as files, through the site", "open_views"))
    kept.append(run("Recommendations, on both CORDIS downloads", "recommend", "--build", "--import"))
    kept.append(run("A newsletter to 20,000, with kills", "newsletter"))
    kept.append(run("Broken spreadsheets, with each importer", "workbooks"))
    sys.exit(0 if all(kept) else 1)
