"""What waits for a person: one module a subject gives rows of the database, one function counts and lists them."""
