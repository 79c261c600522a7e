"""Leads: the pipeline as a board and as a table, one lead with its steps, and the log of whom the office approached."""
