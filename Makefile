# Everything a developer does. `make` alone tells what there is.
SHELL := /bin/sh
VENV := .venv
# What make quick runs: no local cloud, no faults of the engine, and of the API what says most in a few seconds. The
# adapters have `make aws`.
QUICK := tests/unit tests/agent tests/state_machines tests/infra \
	$(addprefix tests/api/test_,jobs.py runs.py budgets.py openapi.py required.py)
PYTHON ?= python3
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Many processes are started here; without compiled files, each compiles what it imports.
unexport PYTHONDONTWRITEBYTECODE
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

.PHONY: help install run up fleet bench quick test lint unit aws api engine state-machines infra e2e openapi synth bootstrap deploy destroy clean

help: ## show this list
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

install: $(VENV)/installed ## make .venv with everything pinned: the AWS CDK and its node too

$(VENV)/installed: requirements.txt constraints.txt package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Shiftwork needs Python 3.11 or later, and $(PYTHON) is missing or older: name another one, as in make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing into $(VENV): once, about two minutes"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --disable-pip-version-check --quiet --progress-bar off -r requirements.txt -c constraints.txt & pid=$$!; \
	  trap 'kill $$pid 2>/dev/null' INT TERM; seconds=0; \
	  while kill -0 $$pid 2>/dev/null; do sleep 1; seconds=$$((seconds + 1)); [ $$((seconds % 10)) -ne 0 ] || echo "  pip, $$seconds s"; done; wait $$pid
	@npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

run: install ## start the local cloud, deploy, run examples/hello.json, stop
	@python -m local run examples/hello.json

up: install ## keep the local cloud running, until Ctrl-C
	@python -m local up

fleet: install ## start the local cloud and 50 devices, roll examples/fleet-update.json out, show how it goes
	@python -m local fleet examples/fleet-update.json

bench: install ## measure the local cloud: trigger to start, a burst, reads, memory
	@python -m local bench

quick: install ## at each step, 90 s: ruff, mypy on what changed, and the tests that are neither slow nor end to end
	@ruff check . && ruff format --check . && mypy && pytest -n 2 -m 'not slow' $(QUICK)

test: install ## everything CI runs: the local cloud, the other tests, and ruff and mypy beside each other
	@$(MAKE) --no-print-directory lint & lint=$$!; pytest -n 2 tests; tests=$$?; wait $$lint && exit $$tests

lint: install ## ruff and mypy
	@ruff check . && ruff format --check . && mypy

unit: install ## the domain, and the house rules
	@pytest tests/unit

aws: install ## the adapters, on moto
	@pytest tests/aws

api: install ## the HTTP API and the event functions, in process
	@pytest tests/api

engine: install ## each call of AWS fails in turn, and no run is lost or doubled
	@pytest tests/engine

state-machines: install ## the state machines' real files
	@pytest tests/state_machines

infra: install ## what the template promises, and how a deployment is destroyed
	@pytest tests/infra tests/destroy

e2e: install ## the local cloud, and the whole product on it with IAM enforced
	@pytest tests/local

openapi: install ## write docs/openapi.json as the code gives it
	@python -c 'from functions.api.handler import app; print(app.document(), end="")' > docs/openapi.json

synth: install ## the CloudFormation template, offline: make synth ARGS="-c stage=prod"
	@cdk synth --quiet $(ARGS)

bootstrap: install ## once for each AWS account and region, before the first deploy
	@cdk bootstrap $(ARGS)

deploy: install ## into your AWS account: make deploy ARGS="-c stage=prod"
	@cdk deploy $(ARGS)

destroy: install ## stop all runs, remove a deployment, say what remains: make destroy ARGS="-c stage=prod"
	@python -m infra.destroy $(ARGS)

clean: ## remove what was built and installed
	@rm -rf $(VENV) node_modules build agent/build agent/*.egg-info cdk.out .pytest_cache .mypy_cache .ruff_cache
