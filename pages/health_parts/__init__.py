"""The pieces of the Data health screen, one a file."""
