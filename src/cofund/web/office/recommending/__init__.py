"""Who should be asked for a topic or an idea: candidates with reasons, the shortlist, past projects, and what was shown to whom."""
