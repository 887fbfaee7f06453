"""What screens and documents share: an answer of the core as tiles, charts and tables."""
