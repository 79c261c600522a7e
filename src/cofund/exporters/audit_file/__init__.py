"""The audit file of a project: everything that proves it in one zip, with a signed manifest, and the check of such a file."""
