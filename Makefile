# Needs Python >= 3.11 and make, nothing else: `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv installs what pip would, without compiling it first.
UV := $(BIN)/uv --quiet pip install --python
# The local AWS pins an older botocore than the newest, so that one has an environment of its own.
NEWEST := .venv-newest-boto3
# The oldest aws-cdk-lib and constructs that the library supports.
OLDEST_CDK := .venv-oldest-cdk
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.PHONY: install
install: $(VENV)/.installed node_modules/.installed ## set up everything from a bare checkout

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "installing the Python packages into $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed, this is " + sys.version)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt uv
	@$(UV) $(BIN)/python --constraint constraints.txt --group dev --editable '.[audit]'
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	@echo "installing the CDK CLI into node_modules ..."
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(NEWEST)/.installed: constraints-newest-boto3.txt $(VENV)/.installed
	@echo "installing the newest boto3 into $(NEWEST) ..."
	@$(PYTHON) -m venv --without-pip $(NEWEST)
	@$(UV) $(NEWEST)/bin/python --constraint constraints-newest-boto3.txt boto3 hypothesis "moto[server]" pytest
	@touch $@

$(OLDEST_CDK)/.installed: constraints-oldest-cdk.txt $(VENV)/.installed
	@echo "installing the oldest aws-cdk-lib into $(OLDEST_CDK) ..."
	@$(PYTHON) -m venv --without-pip $(OLDEST_CDK)
	@$(UV) $(OLDEST_CDK)/bin/python --compile-bytecode --constraint constraints-oldest-cdk.txt aws-cdk-lib constructs hypothesis pytest pytest-xdist
	@touch $@

.PHONY: deploy-local
deploy-local: install ## deploy, use and destroy a share on an AWS that runs on this machine
	@$(BIN)/python -m local_aws.deploy

.PHONY: local-aws
local-aws: install ## run the local AWS until Ctrl-C, for your own cdk commands; ARGS="--help" lists its options
	@$(BIN)/python -m local_aws $(ARGS)

.PHONY: test
test: install $(NEWEST)/.installed $(OLDEST_CDK)/.installed ## all tests
	@$(BIN)/python -m pytest --numprocesses=auto --dist=worksteal --cov --cov-fail-under=100 --cov-report=term:skip-covered

.PHONY: check
check: install ## formatting, lint, strict types and the workflows' security
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/zizmor --offline --quiet .github/workflows

.PHONY: format
format: install ## put the source into the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: soak
soak: install ## the lifecycle model, long: tens of thousands of random histories
	@$(BIN)/python -m tests.lifecycle.soak
	@$(BIN)/python -m tests.cluster_lifecycle.soak

.PHONY: mutate
mutate: install ## mutation testing of the handler, about five minutes
	@echo "installing mutmut into $(VENV) ..."
	@$(UV) $(BIN)/python --constraint constraints.txt --group mutation
	@rm -rf mutants && mkdir mutants && cp -r handler mutants/src
	@cp -r benchmarks constraints.txt docs local_aws seeds tests pyproject.toml mutants
	@cd mutants && ../$(BIN)/mutmut run --max-children 2

.PHONY: bench
bench: install ## this project beside its peers, one table
	@$(BIN)/python -m benchmarks

.PHONY: report
report: install ## update the page and the plot of the benchmark from its JSON
	@echo "installing matplotlib into $(VENV) ..."
	@$(UV) $(BIN)/python --constraint constraints.txt --group plots
	@$(BIN)/python -m benchmarks.report

.PHONY: verify-aws
verify-aws: install ## ask an AWS account what this project assumes of AWS; ARGS="--help" lists the options
	@$(BIN)/python -m verify_aws $(ARGS)

.PHONY: dist
dist: install ## build the wheel and the sdist, check both, test the wheel
	@rm -rf dist
	@$(BIN)/python -m build --installer uv --quiet .
	@$(BIN)/twine check --strict dist/*
	@WHEEL=$$(ls dist/*.whl) $(BIN)/python -m pytest tests/packaging --ignore=tests/packaging/test_newest_boto3.py

.PHONY: check-tag
check-tag: ## fail unless TAG is the version of pyproject.toml with a v before it
	@$(PYTHON) -c 'import os, pathlib, sys, tomllib; \
	tag = os.environ.get("TAG", ""); \
	wanted = "v" + tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]["version"]; \
	sys.exit(tag != wanted and f"the tag is {tag!r}, the version wants {wanted!r}")'

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf $(VENV) $(NEWEST) $(OLDEST_CDK) node_modules build dist mutants cdk.out .local-aws
	rm -rf .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache cdk.context.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
