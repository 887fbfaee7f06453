"""The pieces of the Reach & video screen, one a file."""
