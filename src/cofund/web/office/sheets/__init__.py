"""Pages on sheets of grants and participants: choose a file, see what it changes, take it over, undo it."""
