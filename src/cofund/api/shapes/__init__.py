"""What the answers of the API look like, by subject; each shape says what its fields mean."""
