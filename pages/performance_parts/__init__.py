"""The pieces of the Performance screen, one a file."""
