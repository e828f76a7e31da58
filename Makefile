# Everything a newcomer needs: `make run`, `make test`, `make check`. Python 3.11+ is all it asks for.
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test check bench lock

# The first Python on the PATH that is new enough; with none, the installer says so in a sentence.
PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done),python3)
IN_VENV := .venv/bin/python
TEST_PROCESSES ?= 2

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

install:  ## Make .venv and install the locked requirements
	@$(PYTHON) -m socialml.install base

install-dev:  ## The same with what tests and checks need
	@$(PYTHON) -m socialml.install dev

run: install  ## Start everything; PORT=8001 for another port
	@exec $(IN_VENV) manage.py up

test: install-dev  ## The whole suite; DATABASE_URL and REDIS_URL choose other services
	@exec $(IN_VENV) -m pytest -n $(TEST_PROCESSES) $(ARGS)

check: install-dev  ## Lint, types, import contracts, migrations, schema
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) manage.py export_openapi --check

bench: install  ## Measure the hot paths; prints ratios and writes docs/bench/latest.json
	@exec $(IN_VENV) manage.py bench

lock: install-dev  ## Resolve requirements/*.in again
	@for name in base prod dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
