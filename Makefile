PY := .venv/bin/python

.PHONY: help demo test abuse lint bench readme golden clean
.DELETE_ON_ERROR:

help:  ## show what can be made
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: renders/gradient-descent.mp4  ## set everything up and render the film of gradient descent
	@echo "the film is in $<"

renders/gradient-descent.mp4: render.py $(wildcard mathcore/*.py scenes/*.py scenes/*/*.py export/*/*.py assets/text/*.toml)
	@./bootstrap.sh
	$(PY) render.py gradient-descent

test:  ## set everything up and run the tests
	@./bootstrap.sh dev
	$(PY) -m pytest -n auto

abuse:  ## mistreat every concept, reader and format thirty times as much as the tests do (for hours)
	@./bootstrap.sh dev
	DEEPREEL_ABUSE=30 $(PY) -m pytest $(wildcard tests/test_abuse_*.py) tests/test_survival.py

lint:  ## check style and types
	@./bootstrap.sh dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench:  ## measure what films cost against manim and against the encoder (half an hour)
	@./bootstrap.sh
	$(PY) -m bench

readme:  ## write the course table of the README anew
	@./bootstrap.sh
	$(PY) docs/course_table.py

golden:  ## write the reference trajectories anew
	@./bootstrap.sh
	$(PY) -m mathcore._golden

clean:  ## remove what was set up and rendered
	rm -rf .venv renders media
