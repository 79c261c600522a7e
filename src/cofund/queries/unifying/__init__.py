"""Finding out which past organisations are which records of ROR and which organisations of the directory."""
