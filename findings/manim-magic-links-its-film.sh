#!/usr/bin/env bash
# Exports a notebook that plays a scene with manim's magic. Needs the headers of cairo and pango.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    manim==0.22.0 'pillow<13' ipython==9.18.1 ipykernel==7.4.0 nbconvert==7.17.2
echo "manim 0.22.0, IPython 9.18.1, nbconvert 7.17.2"
echo "The magic alone in a cell is refused even if its scene is there; the exported page links a film that nothing puts"
echo "beside it, unless manim.config.media_embed is true."

cat >scenes.py <<'PY'
from manim import Create, Scene, Square


class Draw(Scene):
    def construct(self):
        self.play(Create(Square()), run_time=0.5)
PY
cat >make.py <<'PY'
import json
import sys

cells = {
    "alone": ["import manim", "from scenes import Draw", "%%manim -ql -v ERROR Draw"],
    "linked": ["import manim", "%%manim -ql -v ERROR Draw\nfrom scenes import Draw"],
    "embedded": [
        "import manim\nmanim.config.media_embed = True",
        "%%manim -ql -v ERROR Draw\nfrom scenes import Draw",
    ],
}
for name, sources in cells.items():
    kept = [
        {"cell_type": "code", "id": f"cell{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for i, source in enumerate(sources)
    ]
    with open(f"{name}.ipynb", "w") as file:
        json.dump({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": kept}, file)
PY
venv/bin/python make.py
for name in alone linked embedded; do
    PATH="$folder/venv/bin:$PATH" venv/bin/jupyter-nbconvert --to html --execute --allow-errors --output-dir page \
        "$name.ipynb" >log 2>&1 || { cat log; exit 1; }
done

grep -o 'UsageError: [^<]*' page/alone.html
grep -o 'src="[^"]\{0,40\}' page/linked.html page/embedded.html | grep -E 'media|data:video'
grep -q 'the cell body is empty' page/alone.html
grep -q 'src="media/jupyter/Draw@' page/linked.html
grep -q 'src="data:video/mp4;base64,' page/embedded.html
[ ! -e page/media ]
