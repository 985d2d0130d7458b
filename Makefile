# make run    make the environment, build the demo store if there is none, serve the dashboard on 127.0.0.1:8501
# make test   make the environment, check the house, run every test (browser tests included)
# make env    make .venv from requirements.lock
# make bench  time the engine on large simulated logs (minutes)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
STORE  ?= data/store
PORT   ?= 8501
VENV   ?= .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.made-from-lock
# Test processes; the browser tests share one of them.
JOBS   ?= 2

.PHONY: env run demo test check tests chromium bench clean
.DEFAULT_GOAL := run

env: $(STAMP)

$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Plumbline needs Python 3.11 or newer, got %d.%d: make PYTHON=/path/to/python3.11" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing; install it first (Debian: apt-get install python3-venv)."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(PY) -m pip check --disable-pip-version-check
	@touch $(STAMP)

demo: env
	@test -d $(STORE)/ingests || $(PY) -m analytics demo --store $(STORE)

run: env demo
	PLUMBLINE_STORE=$(STORE) $(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

chromium:
	@bash tests/browser/ensure_chromium.sh

check: env
	$(PY) -m ruff check .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy --strict analytics
	$(VENV)/bin/lint-imports --no-logo
	$(PY) tests/house/stats_alone.py

tests: env chromium
	$(PY) -m pytest -q -n $(JOBS) --dist loadgroup

test: env chromium check
	$(PY) -m pytest -q -n $(JOBS) --dist loadgroup

bench: env
	$(PY) -m tests.benchmarks.bench_engine 1M 10M

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
