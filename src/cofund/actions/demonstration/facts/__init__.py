"""The facts of the demonstration, one TOML file a scheme or part of one; a package so that they are installed with the rest."""
