# Accord. `make help` lists what can be made.
#
# Every target works in a virtual environment of its own, which `make setup` makes on first use from the pinned and
# hashed packages of requirements.lock. PYTHON=python3.13 chooses the interpreter, VENV=... another folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin
# One worker a core; `make test PYTEST_ARGS=-x` replaces it.
PYTEST_ARGS ?= -n auto --dist worksteal
# What `make test-fast` leaves out of tests/unit, besides tests with the marker `slow`: these start servers, make whole projects
# or read large or many contracts.
NOT_FAST := testing mock sdk init diff/test_real_contracts.py diff/test_mutations.py test_bundle.py test_corpus.py test_conformance.py
# Processes of `make serve`.
WORKERS ?= 2
# Folders that mypy and ruff read; pyright's stand in pyproject.toml.
TYPED := $(wildcard tools/accord src generated tests scripts benchmarks)

# pyright comes whole with its package; it is not to look for a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

define say
@printf '==> %s\n' $(1)
endef

##@ Start here

.PHONY: help
help: ## show this text
	@awk 'BEGIN { FS = ":.*## "; print "usage: make TARGET" } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-23s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## make or renew the virtual environment; does nothing when nothing changed
	@PYTHON='$(PYTHON)' scripts/setup.sh '$(VENV)'

##@ From the contract to the service

.PHONY: validate
validate: setup ## check the contracts in spec/
	$(call say,'accord validate: checking the contracts in spec/')
	@$(BIN)/accord validate

.PHONY: diff
diff: setup ## print what the working tree changes in every contract; OLD=v1.0.0: NEW=spec compares two sides, ARGS=... adds options
	@$(BIN)/accord diff $(if $(OLD),'$(OLD)') $(if $(NEW),'$(NEW)') $(ARGS)

.PHONY: changelog
changelog: setup ## print the history of the API over the tags of git
	@$(BIN)/accord changelog $(ARGS)

.PHONY: bundle
bundle: setup ## write each version of the contract as one file
	$(call say,'accord bundle: writing each version as one file')
	@$(BIN)/accord bundle

.PHONY: generate
generate: setup ## write generated/ from the contracts in spec/
	$(call say,'accord generate: spec/ -> generated/')
	@$(BIN)/accord generate

.PHONY: scaffold
scaffold: setup ## add classes and methods that are missing in src/impl
	$(call say,'accord scaffold: adding what is missing in src/impl')
	@$(BIN)/accord scaffold

.PHONY: run
run: setup ## serve the reference service; it restarts when a file changes
	@$(BIN)/accord run

.PHONY: serve
serve: setup ## serve the reference service with several processes (WORKERS=2)
	@$(BIN)/accord run --no-reload --workers $(WORKERS) --drain 30

.PHONY: services
services: ## install PostgreSQL, Redis and nginx if they are missing; start the first two and print their addresses
	@python3 scripts/services.py start

.PHONY: services-stop
services-stop: ## stop the servers of `make services` and remove their data
	@python3 scripts/services.py stop

.PHONY: browser
browser: ## install Chromium if it is missing; the tests of the HTML report of a diff use it
	@python3 scripts/services.py browser

.PHONY: contract-test
contract-test: generate ## test the running service against the contract of every version
	$(call say,'accord contract-test: testing the running service against its contracts (a few minutes)')
	@$(BIN)/accord contract-test

.PHONY: contract-test-production
contract-test-production: setup ## contract-test on two workers with PostgreSQL and Redis, five times with new seeds; SEEDS="1 2" repeats
	$(call say,'contract tests against two workers on PostgreSQL and Redis (a minute or two for each run)')
	@$(BIN)/python scripts/contract_test_production.py $(SEEDS)

##@ Checks

.PHONY: check
check: check-format check-lint check-types check-arrows check-hygiene check-stale test ## all checks below, then the tests

.PHONY: check-format
check-format: setup ## formatting, by ruff
	$(call say,'ruff format --check')
	@$(BIN)/ruff format --check --quiet . || { echo 'run make format to repair the files above' >&2; exit 1; }

.PHONY: check-lint
check-lint: setup ## lint, by ruff
	$(call say,'ruff check')
	@$(BIN)/ruff check --quiet .

.PHONY: check-types
check-types: setup ## types, by mypy and pyright, both strict
	$(call say,'mypy --strict (a minute on a cold cache)')
	@$(BIN)/mypy --strict $(TYPED)
	$(call say,'pyright')
	@$(BIN)/pyright --pythonpath $(BIN)/python

.PHONY: check-arrows
check-arrows: setup ## imports between packages, by import-linter
	$(call say,'lint-imports')
	@$(BIN)/lint-imports --no-logo

