# Everything runs in .venv, which these commands make and keep up to date; a Python 3.11 or newer is all it takes.

PYTHON ?= python3
PORT ?= 8080
PYTEST_OPTIONS ?= -n 2 --dist loadgroup

VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell cksum pyproject.toml | cut -d' ' -f1)
INSTALLED := $(VENV)/installed-$(VERSION)
DEVELOPED := $(VENV)/developed-$(VERSION)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install tools test check demo drills bench format clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make .venv and install the project into it

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	@echo '$(PYTHON) -m venv $(VENV)'; $(PYTHON) -m venv $(VENV) || $(INSTALL_VENV)

# Debian keeps ensurepip in a package of its own.
define INSTALL_VENV
{ rm -rf $(VENV); test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq python3-venv \
	&& $(PYTHON) -m venv $(VENV) || { echo "Install Python's venv; on Debian: apt-get install python3-venv"; exit 1; }; }
endef

$(INSTALLED): | $(BIN)/python
	$(PIP) -e .
	rm -f $(VENV)/installed-* && touch $@

$(DEVELOPED): | $(BIN)/python
	$(PIP) -e '.[dev]'
	rm -f $(VENV)/installed-* $(VENV)/developed-* && touch $@ $(INSTALLED)

tools: $(DEVELOPED) ## Fetch what the tests need: validators, a Java, Chromium
	$(BIN)/python -m tests.tool.install

check: $(DEVELOPED) ## Lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check tools ## Run every check and test
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

demo: $(INSTALLED) ## Serve the sample magazine on http://127.0.0.1:8080 (PORT=9000 for another port)
	$(BIN)/publisher demo --port $(PORT)

drills: $(DEVELOPED) ## Run the fault-injection drills (SHORT=1 for the quick ones)
	SHORT=$(SHORT) $(BIN)/python -m pytest -o addopts="--strict-markers --strict-config -ra" --timeout 1800 tests/drills

bench: $(DEVELOPED) ## Measure: imports, builds, requests (minutes; SHORT=1: only whether all still runs)
	$(BIN)/python -m bench $(if $(SHORT),--short)

format: $(DEVELOPED) ## Format the code and fix what lint can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what these commands made
	rm -rf $(VENV) publisher-demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
