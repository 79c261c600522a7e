"""Pages of the yearly round: who planned, reported, certified and what was accepted; for the office and for partners."""
