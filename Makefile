# Everything runs in .venv, made here on first use. Needs only python3 (3.11 or newer, with venv) and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help demo test ops torture lint cover bench contract lock ci clean

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 12

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("KeeperCheky needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing KeeperCheky into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements-test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

demo: $(VENV)/.runtime  ## the daemon over a pretend home: nothing real is touched
	@$(BIN)/keepercheky demo $(ARGS)

# Those apart need a package (ops), or take their time (deletions, torture, bench); the build server runs all of them.
DELETIONS := $(wildcard tests/runs/test_cleaning*.py tests/runs/test_undo*.py) \
             tests/runs/test_approve.py tests/runs/test_space_back.py tests/runs/test_kill.py
APART     := tests/ops tests/torture tests/bench tests/contract/clients tests/contract/prism $(DELETIONS)

test: $(VENV)/.test  ## every test that needs no root, browser or package, in about a minute
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(addprefix --ignore=,$(APART)) $(ARGS)

ops: $(VENV)/.test  ## unit, image, dashboard, judged by systemd, hadolint and Prometheus where they are installed
	@$(BIN)/python -m pytest -q tests/ops $(ARGS)

torture: $(VENV)/.test  ## every deletion, and the process ended at every named instant (TORTURE=full: at all of them)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(DELETIONS) tests/torture tests/bench $(ARGS)

lint: $(VENV)/.test  ## style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

cover: $(VENV)/.test  ## branch coverage of what decides: 100 %
	@COVERAGE_FILE=$(VENV)/.coverage $(BIN)/python -m pytest -q -n 2 tests/policy tests/library tests/schedule \
		--cov=keepercheky.policy --cov=keepercheky.library --cov=keepercheky.schedule \
		--cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

bench: $(VENV)/.test  ## requests and CPU seconds for 1,000 and 10,000 movies
	@$(BIN)/python benchmarks/run.py $(ARGS)

CONTRACT       ?= short
CONTRACT_PLACE ?= .venv-contract

$(CONTRACT_PLACE)/.clients: tests/contract/clients/requirements-contract.txt
	@test -x $(CONTRACT_PLACE)/bin/python || $(PYTHON) -m venv $(CONTRACT_PLACE)
	@echo "Installing others' client libraries into $(CONTRACT_PLACE) (once) ..."
	@$(CONTRACT_PLACE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(CONTRACT_PLACE)/.prism: tests/contract/prism/package.json tests/contract/prism/package-lock.json
	@mkdir -p $(CONTRACT_PLACE)/prism
	@if command -v npm >/dev/null; then \
		echo "Installing Prism into $(CONTRACT_PLACE) (once) ..."; \
		cp $^ $(CONTRACT_PLACE)/prism/ && npm ci --silent --ignore-scripts --no-audit --no-fund --prefix $(CONTRACT_PLACE)/prism && touch $@; \
	else echo "npm is not here, so Prism will be skipped; Debian: apt-get install nodejs npm"; fi

contract: $(VENV)/.test $(CONTRACT_PLACE)/.clients $(CONTRACT_PLACE)/.prism  ## the demo before judges others wrote (CONTRACT=full: longer)
	@CONTRACT=$(CONTRACT) CONTRACT_PLACE=$(CONTRACT_PLACE) $(BIN)/python -m pytest -q tests/contract $(ARGS)

lock: $(VENV)/.test  ## renew the lock files
	@$(BIN)/uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra test --extra dev pyproject.toml -o requirements-test.lock
	@$(BIN)/uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --no-header --no-annotate tests/contract/clients/requirements-contract.in -o tests/contract/clients/requirements-contract.txt

ci:  ## what the build server runs
	@bash .ci/run

clean:  ## remove .venv and caches
	@rm -rf $(VENV) $(CONTRACT_PLACE) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
