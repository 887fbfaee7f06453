"""The pieces of the Morning screen, one a file."""
