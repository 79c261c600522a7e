"""The newsletter in the office: issues from their draft to the archive."""
