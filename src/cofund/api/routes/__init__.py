"""What the API answers, by subject: each function reads, checks access, and makes one call into queries or actions."""
