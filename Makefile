# The README's two commands are `make demo` and `make test`. Each does its own set-up.

PYTHON ?= python3
PORT ?= 8000
SAMPLE ?= 300
SEED ?= 1
BIN := .venv/bin
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo demo-clean test tests soak mutants rule-mutants bench bench-long check format lock wheelhouse runtime measure dev system

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: runtime ## a demonstration city at http://127.0.0.1:8000 (PORT=…), Ctrl-C stops it
	@$(BIN)/zjcs demo --port $(PORT)

demo-clean: ## remove the demonstration city
	rm -rf var/demo

test: dev system ## everything: lint, types, import contracts, all tests, browser stories
	@$(MAKE) --no-print-directory --jobs 2 check tests # types are checked while tests are collected

tests: dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist worksteal -ra # many tests start a Python

soak: dev system ## the long form of the reliability tests: about two hours
	ISMDRAW_LONG=1 ISMDRAW_CASES=10000 $(BIN)/pytest -n 2 --dist worksteal -ra -m long

mutants: dev ## mistakes made in lottery/ and audit/: do their tests notice? SAMPLE=300 SEED=1
	$(BIN)/python benchmarks/mutants.py --sample $(SAMPLE) --seed $(SEED)

rule-mutants: dev ## every mistake in the rules of clocks and credit: do their tests notice?
	$(BIN)/python -m benchmarks.rule_mutants

bench: measure ## speed against other programs, a few minutes; fails where a target is missed by 25 %
	@.venv-bench/bin/python -W ignore -m benchmarks

bench-long: measure ## the same with a million log entries and larger files, about half an hour
	@.venv-bench/bin/python -W ignore -m benchmarks --long

check: dev ## lint, format, types and import contracts only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev ## format, and mend what can be mended
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

lock: ## resolve the lock files anew (needs uv); they name no host
	$(LOCK) --upgrade --group build -o requirements.lock
	$(LOCK) --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --upgrade --group bench -c requirements.lock -c requirements-dev.lock \
	    -o requirements-bench.lock

wheelhouse: runtime ## collect zjcs and all it needs for a machine without a network
	$(PYTHON) -m pip download --quiet --require-hashes --only-binary :all: \
	    --dest wheelhouse --requirement requirements.lock
	cp requirements.lock wheelhouse/
	$(BIN)/hatchling build --target wheel --directory wheelhouse

runtime:
	@$(PYTHON) deploy/bootstrap.py runtime

measure:
	@$(PYTHON) deploy/bootstrap.py bench

dev:
	@$(PYTHON) deploy/bootstrap.py dev

system:
	@$(PYTHON) deploy/system_needs.py
