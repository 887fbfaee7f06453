"""The pieces of the Pacing screen, one a file."""
