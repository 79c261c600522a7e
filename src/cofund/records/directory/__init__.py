"""Organisations, people who sign in, and the audit trail."""
