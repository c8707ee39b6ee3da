# `make` prints what can be made. Everything sets itself up first, in .venv.

.DEFAULT_GOAL := help
.SILENT:
SHELL := /bin/sh
PY := .venv/bin/python
READY := .venv/ready
LOCK := requirements.lock

N ?=
SEED ?=
OUT ?= cases.parquet
MODELS ?= models
export MODELS
URL ?=

help:  ## this text
	sed -n 's/^\([a-z][a-z-]*\):.*##  *\(.*\)/\1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

serve: $(READY)  ## answer at http://127.0.0.1:8000 (HOST=, PORT=); a first model is trained beside it
	if [ -e $(MODELS)/current ] || ls -d $(MODELS)/2*/ >/dev/null 2>&1; then \
		exec $(PY) -m service; \
	fi; \
	$(PY) -m service & service=$$!; \
	$(PY) -m training --models $(MODELS) & training=$$!; \
	trap 'kill $$service $$training 2>/dev/null' INT TERM; \
	wait $$service; code=$$?; \
	if [ $$code -gt 128 ]; then wait $$service; code=$$?; fi; \
	kill $$training 2>/dev/null; wait $$training 2>/dev/null; exit $$code

train: $(READY)  ## train, judge and promote a model (N= cases, SEED=)
	exec $(PY) -m training --models $(MODELS) $(if $(N),--cases $(N)) $(if $(SEED),--seed $(SEED))

cases: $(READY)  ## write simulated cases (N=, SEED=, OUT=cases.parquet or .csv)
	exec $(PY) -m data $(OUT) $(if $(N),--cases $(N)) $(if $(SEED),--seed $(SEED))

ask: $(READY)  ## put the README's question to the running service (URL=)
	exec $(PY) -m service.ask $(URL)

test: $(READY)  ## run all tests
	exec $(PY) -m pytest $(ARGS)

check: $(READY)  ## ruff and mypy --strict
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

controls: $(READY)  ## switch each safety control off in turn; its tests must fail
	exec $(PY) tests/controls.py

certify: $(READY)  ## prove the rules over all that they read, and write the certificate
	exec $(PY) -m tests.certify

readme: $(READY)  ## write the README's answer anew, from the served model
	exec $(PY) -m service.readme

docs: $(READY)  ## write SAFETY.md and the table of settings anew, from the code
	$(PY) -m service.safety_doc
	exec $(PY) -m service.settings

lock: $(READY)  ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o $(LOCK)

clean:  ## remove what was set up, but no model
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): $(LOCK)
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11 none; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
		echo 'Supine needs Python 3.11 or newer; name yours with make PYTHON=...' >&2; exit 1; \
	fi; \
	echo 'Setting up .venv, once; this takes a minute or two ...' >&2; \
	$$python -m venv --clear .venv >.venv.log 2>&1 || { \
		echo "$$python cannot make a virtual environment; .venv.log says why" >&2; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK) \
		>.venv.log 2>&1 || { \
		echo 'The libraries could not be installed (no network?); .venv.log says why' >&2; exit 1; }
	rm -f .venv.log
	touch $@

.PHONY: help serve train cases ask test check certify controls readme docs lock clean
