PY := .venv/bin/python

.PHONY: help demo test lint readme clean

help:  ## show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo:  ## set everything up and render the film of gradient descent
	@./bootstrap.sh
	$(PY) render.py gradient-descent

test:  ## set everything up and run the tests
	@./bootstrap.sh dev
	$(PY) -m pytest -n auto

lint:  ## check style and types
	@./bootstrap.sh dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

readme:  ## write the course table of the README anew
	@./bootstrap.sh
	$(PY) docs/course_table.py

clean:  ## remove what was set up and rendered
	rm -rf .venv renders media
