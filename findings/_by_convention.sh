# What the scripts FRAMEWORK-by-convention.sh share; sourced from the project's root. Theirs lie in $folder.
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/ours"

packages() { # NAME==VERSION ...
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    echo "$("$folder/venv/bin/python" --version), $*"
}

run() { # a Python program from stdin, with these packages
    (cd "$folder" && venv/bin/python -)
}

ours() { # CONCEPT [knobs]: what deepreel computes, in ours/CONCEPT.npz
    .venv/bin/python render.py "$1" -f npz -o "$folder/ours/$1.npz" "${@:2}" >"$folder/log" 2>&1 ||
        { cat "$folder/log"; exit 1; }
}

as_json() { # QUANTITY ...: these, where there are any, of all that deepreel computed, in ours/CONCEPT.json
    .venv/bin/python - "$folder/ours" "$@" <<'PY'
import json
import sys
from pathlib import Path

import numpy as np

ours, *given = sys.argv[1:]
for path in Path(ours).glob("*.npz"):
    data = np.load(path)
    path.with_suffix(".json").write_text(json.dumps({name: data[name].tolist() for name in given if name in data}))
PY
}

hold() { # FILE CONCEPT [knobs]
    (cd "$folder" && "$root/.venv/bin/python" "$root/render.py" check "$2" --against "$1" "${@:3}")
}

agrees() { # FILE CONCEPT [knobs]
    echo "$1"
    hold "$@"
}

departs() { # CONVENTION DEPARTURE FILE CONCEPT [knobs]: it is named where it departs, and accepted
    local convention=$1 departure=$2 status=0 told
    shift 2
    echo "$1"
    told=$(hold "$@") || status=$?
    echo "$told"
    if [ "$status" -ne 1 ] || [[ $told != *"$departure"* ]] || [[ $told != *"--convention $convention "* ]]; then
        echo "expected exit code 1, '$departure' and --convention $convention; the exit code was $status"
        exit 1
    fi
    hold "$@" --convention "$convention"
}
