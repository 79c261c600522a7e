"""Past projects, their organisations, participations, topics and EuroSciVoc codes, as imported."""
