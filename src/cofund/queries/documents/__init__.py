"""What goes out as documents: tables with their formulas, of one day and of what was known at one instant."""
