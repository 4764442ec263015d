#!/usr/bin/env bash
# num2words 0.5.14 reads numbers between -1 and 0 without their sign, in English and in French, floats and decimals
# alike: the sign is taken from the integer part, which is zero. Below -1 it is said. And "quatre-vingtième", the
# French rank of 80, becomes "quatre-vingtsième". Seen:
#
# en -0.5    zero point five
# fr -0.5    zéro virgule cinq
# en -0.622  zero point six two two
# fr -0.622  zéro virgule six deux deux
# en -1.5    minus one point five
# fr -1.5    moins un virgule cinq
# fr 80e     quatre-vingtsième
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check num2words==0.5.14

"$place/venv/bin/python" > "$place/seen" <<'PY'
from decimal import Decimal

from num2words import num2words

for value in (-0.5, Decimal("-0.622"), -1.5):
    for language in ("en", "fr"):
        print(f"{language} {value!s:7} {num2words(value, lang=language)}")
print(f"fr 80e     {num2words(80, lang='fr', to='ordinal')}")
PY
grep '^# [ef][nr] ' "$0" | sed 's/^# //; s/  */ /g' > "$place/stated"
sed 's/  */ /g' "$place/seen" | diff "$place/stated" - && echo "as stated"
