# Two commands do everything on a fresh machine: `make run` and `make test`.
VENV ?= .venv
# A worker for each processor of a small machine; more of them get in the way of what each waits for.
WORKERS ?= 2
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --no-compile --quiet --disable-pip-version-check
SHELL := /bin/bash
# Images of containers often forbid to keep compiled modules. Here each of some hundred processes would compile anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test quick check bench bench-works load torture live docs site browser clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run ## Build the database if needed and serve on http://127.0.0.1:8050
	@exec $(VENV)/bin/scidip serve

test: $(VENV)/.test browser ## Install test tools and a browser, then run the whole suite
	$(PY) -m pytest -n $(WORKERS) --dist worksteal

quick: $(VENV)/.test ## Whatever needs neither database nor browser: a minute
	$(PY) -m pytest -q -n 2 -m unit

check: $(VENV)/.test ## Format, lint, types, architecture, generated documents
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PY) -m pytest -q tests/test_architecture.py tests/test_docs.py

bench: $(VENV)/.test ## Measure speed: build, bare database, callbacks computed anew, 50 users, bytes (limits beside)
	$(PY) -m scidip.cli build
	$(PY) bench/main.py
	$(PY) bench/engine.py
	$(PY) bench/composite.py
	$(PY) bench/analysis.py
	$(PY) bench/answers.py
	$(PY) bench/exports.py
	$(PY) bench/refreshing.py
	$(PY) bench/past.py
	$(PY) bench/postgres.py
	$(PY) bench/load.py

bench-works: $(VENV)/.test ## Count 1, 3 and 10 million synthetic works by DuckDB, beside Polars and Spark where they are installed (4 GB, half an hour)
	$(PY) bench/works.py

load: $(VENV)/.test ## Measure crowds and hostile visitors: slow connections, dear files at once, 50 and 200 users, odd requests
	$(PY) -m scidip.cli build
	$(PY) bench/connections.py
	$(PY) bench/dear.py
	$(PY) bench/crowd.py
	$(PY) bench/fuzz.py
	$(PY) bench/memory.py

torture: $(VENV)/.test ## Kill, replace and crowd the database at random moments; fails when anything is lost (an hour)
	$(PY) bench/torture.py --kills $(or $(KILLS),100)

live: $(VENV)/.test ## Ask the producers' live services
	$(PY) -m pytest -m network tests

docs: $(VENV)/.run ## Write the generated documents
	$(VENV)/bin/scidip docs

site: $(VENV)/.test ## Write the documents as a site, into build/site
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet
	@echo "build/site/index.html written"

browser: ## See that a browser for the tests is there, nginx and PostgreSQL; install Debian's if we may
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium for the browser tests …"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else \
	    echo "The browser tests need chromium: install Debian's package (apt-get install chromium) and run again."; exit 1; \
	  fi; }
	@PATH="$$PATH:/usr/sbin"; command -v nginx >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx-light >/dev/null || \
	  echo "nginx could not be installed: the tests behind it are skipped."
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
	  mkdir -p /etc/postgresql-common; echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold \
	    postgresql >/dev/null; } || echo "PostgreSQL could not be installed: the tests on it are skipped."

$(VENV)/.venv:
	@echo "Making the virtual environment …"
	@python3 -m venv $(VENV)
	@touch $@

# The locks name every package, so that none needs to be asked what it depends on.
# Not compiled ahead: of the ten thousand modules a few hundred are ever imported, and those are compiled then.
$(VENV)/.run: $(VENV)/.venv requirements.lock pyproject.toml
	@echo "Installing the pinned dependencies …"
	@$(INSTALL) --require-hashes --no-deps -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# Its lock holds that of the program (tests/test_dependencies.py): one installation instead of two.
$(VENV)/.test: $(VENV)/.venv requirements-test.lock pyproject.toml
	@echo "Installing the pinned dependencies and the test tools …"
	@$(INSTALL) --require-hashes --no-deps -r requirements-test.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

clean: ## Remove the environment and the database
	rm -rf $(VENV) data/scidip.sqlite* build *.egg-info
