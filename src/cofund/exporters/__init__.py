"""Documents and open data out."""