.PHONY: check-hygiene
check-hygiene: setup ## no tracked file has the address of a package index or a path of one machine
	$(call say,'scripts/check_hygiene.py')
	@$(BIN)/python scripts/check_hygiene.py

.PHONY: check-stale
check-stale: setup ## generated/ matches the contracts
	$(call say,'accord generate --check')
	@$(BIN)/accord generate --check

.PHONY: test
test: setup ## the whole test suite
	$(call say,'pytest: the whole suite (several minutes)')
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: test-fast
test-fast: setup ## the unit tests that need less than a minute
	$(call say,'pytest: tests/unit without tests marked slow and without $(NOT_FAST)')
	@$(BIN)/python -m pytest $(PYTEST_ARGS) tests/unit -m 'not slow' $(NOT_FAST:%=--ignore=tests/unit/%)
	$(call say,'left out: tests marked slow; tests/unit: $(NOT_FAST); tests: cases clients contract properties service typing')

.PHONY: bench
bench: setup ## cost of a request, compared with the same service in idiomatic FastAPI
	$(call say,'benchmarks: both services in turn, ratios of medians (a few minutes)')
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.edge

.PHONY: load
load: setup ## two workers on PostgreSQL and Redis under load for two minutes; FAULTS=1 adds faults
	$(call say,'load: 200 connections read and write; every acknowledged write is read back')
	@$(BIN)/python -m benchmarks.service_load $(if $(FAULTS),--faults)

.PHONY: mock-test
mock-test: setup ## test mocks of real contracts against their contracts (SPECS=twenty: the smallest; RUNS=5)
	$(call say,'contract tests of mocks of real contracts (about twenty minutes)')
	@$(BIN)/python scripts/mock_test.py --set '$(or $(SPECS),named)' --runs '$(or $(RUNS),5)' \
		--page docs/reference/mock-tests.md

.PHONY: fuzz
fuzz: setup ## run random contracts through the whole toolchain (FUZZ_SECONDS=300, FUZZ_SEED=: a new one)
	$(call say,'fuzz: random contracts (FUZZ_SECONDS of CPU time)')
	@PYTHONPATH=.:tools:src $(BIN)/python -m tests.properties.campaign \
		--seconds '$(or $(FUZZ_SECONDS),300)' --seed '$(or $(FUZZ_SEED),0)'

.PHONY: mutants
mutants: setup ## find small faults that the tests do not notice (MUTANTS="module ...", MUTANT_SECONDS=600 each)
	$(call say,'mutmut: a long run of one process (the table and then build/mutants/report.md)')
	@nice -n 10 $(BIN)/python -m scripts.mutants $(MUTANTS) --seconds '$(or $(MUTANT_SECONDS),600)' \
		$(if $(MUTANTS_PAGE),--page '$(MUTANTS_PAGE)')

.PHONY: conformance
conformance: setup ## run real contracts through the whole toolchain; CORPUS=folder uses your own
	$(call say,'conformance: validate, generate, boot, read back and type-check real contracts (some minutes)')
	@$(BIN)/python -m benchmarks.conformance \
		$(if $(CORPUS),--corpus '$(CORPUS)',--page docs/reference/conformance.md)

##@ Upkeep

.PHONY: golden
golden: setup ## write the expected output of tests/cases anew; read the diff before you commit it
	$(call say,'pytest tests/cases: writing the actual output')
	@ACCORD_GOLDEN=1 $(BIN)/python -m pytest --quiet tests/cases

.PHONY: docs-pages
docs-pages: setup ## write the pages of docs/reference/ that are printed from the code: rules, formats, support
	@$(BIN)/python scripts/docs_pages.py

.PHONY: format
format: setup ## format the code and apply the fixes of lint
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

.PHONY: lock
lock: setup ## resolve requirements.lock again and keep versions that still fit (UPGRADE=1: the newest)
	$(call say,'uv pip compile: pyproject.toml -> requirements.lock')
	@$(BIN)/uv pip compile pyproject.toml --no-config --universal --python-version 3.11 \
		--all-extras --group build --group dev --group reference $(if $(UPGRADE),--upgrade) \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--quiet --output-file requirements.lock

.PHONY: image-requirements
image-requirements: setup ## write deploy/requirements.txt from the lock; run it after `make lock` and `make setup`
	@$(BIN)/python scripts/image_requirements.py

.PHONY: clean
clean: ## remove reports, caches and builds; never generated/ or your code
	@rm -rf build dist reports .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## clean, and remove the virtual environment too
	@rm -rf '$(VENV)'
