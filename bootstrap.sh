#!/usr/bin/env bash
# Sets up everything that deepreel needs into .venv: bootstrap.sh [EXTRA]
# Does nothing where nothing has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")"
extra=${1:-}
ready=.venv/.ready${extra:+-$extra}

if [ -e "$ready" ] && [ "$ready" -nt pyproject.toml ] && [ "$ready" -nt bootstrap.sh ]; then
    exit 0
fi

# A Python that torch and manim have wheels for.
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "deepreel needs Python 3.11, 3.12 or 3.13; install one and try again." >&2; exit 1; }

# pycairo and manimpango are compiled here: they have no wheels for Linux.
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v pkg-config >/dev/null || missing+=(pkg-config)
pkg-config --exists cairo 2>/dev/null || missing+=(libcairo2-dev)
pkg-config --exists pangocairo 2>/dev/null || missing+=(libpango1.0-dev)
"$python" -c 'import sysconfig, pathlib, sys
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' || missing+=(python3-dev)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
# The tests open decks in a browser, and decks and scripts in LibreOffice, which recommends much that they do without; a
# draft of the voice speaks in them, too.
spare=()
if [ "$extra" = dev ] && grep -qs '^ID=debian' /etc/os-release; then
    command -v loimpress >/dev/null || spare+=(libreoffice-impress)
    command -v lowriter >/dev/null || spare+=(libreoffice-writer)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v chromedriver >/dev/null || missing+=(chromium-driver)
    command -v espeak-ng >/dev/null || missing+=(espeak-ng)
fi
if [ ${#missing[@]} -gt 0 ] || [ ${#spare[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    if command -v apt-get >/dev/null && { [ ${#as_root[@]} -eq 0 ] || command -v sudo >/dev/null; }; then
        "${as_root[@]}" apt-get update -q
        install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y)
        [ ${#missing[@]} -eq 0 ] || "${install[@]}" "${missing[@]}"
        [ ${#spare[@]} -eq 0 ] || "${install[@]}" --no-install-recommends "${spare[@]}"
    elif [ "$(uname)" = Darwin ]; then
        echo "deepreel needs cairo and pango; run 'brew install cairo pango pkg-config' and try again." >&2
        exit 1
    else
        echo "deepreel needs a C compiler, pkg-config and the headers of Python, cairo and pango; install them and try again (${missing[*]})." >&2
        exit 1
    fi
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
pip=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --upgrade pip
# The default Linux build of torch brings gigabytes for GPUs; this index has the one for CPUs.
if [ "$(uname)" = Linux ]; then
    "${pip[@]}" --no-deps --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu 'torch>=2.13,<2.14'
fi
"${pip[@]}" --editable ".${extra:+[$extra]}"
touch "$ready"
