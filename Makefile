# Two commands for a newcomer, `make demo` and `make test`; both set everything up by themselves.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: demo test quick bench fuzz check format docs examples clean oldest

demo: .venv/ready
	@mkdir -p build
	@for period in 2026-01 2026-02 2026-03 2026-04 2026-05 2026-06 2026-07 2026-08 2026-09 2026-10 2026-11 2026-12 \
	  2026Q1 2026Q2 2026Q3 2026Q4 2026; do \
	  $(BIN)/perf score examples/$$period/*.xlsx -o build/$$period.result.xlsx --force -q || exit 1; done
	$(BIN)/perf rollup build/2026*.result.xlsx --roster examples/roster.xlsx -o build/2026.xlsx --force
	$(BIN)/perf raise build/2026.xlsx --roster examples/roster.xlsx -o build/raises-2026.xlsx --force

test: check
	$(BIN)/python -m pytest

# While one works: the quickest tests, as far as half a minute goes; `make test` has told how long each takes.
quick: check
	$(BIN)/python -m pytest --quick 20

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# How fast perf is beside what users would do instead; half an hour, or a few minutes with BENCH=--quick.
bench: .venv-bench/ready
	.venv-bench/bin/python -m pip install --quiet --force-reinstall --no-deps .
	.venv-bench/bin/python benchmarks/run.py $(BENCH)

# Random workbooks for a quarter of an hour, other ones each time; SEED=123 tries the same again.
SEED ?= $(shell $(PYTHON) -c "import secrets; print(secrets.randbelow(10**9))")
fuzz: SEED := $(SEED)
fuzz: .venv/ready
	@echo "seed $(SEED)"
	$(BIN)/python -m pytest tests/test_fuzz.py --hypothesis-profile=fuzz --hypothesis-seed=$(SEED)

# The oldest supported version of each dependency, in an environment of its own.
oldest: .venv-oldest/ready
	.venv-oldest/bin/python -m pytest

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

.venv-oldest/ready: pyproject.toml tests/oldest.txt
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv-oldest/bin/python -m pip install --quiet --editable . --group dev --constraint tests/oldest.txt
	@touch $@

.venv-bench/ready: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv-bench/bin/python -m pip install --quiet . --group bench
	@touch $@

clean:
	rm -rf .venv .venv-oldest .venv-bench build dist

docs: .venv/ready
	$(BIN)/python docs/make_commands.py
	$(BIN)/python docs/make_findings.py

examples: .venv/ready
	$(BIN)/python examples/make_examples.py
