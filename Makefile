.DEFAULT_GOAL := help
CARGO ?= cargo
# Where Python tools are kept.
VENV ?= target/venv
# How long the long versions run: `make prove RUNS=10`.
RUNS ?= 1
# How long `make fuzz` runs each target.
FUZZ_SECONDS ?= 300

.PHONY: help run demo test check bench fmt doc boundaries fuzz fuzz-api openapi-check sdk-check webhook-check prove publish-check page-check examples-check deploy-check

help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: ## Run the service on http://localhost:8000, with a simulated Twilio
	$(CARGO) run --quiet --package atlas-server -- serve

demo: ## Tell a whole story on the simulated Twilio, in seconds
	$(CARGO) run --quiet --package atlas-server -- demo

test: ## Run every test, on SQLite and on Mongo
	@CARGO="$(CARGO)" scripts/test

check: ## Check format, lints, documentation and the boundaries between crates
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps --all-features --quiet
	$(MAKE) boundaries

boundaries: ## Check that no crate reaches what it must not
	@scripts/boundaries

fmt: ## Format the code
	$(CARGO) fmt --all

doc: ## Build the documentation of the crates and open it
	$(CARGO) doc --workspace --no-deps --all-features --open

bench: ## Measure the parts and the whole beside their floors, and atlas-twilio beside twilio-python
	@CARGO="$(CARGO)" scripts/with-mongo $(CARGO) bench --package atlas-server --all-features --bench parts --bench callbacks
	@CARGO="$(CARGO)" VENV="$(VENV)" scripts/bench-twilio-python

fuzz: ## Fuzz each target in fuzz/ (needs a nightly compiler and cargo-fuzz)
	@cd fuzz && for target in $$($(CARGO) +nightly fuzz list); do \
		$(CARGO) +nightly fuzz run "$$target" -- -max_total_time=$(FUZZ_SECONDS) || exit 1; \
	done

fuzz-api: ## Run schemathesis over the HTTP interface (needs Python 3.10 or newer)
	@CARGO="$(CARGO)" VENV="$(VENV)" scripts/fuzz-api

openapi-check: ## Hold simulator and client against Twilio's OpenAPI document: SPEC=path
	@CARGO="$(CARGO)" SPEC="$(SPEC)" scripts/openapi-check

sdk-check: ## Use the simulator with Twilio's SDKs for Python and Node
	@CARGO="$(CARGO)" VENV="$(VENV)" scripts/sdk-check

webhook-check: ## Compare webhook signatures with those of the library standardwebhooks for Python
	@CARGO="$(CARGO)" VENV="$(VENV)" scripts/webhook-check

prove: ## Run the long versions of the tests, once
	@CARGO="$(CARGO)" RUNS="$(RUNS)" scripts/prove

publish-check: ## Pack the published crates and build them from their packages
	$(CARGO) publish --dry-run --package atlas-domain --package atlas-outgoing --package atlas-twilio --package twilio-sim --all-features

page-check: ## Use the simulator's page in headless Chromium (needs node 18 or newer)
	@CARGO="$(CARGO)" SCREENSHOT="$(SCREENSHOT)" scripts/page-check

examples-check: ## Test the example services in Python and Node on the simulator
	@CARGO="$(CARGO)" scripts/examples-check

deploy-check: ## Check the files that people deploy with
	@scripts/deploy-check
