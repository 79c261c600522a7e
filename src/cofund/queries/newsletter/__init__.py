"""Reads of the newsletter: who gets it, what is new, and how an issue reads."""
