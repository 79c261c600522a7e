"""Pages by audience, and the components they are made of."""
