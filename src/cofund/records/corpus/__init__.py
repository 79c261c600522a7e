"""Open data about past projects, as imported and never edited by hand."""
