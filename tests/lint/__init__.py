"""House rules that ruff, mypy and import-linter do not know."""
