"""What is asked: every read, as of any date, and who may see what."""
