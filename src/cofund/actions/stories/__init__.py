"""Stories and news: drafting them, tying them to what they are about, their pictures, and every step of their life."""
