#!/usr/bin/env bash
# In double precision throughout, Keras on JAX computes tanh, sin and their kin in single precision.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check keras==3.15.1 'jax[cpu]==0.10.2'
echo "Keras 3.15.1 on JAX 0.10.2, jax_enable_x64 and floatx float64"
echo "Trigonometric and hyperbolic functions and var return float32 for float64, exp, sigmoid and log do not; a Dense"
echo "layer of dtype float64 with tanh gives float32, and an LSTM gives float64 numbers that are right to eight digits."
# Seen: float32 for tanh sinh cosh sin cos tan arctan var; float64 for exp log sqrt sigmoid softplus erf mean std;
# Dense float32, compute dtype float64; LSTM float64, off by 1e-8 to 1e-7.

cat >halves.py <<'PY'
import os

os.environ["KERAS_BACKEND"] = "jax"
import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.config.set_floatx("float64")
x = keras.ops.convert_to_tensor(np.array([0.5, 0.25]), dtype="float64")
kinds = {}
for name in "tanh sinh cosh sin cos tan arctan var exp log sqrt sigmoid softplus erf mean std".split():
    kinds.setdefault(str(getattr(keras.ops, name)(x).dtype), []).append(name)
for kind, names in sorted(kinds.items()):
    print(kind, *names)
dense = keras.layers.Dense(1, activation="tanh", dtype="float64")
print("Dense", dense(x[None]).dtype, dense.compute_dtype)


def sigmoid(o):
    return 1 / (1 + np.exp(-o))


lstm = keras.layers.LSTM(2, dtype="float64")
sequence = np.linspace(-1, 1, 8).reshape(1, 8, 1)
read = lstm(sequence)
w, u, b = (np.asarray(one) for one in lstm.get_weights())
h, c = np.zeros(2), np.zeros(2)
for value in sequence[0]:
    i, f, g, o = np.split(value @ w + h @ u + b, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
off = np.abs(np.asarray(read)[0] - h).max()
print("LSTM", read.dtype, f"off by {off:.0e}")
assert kinds["float32"] == "tanh sinh cosh sin cos tan arctan var".split()
assert kinds["float64"] == "exp log sqrt sigmoid softplus erf mean std".split()
assert str(dense(x[None]).dtype) == "float32"
assert str(read.dtype) == "float64" and 1e-10 < off < 1e-6
PY
venv/bin/python halves.py
