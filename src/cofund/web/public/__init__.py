"""Pages that anybody can read."""
