# Two commands for people: `make demo` and `make test`. Everything lands in .venv, nothing elsewhere.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
PAGE   := $(shell find orchestrator/console -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -print)

.PHONY: demo test check clean

demo: $(VENV)/.installed
	$(BIN)/sanderling demo $(ARGS)

test: $(VENV)/.installed-dev
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.installed-dev
	PATH="$(CURDIR)/$(BIN):$$PATH" scripts/check

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sanderling needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml hatch_build.py $(PAGE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -c 'import geofences.navmesh.mesh, geofences.spacetime.held, vehicles.mavlink.wire.sift' # compile these now, not at the first order
	$(BIN)/python -c 'from orchestrator.dispatch.routing.search.warm import warm; warm()'
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml hatch_build.py $(PAGE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -c 'import geofences.navmesh.mesh, geofences.spacetime.held, vehicles.mavlink.wire.sift'
	$(BIN)/python -m orchestrator.dispatch.formats.warm
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) orchestrator/console/dist orchestrator/console/node_modules
