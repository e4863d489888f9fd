# Nothing has to be installed by hand: each target makes .venv ready first.
.PHONY: run test check test-sql bench bench-open bench-media bench-analytics bench-load lock js pictures clean help

help: ## this list (the default)
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \t\2/p' Makefile

run: ## the server with a sample course; Ctrl-C stops everything
	@exec tools/run

test: ## everything that is checked, in a fresh .venv if there is none
	@exec tools/test all

check: ## the quick part: contracts, style, types, unit tests
	@exec tools/test quick

test-sql: ## the SQL beside each number on ClickHouse and Spark; fetches both once, 800 MB
	@exec tools/test-sql

bench: ## one JSON object a line: uploads, ranges, first widget, memory, sync, search, load
	@exec tools/test bench

bench-open: ## how fast dashboards open, beside Voila, Panel and Streamlit; half an hour
	@exec tools/bench-open

bench-media: ## clips beside ffmpeg, smartcut, moviepy; alignment beside librosa; quarter of an hour
	@exec tools/bench-media

bench-analytics: ## numbers at 10 k, 1 M, 10 M events beside pandas, PostgreSQL; half an hour
	@exec tools/bench-analytics

bench-load: ## forty dashboards, ten uploads and twenty players at once; three minutes
	@exec tools/test bench load

lock: ## pin the newest versions that fit pyproject.toml, with hashes
	@exec tools/lock

js: ## build what the browser loads into practika_widgets/static
	@exec tools/js

pictures: ## put the browser test's newest pictures into the documents
	@cp .test/screenshots/compare-1280.png docs/screenshots/

clean: ## remove everything made here except data
	@rm -rf .venv .bench .test .mypy_cache .ruff_cache .hypothesis dist build widgets/js/node_modules
	@find practika_kernel widgets/practika_widgets tests -name __pycache__ -prune -exec rm -rf {} +
