# A newcomer needs only `make run` and `make test`: each creates the virtual environment if it is missing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
FAULTS := $(BIN)/python -m shop_assets_tests.faults

help:                        ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: help run test test-slow faults large-requests soak cluster-test bench lint format lock secrets generate screenshots clean

run: $(READY)                ## start the stack, run the pipeline, print the first rows of the CSV
	$(BIN)/shop run

test: $(READY)               ## all tests except slow ones, on real services: one stack for each of two processes
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: $(READY)          ## tests marked `slow`: kills, outages, random and large input, commands, Spark's cluster, notebooks
	$(BIN)/pytest -m slow --timeout=3600

faults: $(READY)             ## at least 200 SIGKILLs, spread over all fault points, on a separate stack: make faults [SEED=…] [KILLS=…] [POINT=…]
	$(FAULTS) kills $(if $(KILLS),--kills $(KILLS)) $(if $(POINT),--point "$(POINT)") $(if $(SEED),--seed $(SEED))

large-requests: $(READY)     ## a key rotation and erasures of a large shop, with kills in between: make large-requests [CUSTOMERS=…] [SEED=…]
	$(FAULTS) requests $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(SEED),--seed $(SEED))

soak: $(READY)               ## half an hour of small runs, killed at random moments: make soak [MINUTES=…] [SEED=…]
	$(FAULTS) soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

cluster-test: $(READY)       ## the features on Spark's standalone cluster: a master and two workers on loopback
	$(BIN)/pytest -m slow --timeout=900 shop_assets_tests/features/test_two_workers.py shop_assets_tests/full_stack/test_spark.py

bench: $(READY)              ## costs of each stage beside its bare loop: make bench [SIZES="10000 1000000"] [BASE=<commit>]
	$(BIN)/python -m benchmarks $(SIZES) $(if $(BASE),--base $(BASE))

lint: $(READY)               ## style, types, layers and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m shop_assets.warehouse.statements.sql_lint

format: $(READY)             ## fix style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The image's locks have the versions that the tests ran on, without the development tools.
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-strip-extras --quiet
lock:                        ## update all lock files from pyproject.toml, without index URLs in them
	$(COMPILE) --extra embedded --extra full-stack --extra dev --output-file requirements.lock
	$(COMPILE) --extra full-stack --constraint requirements.lock --output-file .ci/image/pipeline.lock
	$(COMPILE) --extra full-stack --extra notebooks --constraint requirements.lock --output-file .ci/image/notebook.lock

# An existing .env gets the secrets that a newer .env.example has more, except for the key ring: another one would not
# decrypt what the lost one has encrypted.
secrets: .env                ## write .env for docker-compose.yml, with random secrets; to an existing file, add those that are missing
	@chmod 600 .env; grep '^[A-Z].*=$$' .env.example | while IFS= read -r line; do \
		if grep -q "^$$line" .env; then continue; fi; \
		if [ "$$line" = PII_KEYS= ]; then echo ".env has no PII_KEYS: restore it from a copy" >&2; exit 1; fi; \
		echo "$$line$(RANDOM_SECRET)" >> .env; \
		echo "added to .env: $${line%=}"; \
	done

RANDOM_SECRET = $$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
.env:
	@umask 077; while IFS= read -r line; do case "$$line" in \
		PII_KEYS=) echo "PII_KEYS=k1:$$(head -c 64 /dev/urandom | base64 | tr -d '\n')" ;; \
		[A-Z]*=)   echo "$$line$(RANDOM_SECRET)" ;; \
		*)         printf '%s\n' "$$line" ;; \
	esac; done < .env.example > .env
	@echo ".env is written: keep it with the data"

generate: $(READY)           ## rebuild the generated files after a change to a feature, a panel, an alert rule or a query
	$(BIN)/python -m shop_assets.generate

screenshots: $(READY)        ## retake the documentation's screenshots from the running stack and `shop ui` at UI
	$(BIN)/python docs/screenshots/take.py $(or $(UI),http://127.0.0.1:3000)

clean:                       ## stop the embedded stack, delete its data and the virtual environment; asks first: make clean [YES=1]
	if [ -x $(BIN)/shop ]; then $(BIN)/shop down --delete-data $(if $(YES),--yes); fi
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The lock file has every package with its hashes; the project itself is installed in editable mode.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.11 to 3.13 is needed: make PYTHON=python3.13 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --require-hashes --requirement requirements.lock
	$(BIN)/pip install --no-deps --no-build-isolation --editable .
	touch $(READY)
