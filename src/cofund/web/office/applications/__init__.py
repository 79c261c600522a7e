"""Pages of applications and letters of endorsement: for the office all of them, for a partner's people those of their own."""
