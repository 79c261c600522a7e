"""Writes of the newsletter: signing up and leaving, issues and their sending, mail that came back."""
