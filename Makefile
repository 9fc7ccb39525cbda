# danvan: `make demo` reads the shipped samples, `make test` runs all tests. Both set up what they need in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
DANVAN ?= $(BIN)/danvan
JOBS ?= 2
SECONDS ?= 3600
# What must stand before a target runs; empty (make demo SETUP=) where danvan is installed already.
SETUP ?= $(VENV)/.core
TESTS ?= $(VENV)/.test

.PHONY: demo test test-long test-browser test-http test-spark fuzz lint format docs clean help

help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: $(SETUP)  ## Extract the shipped samples into kb/ and show what was found
	@$(DANVAN) extract data/samples/articles --out kb --fresh --lang en
	@$(DANVAN) show kb --lang en

test: $(TESTS)  ## Run all tests (a few minutes)
	$(BIN)/python -m pytest -n $(JOBS) -m "not long and not browser"

test-long: $(TESTS)  ## Run the long campaigns too (kills, large runs)
	$(BIN)/python -m pytest -m long -rP

test-browser: $(VENV)/.browser  ## Go through report and review in chromium (Debian's package, or any on the PATH)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get install -y -q chromium; } || { echo "chromium is needed: apt-get install chromium"; exit 1; }
	$(BIN)/python -m pytest -m browser tests/test_browser.py

test-http: $(VENV)/.contract  ## Hold the service's description against its answers (schemathesis; EXAMPLES=50)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -m long tests/test_contract.py

test-spark: $(TESTS)  ## Run the tests of the Spark engine (Java 17; installs pyspark)
	@command -v java >/dev/null || { echo "Java is needed: apt-get install openjdk-17-jre-headless"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,spark]"
	$(BIN)/python -m pytest tests/test_spark.py

fuzz: $(TESTS)  ## Fuzz the readers, guided by coverage (SECONDS=3600; Linux)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,fuzz]"
	@mkdir -p $(VENV)/fuzz
	$(BIN)/python tests/fuzz_readers.py $(VENV)/fuzz -max_total_time=$(SECONDS) -max_len=8000 -timeout=100 -artifact_prefix=$(VENV)/fuzz-

lint: $(VENV)/.dev  ## Lint, formatting, types, and every rule's examples
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/danvan rules check

format: $(VENV)/.dev  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.docs  ## Build the documentation as a site, with the rules' measured figures: build/docs/index.html
	@mkdir -p build
	$(DANVAN) extract data/samples/articles data/gold/dev/articles --out build/docs-kb --fresh --quiet --workers $(JOBS)
	$(BIN)/python -m sphinx -W --keep-going -n -q -E -c docs . build/docs
	@echo "build/docs/index.html"

clean:  ## Remove what was made
	rm -rf $(VENV) kb build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml | $(VENV)/bin/python
	@echo "Setting up in $(VENV) (once, a minute or two) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.core
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test]"
	@touch $@

$(VENV)/.browser: pyproject.toml $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,browser]"
	@touch $@

$(VENV)/.contract: pyproject.toml $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,contract]"
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.test
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[test,dev]"
	@touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.core
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[docs]"
	@touch $@
