#!/usr/bin/env bash
# TensorFlow.js 4.22.0 in node, its backend in plain JavaScript: four layers, a function, a callback and two
# optimisers of TensorFlow.js, on deepreel's data. Needs node 18 or later and npm.
#
# A convolution layer with 'same' padding adds no more zeros than the stride needs, tf.max over the cells of a window
# sends the whole gradient to every cell that ties, earlyStopping keeps the last weights, and the gates of LSTM and GRU
# are straight lines that are cut at 0 and 1: `check` names all of these, which `--convention` accepts. The pooling
# layer does otherwise than tf.max: as in deepreel, the first of the cells that tie receives the gradient. Momentum
# agrees, and Adam in theta; in its m, single precision adds up to a little more than the usual tolerance, and to less
# than twice that. Seen, the conventions' explanations left out:
#
# conv.json          output[orow=0, ocol=0]: obtained 0.4665781557559967, expected 0.29147442865286133; same-late; ok
# pool.json          ok, 80 values
# max.json           input_gradient[row=0, col=7]: obtained 1.0, expected 0.0; every-tie; ok
# stop.json          restored_loss: obtained 0.2288532555103302, expected 0.11345135753769643; last-weights; ok
# momentum.json      ok, 404 values
# adam.json          ok, 306 values, with --rtol 2e-5; without it m[step=14, axis=1]: obtained 37.98905944824219,
#                    expected 37.988519889316564
# lstm.json          h[time=0, unit=0]: obtained -0.07700001448392868, expected -0.0676233052505331; hard-sigmoid; ok
# gru.json           h[time=0, unit=0]: obtained 0.378731906414032, expected 0.3655370298452859; hard-sigmoid; ok
set -euo pipefail
. findings/_by_convention.sh
npm install --silent --no-audit --no-fund --prefix "$folder" @tensorflow/tfjs@4.22.0 >/dev/null
echo "node $(node --version), @tensorflow/tfjs 4.22.0"
ours convolution-2d --stride 2 --padding same
for concept in pooling early-stopping momentum adam lstm gru; do ours "$concept"; done
as_json image kernel val_loss theta x w_x w_h b

cat >"$folder/compute.js" <<'JS'
const fs = require("fs");
const tf = require("@tensorflow/tfjs");

const read = (concept) => JSON.parse(fs.readFileSync(`ours/${concept}.json`, "utf8"));
const write = (name, quantities) => fs.writeFileSync(`${name}.json`, JSON.stringify(quantities));

async function main() {
  await tf.setBackend("cpu");

  let { image, kernel } = read("convolution-2d");
  const side = image.length;
  const conv = tf.layers.conv2d({ filters: 1, kernelSize: 3, strides: 2, padding: "same", useBias: false });
  conv.build([null, side, side, 1]);
  conv.setWeights([tf.tensor(kernel).reshape([3, 3, 1, 1])]);
  write("conv", { output: conv.apply(tf.tensor(image).reshape([1, side, side, 1])).squeeze().arraySync() });

  image = tf.tensor(read("pooling").image);
  const cells = image.shape[0];
  const layer = tf.layers.maxPooling2d({ poolSize: 2 });
  const pooled = {
    pool: (x) => layer.apply(x.reshape([1, cells, cells, 1])).squeeze(),
    max: (x) => tf.max(x.reshape([cells / 2, 2, cells / 2, 2]), [1, 3]),
  };
  for (const [name, pool] of Object.entries(pooled)) {
    const slope = tf.grad((x) => pool(x).sum());
    write(name, { output: pool(image).arraySync(), input_gradient: slope(image).arraySync() });
  }

  const losses = read("early-stopping").val_loss;
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [1] })] });
  const stopping = tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 10 });
  stopping.setModel(model);
  await stopping.onTrainBegin();
  const waited = [];
  for (const [epoch, loss] of losses.entries()) {
    model.setWeights([tf.tensor([[loss]])]); // the weight tells which epoch it is from
    await stopping.onEpochEnd(epoch, { val_loss: loss });
    waited.push(stopping.wait);
    if (model.stopTraining) break;
  }
  await stopping.onTrainEnd();
  while (waited.length < losses.length) waited.push(stopping.wait);
  const restored = model.getWeights()[0].arraySync()[0][0];
  write("stop", { waited, stop_epoch: stopping.stoppedEpoch, restored_loss: restored });

  const [along, across] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const turn = tf.tensor([[along, -across], [across, along]]);
  const hessian = turn.matMul(tf.diag([1, 100])).matMul(turn, false, true);

  // The path of theta and of what the optimiser keeps, from deepreel's start.
  const walk = (optimizer, concept, names) => {
    const start = read(concept).theta;
    const theta = tf.variable(tf.tensor(start[0]));
    const path = { theta: [theta.arraySync()] };
    for (const name in names) path[name] = [[0, 0]];
    for (let step = 1; step < start.length; step++) {
      const loss = () => theta.dot(hessian.dot(theta)).div(2);
      optimizer.minimize(loss, false, [theta]);
      path.theta.push(theta.arraySync());
      for (const name in names) path[name].push(optimizer[names[name]][0].variable.arraySync());
    }
    return path;
  };
  const momentum = walk(tf.train.momentum(0.01, 0.9), "momentum", { velocity: "accumulations" });
  const adam = walk(tf.train.adam(0.1), "adam", { m: "accumulatedFirstMoment", v: "accumulatedSecondMoment" });
  write("momentum", momentum);
  write("adam", adam);

  // The hidden states on deepreel's sequence, with its weights: gates in the same order, `signs` times as large.
  const unroll = (name, layer, signs) => {
    const { x, w_x, w_h, b } = read(name);
    const all = (w) => tf.concat(signs.map((sign, gate) => tf.tensor(w[gate]).mul(sign)));
    const recurrent = layer({ units: b[0].length, returnSequences: true });
    recurrent.apply(tf.tensor([x])); // which builds it
    recurrent.setWeights([all(w_x).transpose(), all(w_h).transpose(), all(b)]);
    write(name, { h: recurrent.apply(tf.tensor([x])).squeeze().arraySync() });
  };
  unroll("lstm", tf.layers.lstm, [1, 1, 1, 1]);
  unroll("gru", tf.layers.gru, [-1, 1, 1]); // its z is the share of the old state, so its weights change their sign
}

main();
JS
(cd "$folder" && node compute.js 2>log) || { cat "$folder/log"; exit 1; }

departs same-late 'obtained 0.466578' conv.json convolution-2d --stride 2 --padding same
agrees pool.json pooling
departs every-tie 'input_gradient[row=0, col=7]: obtained 1.0' max.json pooling
departs last-weights 'restored_loss: obtained 0.228853' stop.json early-stopping
agrees momentum.json momentum
agrees adam.json adam --eps 1e-7 --rtol 2e-5
departs hard-sigmoid 'obtained -0.0770000' lstm.json lstm
departs hard-sigmoid 'obtained 0.378731' gru.json gru
