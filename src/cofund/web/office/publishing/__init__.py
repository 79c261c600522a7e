"""Who sees what of a record, previews as others see it, and what was published."""
