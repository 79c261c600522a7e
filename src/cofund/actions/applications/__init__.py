"""Applications of partners from their start to the books: one module for each part of the way, one function a use case."""
