# Needs Python >= 3.11 and make, nothing else: `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The local AWS pins an older botocore than the newest, so that one has an environment of its own.
NEWEST := .venv-newest-boto3
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: install
install: $(VENV)/.installed node_modules/.installed ## set up everything from a bare checkout

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "setting up $(VENV) (a minute or two the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed, this is " + sys.version)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt "pip>=25.1"
	@$(PIP) install --constraint constraints.txt --group dev --editable .
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(NEWEST)/.installed: pyproject.toml constraints-newest-boto3.txt
	@$(PYTHON) -m venv $(NEWEST)
	@$(NEWEST)/bin/python -m pip --disable-pip-version-check --quiet install --constraint constraints-newest-boto3.txt boto3 hypothesis "moto[server]" pytest
	@touch $@

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(VENV) $(NEWEST) node_modules build dist cdk.out .local-aws
