# Everything runs from .venv, made here with the Python that PYTHON names.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv/bin/python
INSTALL := $(VENV) -m pip install --quiet --disable-pip-version-check --no-input
SERVERS := $(VENV) -m klout_site.run --throwaway --
SOURCES := benches klout_site perks profiles scoring tests manage.py
ONLY ?=
ARGS ?=
PYTEST_ARGS ?= $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help run test test-networks lint format bench lock reset
.SUFFIXES:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; \
		do printf '  make %-14s %s\n' "$$name" "$$what"; done

run: .venv/installed ## the site with everything it needs; PORT chooses the port
	@exec $(VENV) -m klout_site.run

test: .venv/installed-dev ## all tests; ARGS="-k claim" goes to pytest
	@exec $(SERVERS) $(VENV) -m pytest -n 3 --dist loadfile $(PYTEST_ARGS)

test-networks: .venv/installed-dev ## against real servers: Bluesky's own and snac; fetches them the first time
	@$(VENV) -m tests.real.install
	@exec $(SERVERS) $(VENV) -m pytest tests/real $(PYTEST_ARGS)

lint: .venv/installed-dev ## style, types and the import contracts
	@$(VENV) -m ruff check --no-cache $(SOURCES)
	@$(VENV) -m ruff format --check $(SOURCES)
	@$(VENV) -m mypy
	@.venv/bin/lint-imports --no-cache

format: .venv/installed-dev ## puts the code into its form
	@$(VENV) -m ruff check --fix $(SOURCES)
	@$(VENV) -m ruff format $(SOURCES)

bench: .venv/installed-dev ## measures; ONLY=claims measures one thing
	@exec $(SERVERS) $(VENV) -m benches $(ONLY)

lock: .venv/installed-dev ## requirements.in -> requirements.txt, exact pins; ARGS=--upgrade for the newest
	@$(VENV) -m piptools compile --quiet $(LOCKED) $(ARGS) requirements.in
	@$(VENV) -m piptools compile --quiet $(LOCKED) $(ARGS) requirements-dev.in
LOCKED := --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

reset: .venv/installed ## deletes the database, pictures and secrets of `make run`, after asking
	@exec $(VENV) -m klout_site.run --reset

# --- The virtual environment: made once, brought up to date when the pins change -----------

.venv/installed: requirements.txt
	$(eval PYTHON := $(PYTHON))@set -e; stop() { echo "$$1" >&2; exit 1; }; \
	command -v "$(PYTHON)" >/dev/null 2>&1 || stop "Python 3.11 or newer is needed and was not found$(if $(PYTHON), at $(PYTHON)). Install it (apt install python3 python3-venv; on macOS: brew install python), or name one: make run PYTHON=/path/to/python3"; \
	"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or newer is needed, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1). Name another: make run PYTHON=/path/to/python3"; \
	"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || stop "Python's venv module is missing. Install it: apt install python3-venv"
	@echo "Installing what the site needs into .venv (once; well under a minute) ..."
	@"$(PYTHON)" -m venv .venv
	@$(INSTALL) -r requirements.txt || { $(NOT_INSTALLED); }
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what tests and checks need into .venv (once) ..."
	@$(INSTALL) -r requirements-dev.txt || { $(NOT_INSTALLED); }
	@touch $@

NOT_INSTALLED = echo "The packages could not be installed, for the reason above. Then: make again." >&2; exit 1
