#!/usr/bin/env bash
# Haiku 0.0.17 on JAX 0.10.2, and brain.js 1.6.1 in node: their recurrent layers with deepreel's weights, on its
# sequences. Needs node 18 or later and npm.
#
# Haiku's LSTM adds 1 before the sigmoid of the forget gate whenever it is called, which the formulas of its
# documentation leave out; brain.js' hands on no cell state beside h. The plain recurrent layer of both has ReLU for
# tanh. `check` names these conventions, which `--convention` accepts. The GRU of both has its reset gate before the
# matrix, and agrees; z is the share of the new state in Haiku's, as in deepreel's, and that of the old in brain.js'.
# Seen, the conventions' explanations left out:
#
# haiku_lstm.npz     c[time=1, unit=0]: obtained 0.03573413781572675, expected 0.03659467348259959; forget-plus-one; ok
# haiku_gru.npz      ok, 160 values
# haiku_rnn.npz      h[time=0, unit=0]: obtained 0.0, expected -0.8745089339442363; relu; ok
# brain_lstm.json    h[time=1, unit=0]: obtained 0.0413832813501358, expected 0.03648338132121495; no-cell; ok
# brain_gru.json     ok, 160 values
# brain_rnn.json     h[time=0, unit=0]: obtained 0.0, expected -0.8745089339442363; relu; ok
set -euo pipefail
. findings/_by_convention.sh
packages dm-haiku==0.0.17 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
npm install --silent --no-audit --no-fund --prefix "$folder" brain.js@1.6.1 >/dev/null
echo "node $(node --version), brain.js 1.6.1"
for concept in lstm gru rnn; do ours "$concept"; done
as_json x w_x w_h b

run <<'PY'
import haiku as hk
import jax
import numpy as np

jax.config.update("jax_enable_x64", True)


def read(core, x, params):
    """All states of a core with these parameters, on a sequence [time input]."""

    def unroll(x):
        layer = core()
        return hk.dynamic_unroll(layer, x, layer.initial_state(None), return_all_states=True)[1]

    return hk.transform(unroll).apply(params, None, x)


data = np.load("ours/lstm.npz")
arranged = lambda i, f, candidate, o: np.concatenate([i, candidate, f, o]).T
w, b = np.concatenate([arranged(*data["w_x"]), arranged(*data["w_h"])]), arranged(*data["b"])
states = read(lambda: hk.LSTM(len(b) // 4), data["x"], {"lstm/linear": {"w": w, "b": b}})
np.savez("haiku_lstm.npz", h=states.hidden, c=states.cell)

data = np.load("ours/gru.npz")
w_i, w_h, b = (np.concatenate(data[name]).T for name in ("w_x", "w_h", "b"))
np.savez("haiku_gru.npz", h=read(lambda: hk.GRU(len(b) // 3), data["x"], {"gru": {"w_i": w_i, "w_h": w_h, "b": b}}))

data = np.load("ours/rnn.npz")
to_h, within = {"w": data["w_x"][None], "b": data["b"]}, {"w": data["w_h"].T, "b": 0 * data["b"]}
params = {"vanilla_rnn/linear": to_h, "vanilla_rnn/linear_1": within}
np.savez("haiku_rnn.npz", h=read(lambda: hk.VanillaRNN(len(data["b"])), data["x"][:, None], params))
PY

cat >"$folder/compute.js" <<'JS'
const fs = require("fs");
const { recurrent } = require("brain.js");

const read = (concept) => JSON.parse(fs.readFileSync(`ours/${concept}.json`, "utf8"));

// All hidden states of a net with these weights, which it puts out as they are; `gates` in the order of the library.
const unroll = (concept, Net, { x, gates }) => {
  const units = gates[0].b.length;
  const net = new Net({ inputSize: x[0].length, hiddenLayers: [units], outputSize: units });
  net.initialize();
  const weights = gates.flatMap(({ w_x, w_h, b }) => [w_x.flat(), w_h.flat(), b]);
  Object.values(net.model.hiddenLayers[0]).forEach((matrix, place) => matrix.weights.set(weights[place]));
  net.model.outputConnector.weights.forEach((_, i, all) => { all[i] = i % (units + 1) ? 0 : 1; });
  net.model.output.weights.fill(0);
  net.bindEquation();
  const h = x.map((_, time) => Array.from(net.runArrays(x.slice(0, time + 1))));
  fs.writeFileSync(`brain_${concept}.json`, JSON.stringify({ h }));
};

const gate = ({ w_x, w_h, b }, place) => ({ w_x: w_x[place], w_h: w_h[place], b: b[place] });
const negative = (w) => (Array.isArray(w) ? w.map(negative) : -w);
const lstm = read("lstm");
const gru = read("gru");
const rnn = read("rnn");
const [i, f, candidate, o] = [0, 1, 2, 3].map((place) => gate(lstm, place));
unroll("lstm", recurrent.LSTMTimeStep, { x: lstm.x, gates: [i, f, o, candidate] });
for (const name of ["w_x", "w_h", "b"]) gru[name][0] = negative(gru[name][0]); // its z is the share of the old state
unroll("gru", recurrent.GRUTimeStep, { x: gru.x, gates: [0, 1, 2].map((place) => gate(gru, place)) });
unroll("rnn", recurrent.RNNTimeStep, { x: rnn.x.map((value) => [value]), gates: [rnn] });
JS
(cd "$folder" && node compute.js)

departs forget-plus-one 'obtained 0.035734' haiku_lstm.npz lstm
agrees haiku_gru.npz gru
departs relu 'h[time=0, unit=0]: obtained 0.0' haiku_rnn.npz rnn
departs no-cell 'obtained 0.041383' brain_lstm.json lstm
agrees brain_gru.json gru
departs relu 'h[time=0, unit=0]: obtained 0.0' brain_rnn.json rnn
