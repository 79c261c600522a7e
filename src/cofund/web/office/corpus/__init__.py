"""The office looks after the imported past projects and the recommendation index."""
