"""The pieces of the Compare screen, one a file."""
