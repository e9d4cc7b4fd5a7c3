# Two commands: `make demo` shows Varde, `make test` proves it.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-database check bench clean python

PORT ?= 8000
RESET ?=
JOBS ?= 2
VENV := .venv
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check -q

help:
	@echo "make demo [PORT=8000] [RESET=1]   try Varde with 213 simulated patients"
	@echo "make test                         everything but the long tests, on a real database and browser"
	@echo "make test-all                     the long ones too"
	@echo "make test-database BINDIR=…       the database's part on another PostgreSQL, such as 15"
	@echo "make check                        format, lint, types, import contracts, generated docs"
	@echo "make bench                        what it costs, measured"

python:
	@test -n "$(PYTHON)" || { echo "Varde needs Python 3.11 or newer (python3)." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Varde needs Python's venv (on Debian: apt-get install python3-venv)." >&2; exit 1; }

$(VENV)/bin/python: | python
	@echo "Lager $(VENV) …" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo "Henter pakker (første gang tar det litt tid) …" >&2
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "Henter det testene trenger …" >&2
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

demo: $(VENV)/.run
	@exec $(VENV)/bin/varde demo --port $(PORT) $(if $(RESET),--reset)

test: $(VENV)/.dev
	@CHROMIUM="$$($(VENV)/bin/python scripts/chromium.py)" && export CHROMIUM && \
	$(VENV)/bin/python -m pytest -q -n $(JOBS) --dist loadgroup -m "not long"

test-all: $(VENV)/.dev
	@CHROMIUM="$$($(VENV)/bin/python scripts/chromium.py)" && export CHROMIUM && \
	$(VENV)/bin/python -m pytest -q -n $(JOBS) --dist loadgroup

# The database's part of the tests on an older PostgreSQL: make test-database BINDIR=/usr/lib/postgresql/15/bin
test-database: $(VENV)/.dev
	@VARDE_TEST_PG_BINDIR=$(BINDIR) $(VENV)/bin/python -m pytest -q -n $(JOBS) -m "not long" \
		tests/base tests/measuring tests/triage tests/plan tests/pathway tests/exchange tests/clock \
		tests/repository

check: $(VENV)/.dev
	@$(VENV)/bin/ruff format --check -q .
	@$(VENV)/bin/ruff check -q .
	@$(VENV)/bin/mypy -q varde 2>/dev/null || $(VENV)/bin/mypy varde
	@PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo > /dev/null || PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo
	@test ! -f scripts/generate_docs.py || $(VENV)/bin/python scripts/generate_docs.py --check
	@$(VENV)/bin/python scripts/licences.py
	@test ! -x node_modules/.bin/tsc || node_modules/.bin/tsc -p tsconfig.json
	@echo "check: alt i orden"

bench: $(VENV)/.dev
	@$(VENV)/bin/python -m benchmarks

clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache
