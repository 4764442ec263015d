#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: layers, a loss, optimisers and callbacks of Keras, on deepreel's data.
#
# Where Keras computes what deepreel does, `check` says so: EarlyStopping that restores, dot_product_attention, Adam
# with its default epsilon, LSTM with the same weights. Where Keras means to compute otherwise, `check` names the
# convention, which `--convention` accepts: 'same' padding with a stride, layers.Attention without a root, a velocity
# that holds the rate, also in Nesterov's step, an epsilon that stands beside the uncorrected v, early stopping that
# keeps the last weights, a reset gate after the matrix, gates that are straight lines cut at 0 and 1, a loss that has a
# bound, and a Dropout that is called without training=True. Seen, the conventions' explanations left out:
#
# conv.npz           output[orow=0, ocol=0]: obtained 0.46657818206688684, expected 0.29147442865286133; same-late; ok
# attention.npz      weights[query=0, key=0]: obtained 0.9999997719341872, expected 0.9694704626247121; unscaled; ok
# dot_product.npz    ok, 96 values
# momentum.npz       velocity[step=1, axis=0]: obtained 0.4294087125633513, expected -42.94087125633512;
#                    rate-in-velocity; ok
# nesterov.npz       theta[step=1, axis=0]: obtained -1.6841234461296326, expected -2.070591287436649;
#                    nesterov-rate-in-velocity; ok
# adam.npz           ok, 306 values (epsilon 1e-7, Keras' default)
# adam_large.npz     theta[step=1, axis=0]: obtained -1.4000387891113721, expected -1.4000012270803255; epsilon-hat; ok
# stop_last.npz      restored_loss: obtained 0.22885326027900527, expected 0.11345135753769643; last-weights; ok
# stop_best.npz      ok, 104 values
# lstm.npz           ok, 160 values
# lstm_hard.npz      h[time=0, unit=0]: obtained -0.09462327373933722, expected -0.0676233052505331;
#                    hard-sigmoid-sixth; ok
# gru.npz            h[time=1, unit=0]: obtained 0.3749389168605684, expected 0.31980677706608174; reset-after; ok
# gru_hard.npz       h[time=0, unit=0]: obtained 0.38790972970380233, expected 0.3655370298452859;
#                    hard-sigmoid-sixth; ok
# loss.npz           loss_before: obtained 3.8731732623134705, expected 3.876597368334319; clipped; ok
# dropout.npz        h_dropped[step=0, layer=0, unit=0]: obtained 0.3134988842524197, expected 0.0; off; ok
set -euo pipefail
. findings/_by_convention.sh
packages keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
ours convolution-2d --stride 2 --padding same
ours logistic-loss --seed 49 --epochs 20
for concept in attention momentum adam early-stopping lstm gru dropout; do ours "$concept"; done

run <<'PY'
import os

os.environ["KERAS_BACKEND"] = "jax"
import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
import keras

keras.config.set_floatx("float64")
turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
hessian = turn @ np.diag([1.0, 100.0]) @ turn.T
slope = jax.grad(lambda theta: theta @ hessian @ theta / 2)

data = np.load("ours/convolution-2d.npz")
conv = keras.layers.Conv2D(1, 3, strides=2, padding="same", use_bias=False)
conv.build((1, *data["image"].shape, 1))
conv.set_weights([data["kernel"][..., None, None]])
np.savez("conv.npz", output=np.asarray(conv(data["image"][None, ..., None])[0, ..., 0]))

data = np.load("ours/attention.npz")
q, k, v = (data[name][None] for name in "qkv")
output, weights = keras.layers.Attention()([q, v, k], return_attention_scores=True)
np.savez("attention.npz", output=np.asarray(output[0]), weights=np.asarray(weights[0]))
output = keras.ops.dot_product_attention(*(one[:, :, None] for one in (q, k, v)))  # one head
np.savez("dot_product.npz", output=np.asarray(output[0, :, 0]))


def walk(optimizer, concept, names):
    """The path of theta and of what the optimiser keeps, from deepreel's start."""
    start = np.load(f"ours/{concept}.npz")["theta"]
    theta = keras.Variable(start[0])
    optimizer.build([theta])
    kept = {"theta": theta, **{name: getattr(optimizer, held)[0] for name, held in names.items()}}
    path = {name: [] for name in kept}
    for _ in start:
        for name, variable in kept.items():
            path[name].append(np.asarray(variable.value))
        optimizer.apply([slope(theta.value)], [theta])
    return path


