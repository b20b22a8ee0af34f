# Everything a newcomer or a build machine does; `make help` prints the targets.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# More arguments for pytest: make test ARGS="-k ledger"
ARGS ?=
export PYTHON HOST PORT

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# How many test processes; each has its own databases.
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help run test check lint types layers migrations demo bench screenshots assets clean system system-test

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: system $(BIN)/.ready static/vendor/versions.json ## Set up what is missing and start on http://127.0.0.1:8000 (PORT=, HOST=)
	@exec $(BIN)/python scripts/serve.py

test: system-test $(BIN)/.ready-dev static/vendor/versions.json ## Run all tests: SQLite, PostgreSQL, browser (ARGS= for pytest)
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: lint types layers migrations test ## What a change has to pass: lint, types, layers, migrations, tests

lint: $(BIN)/.ready-dev ## Style of Python and templates
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates

types: $(BIN)/.ready-dev ## Types, strict below the pages
	$(BIN)/mypy

layers: $(BIN)/.ready-dev ## Imports follow the layers
	PYTHONPATH=. $(BIN)/lint-imports --no-cache

migrations: system $(BIN)/.ready-dev ## Migrations and models agree
	$(BIN)/python scripts/check_migrations.py

demo: system $(BIN)/.ready ## Fill an empty database with the demo company
	$(BIN)/flask --app app upgrade
	$(BIN)/flask --app app demo

bench: system-test $(BIN)/.ready-dev static/vendor/versions.json ## Measure posting and pages against their budgets (ARGS=)
	$(BIN)/python -m bench $(ARGS)

screenshots: system-test $(BIN)/.ready-dev static/vendor/versions.json ## Draw the pictures in README from the demo company
	$(BIN)/python scripts/screenshots.py $(ARGS)

assets: node_modules/.ready ## Build the browser assets anew
	$(BIN)/python scripts/build_assets.py

clean: ## Remove what set-up and tests made; instance/ (your data) stays
	rm -rf .venv node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results

# ---------------------------------------------------------------- set-up: each step runs again only when its list changed
system:
	@scripts/system_packages.sh run

system-test:
	@scripts/system_packages.sh test

$(BIN)/python: | system
	$(PYTHON) -m venv .venv

$(BIN)/.ready: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(BIN)/.ready-dev: requirements-dev.txt requirements.txt $(BIN)/.ready | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	@touch $@

node_modules/.ready: package-lock.json package.json .npmrc | system
	npm ci --ignore-scripts --silent
	@touch $@

static/vendor/versions.json: scripts/build_assets.py scripts/icons.txt node_modules/.ready | $(BIN)/.ready
	$(BIN)/python scripts/build_assets.py
