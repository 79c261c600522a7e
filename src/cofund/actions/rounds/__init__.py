"""The yearly round: additional activities, plans, reports, their certificates, and what the office accepts."""
