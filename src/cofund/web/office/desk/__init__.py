"""The desk of everybody who signs in: tasks first, then figures; a partner's own pages, calendars, and what is in time."""
