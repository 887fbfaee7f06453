"""Alembic's environment and the versions of the state, oldest first."""
