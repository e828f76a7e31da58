# Everything a newcomer needs: `make run`, `make test`, `make check`. Python 3.11+ is all it asks for.
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-all check bench bench-train lock

# The first Python on the PATH that is new enough; with none, the installer says so in a sentence.
PYTHON ?= $(or $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done),python3)
IN_VENV := .venv/bin/python
TEST_PROCESSES ?= 2
PYTEST := $(IN_VENV) -m pytest -n $(TEST_PROCESSES) --dist loadgroup

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

install:  ## Make .venv and install the locked requirements
	@$(PYTHON) -m socialml.install base

install-dev:  ## The same with what tests and checks need
	@$(PYTHON) -m socialml.install dev

run: install  ## Start everything; PORT=8001 for another port
	@exec $(IN_VENV) manage.py up

test: install-dev  ## The suite but for what is slow; DATABASE_URL and REDIS_URL choose other services
	@exec $(PYTEST) -m "not slow" $(ARGS)

test-all: install-dev  ## The whole of it: browsers, killed processes and trainings too
	@exec $(PYTEST) $(ARGS)

check: install-dev  ## Lint, types, import contracts, migrations, schema
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports
	$(IN_VENV) manage.py makemigrations --check --dry-run
	$(IN_VENV) manage.py export_openapi --check

bench: install  ## Measure the hot paths; prints ratios and writes docs/bench/latest.json
	@exec $(IN_VENV) manage.py bench

bench-train: install  ## What training each source costs at 100k and 1 M events; ARGS=--largest adds 10 M
	@exec $(IN_VENV) manage.py bench_train $(ARGS)

lock: install-dev  ## Resolve requirements/*.in again
	@for name in base prod s3 dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done
