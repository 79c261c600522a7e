"""Pages of the office about organisations: the list, one of them in full, the forms for what is done with it, and merges."""
