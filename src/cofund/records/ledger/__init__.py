"""The books: contributions, accounts, entries and transfers."""
