"""Schemes, tranches, calls, topics, projects and decisions."""
