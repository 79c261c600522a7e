"""The documents of a programme for the office: the list, each document, and the leverage report."""
