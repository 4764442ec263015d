#!/usr/bin/env bash
# Has Jupyter Book 2 (MyST) read a page with an HTML video that has a track. Needs node 18 or later.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check jupyter-book==2.1.7
echo "jupyter-book 2.1.7, node $(node --version)"
echo "An HTML video becomes an image whose file is copied; its track, and the track's file, are dropped without a word."

mkdir films template
printf 'a film' >films/film.mp4
printf 'WEBVTT\n\n00:00.000 --> 00:01.000\nA ball.\n' >films/film.vtt
cat >index.md <<'MD'
# Films

<video src="films/film.mp4" controls>
  <track src="films/film.vtt" kind="captions" srclang="en" label="English">
</video>
MD
printf 'jtex: v1\ntitle: none\nkind: site\nversion: 1.0.0\nbuild: {install: "true", start: "true"}\n' >template/template.yml
printf 'version: 1\nproject:\n  title: Book\n  toc:\n    - file: index.md\nsite:\n  template: ./template\n' >myst.yml
PATH="$folder/venv/bin:$PATH" venv/bin/jupyter-book build --site >log 2>&1 || { cat log; exit 1; }

python3 - <<'PY'
import json
from pathlib import Path

page = json.loads(Path("_build/site/content/index.json").read_text())
text = json.dumps(page["mdast"])
print(text)
files = sorted(path.suffix for path in Path("_build/site/public").iterdir())
print(files)
assert '"type": "image"' in text and "film.mp4" in text
assert "track" not in text and ".vtt" not in text
assert ".mp4" in files and ".vtt" not in files
PY
if grep -i track log; then exit 1; fi
