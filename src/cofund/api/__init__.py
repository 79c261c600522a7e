"""Versioned JSON for other programs: what is public for everybody, and with a key what its owner may read and do."""
