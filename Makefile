# `make` prints what can be made. Everything sets itself up first, in .venv.

.DEFAULT_GOAL := help
.SILENT:
SHELL := /bin/sh
PY := .venv/bin/python
READY := .venv/ready
LOCK := requirements.lock
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

N ?=
SEED ?=
OUT ?= cases.parquet
FORCE ?=
MODELS ?= models
export MODELS
MODEL ?=
DATA ?=
WEIGHT ?=
VERSION ?=
A ?=
B ?=
CASE ?=
ROOMS := contract safety assessment routes pages
QUICK := tests/data $(ROOMS:%=tests/service/%) tests/test_architecture.py tests/test_docs.py tests/test_hazards.py

help:  ## this text
	sed -n 's/^\([a-z][a-z-]*\):.*##  *\(.*\)/\1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

serve: $(READY)  ## answer at http://127.0.0.1:8000 (HOST=, PORT=); a first model is trained beside it
	if [ -e $(MODELS)/current ] || ls -d $(MODELS)/2*/ >/dev/null 2>&1; then \
		exec $(PY) -m service; \
	fi; \
	$(PY) -m training --models $(MODELS) & training=$$!; \
	TRAINING=$$training $(PY) -m service & service=$$!; \
	trap 'kill $$service $$training 2>/dev/null' INT TERM; \
	wait $$service; code=$$?; \
	if [ $$code -gt 128 ]; then wait $$service; code=$$?; fi; \
	kill $$training 2>/dev/null; wait $$training 2>/dev/null; exit $$code

train: $(READY)  ## train, judge and promote a model (N= cases, SEED=, MODEL= kind, DATA= own cases, WEIGHT=)
	exec $(PY) -m training --models $(MODELS) $(if $(N),--cases $(N)) $(if $(SEED),--seed $(SEED)) \
		$(if $(MODEL),--model $(MODEL)) $(if $(DATA),--data '$(DATA)') $(if $(WEIGHT),--weight $(WEIGHT))

study: $(READY)  ## what else could be trained, other worlds, own cases: about 17 minutes
	exec $(PY) -m training.study --out $(MODELS)/study.json

models: $(READY)  ## list the trained versions, their scores, and which one is served
	exec $(PY) -m models --models $(MODELS) list

promote: $(READY)  ## serve a version that passed its gates (VERSION=)
	exec $(PY) -m models --models $(MODELS) promote '$(VERSION)'

rollback: $(READY)  ## serve the version that was served before; once more, undo it
	exec $(PY) -m models --models $(MODELS) rollback

compare: $(READY)  ## scores of two versions, and every clinicians' case that moved (A=, B=)
	exec $(PY) -m training.judge.compare --models $(MODELS) '$(A)' '$(B)'

cases: $(READY)  ## write simulated cases (N=, SEED=, OUT=cases.parquet or .csv, FORCE=1 to replace it)
	exec $(PY) -m data '$(OUT)' $(if $(N),--cases $(N)) $(if $(SEED),--seed $(SEED)) $(if $(FORCE),--force)

ask: $(READY)  ## put the README's question to the running service, or CASE=case.json (PORT=, URL=)
	exec $(PY) -m service.ask $(CASE)

test: $(READY) .axe/ready  ## run all tests
	exec $(PY) -m pytest $(ARGS)

complete: $(READY)  ## tell all that a new finding, level, cause or rule still lacks, in all files at once
	exec $(PY) -m tests.programs.complete

quick: complete  ## run what a change of wording, rule, number or route needs: about half a minute
	exec $(PY) -m pytest -m 'not slow' $(QUICK) $(ARGS)

check: $(READY)  ## ruff and mypy --strict
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

controls: $(READY)  ## switch each safety control off in turn; its tests must fail
	exec $(PY) -m tests.programs.controls

certify: $(READY)  ## prove the rules over all that they read, and write the certificate
	exec $(PY) -m tests.programs.certify

mutants: $(READY)  ## change the rules and their modules one bit at a time; tests must fail
	exec $(PY) -m tests.programs.mutants

coverage: $(READY)  ## every branch of the modules that decide about safety is tested
	$(PY) -m coverage run -m pytest -q tests/service
	exec $(PY) -m coverage report

fuzz: $(READY)  ## send a million changed bodies and as many good ones (N=); no 5xx, no growth
	exec $(PY) -m tests.programs.fuzz $(N)

fuzz-guided: $(READY) .bench-guided/ready  ## a million bodies grown by what code they reach (N=, atheris); no 5xx
	exec env PYTHONPATH=.bench-guided $(PY) -m tests.programs.guided $(N)

endurance: $(READY)  ## slow clients, kills, restarts, a million requests: a quarter of an hour (needs wrk)
	exec $(PY) -m tests.programs.endurance

burden: $(READY)  ## whom the rules send to a doctor, among simulated people
	exec $(PY) -m tests.programs.burden

foreign: $(READY)  ## how well conditions that the model was never told of are noticed
	exec $(PY) -m tests.programs.foreign

bench: $(READY) .bench/ready  ## measure speed side by side, here and now (needs wrk)
	exec env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=.bench $(PY) -m benchmarks

bench-cases: $(READY) $(if $(PGMPY),.bench-pgmpy/ready)  ## how fast cases are drawn, beside bare draws (PGMPY=1: and pgmpy)
	exec env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m benchmarks.generation $(if $(PGMPY),.bench-pgmpy/bin/python)

bench-peers: $(READY) .bench/ready .bench-peers/ready .bench-mlserver/ready  ## the same beside Flask, FastAPI and MLServer
	exec env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=.bench:.bench-peers $(PY) -m benchmarks.peers

readme: $(READY)  ## write the example answer anew, in the README and service/routes/answer.json
	exec $(PY) -m service.offline.readme

docs: $(READY)  ## write SAFETY.md and the tables of settings and of own cases anew, from the code
	$(PY) -m service.offline.safety_doc
	$(PY) -m training.learn.site_file
	exec $(PY) -m service.settings

lock: $(READY)  ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --extra train --extra dev $(LOCKED) --upgrade -o $(LOCK)
	uv pip compile pyproject.toml -c $(LOCK) $(LOCKED) -o service/requirements.lock

clean:  ## remove what was set up, but no model
	rm -rf .venv .axe .coverage .bench .bench-peers .bench-mlserver .bench-pgmpy .bench-guided .mypy_cache .pytest_cache .ruff_cache .hypothesis

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

.axe/ready: tests/browser/requirements.txt $(READY)
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --no-deps --target $(@D) -r $<
	touch $@
.bench/ready: benchmarks/requirements.txt $(READY)
.bench-peers/ready: benchmarks/requirements-peers.txt $(READY)
.bench-guided/ready: benchmarks/requirements-guided.txt $(READY)
.bench/ready .bench-peers/ready .bench-guided/ready:
	$(PY) -m pip install --quiet --disable-pip-version-check --upgrade --target $(@D) -r $<
	touch $@
.bench-mlserver/ready: benchmarks/requirements-mlserver.txt $(READY)
.bench-pgmpy/ready: benchmarks/requirements-pgmpy.txt $(READY)
.bench-mlserver/ready .bench-pgmpy/ready:
	$(PY) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

.PHONY: help serve train study models promote rollback compare cases ask test complete quick check certify controls mutants coverage readme docs lock clean burden foreign fuzz fuzz-guided endurance bench bench-cases bench-peers
