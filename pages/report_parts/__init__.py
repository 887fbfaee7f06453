"""The pieces of the Reports screen, one a file."""
