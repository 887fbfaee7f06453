# Flightdeck. `make demo` shows it, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help setup demo test test-fast lint format bench machine clean

help:  ## what can be asked for
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.stamps/run: requirements.txt constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.txt -c constraints.txt
	@mkdir -p .stamps && touch $@

.stamps/dev: .stamps/run requirements-dev.txt
	@$(PIP) -r requirements-dev.txt -c constraints.txt
	@mkdir -p .stamps && touch $@

setup: .stamps/run  ## environment and dependencies of the product

demo: .stamps/run  ## everything on this machine, with data; prints the address
	@exec $(BIN)/python -m sandbox.demo

machine:  ## Debian packages for the tests, when run as root
	@sh tests/machine.sh

test: .stamps/dev machine lint  ## lints, then every test
	@$(BIN)/python -m pytest

test-fast: .stamps/dev  ## without browser and long fault tests
	@$(BIN)/python -m pytest -m "not slow"

lint: .stamps/dev  ## ruff, mypy, import-linter, the house rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.lint

format: .stamps/dev  ## rewrite to the house style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: .stamps/dev  ## the table of speeds (1 M and 10 M rows); see docs/operations.md
	@$(BIN)/python -m tests.bench

clean:  ## caches and stamps; never var/
	@rm -rf .stamps .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
