"""Pacing: is the money going out as it should, what is at stake, and what could be moved."""
