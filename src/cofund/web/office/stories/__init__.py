"""Stories in the office and for a partner's people: the list, one story with its preview, writing it, its pictures and steps."""
