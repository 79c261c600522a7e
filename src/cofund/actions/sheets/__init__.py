"""Sheets of the grant system: read in and compared, taken over whole or not at all, undone as long as nothing rests on them."""
