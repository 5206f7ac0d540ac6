# make demo    set up, start a local Neo4j, load a generated night, show a feed with its reasons and the trends
# make test    set up, run all tests (integration tests start a Neo4j of their own)
# make test-lts    the integration tests that must hold on both lines, on Neo4j 5.26 LTS
# make soak    kills and cuts at random moments, from a seed; minutes to an hour
# make lint    ruff and mypy, both strict; benchmarks too
# make bench   the figures that the documents claim, one JSON object a benchmark
# make bench-scale   from files to feeds by size: 1 M and 3 M events (EVENTS="10000000" for more)
# make setup   the virtual environment alone; then .venv/bin/contentgraph works
# make lock    compile requirements/*.txt again from pyproject.toml (needs uv)

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo
PORT ?= 7687
export CONTENTGRAPH_HOME ?= $(CURDIR)/$(DEMO)/home

.PHONY: demo stop test test-lts soak lint bench bench-scale setup lock clean

setup: .venv/.done

.venv/.done: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "contentgraph needs Python 3.11 or newer; set PYTHON=python3.12, say")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	$(BIN)/contentgraph neo4j start --port $(PORT)
	$(BIN)/contentgraph sample $(DEMO)/data --users 2000 --videos 1000 --events 50000 --until 2026-11-01 --seed 1
	$(BIN)/contentgraph nightly $(DEMO)/data --rejects $(DEMO)/rejects --tune 0
	$(BIN)/contentgraph feed $$($(BIN)/contentgraph users --history 30 --limit 1 --ids) --explain --limit 5
	$(BIN)/contentgraph trending challenge --limit 5
	@echo
	@echo "Neo4j goes on running at $$($(BIN)/contentgraph neo4j url). Ask on: . .venv/bin/activate; export CONTENTGRAPH_HOME=$(CONTENTGRAPH_HOME)"
	@echo "Stop it with: make stop"

stop: setup
	$(BIN)/contentgraph neo4j stop

TESTS ?=
test: setup
	$(BIN)/python -m pytest $(TESTS)

test-lts: setup
	CONTENTGRAPH_TEST_LINE=5.26 $(BIN)/python -m pytest -m lines tests/integration

soak: setup
	$(BIN)/python -m benchmarks.soak

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.bench
	$(BIN)/python -m benchmarks.run

EVENTS ?= 1000000 3000000
bench-scale: setup
	for events in $(EVENTS); do $(BIN)/python -m benchmarks.scale --events $$events || exit 1; done

.venv/.bench: .venv/.done requirements/bench.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --extra dev --extra content -o requirements/dev.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --extra dev --extra content --extra bench -o requirements/bench.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --extra content -o requirements/content.txt

clean:
	rm -rf .venv build dist *.egg-info
