"""Settings, URLs and WSGI; the only part that reads the environment."""
