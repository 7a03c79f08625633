# The tasks of this project. `make` lists them. Needs Python 3.11 or later and nothing else.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
BENCHMARKS := $(addprefix benchmarks/,intake.py growth.py broadcast.py export.py engine.py expressions.py idle.py pages.py)

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check fix docs bench migration

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with everything in it

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable ".[postgres,dev]"
	@touch $@

run: $(READY) ## start a gateway with a simulator and a phone in the browser
	$(BIN)/gateway demo run

demo: $(READY) ## play a story, then open pages with a year of made-up work in them
	$(BIN)/gateway demo story

test: $(READY) ## run every test
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: $(READY) ## run what CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy gateway tests benchmarks
	$(BIN)/lint-imports --no-cache
	$(BIN)/gateway flows check --strict --against none
	$(BIN)/pytest -q tests/house

fix: $(READY) ## mend what can be mended by itself: order of imports, format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## write the generated pages of docs/ and flows/schema.json again
	$(BIN)/python -m gateway.cli.reference .

bench: $(READY) ## run every benchmark; each prints its ratios as JSON at the end
	@set -e; for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python "$$script"; done

migration: $(READY) ## write the difference of tables and migrations: make migration m="why"
	@test -n "$(m)" || { echo 'Say why it is needed: make migration m="why"' >&2; exit 2; }
	$(BIN)/python -c 'import sys; from gateway.store.schema import write_migration as w; w(sys.argv[1])' "$(m)"
