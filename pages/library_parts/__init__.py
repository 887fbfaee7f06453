"""The shelves of the Library screen, one a file."""
