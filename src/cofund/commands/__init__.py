"""The `cofund` command line."""
