"""The schemes themselves, as TOML files."""
