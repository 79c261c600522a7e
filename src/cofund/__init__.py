"""Cofund: the partnering machine for public-private research programmes."""

__version__ = "0.1.0"
