"""Commands that measure both sides in one run; nothing here is a test."""
