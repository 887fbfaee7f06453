"""The pieces of the Explore screen, one a file."""
