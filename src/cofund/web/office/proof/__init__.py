"""Proof: what is behind a figure, the proof of one contribution, the audit trail, and the audit file."""