for name, nesterov in (("momentum", False), ("nesterov", True)):
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9, nesterov=nesterov)
    np.savez(f"{name}.npz", **walk(optimizer, "momentum", {"velocity": "momentums"}))
usual, large = (
    walk(optimizer, "adam", {"m": "_momentums", "v": "_velocities"})
    for optimizer in (keras.optimizers.Adam(0.1), keras.optimizers.Adam(0.1, epsilon=1e-3))
)
np.savez("adam.npz", **usual)
np.savez("adam_large.npz", **large)

losses = np.load("ours/early-stopping.npz")["val_loss"]
for name, restores in (("stop_last", False), ("stop_best", True)):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=restores)
    stopping.set_model(model)
    stopping.on_train_begin()
    model.stop_training, waited = False, []
    for epoch, loss in enumerate(losses):
        model.set_weights([np.array([[loss]])])  # the weight tells which epoch it is from
        stopping.on_epoch_end(epoch, {"val_loss": loss})
        waited.append(stopping.wait)
        if model.stop_training:
            break
    stopping.on_train_end()
    waited += [stopping.wait] * (len(losses) - len(waited))
    np.savez(
        f"{name}.npz", waited=waited, best_epoch=stopping.best_epoch, stop_epoch=stopping.stopped_epoch,
        restored_loss=model.get_weights()[0][0, 0],
    )


def read(name, layer, signs, *second):
    """The hidden states on deepreel's sequence, with its weights: gates in the same order, `signs` times as large."""
    data = np.load(f"ours/{name.split('_')[0]}.npz")
    w_x, w_h, b = (np.concatenate([s * w for s, w in zip(signs, data[key])]) for key in ("w_x", "w_h", "b"))
    sequence = data["x"][None]
    layer.build(sequence.shape)
    layer.set_weights([w_x.T, w_h.T, np.stack([b, *second]) if second else b])
    np.savez(f"{name}.npz", h=np.asarray(layer(sequence)[0]))


units, hard = len(np.load("ours/gru.npz")["b"][0]), {"recurrent_activation": "hard_sigmoid"}
usual, keeps = (1, 1, 1, 1), (-1, 1, 1)  # Keras' z is the share of the old state, so its weights change their sign
read("lstm", keras.layers.LSTM(units, return_sequences=True), usual)
read("lstm_hard", keras.layers.LSTM(units, return_sequences=True, **hard), usual)
read("gru", keras.layers.GRU(units, return_sequences=True), keeps, np.zeros(3 * units))  # it has a second bias
read("gru_hard", keras.layers.GRU(units, return_sequences=True, reset_after=False, **hard), keeps)

data = np.load("ours/logistic-loss.npz")
loss = keras.losses.SparseCategoricalCrossentropy()(data["species"], data["probability"][0])
np.savez("loss.npz", loss_before=np.asarray(loss))

dropout = keras.layers.Dropout(0.4)
np.savez("dropout.npz", h_dropped=np.asarray(dropout(np.load("ours/dropout.npz")["h"])))
PY

departs same-late 'obtained 0.466578' conv.npz convolution-2d --stride 2 --padding same
departs unscaled 'weights[query=0, key=0]: obtained 0.999999' attention.npz attention
agrees dot_product.npz attention
departs rate-in-velocity 'obtained 0.429408' momentum.npz momentum
departs nesterov-rate-in-velocity 'obtained -1.684123' nesterov.npz momentum
agrees adam.npz adam --eps 1e-7
departs epsilon-hat 'obtained -1.400038' adam_large.npz adam --eps 0.001
departs last-weights 'restored_loss: obtained 0.228853' stop_last.npz early-stopping
agrees stop_best.npz early-stopping
agrees lstm.npz lstm
departs hard-sigmoid-sixth 'obtained -0.094623' lstm_hard.npz lstm
departs reset-after 'obtained 0.374938' gru.npz gru
departs hard-sigmoid-sixth 'obtained 0.387909' gru_hard.npz gru
departs clipped 'loss_before: obtained 3.873173' loss.npz logistic-loss --seed 49 --epochs 20
departs off 'h_dropped[step=0, layer=0, unit=0]: obtained 0.313498' dropout.npz dropout
