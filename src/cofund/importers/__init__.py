"""Open data in."""
