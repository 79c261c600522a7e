"""Stories and news: who may read which, what they say with their figures and pictures, and what changed between two versions."""
