#!/usr/bin/env bash
# Builds a Jupyter Book 1 whose pages show an mp4 in three ways, and run a cell in two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    jupyter-book==1.0.4.post1 sphinx==7.4.7 myst-nb==1.4.0 av==18.1.0
echo "$(venv/bin/python --version), jupyter-book 1.0.4.post1, sphinx 7.4.7, myst-nb 1.4.0"
echo "A file that only raw HTML names is copied from _static and from no other folder, a Markdown image of an mp4"
echo "becomes a video without controls, and a code-cell is run only in a page whose header says so."

mkdir -p book/films book/_static
venv/bin/python - book/films/film.mp4 book/_static/film.mp4 <<'PY'
import sys

import av

for path in sys.argv[1:]:
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=5, width=64, height=36, pix_fmt="yuv420p")
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(64, 36, "yuv420p")))
        container.mux(stream.encode())
PY
printf 'title: Book\n' >book/_config.yml
printf 'format: jb-book\nroot: index\nchapters:\n- file: run\n- file: plain\n' >book/_toc.yml
cat >book/index.md <<'MD'
# Films

<video src="films/film.mp4" controls></video>

<video src="_static/film.mp4" controls></video>

![A film](films/film.mp4)
MD
cell='# Cell

```{code-cell} python
print(6 * 7000)
```'
head='---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
'
printf '%s\n%s\n' "$head" "$cell" >book/run.md
printf '%s\n' "$cell" >book/plain.md
PATH="$folder/venv/bin:$PATH" venv/bin/jupyter-book build book >log 2>&1 || { cat log; exit 1; }

cd book/_build/html
grep -o '<video[^>]*>' index.html
find . -name film.mp4 | sort
grep -c 42000 run.html plain.html || true
[ ! -e films ]
[ -e _static/film.mp4 ]
[ -e _images/film.mp4 ]
grep -q '<video src="_images/film.mp4" title="A film">' index.html
grep -q 42000 run.html
! grep -q 42000 plain.html
