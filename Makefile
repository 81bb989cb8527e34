# `make run` and `make test` are all that a newcomer needs: each makes the virtual environment first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: run test test-slow lint format lock grafana pictures clean

run: $(READY)                ## the stack, the whole chain, the CSV
	$(BIN)/shop run

test: $(READY)               ## all tests but the slow ones, on real engines
	$(BIN)/pytest

test-slow: $(READY)          ## load, soak and long fault tests
	$(BIN)/pytest -m slow --timeout=3600

lint: $(READY)               ## style, types and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint sql --processes 1

format: $(READY)             ## style, mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix sql

lock:                        ## requirements.lock from pyproject.toml, without names of hosts in it
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes \
		--no-emit-index-url --no-strip-extras --quiet --output-file requirements.lock

grafana: $(READY)            ## grafana/provisioning anew, after a change of a panel, an alert or a question
	$(BIN)/python -m shop_assets.dashboards.grafana

pictures: $(READY)           ## the documentation's pictures, from the stack and `shop ui` at UI (both must be running)
	$(BIN)/python docs/pictures/take.py $(or $(UI),http://127.0.0.1:3000)

clean:                       ## ends the embedded stack, deletes its data and the virtual environment
	if [ -x $(BIN)/shop ]; then $(BIN)/shop down --delete-data; fi
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The lock has every package with its hashes; the project itself is linked to this folder.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --require-hashes --requirement requirements.lock
	$(BIN)/pip install --no-deps --no-build-isolation --editable .
	touch $(READY)
