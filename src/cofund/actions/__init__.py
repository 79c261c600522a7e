"""What is done: every write, one function a use case, one transaction with its audit row."""
