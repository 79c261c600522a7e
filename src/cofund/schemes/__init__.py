"""The schemes themselves, as TOML files, and their texts by name."""

from __future__ import annotations

from importlib.resources import files


def shipped() -> dict[str, str]:
    """The text of each scheme that comes with the product, by the name of its file (`imi2.toml`)."""
    folder = files("cofund.schemes")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}
