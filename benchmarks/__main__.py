"""Everything that is measured, side by side in one run: `python -m benchmarks`."""

from __future__ import annotations

from tests import postgres

from benchmarks import import_cordis, pages, pledges, statement

if __name__ == "__main__":
    print("Import of the CORDIS download, on SQLite and on PostgreSQL", flush=True)
    import_cordis.main([])
    with postgres.server(durable=True) as server, postgres.scratch_database(server.address) as address:
        import_cordis.main(["--database-url", address])
    print("\nPledges a second on one envelope", flush=True)
    pledges.main([])
    print("\nThe statement as of a past date", flush=True)
    statement.main([])
    print("\nLists and desks with ten readers", flush=True)
    pages.main([])
