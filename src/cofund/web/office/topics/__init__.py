"""Pages of the office about ideas, topics, consultations, calls and confirmations."""
