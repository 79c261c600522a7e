"""What is kept: Django models in four apps, corpus <- directory <- programme <- ledger."""
