"""Pages of those who work with the books: the office, partners with what is theirs, and auditors."""
